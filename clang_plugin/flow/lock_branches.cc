// What one side of a branch tells: a try-lock succeeded, a function left its lock held.

#include <algorithm>

#include "clang_plugin/flow/lock_analysis.h"

namespace gilcheck::clang_plugin {

using rules::CAct;

std::uint8_t result_of(const Instr& value) {
  if (value.op == Op::null) return kZero;
  if (value.op != Op::integer) return kOther;
  return value.number == 0 ? kZero : value.number > 0 ? kPositive : kNegative;
}

namespace {

/// The results for which `value CODE number` is `truth`; 0 if that tells nothing.
std::uint8_t results_where(Operator code, std::int64_t number, bool truth) {
  std::uint8_t yes = 0;
  std::uint8_t no = 0;
  const auto split = [&](std::uint8_t these, bool holds) { (holds ? yes : no) |= these; };
  if (number == 0) {
    switch (code) {
      case Operator::eq: split(kZero, true), split(kPositive | kNegative, false); break;
      case Operator::ne: split(kZero, false), split(kPositive | kNegative, true); break;
      case Operator::lt: split(kNegative, true), split(kZero | kPositive, false); break;
      case Operator::ge: split(kNegative, false), split(kZero | kPositive, true); break;
      case Operator::gt: split(kPositive, true), split(kZero | kNegative, false); break;
      case Operator::le: split(kPositive, false), split(kZero | kNegative, true); break;
      default: return 0;
    }
  } else if (code == Operator::eq || code == Operator::ne) {
    const std::uint8_t equal = number > 0 ? kPositive : kNegative;
    const bool same = code == Operator::eq;
    split(equal, same);
    split(static_cast<std::uint8_t>((kZero | kPositive | kNegative) & ~equal), !same);
  } else {
    return 0;
  }
  return static_cast<std::uint8_t>((truth ? yes : no) | kOther);
}

}  // namespace

bool LockAnalysis::tests_joined(const Unit& unit, const Function& function, BlockId b) {
  const Block& block = unit.blocks[function.blocks.first + b];
  if (block.exit != Exit::branch || block.value == kNone || block.instrs.count == 0) return false;
  const Instr& value = unit.instrs[block.value];
  if (value.op != Op::phi || value.block != function.blocks.first + b ||
      value.list.count != block.preds.count) {
    return false;
  }
  for (std::uint32_t i = block.instrs.first; i < block.instrs.end(); ++i) {
    if (unit.instrs[unit.instr_order[i]].op != Op::phi) return false;
  }
  return true;
}

std::optional<LockState> LockAnalysis::refine_joined(
    FunctionIndex f, const Unit& unit, const Function& function, BlockId b, bool taken,
    const std::vector<std::optional<LockState>>& ends) {
  const Block& block = unit.blocks[function.blocks.first + b];
  const Instr& value = unit.instrs[block.value];
  std::optional<LockState> met;
  for (std::uint32_t i = 0; i < value.list.count; ++i) {
    const BlockId from = unit.block_lists[block.preds.first + i] - function.blocks.first;
    const ValueId one = unit.value_lists[value.list.first + i];
    const std::optional<LockState>& end = ends[from];
    if (!end) continue;
    const std::uint8_t result = result_of(unit.instrs[one]);
    if (result != kOther && (result != kZero) != taken) continue;
    LockState here = *end;
    refine(f, unit, one, taken, here);
    if (met) {
      meet(*met, here);
    } else {
      met = std::move(here);
    }
  }
  return met;
}

void LockAnalysis::refine(FunctionIndex f, const Unit& unit, ValueId test, bool taken,
                          LockState& state) {
  bool truth = taken;
  ValueId value = test;
  Operator code = Operator::ne;  // what is tested: value CODE number
  std::int64_t number = 0;
  // v, !v, and comparisons with a constant, also of those.
  for (int i = 0; i < 4; ++i) {
    const Instr& instr = unit.instrs[value];
    const bool truth_value =
        number == 0 && (code == Operator::ne || code == Operator::eq);  // of another test
    if (truth_value && instr.op == Op::unary && instr.code == Operator::not_) {
      truth = !truth;
      value = instr.a;
      continue;
    }
    if (!truth_value || instr.op != Op::binary) break;
    const Instr& right = unit.instrs[instr.b];
    if (right.op != Op::integer && right.op != Op::null) return;
    if (instr.code != Operator::eq && instr.code != Operator::ne && instr.code != Operator::lt &&
        instr.code != Operator::gt && instr.code != Operator::le && instr.code != Operator::ge) {
      return;
    }
    if (code == Operator::eq) truth = !truth;
    code = instr.code;
    number = right.op == Op::null ? 0 : right.number;
    value = instr.a;
  }
  const Instr& call = unit.instrs[value];
  if (call.op != Op::call) return;
  const std::uint8_t possible = results_where(code, number, truth);
  const FunctionIndex target = call.a == kNone ? kNone : p_.resolve(p_.functions()[f].unit, call.a);
  if (target != kNone) {
    const Locks::PerFunction& callee = out_.functions_[target];
    for (const auto& left : callee.leaves_if) {
      const auto occurs = static_cast<std::uint8_t>(possible & callee.results);
      if (occurs == 0 || (occurs & ~left.results) != 0) continue;
      Held held = left.held;
      held.name = in_caller(p_, f, value, held.name);
      held.since = value;
      if (std::find(state.held.begin(), state.held.end(), held) == state.held.end()) {
        take(state, held);
      }
    }
    return;
  }
  if (number == 1 && (code == Operator::eq || code == Operator::ne)) {
    if (code == Operator::ne) truth = !truth;
  } else if (number == 0 && (code == Operator::eq || code == Operator::ne)) {
    if (code == Operator::eq) truth = !truth;
  } else {
    return;
  }
  if (takes_turn(f, unit, value, truth, state)) return;
  const rules::CFunction* row = effects_.row(unit, call);
  if (row == nullptr) return;
  if (row->act != CAct::TryAcquire && row->act != CAct::TryAcquireShared &&
      row->act != CAct::AcquireIf) {
    return;
  }
  // The POSIX and C11 families return 0 for success, the others a truth value.
  const bool zero_is_success =
      row->kind == rules::CKind::PthreadMutex || row->kind == rules::CKind::PthreadRwlock ||
      row->kind == rules::CKind::PthreadSpin || row->kind == rules::CKind::C11Mutex ||
      row->kind == rules::CKind::Semaphore;
  if (row->act_arguments.empty()) return;
  if (truth == zero_is_success) {  // it failed
    std::erase_if(state.held, [&](const Held& held) { return held.since == value; });
    return;
  }
  Held held;
  held.kind = row->act == CAct::TryAcquireShared ? Held::Kind::shared : Held::Kind::mutex;
  held.lock = row->kind;
  held.name = argument(f, unit, call, row->act_arguments[0]);
  held.since = value;
  if (std::find(state.held.begin(), state.held.end(), held) == state.held.end()) {
    take(state, held);
  }
}

}  // namespace gilcheck::clang_plugin
