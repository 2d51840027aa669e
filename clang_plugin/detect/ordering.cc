#include "clang_plugin/detect/ordering.h"

#include <algorithm>

namespace gilcheck::clang_plugin {

namespace {

bool is_identity(const Context& context, FunctionIndex f, ValueId value) {
  const Instr& instr = context.instr(f, value);
  if (instr.op != Op::phi) return names_thread(context, f, value);
  const Unit& unit = context.unit(f);
  for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
    if (names_thread(context, f, unit.value_lists[i])) return true;
  }
  return false;
}

/// A comparison with the thread's identity, or a function of the program that gets it.
bool asks_for_thread(const Context& context, FunctionIndex f, ValueId value, int depth) {
  if (depth > 5) return false;
  const Unit& unit = context.unit(f);
  const Instr& instr = unit.instrs[value];
  if (instr.op == Op::binary) {
    if (is_identity(context, f, instr.a) || is_identity(context, f, instr.b)) return true;
    return asks_for_thread(context, f, instr.a, depth + 1) ||
           asks_for_thread(context, f, instr.b, depth + 1);
  }
  if (instr.op == Op::unary) return asks_for_thread(context, f, instr.a, depth + 1);
  if (instr.op != Op::call) return false;
  for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
    if (is_identity(context, f, unit.value_lists[i])) return true;
  }
  return false;
}

bool compares_thread(const Context& context, FunctionIndex f) {
  const Unit& unit = context.unit(f);
  bool found = false;
  for_each_instr(unit, context.program.function(f), [&](ValueId id) {
    const Instr& instr = unit.instrs[id];
    if (instr.op != Op::binary || (instr.code != Operator::eq && instr.code != Operator::ne)) {
      return;
    }
    found = found || is_identity(context, f, instr.a) || is_identity(context, f, instr.b);
  });
  return found;
}

bool is_atomic_update(const Context& context, FunctionIndex f, ValueId call) {
  const Unit& unit = context.unit(f);
  const Instr& instr = unit.instrs[call];
  if (instr.op != Op::call || instr.list.count == 0) return false;
  const std::string_view name = context.callee_name(f, call);
  if (const rules::CFunction* row = context.effects.row(unit, instr)) {
    return row->act == rules::CAct::AtomicUpdate;
  }
  return is_atomic_builtin(name) && name.find("load") == name.npos &&
         name.find("store") == name.npos;
}

/// An atomic update, or a decrement, of a field of `base` somewhere below a condition.
bool counts_down(const Context& context, FunctionIndex f, ValueId value, ValueId base, int depth) {
  if (depth > 5) return false;
  const Unit& unit = context.unit(f);
  const Instr& instr = unit.instrs[value];
  if (instr.op == Op::binary) {
    return counts_down(context, f, instr.a, base, depth + 1) ||
           counts_down(context, f, instr.b, base, depth + 1);
  }
  if (instr.op == Op::unary) return counts_down(context, f, instr.a, base, depth + 1);
  if (!is_atomic_update(context, f, value)) return false;
  const Instr& place = unit.instrs[unit.value_lists[instr.list.first]];
  return place.op == Op::address && root_pointer(unit, place.a) == base;
}

}  // namespace

bool names_thread(const Context& context, FunctionIndex f, ValueId value) {
  const Instr& instr = context.instr(f, value);
  if (instr.op != Op::call) return false;
  const rules::CFunction* row = context.effects.row(context.unit(f), instr);
  return row != nullptr && row->act == rules::CAct::ThreadIdentity;
}

bool released_near(const Context& context, FunctionIndex f, ValueId load, ValueId store) {
  const Unit& unit = context.unit(f);
  const Paths& paths = context.paths(f);
  const std::span<const ValueId> users = context.sharing.uses(f).of(load);
  return std::any_of(users.begin(), users.end(), [&](ValueId id) {
    return context.releases_argument(f, id) &&
           unit.value_lists[unit.instrs[id].list.first] == load &&
           (paths.can_follow(store, id) || paths.can_follow(id, store));
  });
}

bool stands_before(const Context& context, FunctionIndex f, ValueId a, ValueId b) {
  const BlockId of_a = context.instr(f, a).block;
  const BlockId of_b = context.instr(f, b).block;
  if (of_a != of_b) return of_a < of_b;
  return context.paths(f).position(a) < context.paths(f).position(b);
}

bool counted_in_flight(const Context& context, FunctionIndex f, ValueId at) {
  const Unit& unit = context.unit(f);
  const Paths& paths = context.paths(f);
  // By name: `self->env` is loaded anew each time.
  std::vector<Name> before;
  std::vector<Name> after;
  for_each_instr(unit, context.program.function(f), [&](ValueId id) {
    if (!is_atomic_update(context, f, id)) return;
    const Instr& address = unit.instrs[unit.value_lists[unit.instrs[id].list.first]];
    if (address.op != Op::address) return;
    const Name counter = name_of_place(context.program, f, address.a);
    if (!counter.known()) return;
    if (paths.dominates(id, at)) before.push_back(counter);
    if (paths.can_follow(at, id)) after.push_back(counter);
  });
  return std::any_of(before.begin(), before.end(), [&](const Name& counter) {
    return std::find(after.begin(), after.end(), counter) != after.end();
  });
}

