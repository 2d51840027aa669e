// What one instruction does to the locks held and the thread state.

#include <algorithm>

#include "clang_plugin/flow/lock_analysis.h"

namespace gilcheck::clang_plugin {

using rules::CAct;

namespace {
/// Nested attachments beyond that are not told apart: far more than anybody writes.
constexpr std::size_t kDeepestNest = 8;
}  // namespace

Name LockAnalysis::argument(FunctionIndex f, const Unit& unit, const Instr& call,
                            std::int8_t index) const {
  if (index < 0 || static_cast<std::uint32_t>(index) >= call.list.count) return {};
  return name_of_value(p_, f,
                       unit.value_lists[call.list.first + static_cast<std::uint32_t>(index)]);
}

void LockAnalysis::take(LockState& state, Held held) const {
  if (held.name.known()) state.held.push_back(std::move(held));
}

void LockAnalysis::release(LockState& state, const Name& name) {
  if (!name.known()) {
    // Something is released: nothing of that kind is certain any more, but a lock whose name is
    // unknown was never counted as held either.
    return;
  }
  const std::size_t before = state.held.size();
  for (std::size_t i = state.held.size(); i-- > 0;) {
    const Held& held = state.held[i];
    const bool section = held.kind == Held::Kind::section || held.section.known();
    if ((section ? held.section : held.name) != name) continue;
    state.held.erase(state.held.begin() + static_cast<std::ptrdiff_t>(i));
    if (!section) break;  // a section may hold two objects
  }
  // What was held at entry counts as released if no return has it: `given_up`.
  if (before != state.held.size()) return;
  if (name.root != Name::Root::local &&
      std::find(releases_.begin(), releases_.end(), name) == releases_.end()) {
    releases_.push_back(name);
  }
}

void LockAnalysis::move(LockState& state, Attached to) {
  state.thread = {to, true, true};
}

void LockAnalysis::nest(LockState& state, ValueId since, Attached to) {
  if (state.before.size() < kDeepestNest) state.before.emplace_back(since, state.thread);
  state.thread.attached = to;
}

void LockAnalysis::go_back(LockState& state, ValueId since) {
  auto from = state.before.end();
  if (since == kNone && from != state.before.begin()) --from;
  if (since != kNone) {
    from = std::find_if(state.before.begin(), state.before.end(),
                        [&](const auto& begun) { return begun.first == since; });
  }
  if (from != state.before.end()) {
    state.thread = from->second;
    state.before.erase(from, state.before.end());
  } else if (since == kNone) {
    goes_back_ = true;
  }
}

bool LockAnalysis::transfer(FunctionIndex f, const Unit& unit, ValueId id, LockState& state) {
  const Instr& instr = unit.instrs[id];
  if (instr.op == Op::destroy) return end_of_object(f, id, state);
  if (gives_turn(f, unit, instr, state)) return true;
  if (instr.op != Op::call && instr.op != Op::construct) return false;
  const FuncId callee = instr.op == Op::call ? instr.a : instr.b;
  const FunctionIndex target = callee == kNone ? kNone : p_.resolve(p_.functions()[f].unit, callee);
  const rules::CFunction* row = effects_.row(unit, instr);
  // Of a class that the table knows, how a copy in the project goes about it does not matter.
  if (target != kNone && (instr.op == Op::call || row == nullptr)) {
    // A temporary gives back what it took at the end of its statement.
    const bool temporary =
        instr.op == Op::call && (unit.functions[callee].flags & kFunctionConstructor) != 0;
    return !temporary && apply(f, id, target, state);
  }
  if (row == nullptr) return false;
  Held held;
  held.since = id;
  held.lock = row->kind;
  const auto acts = row->act_arguments;
  const auto first = [&] { return acts.empty() ? Name{} : argument(f, unit, instr, acts[0]); };
  switch (row->act) {
    case CAct::Acquire:
    case CAct::AcquireShared:
      held.kind = row->act == CAct::Acquire ? Held::Kind::mutex : Held::Kind::shared;
      if (row->act_on_all) {
        for (std::uint32_t i = 0; i < instr.list.count; ++i) {
          held.name = argument(f, unit, instr, static_cast<std::int8_t>(i));
          take(state, held);
        }
      } else {
        for (const std::int8_t index : acts) {
          held.name = argument(f, unit, instr, index);
          take(state, held);
        }
      }
      return true;
    case CAct::AcquireIf: {
      // It may fail if it does not wait; a timeout is believed to be long enough, and where the
      // result is tested `refine` takes the lock back.
      if (acts.size() < 2) return false;
      const std::uint32_t at = static_cast<std::uint8_t>(acts[1]);
      if (at >= instr.list.count) return false;
      const Instr& wait = unit.instrs[unit.value_lists[instr.list.first + at]];
      if (wait.op == Op::integer && wait.number == 0) return false;
      held.name = first();
      take(state, held);
      return true;
    }
    case CAct::Release: release(state, first()); return true;
    case CAct::Guard:
    case CAct::GuardShared: {
      held.kind = row->act == CAct::Guard ? Held::Kind::mutex : Held::Kind::shared;
      for (std::uint32_t i = 0; i < instr.list.count; ++i) {
        const Instr& tag = unit.instrs[unit.value_lists[instr.list.first + i]];
        if (tag.type != 0 && unit.types[tag.type].kind == TypeKind::record) {
          const rules::CFunction* how = rules::c_class(unit.text(unit.types[tag.type].text));
          if (how != nullptr && (how->act == CAct::GuardDefer || how->act == CAct::GuardTry)) {
            return false;
          }
        }
      }
      for (std::uint32_t i = 0; i < instr.list.count; ++i) {
        if (!row->act_on_all &&
            std::find(acts.begin(), acts.end(), static_cast<std::int8_t>(i)) == acts.end()) {
          continue;
        }
        held.name = argument(f, unit, instr, static_cast<std::int8_t>(i));
        take(state, held);
      }
      return true;
    }
    case CAct::GuardRelease: {
      const Name guard = first();
      std::erase_if(state.held, [&](const Held& h) {
        if (h.since == 0) return false;
        const Instr& made = unit.instrs[h.since];
        return made.op == Op::construct && name_of_place(p_, f, made.a) == guard;
      });
      return true;
    }
    case CAct::GuardAcquire: {
      // The guard's lock is taken again: find what it was made with.
      const Name guard = first();
      for_each_instr(unit, p_.function(f), [&](ValueId other) {
        const Instr& made = unit.instrs[other];
        if (made.op != Op::construct || made.list.count == 0) return;
        if (name_of_place(p_, f, made.a) != guard) return;
        held.name = argument(f, unit, made, 0);
        held.since = other;
        take(state, held);
      });
      return true;
    }
    case CAct::SectionBegin:
      held.kind = Held::Kind::section;
      held.section = first();
      held.where_needed = unit.text(instr.macro).ends_with("_SEQUENCE_FAST");
      for (std::size_t i = 1; i < acts.size(); ++i) {
        held.name = argument(f, unit, instr, acts[i]);
        if (row->kind == rules::CKind::PyMutex) held.kind = Held::Kind::mutex;
        take(state, held);
      }
      return true;
    case CAct::SectionEnd: release(state, first()); return true;
    case CAct::SectionGuard:
      held.kind = Held::Kind::section;
      for (std::uint32_t i = 0; i < instr.list.count; ++i) {
        held.name = argument(f, unit, instr, static_cast<std::int8_t>(i));
        take(state, held);
      }
      return true;
    case CAct::Detach: move(state, Attached::no); return true;
    case CAct::Attach: move(state, Attached::yes); return true;
    case CAct::DetachScope: nest(state, id, Attached::no); return true;
    case CAct::AttachNested:
    case CAct::AttachScope: nest(state, id, Attached::yes); return true;
    case CAct::DetachNested: go_back(state, kNone); return true;
    default: return false;
  }
}

bool LockAnalysis::apply(FunctionIndex f, ValueId call, FunctionIndex target, LockState& state) {
  const Locks::PerFunction& callee = out_.functions_[target];
  bool changed = false;
  for (const Name& name : callee.releases) {
    const Name mine = kept_in_object(p_, f, in_caller(p_, f, call, name));
    if (!mine.known()) continue;
    release(state, mine);
    changed = true;
  }
  for (Held held : callee.leaves) {
    held.name = kept_in_object(p_, f, in_caller(p_, f, call, held.name));
    held.section = in_caller(p_, f, call, held.section);
    held.since = call;
    if (!held.name.known()) continue;
    state.held.push_back(held);
    changed = true;
  }
  if (!callee.moves()) return changed;
  // What a constructor does to the thread state its destructor takes back.
  const bool object = p_.unit_of(f).instrs[call].op == Op::construct;
  if (object) nest(state, call, state.attached());
  if (callee.goes_back) go_back(state, kNone);
  if (callee.thread.moved) {
    move(state, callee.thread.attached);
  } else if (callee.thread.perhaps_moved && state.attached() != callee.thread.attached) {
    state.thread = {Attached::unknown, state.thread.moved, true};
  }
  if (callee.nests && !object) nest(state, call, Attached::yes);
  if (callee.nests) state.thread.attached = Attached::yes;
  return true;
}

bool LockAnalysis::end_of_object(FunctionIndex f, ValueId destroy, LockState& state) {
  const Unit& unit = p_.unit_of(f);
  const Instr& instr = unit.instrs[destroy];
  const LockState before = state;
  std::erase_if(state.held, [&](const Held& held) { return held.since == instr.b; });
  bool moves = instr.b != kNone && unit.instrs[instr.b].op == Op::construct &&
               effects_.row(unit, unit.instrs[instr.b]) != nullptr;
  for (const FunctionIndex target : p_.destructors(p_.functions()[f].unit, instr)) {
    const Locks::PerFunction& ends = out_.functions_[target];
    // What the constructor took is given back by now; others' locks only if they are held.
    for (const Name& name : ends.releases) {
      const Name mine = kept_in_object(p_, f, in_caller(p_, f, destroy, name));
      const bool held = std::any_of(state.held.begin(), state.held.end(), [&](const Held& h) {
        return h.name == mine || h.section == mine;
      });
      if (mine.known() && held) release(state, mine);
    }
    for (Held held : ends.leaves) {
      held.name = kept_in_object(p_, f, in_caller(p_, f, destroy, held.name));
      held.section = {};
      held.since = destroy;
      take(state, std::move(held));
    }
    moves = moves || ends.moves();
  }
  if (moves) go_back(state, instr.b);
  return before != state;
}

}  // namespace gilcheck::clang_plugin
