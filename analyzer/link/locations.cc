// Locations: what the accesses of the program touch.
#include <algorithm>

#include "analyzer/link/evaluator.h"
#include "analyzer/link/model.h"
#include "analyzer/link/objects.h"
#include "analyzer/link/types.h"

namespace gilcheck::analyzer {
namespace {

constexpr LocationId kOpen = kNone - 1;

/// What a path leads to, before locations have numbers.
struct PathTarget {
  enum class Kind : std::uint8_t { none, slot, object, content, item } kind = Kind::none;
  ObjectRef object;      ///< for object
  std::uint32_t id = 0;  ///< slot; class for content
};

/// Objects of a class that is itself a container: `self[k]` in `class Registry(dict)`.
ClassIndex content_owner(const Model& model, const Type& type) {
  if (type.kind != Type::Kind::instance || !rules::is_mutable_container(type.container)) {
    return kNone;
  }
  // The topmost class that is one.
  ClassIndex owner = type.index;
  for (const ClassIndex ancestor : model.class_tables[type.index].ancestry) {
    if (rules::is_mutable_container(model.class_tables[ancestor].container)) owner = ancestor;
  }
  return owner;
}

class Targets {
 public:
  Targets(const Model& model, ModuleIndex m)
      : model_(model), m_(m), s_(model.summary(m)), evaluator_(model) {}

  std::vector<PathTarget> run() {
    out_.resize(s_.paths.size());
    std::vector<std::uint8_t> needed(s_.paths.size(), 0);
    for (const Access& access : s_.accesses) needed[access.path] = 1;
    for (const Section& section : s_.sections) needed[section.lock] = 1;
    // Locks that functions return, and what locks are made from.
    for (const Function& function : s_.functions) {
      needed[function.released] = 1;
      for (std::uint32_t i = function.returns.first; i < function.returns.end(); ++i) {
        const ValueNode& value = s_.values[s_.value_lists[i]];
        if (value.kind == ValueKind::path) needed[value.a] = 1;
      }
    }
    for (PathId p = static_cast<PathId>(s_.paths.size()); p-- > 1;) {
      const PathKind kind = s_.paths[p].kind;
      if (needed[p] != 0 && (kind == PathKind::item || kind == PathKind::attr)) {
        needed[s_.paths[p].parent] = 1;
      }
    }
    for (PathId p = 1; p < s_.paths.size(); ++p) {
      if (needed[p] != 0) resolve(p);
    }
    return std::move(out_);
  }

 private:
  void resolve(PathId p) {
    const PathNode& node = s_.paths[p];
    PathTarget& target = out_[p];
    switch (node.kind) {
      case PathKind::none: return;
      case PathKind::value: {
        evaluator_.reset();
        const ClassIndex owner = content_owner(model_, evaluator_.type(m_, node.aux));
        if (owner != kNone) {
          target.kind = PathTarget::Kind::content;
          target.id = owner;
          return;
        }
        const ObjectRef object =
            resolve_object(model_, object_of(model_, evaluator_, m_, node.aux));
        if (object.kind == ObjectRef::Kind::slot) {
          target.kind = PathTarget::Kind::slot;
          target.id = object.id;
        } else if (object.kind != ObjectRef::Kind::unknown &&
                   object.kind != ObjectRef::Kind::nothing) {
          target.kind = PathTarget::Kind::object;
          target.object = object;
        }
        return;
      }
      case PathKind::item: target.kind = PathTarget::Kind::item; return;
      default: {
        evaluator_.reset();
        const Denotation what = evaluator_.place(m_, p);
        const SlotId slot = what.slot != kNone ? what.slot : behind_property(p);
        if (slot == kNone) {
          if (node.kind == PathKind::attr && is_namespace(node.parent)) {
            target.kind = PathTarget::Kind::item;
          }
          return;
        }
        target.kind = PathTarget::Kind::slot;
        target.id = slot;
        return;
      }
    }
  }

