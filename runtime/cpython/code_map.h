#pragma once
// What the bytecode of a function says before it runs: which instructions access something that
// threads can share, how deep the stack is there, and which earlier reads each of them depends on.
//
// Thread contract: map_of() from any attached thread; a CodeMap does not change once it is
// returned.

#include <Python.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/detector.h"
#include "engine/region_runs.h"

namespace gilcheck::runtime {

enum class Op : std::uint8_t {
  none,
  load_attribute,
  store_attribute,
  delete_attribute,
  load_global,
  store_global,
  delete_global,
  load_name,
  store_name,
  delete_name,
  load_cell,
  store_cell,
  load_item,
  store_item,
  delete_item,
  load_slice,
  store_slice,
  contains,
  iterate,  ///< GET_ITER
  next,     ///< FOR_ITER
  call,
  call_keywords,
  call_star,
  arithmetic,  ///< BINARY_OP that is no subscription
  truth,
  compare,
  extend_list,
  update_set,
  update_dict,
  unpack,
  match_keys,  ///< of a mapping pattern
};

/// Openings an instruction has: it may read two parts of an object, an element and the structure.
inline constexpr int kParts = 2;

/// The builtin exceptions that accesses raise.
namespace exceptions {
inline constexpr std::uint8_t key = 1;
inline constexpr std::uint8_t index = 2;
inline constexpr std::uint8_t value = 4;
inline constexpr std::uint8_t attribute = 8;
inline constexpr std::uint8_t runtime = 16;
inline constexpr std::uint8_t type = 32;
inline constexpr std::uint8_t all = 255;
}  // namespace exceptions

struct Instruction {
  Op op = Op::none;
  std::uint8_t detail = 0;  ///< of arithmetic: the operator; of load_attribute: 1 for a method; of
                            ///< iterate: 1 if the iterator does not just go into a loop
  std::uint16_t depth = 0;  ///< of the stack before it
  std::int32_t argument = 0;
  std::int16_t opening = -1;  ///< its first, of kParts
  std::int16_t walk = -1;     ///< of next: the opening of the iterate it belongs to
  std::uint8_t decides = 0;
  /// Times in a row that it was of no interest: its operands are mostly of one type.
  std::atomic<std::uint16_t> idle{0};
  /// A Python function was entered from it: an operator, a hash, a key function, or what it calls.
  std::atomic<bool> ran_python{false};
  std::uint8_t caught = 0;    ///< what handlers around it take in, as bits of `exceptions`
  bool varies = false;        ///< of a store: the value is an argument of the function
  bool only_reads = false;    ///< it opens no region either: of interest once there are threads
  bool decides_more = false;  ///< the tests it hangs on let other effects through as well
  SiteId site = 0;
  SiteId origin = 0;         ///< the site of the first instruction of the same source
  PyObject* name = nullptr;  ///< interned, borrowed from the code object
  std::vector<std::uint16_t> control, data;
  std::uint32_t group = 0;       ///< of a store: those with the same are always executed together
  std::vector<SiteId> combined;  ///< of a read: the reads whose values meet its value
  std::vector<std::uint16_t>
      copies;                        ///< of calls that may clear: earlier reads of whole containers
  std::vector<RegionNumber> closes;  ///< expected regions that it is the last access of
  /// Of attribute accesses: (type version << 32) | what the attribute is, see operations.cc. Of
  /// load_global: the dictionary that has the name.
  std::atomic<std::uint64_t> cache{0};
};

class CodeMap {
 public:
  PyCodeObject* code = nullptr;  ///< owned: sites refer to it
  SiteId first_site = 0;
  bool watched = false;       ///< of the program under test
  bool instrumented = false;  ///< its events are on
  bool suspends = false;      ///< a generator or coroutine: its calls end and go on
  bool constructor = false;   ///< `__init__` or `__new__` or a module's or class's body
  bool module = false;
  std::uint16_t openings = 0;
  int size = 0;                     ///< in code units
  std::vector<std::int32_t> index;  ///< of each code unit in `instructions`, -1 if of no interest
  std::vector<std::unique_ptr<Instruction>> instructions;

  [[nodiscard]] Instruction* at(int unit) const {
    if (unit < 0 || unit >= static_cast<int>(index.size())) return nullptr;
    const auto place = index[static_cast<std::size_t>(unit)];
    return place < 0 ? nullptr : instructions[static_cast<std::size_t>(place)].get();
  }
  [[nodiscard]] SiteId site_at(int unit) const {
    return first_site + static_cast<SiteId>(unit < 0 ? 0 : unit);
  }
};

/// Prepares the table; false with an exception set if the interpreter refuses.
bool start_code_maps();
/// The map of a code object, made at the first question. `watch`: analyse its instructions.
CodeMap* map_of(PyCodeObject* code, bool watch);
/// The map if there is one, else null.
CodeMap* known_map(PyCodeObject* code);

struct Place {
  std::string file;
  std::string function;
  int line = 0;
  int column = 0;  ///< from 0, in characters of the source as CPython counts (UTF-8 bytes)
  int end_line = 0;
  int end_column = 0;
  bool watched = false;
};
/// Where a site is. Needs an attached thread.
Place place_of(SiteId site);
/// Whether Python code was seen to run within the instruction at a site.
bool ran_python(SiteId site);
/// Whether the interpreter can hand over the GIL (or could before, with a GIL) between two sites of
/// one function: on a way from the first to the second lies a switch point, or an instruction in
/// which Python code was seen to run, the second included. True if nothing is known.
bool switch_between(SiteId first, SiteId second);

}  // namespace gilcheck::runtime
