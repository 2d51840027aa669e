// Pairs of accesses: can two threads be at both at the same time, on the same object?
#include <algorithm>

#include "analyzer/evidence/model.h"
#include "analyzer/link/objects.h"

namespace gilcheck::analyzer {
namespace {

LocationId container_of(const Model& model, LocationId location) {
  while (model.locations[location].parent != kNone) location = model.locations[location].parent;
  return location;
}

/// Before the root's threads start or after they were joined.
bool ordered(const Evidence& evidence, RootId root, const AccessRef& access) {
  const RootDetail& detail = evidence.details[root];
  for (const Window& window : detail.windows) {
    if (window.function == access.function) return window.outside(access.access);
  }
  return std::binary_search(detail.ordered.begin(), detail.ordered.end(), access.function);
}

/// One root's threads are over before the other's start.
bool disjoint(const Evidence& evidence, RootId a, RootId b) {
  for (const Window& first : evidence.details[a].windows) {
    for (const Window& second : evidence.details[b].windows) {
      if (first.function != second.function) continue;
      if (first.joined && first.end_call <= second.first_call) return true;
      if (second.joined && second.end_call <= first.first_call) return true;
    }
  }
  return false;
}

/// The access goes through the first parameter of the function or of one around it.
bool through_self(const Model& model, const AccessRef& access) {
  const ModuleSummary& s = model.summary(access.module);
  PathId path = s.accesses[access.access].path;
  // self.a[k] and self.a: the object is self; self.a.b belongs to what self.a holds.
  while (s.paths[path].kind == PathKind::item) path = s.paths[path].parent;
  if (s.paths[path].kind == PathKind::attr) path = s.paths[path].parent;
  return model.self_method(access.module, path) != kNone;
}

bool related(const Model& model, ClassIndex a, ClassIndex b) {
  return a != kNone && b != kNone && (model.derives_from(a, b) || model.derives_from(b, a));
}

/// Whether the spawner of a thread root can be running in root `r`: it holds what it handed out.
bool spawns(const Evidence& evidence, RootId thread, RootId r) {
  const FunctionIndex spawner = evidence.roots[thread].spawner;
  if (spawner == kNone) return r == evidence.main || r == evidence.api;
  const auto roots = evidence.roots_of(spawner);
  return std::find(roots.begin(), roots.end(), r) != roots.end() || r == evidence.main ||
         r == evidence.api;
}

/// The access goes through an object that its own function has made.
bool through_made(const Model& model, const AccessRef& access) {
  const ModuleSummary& s = model.summary(access.module);
  PathId path = s.accesses[access.access].path;
  while (s.paths[path].parent != 0) path = s.paths[path].parent;
  return s.paths[path].kind == PathKind::value &&
         makes_object(model, access.module, s.paths[path].aux);
}

/// A finaliser reaches an object of the class that is not just a part of what died: the one that a
/// global variable holds, or that the other root's thread was given.
bool outlives(const Evidence& evidence, ClassIndex owner, RootId ra, RootId rb) {
  const Holders& holders = evidence.holders[owner];
  for (const RootId r : {ra, rb}) {
    const std::vector<ClassIndex>& parts = evidence.details[r].parts;
    if (std::binary_search(parts.begin(), parts.end(), owner)) return false;
  }
  if (holders.global && evidence.made[owner] == 1) return true;
  for (const RootId r : {ra, rb}) {
    const Holders::Hold* hold = evidence.is_thread(r) ? holders.find(r) : nullptr;
    if (hold != nullptr && hold->single && holders.named) return true;
  }
  return false;
}

/// The path of the object that a root's target is bound to is the same in both.
bool same_receiver(const Evidence& evidence, RootId ra, RootId rb) {
  const Model& model = *evidence.model;
  const RootDetail& first = evidence.details[ra];
  const RootDetail& second = evidence.details[rb];
  const ModuleIndex ma = evidence.roots[ra].module;
  const ModuleIndex mb = evidence.roots[rb].module;
  if (first.receiver == 0 || second.receiver == 0) return false;
  if (ma == mb && first.receiver == second.receiver) return true;
  // Two methods of one class that start threads on the same object.
  const FuncId in_a = model.self_method(ma, first.receiver);
  const FuncId in_b = model.self_method(mb, second.receiver);
  return in_a != kNone && in_b != kNone &&
         related(model, model.functions[model.function_index(ma, in_a)].owner,
                 model.functions[model.function_index(mb, in_b)].owner);
}

/// Threads of the roots come from one place, or one starts the other: what they are given can be
/// one object.
bool linked(const Evidence& evidence, RootId ra, RootId rb) {
  const FunctionIndex a = evidence.roots[ra].spawner;
  const FunctionIndex b = evidence.roots[rb].spawner;
  if (a != kNone && a == b) return true;
  if (same_receiver(evidence, ra, rb)) return true;
  const auto runs_in = [&](FunctionIndex spawner, RootId r) {
    if (spawner == kNone) return false;
    const auto roots = evidence.roots_of(spawner);
    return std::find(roots.begin(), roots.end(), r) != roots.end();
  };
  return runs_in(a, rb) || runs_in(b, ra);
}

/// Some code that the root reaches changes the location after the object was made.
bool changed_by(const Evidence& evidence, LocationId id, RootId root) {
  const Model& model = *evidence.model;
  for (const AccessRef& access : model.locations[id].accesses) {
    const AccessOp op = model.summary(access.module).accesses[access.access].op;
    if (op == AccessOp::load || op == AccessOp::item_load || op == AccessOp::contains ||
        op == AccessOp::length || op == AccessOp::iterate) {
      continue;
    }
    const auto roots = evidence.roots_of(access.function);
    if (std::binary_search(roots.begin(), roots.end(), root) &&
        !under_construction(evidence, id, access)) {
      return true;
    }
  }
  return false;
}

/// The access is seen to run beside the root's threads: in the function that starts them, in its
/// callers, or in what these call meanwhile. A root without a place that starts it says nothing.
bool beside(const Evidence& evidence, RootId root, const AccessRef& access) {
  const RootDetail& detail = evidence.details[root];
  // A finaliser runs wherever the last reference goes, not where it was registered.
  return detail.windows.empty() || evidence.roots[root].kind == ThreadRoot::Kind::finalizer ||
         std::binary_search(detail.beside.begin(), detail.beside.end(), access.function);
}

/// The access names the object by a path from a global variable.
bool through_global(const Model& model, const AccessRef& access) {
  const ModuleSummary& s = model.summary(access.module);
  PathId path = s.accesses[access.access].path;
  while (s.paths[path].parent != 0) path = s.paths[path].parent;
  return s.paths[path].kind == PathKind::global;
}

/// One object of the class is seen that threads of both roots hold.
bool one_object(const Evidence& evidence, ClassIndex owner, const AccessRef& a, RootId ra,
                const AccessRef& b, RootId rb) {
  const Model& model = *evidence.model;
  const Holders& holders = evidence.holders[owner];
  if (holders.rooted) return true;
  // Both sides get there from a global variable: one of the objects in a table of them.
  if (through_global(model, a) && through_global(model, b)) return true;
  // What a function has made and still uses after it handed it out.
  if (through_made(model, a) || through_made(model, b)) return true;
  const auto single = [&](RootId r) {
    const Holders::Hold* hold = evidence.is_thread(r) ? holders.find(r) : nullptr;
    return hold != nullptr && hold->single;
  };
  if (ra == rb) {
    const Holders::Hold* hold = holders.find(ra);
    return hold != nullptr && hold->single && hold->together;
  }
  if (!evidence.is_thread(ra) || !evidence.is_thread(rb)) {
    // A thread bound to an object shares that one with whoever else holds it.
    const RootId thread = evidence.is_thread(ra) ? ra : rb;
    return single(ra) || single(rb) || related(model, evidence.details[thread].self, owner);
  }
  return (single(ra) || single(rb)) && linked(evidence, ra, rb);
}

/// Both sides can hold one object of the class.
bool same_instance(const Evidence& evidence, ClassIndex owner, const AccessRef& a, RootId ra,
                   const AccessRef& b, RootId rb) {
  const Model& model = *evidence.model;
  const Holders& holders = evidence.holders[owner];
  if (ra == rb) {
    const ThreadRoot& root = evidence.roots[ra];
    const RootDetail& detail = evidence.details[ra];
    // Each thread of the root has its own `self`.
    if (!root.same_receiver && related(model, detail.self, owner) && through_self(model, a) &&
        through_self(model, b)) {
      return false;
    }
    if (root.kind == ThreadRoot::Kind::finalizer) return outlives(evidence, owner, ra, rb);
    if (holders.everywhere) return true;
    const Holders::Hold* hold = holders.find(ra);
    return hold != nullptr && hold->together;
  }
  const RootDetail& first = evidence.details[ra];
  const RootDetail& second = evidence.details[rb];
  if (first.own_self && second.own_self && related(model, first.self, owner) &&
      related(model, second.self, owner) && through_self(model, a) && through_self(model, b)) {
    return false;
  }
  // Two threads on two objects that the same function has just made.
  if (first.receiver_fresh && second.receiver_fresh && first.receiver != second.receiver &&
      evidence.roots[ra].spawner == evidence.roots[rb].spawner &&
      related(model, first.self, owner) && related(model, second.self, owner) &&
      through_self(model, a) && through_self(model, b)) {
    return false;
  }
  // Two threads that are each bound to an object of their own.
  if (evidence.is_thread(ra) && evidence.is_thread(rb) && related(model, first.self, owner) &&
      related(model, second.self, owner) && through_self(model, a) && through_self(model, b) &&
      !linked(evidence, ra, rb)) {
    return false;
  }
  // An object that is being finalised has no other holder.
  const bool dying_a = evidence.roots[ra].kind == ThreadRoot::Kind::finalizer &&
                       related(model, first.self, owner) && through_self(model, a);
  const bool dying_b = evidence.roots[rb].kind == ThreadRoot::Kind::finalizer &&
                       related(model, second.self, owner) && through_self(model, b);
  if (dying_a || dying_b) return false;
  if (evidence.roots[ra].kind == ThreadRoot::Kind::finalizer ||
      evidence.roots[rb].kind == ThreadRoot::Kind::finalizer) {
    return outlives(evidence, owner, ra, rb);
  }
  if (holders.everywhere) return true;
  const Holders::Hold* hold_a = evidence.is_thread(ra) ? holders.find(ra) : nullptr;
  const Holders::Hold* hold_b = evidence.is_thread(rb) ? holders.find(rb) : nullptr;
  if (hold_a == nullptr && hold_b == nullptr) return false;
  const bool transferred =
      (hold_a == nullptr || hold_a->transferred) && (hold_b == nullptr || hold_b->transferred);
  // What went through a queue has left its maker's hands, unless the maker goes on using it.
  if (transferred && !through_made(model, a) && !through_made(model, b)) return false;
  if (hold_a != nullptr && hold_b != nullptr) return true;
  return hold_a != nullptr ? spawns(evidence, ra, rb) : spawns(evidence, rb, ra);
}

/// The root's threads are started below one activation of `owner` and so share its variables.
bool below(const Evidence& evidence, RootId root, FunctionIndex owner) {
  const Model& model = *evidence.model;
  for (const Window& window : evidence.details[root].windows) {
    FunctionIndex f = window.function;
    for (;;) {
      if (f == owner) return true;
      const Function& function = model.function(f);
      if ((function.flags & (kFunctionNested | kFunctionLambda)) == 0 || function.parent == kNone) {
        break;
      }
      f = model.function_index(model.module_of(f), function.parent);
    }
  }
  return false;
}

/// Every turn of the loop that starts the threads makes an object of its own.
bool made_in_loop(const Evidence& evidence, const Location& location, RootId root) {
  const ModuleSummary& s = evidence.model->summary(location.initial_module);
  ValueId v = location.initial;
  while (s.values[v].kind == ValueKind::annotated) v = s.values[v].b;
  if (s.values[v].kind == ValueKind::call) {
    return (s.calls[s.values[v].a].flags & kCallInLoop) != 0;
  }
  const ThreadRoot& spawn = evidence.roots[root];
  if (spawn.call == kNone || spawn.module != location.initial_module ||
      (s.calls[spawn.call].flags & kCallInLoop) == 0) {
    return false;
  }
  // Values are numbered in the order of evaluation, and a `for` makes its element when it starts:
  // what has a higher number than the last element before the spawn was made inside the loop.
  const ModuleTables& table = evidence.model->tables[location.initial_module];
  const ValueId spawned = table.value_of_call[spawn.call];
  const Function& function = s.functions[s.calls[spawn.call].function];
  const ValueId first = table.value_of_call[function.calls.first];
  for (ValueId e = spawned; e-- > 1;) {
    if (e < v && first != 0 && e < first) return false;
    if (s.values[e].kind != ValueKind::element) continue;
    return e < v;
  }
  return false;
}

/// Module code calls the function, as it does with the decorators it applies.
bool called_at_import(const Model& model, FunctionIndex f) {
  for (std::uint32_t i = model.edges_into_first[f]; i < model.edges_into_first[f + 1]; ++i) {
    if (model.functions[model.edges[model.edges_into[i]].from].import_time) return true;
  }
  return false;
}

/// The root's threads are started by the function, or by one that has called it: they can be given
/// what it returned.
bool hands_on(const Evidence& evidence, RootId root, FunctionIndex owner) {
  if (below(evidence, root, owner)) return true;
  const Model& model = *evidence.model;
  for (std::uint32_t i = model.edges_into_first[owner]; i < model.edges_into_first[owner + 1];
       ++i) {
    const FunctionIndex caller = model.edges[model.edges_into[i]].from;
    for (const Window& window : evidence.details[root].windows) {
      if (window.function == caller) return true;
    }
  }
  return false;
}

/// Variables and objects of one activation of `owner`.
bool same_activation(const Evidence& evidence, const Location& location, RootId ra, RootId rb) {
  const Model& model = *evidence.model;
  const bool a_below = evidence.is_thread(ra) && below(evidence, ra, location.owner);
  const bool b_below = evidence.is_thread(rb) && below(evidence, rb, location.owner);
  if (location.kind == LocationKind::local_object && ra == rb &&
      made_in_loop(evidence, location, ra)) {
    return false;
  }
  if (a_below || b_below) return true;
  if (location.kind != LocationKind::closure) return false;
  // A nested function that outlives the call: the threads that call it share its cells, unless
  // each makes its own by calling the function around it.
  for (const RootId r : {ra, rb}) {
    const auto roots = evidence.roots_of(location.owner);
    if (std::find(roots.begin(), roots.end(), r) == roots.end()) continue;
    if (!called_at_import(model, location.owner)) return false;
  }
  return true;
}

/// The same for a call.
bool ordered(const Evidence& evidence, RootId root, const CallPlace& at) {
  const RootDetail& detail = evidence.details[root];
  for (const Window& window : detail.windows) {
    if (window.function == at.function) return window.outside_call(at.call, at.position);
  }
  return std::binary_search(detail.ordered.begin(), detail.ordered.end(), at.function);
}

}  // namespace

bool calls_meet(const Evidence& evidence, const CallPlace& a, RootId ra, const CallPlace& b,
                RootId rb) {
  const bool thread_a = evidence.is_thread(ra);
  const bool thread_b = evidence.is_thread(rb);
  if (!thread_a && !thread_b) {
    return (ra == evidence.api || rb == evidence.api) &&
           evidence.model->options.assume == Assume::threaded;
  }
  if (ra == rb) return evidence.roots[ra].many;
  if (thread_b && ordered(evidence, rb, a)) return false;
  if (thread_a && ordered(evidence, ra, b)) return false;
  return !(thread_a && thread_b && disjoint(evidence, ra, rb));
}

bool under_construction(const Evidence& evidence, LocationId location, const AccessRef& access) {
  const Model& model = *evidence.model;
  const Location& touched = model.locations[container_of(model, location)];
  if (touched.kind != LocationKind::instance_attribute) return false;
  if (!model.functions[access.function].construction || !through_self(model, access)) return false;
  // After a constructor has started a thread on its object, the object is shared.
  const auto starts = evidence.starting_constructors.find(access.function);
  if (starts == evidence.starting_constructors.end()) return true;
  return std::all_of(starts->second.begin(), starts->second.end(),
                     [&](RootId root) { return ordered(evidence, root, access); });
}

Confidence sharing_strength(const Evidence& evidence, LocationId id, const AccessRef& a, RootId ra,
                            const AccessRef& b, RootId rb) {
  const Model& model = *evidence.model;
  const Location& location = model.locations[container_of(model, id)];
  const bool thread_a = evidence.is_thread(ra);
  const bool thread_b = evidence.is_thread(rb);
  const RootId thread = thread_a ? ra : rb;
  Confidence out = Confidence::high;
  if (!thread_a || !thread_b || evidence.details[ra].hinted || evidence.details[rb].hinted ||
      evidence.roots[ra].kind == ThreadRoot::Kind::finalizer ||
      evidence.roots[rb].kind == ThreadRoot::Kind::finalizer) {
    out = Confidence::medium;
  }
  switch (location.kind) {
    case LocationKind::instance_attribute: {
      // Who calls in the main thread is not known, nor is on which object, unless the function that
      // starts the thread (or one of its callers) does so while the thread runs.
      const bool meets =
          (thread_a || beside(evidence, rb, a)) && (thread_b || beside(evidence, ra, b));
      if (!meets || !one_object(evidence, location.owner, a, ra, b, rb)) {
        // A class that owns a lock means its objects to be shared for the sake of what it guards.
        const ClassClaim claim = claim_of(model, location);
        // ... and for what its own thread changes as others do: that is no configuration.
        const bool state = thread_a != thread_b &&
                           related(model, evidence.details[thread].self, location.owner) &&
                           changed_by(evidence, id, ra) && changed_by(evidence, id, rb);
        const bool meant = claim.documented != kNone ||
                           (claim.locks != kNone && (evidence.guarded[id] != 0 || state));
        return meant ? Confidence::medium : Confidence::low;
      }
      // Of a class that is made in several places each thread may have its own.
      if (!evidence.holders[location.owner].named || evidence.made[location.owner] > 1) {
        out = Confidence::medium;
      }
      break;
    }
    case LocationKind::closure:
      // A variable of a function that starts none of the threads is reached through a callback.
      if (evidence.roots[thread].spawner != location.owner) out = Confidence::medium;
      // Which call of the outer function made the callback is not seen.
      if (!(thread_a && hands_on(evidence, ra, location.owner)) &&
          !(thread_b && hands_on(evidence, rb, location.owner)) &&
          !called_at_import(model, location.owner)) {
        return Confidence::low;
      }
      break;
    default:
      // One object, but the code that starts the thread is not seen to get to the other access.
      if (!(thread_a || beside(evidence, rb, a)) || !(thread_b || beside(evidence, ra, b))) {
        return evidence.guarded[id] != 0 ? Confidence::medium : Confidence::low;
      }
      // A global is one object; that somebody calls in the main thread meanwhile is not in doubt
      // for what a program keeps there.
      if (!evidence.details[ra].hinted && !evidence.details[rb].hinted &&
          evidence.roots[thread].kind != ThreadRoot::Kind::finalizer) {
        out = Confidence::high;
      }
      break;
  }
  return out;
}

bool roots_conflict(const Evidence& evidence, LocationId id, const AccessRef& a, RootId ra,
                    const AccessRef& b, RootId rb) {
  const Model& model = *evidence.model;
  const bool thread_a = evidence.is_thread(ra);
  const bool thread_b = evidence.is_thread(rb);
  const Location& held = model.locations[container_of(model, id)];
  if (held.kind == LocationKind::closure &&
      (a.function == held.owner || b.function == held.owner)) {
    // The function that binds the variable is over when the nested functions it returns are called;
    // it meets only threads that it starts itself.
    const bool meets = (thread_a && below(evidence, ra, held.owner)) ||
                       (thread_b && below(evidence, rb, held.owner));
    if (!meets) return false;
  }
  if (!thread_a && !thread_b) {
    // Main thread and public API: threads only if the API is called from several.
    return (ra == evidence.api || rb == evidence.api) && evidence.api_shared[id] != 0;
  }
  if (ra == rb) {
    if (!evidence.roots[ra].many) return false;
  } else {
    if (thread_b && ordered(evidence, rb, a)) return false;
    if (thread_a && ordered(evidence, ra, b)) return false;
    if (thread_a && thread_b && disjoint(evidence, ra, rb)) return false;
  }
  const Location& location = model.locations[container_of(model, id)];
  switch (location.kind) {
    case LocationKind::instance_attribute:
      // Coroutines of one loop take turns, and an object that they use belongs to their loop.
      if (evidence.in_loop[a.function] != 0 && evidence.in_loop[b.function] != 0) return false;
      return same_instance(evidence, location.owner, a, ra, b, rb);
    case LocationKind::closure:
    case LocationKind::local_object: return same_activation(evidence, location, ra, rb);
    default: return true;
  }
}

}  // namespace gilcheck::analyzer