  /// An object of a library whose attributes are plain storage, like a dict's items.
  bool is_namespace(PathId p) {
    evaluator_.reset();
    const Type type = evaluator_.place(m_, p).type;
    return type.kind == Type::Kind::builtin && type.container == rules::Container::Namespace;
  }

  /// `obj.x` for a property that just answers with an attribute stands for that attribute.
  SlotId behind_property(PathId p) {
    const PathNode& node = s_.paths[p];
    if (node.kind != PathKind::attr) return kNone;
    evaluator_.reset();
    const Type object = evaluator_.place(m_, node.parent).type;
    if (object.kind != Type::Kind::instance) return kNone;
    const Member* member = model_.find_member(object.index, model_.symbol(m_, node.sym));
    if (member == nullptr || member->kind != Member::Kind::method) return kNone;
    const Function& getter = model_.function(member->index);
    if ((getter.flags & kFunctionProperty) == 0 || getter.returns.count != 1) return kNone;
    const ModuleIndex home = model_.module_of(member->index);
    const ModuleSummary& source = model_.summary(home);
    const ValueNode& value = source.values[source.value_lists[getter.returns.first]];
    if (value.kind != ValueKind::path || source.paths[value.a].kind != PathKind::attr) return kNone;
    if (model_.self_method(home, source.paths[value.a].parent) !=
        model_.functions[member->index].id) {
      return kNone;
    }
    evaluator_.reset();
    return evaluator_.place(home, value.a).slot;
  }

  const Model& model_;
  ModuleIndex m_;
  const ModuleSummary& s_;
  Evaluator evaluator_;
  std::vector<PathTarget> out_;
};

class Numbering {
 public:
  Numbering(Model& model, std::vector<std::vector<PathTarget>>& targets)
      : model_(model), targets_(targets) {}

  void run() {
    model_.location_of_slot.assign(model_.slots.size(), kNone);
    for (ModuleIndex m = 0; m < model_.modules.size(); ++m) {
      ModuleTables& table = model_.tables[m];
      const ModuleSummary& s = model_.summary(m);
      table.path_locations.assign(s.paths.size(), kOpen);
      table.access_locations.assign(s.accesses.size(), kNone);
      for (AccessId a = 0; a < s.accesses.size(); ++a) {
        const PathId path = s.accesses[a].path;
        const LocationId location = locate(m, path, 0);
        if (location == kNone || owned(m, path, a)) continue;
        table.access_locations[a] = location;
      }
      drop_swapped_out(m);
      for (const Section& section : s.sections) locate(m, section.lock, 0);
      for (LocationId& location : table.path_locations) {
        if (location == kOpen) location = kNone;
      }
    }
  }

 private:
  /// Still in the hands of the function that made it.
  bool owned(ModuleIndex m, PathId path, AccessId at) const {
    const ModuleSummary& s = model_.summary(m);
    PathId root = path;
    while (s.paths[root].parent != 0) root = s.paths[root].parent;
    const PathNode& node = s.paths[root];
    if (node.kind != PathKind::value) return false;
    return makes_object(model_, m, node.aux) && at < model_.tables[m].escape_at[node.aux];
  }

  /// `taken, self.items = self.items, []`: from here on `taken` is nobody else's.
  void drop_swapped_out(ModuleIndex m) {
    const ModuleSummary& s = model_.summary(m);
    tsl::robin_map<PathId, bool> replaced;  // stored to since it was last loaded
    for (const Function& function : s.functions) {
      replaced.clear();
      for (AccessId a = function.accesses.first; a < function.accesses.end(); ++a) {
        const Access& access = s.accesses[a];
        if (access.op == AccessOp::store) {
          replaced[access.path] = true;
        } else if (access.op == AccessOp::load) {
          replaced[access.path] = false;
        } else if ((access.flags & kAccessViaAlias) != 0) {
          const auto found = replaced.find(access.path);
          if (found != replaced.end() && found->second) {
            model_.tables[m].access_locations[a] = kNone;
          }
        }
      }
    }
  }

