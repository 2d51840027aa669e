#include "analyzer/detect/equal_objects.h"

#include <algorithm>
#include <array>

#include "analyzer/link/model.h"
#include "rules/tables.h"

namespace gilcheck::analyzer {

namespace {

constexpr int kMostDepth = 3;

/// Builtins that only look at what they are given, or make an immutable value or a container of it.
bool looks_only(std::string_view name) {
  static constexpr std::array<std::string_view, 34> kNames = {
      "abs",        "all",     "any",    "bin",       "bool",  "bytes",  "callable",
      "chr",        "dict",    "divmod", "enumerate", "float", "format", "frozenset",
      "getattr",    "hasattr", "hash",   "hex",       "id",    "int",    "isinstance",
      "issubclass", "len",     "list",   "max",       "min",   "ord",    "range",
      "repr",       "set",     "sorted", "str",       "tuple", "type"};
  if (name.find('.') != std::string_view::npos) return false;
  if (std::binary_search(kNames.begin(), kNames.end(), name)) return true;
  // Making an exception that is raised at once.
  return name == "sum" || name == "zip" || name == "super" || name.ends_with("Error") ||
         name.ends_with("Exception") || name.ends_with("Warning");
}

class Construction {
 public:
  Construction(const DetectContext& context, ClassIndex klass, int depth)
      : context_(context), model_(context.program.model()), klass_(klass), depth_(depth) {}

  bool interchangeable() {
    if (depth_ > kMostDepth) return false;
    const ClassInfo& info = model_.classes[klass_];
    const ClassTables& tables = model_.class_tables[klass_];
    if (info.bases_unknown || tables.external_ancestor || tables.metaclass != kNone ||
        info.owns_lock || info.dynamic_attributes || info.descriptor ||
        tables.container != rules::Container::Unknown) {
      return false;
    }
    // What happens when one of two objects goes away is an effect too.
    if (model_.find_method(klass_, model_.known.del) != kNone ||
        model_.find_method(klass_, model_.known.new_) != kNone) {
      return false;
    }
    if (keeps_state()) return false;
    const FunctionIndex init = model_.find_method(klass_, model_.known.init);
    return init == kNone || builds_only(init);
  }

 private:
  bool of_this_class(const Location& location) const {
    return (location.kind == LocationKind::instance_attribute ||
            location.kind == LocationKind::class_attribute) &&
           std::find(ancestry().begin(), ancestry().end(), location.owner) != ancestry().end();
  }
  const std::vector<ClassIndex>& ancestry() const { return model_.class_tables[klass_].ancestry; }

  /// Something that one method changes after construction is read by another, or is counted up.
  bool keeps_state() const {
    for (LocationId id = 0; id < model_.locations.size(); ++id) {
      const Location& location = model_.locations[id];
      LocationId holder = id;
      while (model_.locations[holder].parent != kNone) holder = model_.locations[holder].parent;
      if (!of_this_class(model_.locations[holder])) continue;
      if (location.type.kind == Type::Kind::builtin && !unchanging(location.type.container)) {
        return true;  // a container, a file, a queue, a thread
      }
      FunctionIndex changer = kNone;
      for (const AccessRef& ref : location.accesses) {
        const FunctionInfo& function = model_.functions[ref.function];
        if (function.construction || function.import_time) continue;
        const std::uint16_t effect = effect_of(context_.program, ref.module, ref.access, location);
        if ((effect & kMutatesContent) != 0) return true;
        if ((effect & kChanges) == 0) continue;
        if (changer != kNone && changer != ref.function) return true;
        changer = ref.function;
      }
      if (changer == kNone) continue;
      for (const AccessRef& ref : location.accesses) {
        const FunctionInfo& function = model_.functions[ref.function];
        if (function.construction || function.import_time || ref.function == changer) continue;
        return true;
      }
      // Read and changed by one method: a counter or a flag decides something.
      const Function& function = model_.function(changer);
      const ModuleIndex m = model_.module_of(changer);
      const ModuleSummary& s = model_.summary(m);
      for (std::uint32_t i = function.regions.first; i < function.regions.end(); ++i) {
        const Region& region = s.regions[i];
        if (context_.program.location_of(m, region.last) != id || region.first == region.last) {
          continue;
        }
        // Replaced by another where one is there already, or whatever is there: nothing is decided.
        const bool replaced = region.test == Test::other || region.test == Test::truthy ||
                              region.test == Test::is_not_none || region.test == Test::present;
        if (region.kind != RegionKind::control || !replaced) return true;
        if (s.values[s.accesses[region.last].value].kind == ValueKind::constant) return true;
      }
    }
    return false;
  }

