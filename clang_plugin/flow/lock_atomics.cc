// Flags that threads take turns by: set by an atomic exchange or comparison that says whether they
// were free, and given back by storing zero.

#include <algorithm>

#include "clang_plugin/flow/lock_analysis.h"

namespace gilcheck::clang_plugin {

namespace {

/// The last part of a C++ name.
std::string_view unqualified(std::string_view name) {
  const auto colons = name.rfind("::");
  return colons == name.npos ? name : name.substr(colons + 2);
}

bool contains(std::string_view name, std::string_view part) {
  return name.find(part) != name.npos;
}

/// libclang shows the operands of atomic builtins as clang keeps them: pointer, order, value, order
/// of a failure, new value.
bool is_builtin(std::string_view name) {
  return name.starts_with("__c11_atomic_") || name.starts_with("__atomic_");
}

enum class Turn : std::uint8_t { none, old_value, says_so };

bool constant_at(const Unit& unit, const Instr& call, std::uint32_t index, bool zero) {
  if (index >= call.list.count) return false;
  const Instr& value = unit.instrs[unit.value_lists[call.list.first + index]];
  return value.op == Op::integer && (value.number == 0) == zero;
}

/// Whether a call sets a flag, and how its result tells that the flag was free.
Turn turn_of(const Unit& unit, const Instr& call, std::string_view name) {
  const bool builtin = is_builtin(name);
  const std::string_view last = unqualified(name);
  if (contains(last, "compare")) {
    if (!constant_at(unit, call, builtin ? 4 : 2, false)) return Turn::none;
    return contains(last, "val_") || last.starts_with("_Interlocked") ||
                   last.starts_with("Interlocked")
               ? Turn::none
               : Turn::says_so;
  }
  // __sync_lock_test_and_set takes the value; a flag's own operation does not.
  if (contains(last, "test_and_set") && !contains(last, "lock_test")) return Turn::old_value;
  if (!contains(last, "exchange") && !contains(last, "lock_test")) return Turn::none;
  return constant_at(unit, call, builtin ? 2 : 1, false) ? Turn::old_value : Turn::none;
}

/// A call that makes a flag zero.
bool clears(const Unit& unit, const Instr& call, std::string_view name) {
  const std::string_view last = unqualified(name);
  if (contains(last, "clear") || contains(last, "lock_release")) return true;
  if (!contains(last, "store") && last != "operator=") return false;
  return constant_at(unit, call, is_builtin(name) ? 2 : 1, true);
}

}  // namespace

bool LockAnalysis::is_atomic(const Unit& unit, const Instr& call) const {
  const rules::CFunction* row = effects_.row(unit, call);
  if (row != nullptr) {
    return row->act == rules::CAct::AtomicUpdate || row->act == rules::CAct::AtomicStore ||
           row->act == rules::CAct::AtomicCompareExchange;
  }
  const std::string_view name = p_.callee_name(unit, call);
  return is_atomic_builtin(name) || name.starts_with("std::__atomic_");
}

bool LockAnalysis::takes_turn(FunctionIndex f, const Unit& unit, ValueId id, bool truth,
                              LockState& state) const {
  const Instr& call = unit.instrs[id];
  if (!is_atomic(unit, call) || call.list.count == 0) return false;
  const Turn turn = turn_of(unit, call, p_.callee_name(unit, call));
  if (turn == Turn::none) return false;
  if (truth != (turn == Turn::says_so)) return true;  // another thread has it
  Held held;
  held.kind = Held::Kind::flag;
  held.name = argument(f, unit, call, 0);
  held.since = id;
  if (std::find(state.held.begin(), state.held.end(), held) == state.held.end()) {
    take(state, std::move(held));
  }
  return true;
}

bool LockAnalysis::gives_turn(FunctionIndex f, const Unit& unit, const Instr& instr,
                              LockState& state) {
  if (instr.op == Op::store) {
    const bool any = std::any_of(state.held.begin(), state.held.end(),
                                 [](const Held& held) { return held.kind == Held::Kind::flag; });
    const Instr& value = unit.instrs[instr.b];
    if (!any || value.op != Op::integer || value.number != 0) return false;
    release(state, name_of_place(p_, f, instr.a));
    return true;
  }
  if (instr.op != Op::call || instr.a == kNone || instr.list.count == 0) return false;
  if (!is_atomic(unit, instr) || !clears(unit, instr, p_.callee_name(unit, instr))) return false;
  release(state, argument(f, unit, instr, 0));
  return true;
}

}  // namespace gilcheck::clang_plugin