  LocationId locate(ModuleIndex m, PathId p, int depth) {
    if (p == 0 || depth > 12) return kNone;
    LocationId& known = model_.tables[m].path_locations[p];
    if (known != kOpen) return known;
    const PathTarget& target = targets_[m][p];
    LocationId out = kNone;
    switch (target.kind) {
      case PathTarget::Kind::none: break;
      case PathTarget::Kind::slot: out = of_slot(target.id); break;
      case PathTarget::Kind::object: out = of_object(target.object); break;
      case PathTarget::Kind::content: out = of_content(target.id); break;
      case PathTarget::Kind::item: {
        const PathNode& node = model_.summary(m).paths[p];
        const LocationId container = locate(m, node.parent, depth + 1);
        const Symbol key =
            node.kind == PathKind::attr ? model_.symbol(m, node.sym) : key_symbol(m, node.aux);
        if (container == kNone) break;
        out = of_item(container, key, m, p);
        if (node.kind == PathKind::attr) {
          model_.namespace_attributes[Model::local_key(m, p)] = model_.locations[out].type;
        }
        break;
      }
    }
    model_.tables[m].path_locations[p] = out;
    return out;
  }

  Symbol key_symbol(ModuleIndex m, ValueId key) const {
    const ValueNode& node = model_.summary(m).values[key];
    return node.kind == ValueKind::constant ? model_.symbol(m, node.b) : 0;
  }

  LocationId add(const Location& location) {
    model_.locations.push_back(location);
    return static_cast<LocationId>(model_.locations.size() - 1);
  }

  LocationId of_slot(SlotId slot) {
    LocationId& known = model_.location_of_slot[slot];
    if (known != kNone) return known;
    const Slot& source = model_.slots[slot];
    Location made;
    made.kind = source.kind;
    if (made.kind == LocationKind::class_attribute && source.stored_through_instance &&
        !model_.classes[source.owner].metaclass) {
      made.kind = LocationKind::instance_attribute;
    }
    made.owner = source.owner;
    made.name = source.name;
    made.type = model_.variables[slot];
    made.all_immutable = is_immutable_value(made.type);
    for (const Flow& flow : model_.slot_flows.of(slot)) {
      if (flow.kind != Flow::Kind::value) continue;
      made.initial = flow.value;
      made.initial_module = flow.module;
      // An instance's attribute: what __init__ stores, not the class's default.
      const ValueNode& node = model_.summary(flow.module).values[flow.value];
      if (node.kind != ValueKind::constant) break;
    }
    known = add(made);
    return known;
  }

  LocationId of_object(const ObjectRef& object) {
    Evaluator evaluator(model_);
    Location made;
    if (object.kind == ObjectRef::Kind::by_default) {
      const auto [place, inserted] = model_.default_arguments.try_emplace(
          object.id, static_cast<LocationId>(model_.locations.size()));
      if (!inserted) return place->second;
      // The parameter's function, by its place among the module's parameters.
      const ModuleIndex m = module_of_param(object.id);
      const std::uint32_t local = object.id - model_.tables[m].param_base;
      const ModuleSummary& s = model_.summary(m);
      for (FuncId f = 0; f < s.functions.size(); ++f) {
        const Range params = s.functions[f].params;
        if (local >= params.first && local < params.end()) made.owner = model_.function_index(m, f);
      }
      made.kind = LocationKind::default_argument;
      made.name = model_.symbol(m, s.params[local].name);
      made.initial = s.params[local].default_value;
      made.initial_module = m;
      made.type = evaluator.type(m, made.initial);
      return add(made);
    }
    const std::uint64_t key = (static_cast<std::uint64_t>(object.module) << 32) | object.id;
    const auto [place, inserted] =
        model_.local_objects.try_emplace(key, static_cast<LocationId>(model_.locations.size()));
    if (!inserted) return place->second;
    made.kind = LocationKind::local_object;
    made.owner = maker(object.module, object.id);
    made.initial = object.id;
    made.initial_module = object.module;
    made.type = evaluator.type(object.module, object.id);
    return add(made);
  }

