// What one instruction does to the locks held and the thread state.

#include <algorithm>

#include "clang_plugin/flow/lock_analysis.h"

namespace gilcheck::clang_plugin {

using rules::CAct;

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
  for (std::size_t i = state.held.size(); i-- > 0;) {
    if (state.held[i].kind != Held::Kind::section && state.held[i].name == name) {
      state.held.erase(state.held.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }
  if (name.root != Name::Root::local &&
      std::find(releases_.begin(), releases_.end(), name) == releases_.end()) {
    releases_.push_back(name);
  }
}

bool LockAnalysis::transfer(FunctionIndex f, const Unit& unit, ValueId id, LockState& state) {
  const Instr& instr = unit.instrs[id];
  if (instr.op == Op::destroy) {
    const std::size_t before = state.held.size();
    const auto since = instr.b;
    std::erase_if(state.held, [&](const Held& held) { return held.since == since; });
    const Instr& made = unit.instrs[instr.b];
    const rules::CFunction* row = made.op == Op::construct ? effects_.row(unit, made) : nullptr;
    if (row != nullptr && row->act == CAct::DetachScope) state.attached = Attached::yes;
    if (row != nullptr && row->act == CAct::AttachScope) state.attached = Attached::no;
    return before != state.held.size() || row != nullptr;
  }
  if (instr.op != Op::call && instr.op != Op::construct) return false;
  const FuncId callee = instr.op == Op::call ? instr.a : instr.b;
  const FunctionIndex target = callee == kNone ? kNone : p_.resolve(p_.functions()[f].unit, callee);
  if (target != kNone && instr.op == Op::call) return apply(f, id, target, state);
  const rules::CFunction* row = effects_.row(unit, instr);
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
    case CAct::SectionEnd: {
      const Name section = first();
      std::erase_if(state.held, [&](const Held& h) { return h.section == section; });
      return true;
    }
    case CAct::SectionGuard:
      held.kind = Held::Kind::section;
      for (std::uint32_t i = 0; i < instr.list.count; ++i) {
        held.name = argument(f, unit, instr, static_cast<std::int8_t>(i));
        take(state, held);
      }
      return true;
    case CAct::Detach:
    case CAct::DetachScope: state.attached = Attached::no; return true;
    case CAct::Attach:
    case CAct::AttachNested:
    case CAct::AttachScope: state.attached = Attached::yes; return true;
    case CAct::DetachNested: state.attached = out_.entry_[f].attached; return true;
    default: return false;
  }
}

bool LockAnalysis::apply(FunctionIndex f, ValueId call, FunctionIndex target, LockState& state) {
  const Locks::PerFunction& callee = out_.functions_[target];
  bool changed = false;
  for (const Name& name : callee.releases) {
    const Name mine = in_caller(p_, f, call, name);
    if (!mine.known()) continue;
    release(state, mine);
    changed = true;
  }
  for (Held held : callee.leaves) {
    held.name = in_caller(p_, f, call, held.name);
    held.since = call;
    if (!held.name.known()) continue;
    state.held.push_back(held);
    changed = true;
  }
  if (callee.leaves_detached) state.attached = Attached::no;
  if (callee.leaves_attached) state.attached = Attached::yes;
  return changed || callee.leaves_detached || callee.leaves_attached;
}

}  // namespace gilcheck::clang_plugin
