// Which classes' objects several threads hold: through module and class state, as arguments and
// receivers of thread targets, captured by nested targets, and through attributes of such objects.
#include <algorithm>

#include "analyzer/evidence/model.h"
#include "analyzer/link/evaluator.h"
#include "analyzer/link/objects.h"
#include "analyzer/link/spawns.h"
#include "analyzer/link/types.h"

namespace gilcheck::analyzer {
namespace {

class HolderFinder {
 public:
  explicit HolderFinder(Evidence& evidence)
      : evidence_(evidence), model_(*evidence.model), evaluator_(model_) {}

  void run() {
    evidence_.holders.assign(model_.classes.size(), {});
    parts_.resize(model_.classes.size());
    count_globals();
    for (SlotId slot = 0; slot < model_.slots.size(); ++slot) kept(slot);
    for (const Location& location : model_.locations) {
      if (location.kind == LocationKind::default_argument) everywhere(location.type);
    }
    for (RootId r = 0; r < evidence_.roots.size(); ++r) {
      // What a finaliser is given belonged to the object that died.
      if (evidence_.is_thread(r) && !evidence_.details[r].synchronous &&
          evidence_.roots[r].kind != ThreadRoot::Kind::finalizer) {
        handed(r);
      }
    }
    spread();
    find_parts_of_the_dying();
  }

 private:
  /// An object kept in another's attribute, or in a queue there.
  struct Part {
    ClassIndex klass;
    bool transferred;
    bool single;  ///< the attribute's own object, not one of those in a container there
  };

  ClassIndex class_of(const Type& type) const {
    return type.kind == Type::Kind::instance ? type.index : kNone;
  }

  void mark(ClassIndex c) {
    if (queued_.size() != model_.classes.size()) queued_.assign(model_.classes.size(), 0);
    if (queued_[c] != 0) return;
    queued_[c] = 1;
    work_.push_back(c);
  }

  void count_globals() {
    globals_.assign(model_.classes.size(), 0);
    for (SlotId slot = 0; slot < model_.slots.size(); ++slot) {
      const Slot& kept = model_.slots[slot];
      if (kept.kind != LocationKind::global && kept.kind != LocationKind::function_attribute &&
          (kept.kind != LocationKind::class_attribute || kept.stored_through_instance)) {
        continue;
      }
      const ClassIndex c = class_of(model_.variables[slot]);
      if (c != kNone) ++globals_[c];
    }
  }

  /// That one of the many objects of a class is a global variable's says nothing about the others;
  /// it does if a good part of the places that make one keep it so.
  bool mostly_global(ClassIndex c) const {
    constexpr std::uint32_t kGoodPart = 3;
    return globals_[c] != 0 && kGoodPart * globals_[c] >= evidence_.made[c];
  }

  /// A finaliser's own: what its object keeps in attributes, and these in theirs.
  void find_parts_of_the_dying() {
    for (RootId r = 0; r < evidence_.roots.size(); ++r) {
      RootDetail& detail = evidence_.details[r];
      if (evidence_.roots[r].kind != ThreadRoot::Kind::finalizer || detail.self == kNone) continue;
      std::vector<ClassIndex>& parts = detail.parts;
      parts.push_back(detail.self);
      constexpr std::size_t kMost = 2000;
      for (std::size_t i = 0; i < parts.size() && parts.size() < kMost; ++i) {
        const auto take = [&](ClassIndex c) {
          if (std::find(parts.begin(), parts.end(), c) == parts.end()) parts.push_back(c);
        };
        for (const ClassIndex below : model_.classes[parts[i]].subclasses) take(below);
        for (const ClassIndex ancestor : model_.class_tables[parts[i]].ancestry) {
          for (const Part& piece : parts_[ancestor]) take(piece.klass);
        }
      }
      std::sort(parts.begin(), parts.end());
    }
  }

  void everywhere(const Type& type, bool named = true) {
    const ClassIndex c = class_of(type);
    if (c == kNone) return;
    Holders& holders = evidence_.holders[c];
    holders.named |= named;
    const bool global = named && mostly_global(c);
    if (holders.everywhere && (holders.global || !global)) return;
    holders.everywhere = true;
    holders.global |= global;
    holders.rooted |= global;
    mark(c);
  }

