// The locks at the entry of a function: what all its callers hold.

#include <algorithm>

#include "clang_plugin/flow/lock_analysis.h"

namespace gilcheck::clang_plugin {

using rules::CAct;

void LockAnalysis::initial_entry(FunctionIndex f) {
  const FunctionNode& node = p_.functions()[f];
  LockState& entry = out_.entry_[f];
  for (const Entry& e : node.entries) {
    if (e.kind == EntryKind::thread) entry.thread.attached = Attached::no;
    if (e.kind == EntryKind::callback || e.kind == EntryKind::exported) {
      entry.thread.attached = Attached::unknown;
    }
    if (e.detached) entry.thread.attached = Attached::no;
  }
  locked_by_binding(f);
}

void LockAnalysis::locked_by_binding(FunctionIndex f) {
  const FunctionNode& node = p_.functions()[f];
  const auto first = std::find_if(node.entries.begin(), node.entries.end(),
                                  [](const Entry& e) { return !e.locked.empty(); });
  if (first == node.entries.end()) return;
  for (const std::uint32_t parameter : first->locked) {
    const bool always = std::all_of(node.entries.begin(), node.entries.end(), [&](const Entry& e) {
      return alone(e.kind) ||
             std::find(e.locked.begin(), e.locked.end(), parameter) != e.locked.end();
    });
    if (!always || parameter >= p_.function(f).params.count) continue;
    Held held;
    held.kind = Held::Kind::section;
    held.name = {Name::Root::parameter, parameter, ""};
    out_.entry_[f].held.push_back(std::move(held));
  }
}

bool LockAnalysis::alone(EntryKind kind) {
  return kind == EntryKind::construct || kind == EntryKind::destroy || kind == EntryKind::collect ||
         kind == EntryKind::module_init || kind == EntryKind::exported;
}

namespace {

/// `f()` in the function that is given `f` as parameter `index`.
bool calls_parameter(const Program& p, FunctionIndex target, const Instr& call,
                     std::uint32_t index) {
  if (call.op != Op::call) return false;
  const Unit& unit = p.unit_of(target);
  if (call.a == kNone) {
    const Instr& callee = unit.instrs[call.b];
    return callee.op == Op::parameter && callee.b == index;
  }
  // An object that is called: of a template, a lambda mostly.
  if (call.list.count == 0 || !p.callee_name(unit, call).ends_with("operator()")) return false;
  const Instr& object = unit.instrs[unit.value_lists[call.list.first]];
  if (object.op == Op::parameter) return object.b == index;
  const VarId variable = object.op == Op::address ? root_variable(unit, object.a) : kNone;
  bool found = false;
  for_each_instr(unit, p.function(target), [&](ValueId id) {
    const Instr& instr = unit.instrs[id];
    found = found || (instr.op == Op::parameter && instr.b == index && instr.a == variable);
  });
  return found;
}

}  // namespace

std::optional<Attached> LockAnalysis::where_called(const CallSite& site) const {
  const UnitIndex u = p_.functions()[site.caller].unit;
  const Unit& unit = p_.unit_of(site.caller);
  const Instr& call = unit.instrs[site.call];
  const FuncId callee = call.op == Op::call ? call.a : call.op == Op::construct ? call.b : kNone;
  const FunctionIndex target = callee == kNone ? kNone : p_.resolve(u, callee);
  if (target == kNone) return std::nullopt;
  std::uint32_t index = call.op == Op::construct ? 1 : 0;
  for (std::uint32_t i = 0; i < call.list.count; ++i) {
    const Instr& passed = unit.instrs[unit.value_lists[call.list.first + i]];
    const bool given = passed.op == Op::function || passed.op == Op::lambda;
    if (given && p_.resolve(u, passed.a) == site.callee) {
      index += i;
      break;
    }
  }
  std::optional<Attached> out;
  bool moves = false;
  const Unit& of = p_.unit_of(target);
  for_each_instr(of, p_.function(target), [&](ValueId id) {
    const LockState& there = out_.before(target, id);
    moves = moves || there.thread.perhaps_moved || !there.before.empty();
    if (!calls_parameter(p_, target, of.instrs[id], index)) return;
    out = out ? of_callers(*out, there.attached()) : there.attached();
  });
  if (!out && moves) return Attached::unknown;
  return out;
}

LockState LockAnalysis::seen_from(const CallSite& site) {
  const LockState& there = out_.before(site.caller, site.call);
  LockState here;
  here.thread.attached = there.attached();
  // A function of the program that is given this one may attach or detach before it calls it.
  if (site.as_callback) here.thread.attached = where_called(site).value_or(here.attached());
  const Unit& unit = p_.unit_of(site.caller);
  const Instr& call = unit.instrs[site.call];
  for (const Held& held : there.held) {
    Held mine = held;
    mine.since = 0;
    mine.section = {};
    mine.name =
        site.as_callback ? outside(held.name) : in_callee(p_, site.caller, site.call, held.name);
    // Held all the same, by a caller: the callee may work on what hangs on the locked object.
    if (!mine.name.known()) mine.name = enclosing(site.caller, held.name);
    if (mine.name.known()) here.held.push_back(std::move(mine));
  }
  if (site.as_callback) {
    const rules::CFunction* row = effects_.row(unit, call);
    if (row != nullptr && row->act == CAct::Once && call.list.count > 0) {
      Held once;
      once.kind = Held::Kind::once;
      once.name = outside(name_of_value(p_, site.caller, unit.value_lists[call.list.first]));
      here.held.push_back(once);
    }
  }
  return here;
}

Name LockAnalysis::enclosing(FunctionIndex f, const Name& name) const {
  if (name.root == Name::Root::enclosing) return name;
  std::string of;
  if (name.root == Name::Root::parameter && name.id < p_.function(f).params.count) {
    const Unit& unit = p_.unit_of(f);
    const Variable& parameter = unit.variables[p_.function(f).params.first + name.id];
    of = unit.text(unit.types[parameter.type].text);
  }
  return {Name::Root::enclosing, 0, of + name.steps};
}

bool LockAnalysis::entered(FunctionIndex f) const {
  const FunctionNode& node = p_.functions()[f];
  return node.callers.empty() || std::any_of(node.entries.begin(), node.entries.end(),
                                             [](const Entry& entry) { return !alone(entry.kind); });
}

Attached LockAnalysis::of_callers(Attached a, Attached b) {
  if (a == b) return a;
  const auto detached = [](Attached of) { return of == Attached::no || of == Attached::some; };
  return detached(a) || detached(b) ? Attached::some : Attached::unknown;
}

bool LockAnalysis::entry_from_callers(FunctionIndex f) {
  if (entered(f)) return false;
  const FunctionNode& node = p_.functions()[f];
  const bool shared = !alone(f);
  std::optional<LockState> met;
  std::vector<LockState> states;
  std::vector<std::vector<bool>> own;  // by caller and argument: nobody else has it there
  for (const std::uint32_t index : node.callers) {
    const CallSite& site = p_.call_sites()[index];
    if (!known_[site.caller] || (shared && alone(site.caller))) continue;
    states.push_back(seen_from(site));
    own.push_back(site.as_callback ? std::vector<bool>{} : own_arguments(site));
  }
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (!met) {
      met = states[i];
      continue;
    }
    met->thread.attached = of_callers(met->attached(), states[i].attached());
  }
  if (!met) return false;
  std::vector<Held> held;
  for (std::size_t i = 0; i < states.size(); ++i) {
    for (const Held& h : states[i].held) {
      if (std::find(held.begin(), held.end(), h) != held.end()) continue;
      bool everywhere = true;
      for (std::size_t k = 0; k < states.size() && everywhere; ++k) {
        const bool own_object =
            h.name.root == Name::Root::parameter && h.name.id < own[k].size() && own[k][h.name.id];
        everywhere =
            own_object || h.where_needed ||
            std::find(states[k].held.begin(), states[k].held.end(), h) != states[k].held.end();
      }
      if (everywhere) held.push_back(h);
    }
  }
  met->held = std::move(held);
  LockState& entry = out_.entry_[f];
  if (known_[f] && entry.attached() == met->attached() && entry.held == met->held) return false;
  entry = std::move(*met);
  return true;
}

std::vector<bool> LockAnalysis::own_arguments(const CallSite& site) {
  const auto known = own_.find({site.caller, site.call});
  if (known != own_.end()) return known->second;
  const Unit& unit = p_.unit_of(site.caller);
  const Instr& call = unit.instrs[site.call];
  std::vector<bool> out;
  if (call.op == Op::call) {
    for (std::uint32_t i = call.list.first; i < call.list.end(); ++i) {
      out.push_back(references_.exclusive(site.caller, unit.value_lists[i], site.call,
                                          references_.paths(site.caller)));
    }
  }
  own_.emplace(std::pair(site.caller, site.call), out);
  return out;
}

Name LockAnalysis::outside(const Name& name) {
  return name.root == Name::Root::global || name.root == Name::Root::getter ? name : Name{};
}

}  // namespace gilcheck::clang_plugin
