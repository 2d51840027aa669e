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
      if (first.end_call != kNone && first.end_call <= second.first_call) return true;
      if (second.end_call != kNone && second.end_call <= first.first_call) return true;
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
  // An object that is being finalised has no other holder.
  const bool dying_a = evidence.roots[ra].kind == ThreadRoot::Kind::finalizer &&
                       related(model, first.self, owner) && through_self(model, a);
  const bool dying_b = evidence.roots[rb].kind == ThreadRoot::Kind::finalizer &&
                       related(model, second.self, owner) && through_self(model, b);
  if (dying_a || dying_b) return false;
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
    bool at_import = false;
    for (std::uint32_t i = model.edges_into_first[location.owner];
         i < model.edges_into_first[location.owner + 1]; ++i) {
      if (model.functions[model.edges[model.edges_into[i]].from].import_time) at_import = true;
    }
    if (!at_import) return false;
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
      return same_instance(evidence, location.owner, a, ra, b, rb);
    case LocationKind::closure:
    case LocationKind::local_object: return same_activation(evidence, location, ra, rb);
    default: return true;
  }
}

}  // namespace gilcheck::analyzer