  ModuleIndex module_of_param(std::uint32_t param) const {
    ModuleIndex low = 0;
    auto high = static_cast<ModuleIndex>(model_.tables.size());
    while (high - low > 1) {
      const ModuleIndex middle = (low + high) / 2;
      (model_.tables[middle].param_base <= param ? low : high) = middle;
    }
    return low;
  }

  /// The function whose code the value belongs to.
  FunctionIndex maker(ModuleIndex m, ValueId v) const {
    const ModuleSummary& s = model_.summary(m);
    const ValueNode& node = s.values[v];
    if (node.kind == ValueKind::annotated) return maker(m, node.b);
    if (node.kind == ValueKind::call) {
      return model_.function_index(m, s.calls[node.a].function);
    }
    // The first function that escapes it or touches it.
    const AccessId at = model_.tables[m].escape_at[v];
    FuncId best = 0;
    for (FuncId f = 0; f < s.functions.size(); ++f) {
      const Range accesses = s.functions[f].accesses;
      for (CallId c = s.functions[f].calls.first; c < s.functions[f].calls.end(); ++c) {
        if (s.calls[c].before == at && passes(s, c, v)) return model_.function_index(m, f);
      }
      if (at >= accesses.first && at < accesses.end()) best = f;
    }
    return model_.function_index(m, best);
  }

  static bool passes(const ModuleSummary& s, CallId c, ValueId wanted) {
    const Range args = s.calls[c].args;
    for (std::uint32_t i = args.first; i < args.end(); ++i) {
      if (contains(s, s.arguments[i].value, wanted, 0)) return true;
    }
    return false;
  }

  static bool contains(const ModuleSummary& s, ValueId v, ValueId wanted, int depth) {
    if (v == wanted) return true;
    if (depth > 4) return false;
    const ValueNode& node = s.values[v];
    if (node.kind == ValueKind::annotated) return contains(s, node.b, wanted, depth + 1);
    if (node.kind != ValueKind::display) return false;
    for (std::uint32_t i = 0; i < node.c; ++i) {
      if (contains(s, s.value_lists[node.b + i], wanted, depth + 1)) return true;
    }
    return false;
  }

  LocationId of_content(ClassIndex owner) {
    const auto [place, inserted] =
        contents_.try_emplace(owner, static_cast<LocationId>(model_.locations.size()));
    if (!inserted) return place->second;
    Location made;
    made.kind = LocationKind::instance_attribute;
    made.owner = owner;
    made.name = model_.known.self;
    made.type = instance_of(model_, owner);
    return add(made);
  }

  LocationId of_item(LocationId container, Symbol key, ModuleIndex m, PathId p) {
    const std::uint64_t wanted = (static_cast<std::uint64_t>(container) << 32) | key;
    const auto [place, inserted] =
        items_.try_emplace(wanted, static_cast<LocationId>(model_.locations.size()));
    if (!inserted) return place->second;
    Evaluator evaluator(model_);
    Location made;
    made.kind = LocationKind::item;
    made.owner = model_.locations[container].owner;
    made.parent = container;
    made.name = key;
    made.type = model_.summary(m).paths[p].kind == PathKind::attr ? namespace_type(m, p)
                                                                  : evaluator.place(m, p).type;
    made.all_immutable = is_immutable_value(made.type);
    return add(made);
  }

