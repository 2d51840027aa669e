#pragma once
// Which reads of a function each of its accesses depends on, from the bytecode alone: by data (the
// value written, the key, was made from what was read) and by control (what was read decided that
// the access happens). Flow-sensitive, over one code object; calls hand their arguments on to their
// result.

#include <bitset>
#include <vector>

#include "cpython/bytecode.h"

namespace gilcheck::runtime {

inline constexpr std::size_t kMostReads = 256;
/// A set of reads; bit i is the read numbered i. The last bit is the analysis' own.
using Reads = std::bitset<kMostReads + 1>;

struct Dependence {
  std::vector<Reads> data;     ///< of each step, of what it takes from the stack
  std::vector<Reads> control;  ///< of each step
  Reads deciding;              ///< reads that some branch depends on
  std::vector<bool> argument;  ///< of each step: the value it stores is an argument of the function
};

/// `read_number[i]` is the number of step i if it reads something that may be shared, else -1.
Dependence dependence_of(PyCodeObject* code, const Bytecode& bytecode,
                         const std::vector<int>& read_number);

}  // namespace gilcheck::runtime