  void hold(const Type& type, RootId root, bool together, bool transferred = false) {
    const ClassIndex c = class_of(type);
    if (c == kNone) return;
    // Several threads of one root that are each given an object of their own share none.
    const bool single = !transferred && (together || !evidence_.roots[root].many);
    evidence_.holders[c].named |= single;
    if (evidence_.holders[c].hold(root, together, transferred, single)) mark(c);
  }

  /// Objects in variables: global ones are everybody's, attributes belong to their object.
  void kept(SlotId id) {
    const Slot& slot = model_.slots[id];
    const Type& value = model_.variables[id];
    const Type& element = model_.variables[model_.element_base() + id];
    // What goes through a queue is handed over, not shared.
    const bool queue = value.container == rules::Container::Queue;
    switch (slot.kind) {
      case LocationKind::global:
      case LocationKind::function_attribute:
        everywhere(value);
        if (!queue) everywhere(element, false);
        break;
      case LocationKind::class_attribute:
        if (!slot.stored_through_instance) {
          everywhere(value);
          if (!queue) everywhere(element, false);
        } else {
          part(slot.owner, value, false, true);
          part(slot.owner, element, queue, false);
        }
        break;
      case LocationKind::closure: {
        // A cell of an escaping function lives on with it.
        if (escaping_cell(slot)) {
          everywhere(value);
          everywhere(element, false);
        }
        break;
      }
      default: break;
    }
  }

  bool escaping_cell(const Slot& slot) const {
    const ModuleIndex m = model_.module_of(slot.owner);
    const ModuleSummary& s = model_.summary(m);
    const FuncId owner = model_.functions[slot.owner].id;
    for (FuncId f = owner + 1; f < s.functions.size(); ++f) {
      if (s.functions[f].parent == owner && model_.functions[model_.function_index(m, f)].escapes &&
          model_.spawned[model_.function_index(m, f)] == 0) {
        return true;
      }
    }
    return false;
  }

  void part(ClassIndex whole, const Type& type, bool transferred, bool single) {
    const ClassIndex c = class_of(type);
    // Of a class that is made in several places an attribute may hold another object.
    if (c != kNone && c != whole) {
      parts_[whole].push_back({c, transferred, single && evidence_.made[c] <= 1});
    }
  }

  /// What a root's threads are given.
  void handed(RootId r) {
    const ThreadRoot& root = evidence_.roots[r];
    const RootDetail& detail = evidence_.details[r];
    for (const FunctionIndex entry : root.entries) {
      // A request handler is made for its request: no other thread knows it.
      const bool private_self = detail.own_self && root.kind == ThreadRoot::Kind::request_handler;
      if (detail.self != kNone && !private_self) {
        hold(instance_of(model_, detail.self), r, root.same_receiver);
      }
      if (detail.own_self && root.kind == ThreadRoot::Kind::request_handler) {
        // All handlers of a server have it as self.server.
        const Member* server = model_.find_member(detail.self, model_.symbols.find("server"));
        if (server != nullptr && server->slot != kNone) {
          hold(model_.variables[server->slot], r, true);
        }
      }
      captured(r, entry);
    }
    if (root.call != kNone && root.spawner != kNone) arguments(r);
  }

  /// Variables of enclosing functions that the entry uses.
  void captured(RootId r, FunctionIndex entry) {
    const ModuleIndex m = model_.module_of(entry);
    const ModuleSummary& s = model_.summary(m);
    const FuncId id = model_.functions[entry].id;
    if ((s.functions[id].flags & (kFunctionNested | kFunctionLambda)) == 0) return;
    // A target nested in a function that is called several times captures another object each time.
    const bool together = evidence_.roots[r].many && !evidence_.details[r].by_callers;
    const auto root_of = [&](PathId path) {
      while (s.paths[path].parent != 0) path = s.paths[path].parent;
      return path;
    };
    const auto take = [&](PathId path) {
      const PathId root = root_of(path);
      const PathNode& node = s.paths[root];
      if (node.kind == PathKind::closure ||
          (node.kind == PathKind::value && s.values[node.aux].kind == ValueKind::param &&
           s.values[node.aux].a != id)) {
        evaluator_.reset();
        hold(evaluator_.place(m, root).type, r, together);
      }
    };
    for (AccessId a = s.functions[id].accesses.first; a < s.functions[id].accesses.end(); ++a) {
      take(s.accesses[a].path);
    }
    for (CallId c = s.functions[id].calls.first; c < s.functions[id].calls.end(); ++c) {
      const ValueNode& callee = s.values[s.calls[c].callee];
      if (callee.kind == ValueKind::path) take(callee.a);
      const Range args = s.calls[c].args;
      for (std::uint32_t i = args.first; i < args.end(); ++i) {
        const ValueNode& value = s.values[s.arguments[i].value];
        if (value.kind == ValueKind::path) take(value.a);
        if (value.kind == ValueKind::param && value.a != id) {
          evaluator_.reset();
          hold(evaluator_.type(m, s.arguments[i].value), r, together);
        }
      }
    }
  }