bool only_in_owner_thread(const Context& context, FunctionIndex f, ValueId at) {
  const Unit& unit = context.unit(f);
  for (const BlockId b : context.paths(f).controlling(unit.instrs[at].block)) {
    const ValueId test = unit.blocks[b].value;
    if (test != kNone && asks_for_thread(context, f, test, 0)) return true;
  }
  return false;
}

namespace {

/// Compares, or calls a function that does: `check_blob()` calls `check_connection()`.
bool refuses_threads(const Context& context, FunctionIndex f, int depth) {
  if (compares_thread(context, f)) return true;
  if (depth > 1) return false;
  for (const std::uint32_t index : context.program.functions()[f].callees) {
    const CallSite& site = context.program.call_sites()[index];
    if (!site.as_callback && refuses_threads(context, site.callee, depth + 1)) return true;
  }
  return false;
}

bool thread_checked(const Context& context, FunctionIndex f, ValueId at, int depth) {
  const Unit& unit = context.unit(f);
  bool found = false;
  for_each_instr(unit, context.program.function(f), [&](ValueId id) {
    const Instr& instr = unit.instrs[id];
    if (found || instr.op != Op::call || instr.a == kNone) return;
    const FunctionIndex callee = context.program.resolve(context.unit_index(f), instr.a);
    if (callee == kNone || id == at || !context.paths(f).dominates(id, at)) return;
    // It can refuse: it has a result, and the result is looked at.
    const Function& asked = context.program.function(callee);
    const TypeKind result = context.unit(callee).types[asked.result].kind;
    if (result != TypeKind::integer && result != TypeKind::boolean) return;
    found = refuses_threads(context, callee, 0);
  });
  if (found) return true;
  const FunctionNode& node = context.program.functions()[f];
  if (depth > 3 || node.callers.empty()) return false;
  bool any = false;
  for (const std::uint32_t index : node.callers) {
    const CallSite& site = context.program.call_sites()[index];
    if (!context.runs_shared(site.caller)) continue;
    if (!thread_checked(context, site.caller, site.call, depth + 1)) return false;
    any = true;
  }
  return any && std::none_of(node.entries.begin(), node.entries.end(), [](const Entry& entry) {
           return entry.kind == EntryKind::method || entry.kind == EntryKind::slot ||
                  entry.kind == EntryKind::callback;
         });
}

}  // namespace

bool thread_was_checked(const Context& context, FunctionIndex f, ValueId at) {
  return thread_checked(context, f, at, 0);
}

bool after_last_reference(const Context& context, FunctionIndex f, ValueId base, ValueId at) {
  const Unit& unit = context.unit(f);
  for (const BlockId b : context.paths(f).controlling(unit.instrs[at].block)) {
    const ValueId test = unit.blocks[b].value;
    if (test != kNone && counts_down(context, f, test, base, 0)) return true;
  }
  return false;
}

const FieldFacts* in_use_flag(const Context& context, FunctionIndex f, ValueId base, ValueId at) {
  if (base == kNone) return nullptr;
  const Unit& unit = context.unit(f);
  const Paths& paths = context.paths(f);
  const FieldFacts* found = nullptr;
  for_each_instr(unit, context.program.function(f), [&](ValueId id) {
    const Instr& store = unit.instrs[id];
    if (found != nullptr || store.op != Op::store || root_pointer(unit, store.a) != base) return;
    const Instr& set = unit.instrs[store.b];
    if (set.op != Op::integer || set.number <= 0 || !paths.dominates(id, at)) return;
    bool taken_back = false;
    for_each_instr(unit, context.program.function(f), [&](ValueId other) {
      const Instr& instr = unit.instrs[other];
      if (instr.op != Op::store || instr.a != store.a) return;
      const Instr& value = unit.instrs[instr.b];
      taken_back = taken_back ||
                   (value.op == Op::integer && value.number == 0 && paths.can_follow(at, other));
    });
    if (!taken_back) return;
    // Tested on the way to where it is set, by a load of the same place.
    for (const BlockId b : paths.controlling(store.block)) {
      const ValueId test = unit.blocks[b].value;
      if (test == kNone) continue;
      bool tested = false;
      for_each_instr(unit, context.program.function(f), [&](ValueId load) {
        const Instr& instr = unit.instrs[load];
        tested =
            tested || (instr.op == Op::load && instr.a == store.a && depends_on(unit, test, load));
      });
      if (tested) found = context.fields().of(f, store.a);
    }
  });
  return found;
}

namespace {

bool tests_flag(FunctionIndex f, const FieldFacts& flag) {
  return std::any_of(flag.touches.begin(), flag.touches.end(),
                     [&](const FieldTouch& touch) { return touch.function == f && !touch.write; });
}

bool respects(const Context& context, FunctionIndex f, const FieldFacts& flag, int depth) {
  if (tests_flag(f, flag)) return true;
  const FunctionNode& node = context.program.functions()[f];
  if (depth > 3 || node.callers.empty()) return false;
  return std::all_of(node.callers.begin(), node.callers.end(), [&](std::uint32_t index) {
    const CallSite& site = context.program.call_sites()[index];
    return !context.runs_shared(site.caller) || respects(context, site.caller, flag, depth + 1);
  });
}

}  // namespace

bool respects_flag(const Context& context, FunctionIndex f, const FieldFacts& flag) {
  return respects(context, f, flag, 0);
}

}  // namespace gilcheck::clang_plugin