  static bool unchanging(rules::Container container) {
    return container == rules::Container::Unknown || rules::is_immutable(container);
  }

  /// The path is the object under construction or one of its own attributes.
  bool own(ModuleIndex m, FuncId function, PathId path) const {
    const ModuleSummary& s = model_.summary(m);
    while (s.paths[path].kind == PathKind::item) path = s.paths[path].parent;
    if (s.paths[path].kind == PathKind::attr) path = s.paths[path].parent;
    return is_self(m, function, path);
  }
  bool is_self(ModuleIndex m, FuncId function, PathId path) const {
    const ModuleSummary& s = model_.summary(m);
    if (s.paths[path].kind != PathKind::value) return false;
    const ValueNode& value = s.values[s.paths[path].aux];
    return value.kind == ValueKind::param && value.a == function && value.b == 0;
  }

  /// Hands the object under construction, or one of its methods, to somebody.
  bool passes_self(ModuleIndex m, const Call& call) const {
    const ModuleSummary& s = model_.summary(m);
    for (std::uint32_t i = call.args.first; i < call.args.end(); ++i) {
      const ValueNode& value = s.values[s.arguments[i].value];
      if (value.kind == ValueKind::function) return true;  // a closure over it
      if (value.kind == ValueKind::param && value.a == call.function && value.b == 0) return true;
      if (value.kind == ValueKind::path && s.paths[value.a].kind == PathKind::attr &&
          is_self(m, call.function, s.paths[value.a].parent)) {
        const Type type = context_.program.type_of_path(m, value.a);
        if (type.kind == Type::Kind::bound_method) return true;
      }
    }
    return false;
  }

  /// The function, called on the object, changes nothing but the object.
  bool builds_only(FunctionIndex f) {
    if (std::find(seen_.begin(), seen_.end(), f) != seen_.end()) return true;
    seen_.push_back(f);
    if (seen_.size() > 24) return false;
    const ModuleIndex m = model_.module_of(f);
    const FuncId id = model_.functions[f].id;
    const ModuleSummary& s = model_.summary(m);
    const Function& function = s.functions[id];
    if ((function.flags & (kFunctionAsync | kFunctionGenerator)) != 0) return false;
    for (AccessId a = function.accesses.first; a < function.accesses.end(); ++a) {
      const Access& access = s.accesses[a];
      if (access.held != 0) return false;
      const LocationId at = context_.program.location_of(m, a);
      const Location none;
      const std::uint16_t effect =
          effect_of(context_.program, m, a, at == kNone ? none : model_.locations[at]);
      if ((effect & kChanges) != 0 && !own(m, id, access.path)) {
        const PathNode& path = s.paths[access.path];
        const bool local = at == kNone && path.kind == PathKind::value &&
                           s.values[path.aux].kind != ValueKind::param;
        if (!local) return false;
      }
    }
    for (CallId c = function.calls.first; c < function.calls.end(); ++c) {
      if (!harmless(m, id, c)) return false;
    }
    return true;
  }

  bool harmless(ModuleIndex m, FuncId id, CallId c) {
    const ModuleSummary& s = model_.summary(m);
    const Call& call = s.calls[c];
    const Callee& callee = model_.tables[m].callees[c];
    const ValueNode& spelled = s.values[call.callee];
    const PathId path = spelled.kind == ValueKind::path ? spelled.a : 0;
    const bool on_self =
        path != 0 && s.paths[path].kind == PathKind::attr && is_self(m, id, s.paths[path].parent);
    switch (callee.kind) {
      case Callee::Kind::function: {
        const ValueId receiver = path != 0 && s.paths[path].kind == PathKind::attr &&
                                         s.paths[s.paths[path].parent].kind == PathKind::value
                                     ? s.paths[s.paths[path].parent].aux
                                     : 0;
        const bool super = receiver != 0 && s.values[receiver].kind == ValueKind::super_;
        if (passes_self(m, call)) return false;
        return (on_self || super) && builds_only(callee.function);
      }
      case Callee::Kind::constructor:
        if (passes_self(m, call)) return false;
        return Construction(context_, callee.klass, depth_ + 1).interchangeable();
      case Callee::Kind::method: return !passes_self(m, call);
      case Callee::Kind::external:
        if (callee.external != 0 && looks_only(model_.symbols.text(callee.external))) {
          return !passes_self(m, call);
        }
        break;
      case Callee::Kind::unknown: break;
    }
    if (only_logs(context_, m, c)) return !passes_self(m, call);
    // A part made by what was handed in: `self.counter = meter.create_counter(...)`. A call whose
    // result is dropped is made for its effect.
    if ((call.flags & kCallResultUnused) != 0 || path == 0 || on_self) return false;
    PathId root = path;
    while (s.paths[root].parent != 0) root = s.paths[root].parent;
    if (s.paths[root].kind != PathKind::value || root == path) return false;
    const ValueNode& value = s.values[s.paths[root].aux];
    return value.kind == ValueKind::param && value.a == id && !passes_self(m, call);
  }