  /// SimpleNamespace(depth=0): what the call gave the attribute, and what the module stores in it.
  Type namespace_type(ModuleIndex m, PathId p) {
    const ModuleSummary& s = model_.summary(m);
    Evaluator evaluator(model_);
    Type out = bottom_type();
    const PathNode& node = s.paths[p];
    const Location& holder = model_.locations[locate(m, node.parent, 0)];
    const ModuleSummary& source = model_.summary(holder.initial_module);
    if (source.values[holder.initial].kind == ValueKind::call) {
      const Range args = source.calls[source.values[holder.initial].a].args;
      for (std::uint32_t i = args.first; i < args.end(); ++i) {
        const Argument& argument = source.arguments[i];
        if (argument.keyword == 0 ||
            model_.symbol(holder.initial_module, argument.keyword) != model_.symbol(m, node.sym)) {
          continue;
        }
        out = join(model_, out, evaluator.type(holder.initial_module, argument.value));
      }
    }
    for (const Access& access : s.accesses) {
      if (access.path != p || access.op != AccessOp::store) continue;
      // `ns.n += 1` keeps what it was.
      const ValueNode& value = s.values[access.value];
      const ValueId added =
          value.kind == ValueKind::binary && (access.flags & kAccessAugmented) != 0 ? value.c
                                                                                    : access.value;
      evaluator.reset();
      out = join(model_, out, evaluator.type(m, added));
    }
    return is_bottom(out) ? unknown_type() : out;
  }

  Model& model_;
  std::vector<std::vector<PathTarget>>& targets_;
  tsl::robin_map<std::uint64_t, LocationId> items_;
  tsl::robin_map<ClassIndex, LocationId> contents_;
};

void group_accesses(Model& model) {
  std::vector<std::uint32_t> first(model.locations.size() + 1, 0);
  for (const ModuleTables& table : model.tables) {
    for (const LocationId location : table.access_locations) {
      if (location != kNone) ++first[location + 1];
    }
  }
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  model.location_accesses.resize(first.back());
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  for (ModuleIndex m = 0; m < model.tables.size(); ++m) {
    const ModuleSummary& s = model.summary(m);
    for (FuncId f = 0; f < s.functions.size(); ++f) {
      const Range accesses = s.functions[f].accesses;
      for (AccessId a = accesses.first; a < accesses.end(); ++a) {
        const LocationId location = model.tables[m].access_locations[a];
        if (location == kNone) continue;
        model.location_accesses[next[location]++] = {m, a, model.function_index(m, f)};
      }
    }
  }
  for (LocationId l = 0; l < model.locations.size(); ++l) {
    // An access outside of every function's range has no place; the run is what was filled.
    model.locations[l].accesses =
        std::span<const AccessRef>(model.location_accesses.data() + first[l], next[l] - first[l]);
  }
}

void find_owned_locks(Model& model) {
  // In the order of locations, so that `lock` is the first of each class.
  for (LocationId l = 0; l < model.locations.size(); ++l) {
    const Location& location = model.locations[l];
    if (location.kind != LocationKind::instance_attribute &&
        location.kind != LocationKind::class_attribute) {
      continue;
    }
    if (location.type.kind != Type::Kind::builtin || !rules::is_lock(location.type.container)) {
      continue;
    }
    ClassInfo& owner = model.classes[location.owner];
    owner.owns_lock = true;
    if (owner.lock == kNone) owner.lock = l;
  }
  for (ClassIndex c = 0; c < model.classes.size(); ++c) {
    for (const ClassIndex ancestor : model.class_tables[c].ancestry) {
      if (!model.classes[ancestor].owns_lock) continue;
      model.classes[c].owns_lock = true;
      if (model.classes[c].lock == kNone) model.classes[c].lock = model.classes[ancestor].lock;
    }
  }
}

}  // namespace

void build_locations(Model& model, const ParallelFor& parallel) {
  build_param_objects(model, parallel);
  model.known.self = model.symbols.intern("self");
  std::vector<std::vector<PathTarget>> targets(model.modules.size());
  parallel(model.modules.size(),
           [&](std::size_t m) { targets[m] = Targets(model, static_cast<ModuleIndex>(m)).run(); });
  Numbering(model, targets).run();
  group_accesses(model);
  find_owned_locks(model);
}

}  // namespace gilcheck::analyzer
