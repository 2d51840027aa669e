#pragma once
// What calls may do to the GIL and to Python: from the table of the C API for functions outside the
// program, by summary for those inside.
//
// Thread contract: immutable once built; concurrent reads are safe.

#include <unordered_map>
#include <vector>

#include "clang_plugin/link/program.h"
#include "rules/c_api.h"

namespace gilcheck::clang_plugin {

/// May Python code run, or the GIL change hands, inside? See rules::CPython.
using Python = rules::CPython;

/// The row of a function by the name it is called by; null if it has none. CPython's private twin
/// of a public function (`_PyCriticalSection_Begin`, `_Py_TYPE_impl`) has the public one's.
const rules::CFunction* api_row(std::string_view name);

/// An atomic operation of the compiler or of Windows that comes in one name for each width and
/// order
/// (`__sync_fetch_and_add_8`, `_InterlockedAnd64_rel`); the table has rows for the others.
bool is_atomic_builtin(std::string_view name);

class Effects {
 public:
  static Effects build(const Program& program);

  /// Of a call, construct or destroy instruction of `unit`; Never for any other instruction.
  Python python(UnitIndex unit, const Instr& instr) const;
  /// The worst that a function of the program does, transitively.
  Python python(FunctionIndex function) const { return python_[function]; }
  /// Whether a function may give up the thread state itself (Py_BEGIN_ALLOW_THREADS), transitively.
  bool detaches(FunctionIndex function) const { return detaches_[function]; }
  bool detaches(UnitIndex unit, const Instr& instr) const;

  /// The table's row of what an instruction calls or constructs; null if it has none. Calls through
  /// the outermost macro are looked up by the function they expand to.
  const rules::CFunction* row(const Unit& unit, const Instr& instr) const;

 private:
  explicit Effects(const Program& program) : program_(&program) {}
  Python external(const Unit& unit, const Instr& instr) const;

  const Program* program_;
  std::vector<Python> python_;
  std::vector<bool> detaches_;
  std::unordered_map<const Unit*, std::vector<const rules::CFunction*>> rows_;  // by function
};

/// The GIL may change hands at the end of this instruction, or inside it.
inline bool is_switch_point(Python python) {
  return python != Python::Never;
}

}  // namespace gilcheck::clang_plugin