  /// The same object for all threads that one call in a loop starts.
  bool invariant(ModuleIndex m, ValueId v, int depth = 0) const {
    const ModuleSummary& s = model_.summary(m);
    const ValueNode& node = s.values[v];
    if (depth > 8) return false;
    switch (node.kind) {
      case ValueKind::param: return true;
      case ValueKind::annotated: return invariant(m, node.b, depth + 1);
      case ValueKind::call: return (s.calls[node.a].flags & kCallInLoop) == 0;
      case ValueKind::path: {
        PathId root = node.a;
        while (s.paths[root].parent != 0) root = s.paths[root].parent;
        return s.paths[root].kind != PathKind::value || invariant(m, s.paths[root].aux, depth + 1);
      }
      default: return false;
    }
  }

  /// Whether each call of the function that starts one thread gives it the same object: what a
  /// parameter is, or the function makes, is another one each time.
  bool same_for_all_callers(const ThreadRoot& root, ModuleIndex m, ValueId v) const {
    const ModuleSummary& s = model_.summary(m);
    const ValueNode& node = s.values[v];
    if (node.kind != ValueKind::path) return false;
    PathId top = node.a;
    while (s.paths[top].parent != 0) top = s.paths[top].parent;
    if (s.paths[top].kind != PathKind::value) return true;
    return root.same_receiver && model_.self_method(m, top) != kNone;
  }

  void argument(RootId r, ModuleIndex m, ValueId v) {
    evaluator_.reset();
    const Type type = evaluator_.type(m, v);
    const bool together =
        evidence_.roots[r].many &&
        (evidence_.details[r].by_callers ? same_for_all_callers(evidence_.roots[r], m, v)
                                         : invariant(m, v));
    hold(type, r, together);
    const bool queue = type.container == rules::Container::Queue;
    evaluator_.reset();
    hold(evaluator_.held(m, v), r, together && !queue, queue);
    // A bound method brings its object along.
    const ModuleSummary& s = model_.summary(m);
    const ValueNode& node = s.values[v];
    if (type.kind == Type::Kind::bound_method && node.kind == ValueKind::path &&
        s.paths[node.a].kind == PathKind::attr) {
      evaluator_.reset();
      hold(evaluator_.place(m, s.paths[node.a].parent).type, r, together);
    }
  }

  void arguments(RootId r) {
    const ThreadRoot& root = evidence_.roots[r];
    const ModuleIndex m = model_.module_of(root.spawner);
    const ModuleSummary& s = model_.summary(m);
    const Range args = s.calls[root.call].args;
    for (std::uint32_t i = args.first; i < args.end(); ++i) {
      const ValueId v = s.arguments[i].value;
      const ValueNode& node = s.values[v];
      if (node.kind == ValueKind::display) {
        for (std::uint32_t k = 0; k < node.c; ++k) argument(r, m, s.value_lists[node.b + k]);
        continue;
      }
      if (node.kind == ValueKind::call) {
        // functools.partial(f, x)
        const Range inner = s.calls[node.a].args;
        const Callee& callee = model_.tables[m].callees[node.a];
        if (callee.kind == Callee::Kind::external && callee.external != 0 &&
            model_.symbols.text(callee.external) == "functools.partial") {
          for (std::uint32_t k = inner.first; k < inner.end(); ++k) {
            argument(r, m, s.arguments[k].value);
          }
          continue;
        }
      }
      argument(r, m, v);
    }
  }