  const DetectContext& context_;
  const Model& model_;
  ClassIndex klass_;
  int depth_;
  std::vector<FunctionIndex> seen_;
};

bool immutable_value(const DetectContext& context, ModuleIndex m, ValueId value, int depth) {
  const ModuleSummary& s = context.summary(m);
  const ValueNode& node = s.values[value];
  switch (node.kind) {
    case ValueKind::annotated: return immutable_value(context, m, node.b, depth);
    case ValueKind::constant:
    case ValueKind::compare:
    case ValueKind::string: return true;
    case ValueKind::display:
      if (node.a != static_cast<std::uint32_t>(Builtin::tuple) || depth > kMostDepth) return false;
      for (std::uint32_t i = 0; i < node.c; ++i) {
        if (!immutable_value(context, m, s.value_lists[node.b + i], depth + 1)) return false;
      }
      return true;
    default: break;
  }
  const Type type = context.program.type_of(m, value);
  return type.kind == Type::Kind::builtin && rules::is_immutable(type.container);
}

/// The container itself is an argument or a result somewhere: others may change it.
bool handed_on(const DetectContext& context, LocationId id) {
  const Model& model = context.program.model();
  std::vector<ModuleIndex> touching;
  for (const AccessRef& ref : model.locations[id].accesses) {
    if (touching.empty() || touching.back() != ref.module) touching.push_back(ref.module);
  }
  std::sort(touching.begin(), touching.end());
  touching.erase(std::unique(touching.begin(), touching.end()), touching.end());
  for (const ModuleIndex m : touching) {
    const ModuleSummary& s = model.summary(m);
    const auto is = [&](ValueId v) {
      const ValueNode& node = s.values[v];
      return node.kind == ValueKind::path && model.tables[m].path_locations[node.a] == id;
    };
    for (const Function& function : s.functions) {
      for (std::uint32_t i = function.returns.first; i < function.returns.end(); ++i) {
        if (is(s.value_lists[i])) return true;
      }
    }
    for (CallId c = 0; c < s.calls.size(); ++c) {
      const Callee::Kind kind = model.tables[m].callees[c].kind;
      if (kind == Callee::Kind::external || kind == Callee::Kind::method) continue;
      const Range args = s.calls[c].args;
      for (std::uint32_t i = args.first; i < args.end(); ++i) {
        if (is(s.arguments[i].value)) return true;
      }
    }
    for (const Access& access : s.accesses) {
      if ((access.op == AccessOp::store || access.op == AccessOp::item_store) &&
          access.value != 0 && is(access.value)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

bool only_logs(const DetectContext& context, ModuleIndex module, CallId call) {
  const ModuleSummary& s = context.summary(module);
  const ValueNode& callee = s.values[s.calls[call].callee];
  if (callee.kind != ValueKind::path || s.paths[callee.a].kind != PathKind::attr) return false;
  const Type holder = context.program.type_of_path(module, s.paths[callee.a].parent);
  if (holder.kind != Type::Kind::external_instance || holder.external == 0) return false;
  const std::string_view made_by = context.program.symbol(holder.external);
  return made_by == "logging.getLogger" || made_by == "logging.Logger";
}

bool interchangeable(const DetectContext& context, ClassIndex klass) {
  return Construction(context, klass, 0).interchangeable();
}

bool constant_table(const DetectContext& context, LocationId id, ModuleIndex module,
                    ValueId value) {
  const ModuleSummary& s = context.summary(module);
  const ValueNode* node = &s.values[value];
  while (node->kind == ValueKind::annotated) node = &s.values[node->b];
  bool holds_immutable = false;
  if (node->kind == ValueKind::comprehension) {
    holds_immutable = immutable_value(context, module, node->b, 0);
  } else if (node->kind == ValueKind::display) {
    holds_immutable = node->c != 0;
    for (std::uint32_t i = 0; i < node->c; ++i) {
      holds_immutable =
          holds_immutable && immutable_value(context, module, s.value_lists[node->b + i], 0);
    }
  }
  if (!holds_immutable) return false;
  const LocationFacts& facts = context.facts[id];
  for (const std::size_t i : facts.changes) {
    if ((facts.accesses[i].effect & kMutatesContent) != 0) return false;
  }
  return !handed_on(context, id);
}

}  // namespace gilcheck::analyzer