  /// Merges `source` into `target`; true if that changed it.
  static bool merge(Holders& target, const Holders& source, bool transferred, bool single) {
    bool changed = false;
    if (source.rooted && single && !target.rooted) {
      target.rooted = true;
      changed = true;
    }
    if (source.everywhere && !transferred && !target.everywhere) {
      target.everywhere = true;
      changed = true;
    }
    for (const Holders::Hold& entry : source.holds) {
      changed = target.hold(entry.root, entry.together && !transferred,
                            entry.transferred || transferred, entry.single && single) ||
                changed;
    }
    return changed;
  }

  /// Objects hold their attributes' objects.
  void spread() {
    while (!work_.empty()) {
      const ClassIndex c = work_.back();
      work_.pop_back();
      queued_[c] = 0;
      for (const ClassIndex ancestor : model_.class_tables[c].ancestry) {
        for (const Part& piece : parts_[ancestor]) {
          if (piece.klass == c) continue;
          if (merge(evidence_.holders[piece.klass], evidence_.holders[c], piece.transferred,
                    piece.single)) {
            mark(piece.klass);
          }
        }
      }
    }
    // An object of a subclass is one of the base; one that is known as a base object may be any.
    const std::vector<Holders> direct = evidence_.holders;
    for (ClassIndex c = 0; c < direct.size(); ++c) {
      if (!direct[c].everywhere && direct[c].holds.empty()) continue;
      for (const ClassIndex ancestor : model_.class_tables[c].ancestry) {
        if (ancestor == c) continue;
        merge(evidence_.holders[ancestor], direct[c], false, true);
        evidence_.holders[ancestor].named |= direct[c].named;
        evidence_.holders[ancestor].global |= direct[c].global;
      }
      std::vector<ClassIndex> below = model_.classes[c].subclasses;
      for (std::size_t i = 0; i < below.size() && i < 1000; ++i) {
        merge(evidence_.holders[below[i]], direct[c], false, true);
        const std::vector<ClassIndex>& more = model_.classes[below[i]].subclasses;
        below.insert(below.end(), more.begin(), more.end());
      }
    }
  }

  Evidence& evidence_;
  const Model& model_;
  Evaluator evaluator_;
  std::vector<std::vector<Part>> parts_;
  std::vector<std::uint32_t> globals_;  ///< by class: variables of the program that hold an object
  std::vector<std::uint8_t> queued_;
  std::vector<ClassIndex> work_;
};

}  // namespace

bool Holders::hold(RootId root, bool together, bool transferred, bool single) {
  auto place =
      std::lower_bound(holds.begin(), holds.end(), root,
                       [](const Hold& entry, RootId wanted) { return entry.root < wanted; });
  if (place == holds.end() || place->root != root) {
    holds.insert(place, {root, together, transferred, single});
    return true;
  }
  const Hold before = *place;
  place->together = place->together || together;
  place->transferred = place->transferred && transferred;
  place->single = place->single || single;
  return !(*place == before);
}

const Holders::Hold* Holders::find(RootId root) const {
  const auto place =
      std::lower_bound(holds.begin(), holds.end(), root,
                       [](const Hold& entry, RootId wanted) { return entry.root < wanted; });
  return place != holds.end() && place->root == root ? &*place : nullptr;
}

void find_holders(Evidence& evidence) {
  const Model& model = *evidence.model;
  evidence.made.assign(model.classes.size(), 0);
  for (ModuleIndex m = 0; m < model.modules.size(); ++m) {
    const ModuleSummary& s = model.summary(m);
    for (CallId c = 0; c < s.calls.size(); ++c) {
      const Callee& callee = model.tables[m].callees[c];
      if (callee.kind != Callee::Kind::constructor) continue;
      const std::uint32_t places = (s.calls[c].flags & kCallInLoop) != 0 ? 2 : 1;
      for (const ClassIndex ancestor : model.class_tables[callee.klass].ancestry) {
        evidence.made[ancestor] += places;
      }
    }
  }
  HolderFinder(evidence).run();
}

}  // namespace gilcheck::analyzer
