// What the functions are: callable from outside, part of construction, used as values, run at
// import.
#include <algorithm>

#include "analyzer/link/evaluator.h"
#include "analyzer/link/model.h"
#include "analyzer/link/spawns.h"

namespace gilcheck::analyzer {
namespace {

bool constructs(const Model& model, FunctionIndex f) {
  const FunctionInfo& info = model.functions[f];
  if (info.owner == kNone) return false;
  const KnownSymbols& known = model.known;
  const Symbol name = model.symbol(info.module, model.function(f).name);
  return name == known.init || name == known.new_ || name == known.post_init ||
         name == known.set_name || name == known.init_subclass || name == known.setstate;
}

/// Whether `holds` for every call of the function that the program makes.
template <typename Predicate>
bool every_call(const Model& model, FunctionIndex to, Predicate holds) {
  for (std::uint32_t i = model.edges_into_first[to]; i < model.edges_into_first[to + 1]; ++i) {
    if (!holds(model.edges[model.edges_into[i]])) return false;
  }
  return true;
}

/// Functions that are handed around as values.
class ValueUses {
 public:
  ValueUses(const Model& model, ModuleIndex m, const tsl::robin_map<Symbol, bool>& names)
      : model_(model), m_(m), s_(model.summary(m)), evaluator_(model), names_(names) {}

  void run() {
    for (const Access& access : s_.accesses) {
      if (access.op == AccessOp::store || access.op == AccessOp::item_store) use(access.value);
    }
    for (const GlobalDef& def : s_.globals) {
      if (s_.values[def.value].kind != ValueKind::function) use(def.value);
    }
    for (const Function& function : s_.functions) {
      for (std::uint32_t i = function.returns.first; i < function.returns.end(); ++i) {
        use(s_.value_lists[i]);
      }
      for (std::uint32_t i = function.params.first; i < function.params.end(); ++i) {
        use(s_.params[i].default_value);
      }
    }
    for (CallId c = 0; c < s_.calls.size(); ++c) call(c);
  }

  std::vector<FunctionIndex> used;
  std::vector<FunctionIndex> spawned;     ///< targets of threads
  std::vector<FunctionIndex> after_fork;  ///< registered to run in the child of a fork

 private:
  void call(CallId c) {
    const Call& site = s_.calls[c];
    if (site.args.count == 0) return;
    const Callee& callee = model_.tables[m_].callees[c];
    if ((site.flags & kCallDecorator) != 0) {
      // Decorators of the program are followed; those of the standard library that matter are
      // known; any other may register the function somewhere.
      if (callee.kind == Callee::Kind::function || callee.kind == Callee::Kind::constructor) return;
      if (callee.kind == Callee::Kind::external && is_plain_decorator(callee.external)) return;
      const ValueNode& decorator = s_.values[site.callee];
      if (decorator.kind == ValueKind::call) {
        const Callee& inner = model_.tables[m_].callees[decorator.a];
        if (inner.kind == Callee::Kind::external && is_plain_decorator(inner.external)) return;
        if (inner.kind == Callee::Kind::function) return;
      }
      if (decorator.kind == ValueKind::path && s_.paths[decorator.a].kind == PathKind::attr) {
        const std::string_view last = s_.name(s_.paths[decorator.a].sym);
        if (last == "setter" || last == "getter" || last == "deleter") return;
      }
    } else if (callee.kind == Callee::Kind::external &&
               model_.symbols.text(callee.external).find('.') == std::string_view::npos &&
               callee.external != 0) {
      return;  // a builtin calls it back at once, or not at all
    } else if (callee.kind == Callee::Kind::method &&
               rules::is_mutable_container(callee.container) && site.args.count == 1 &&
               s_.arguments[site.args.first].keyword != 0) {
      return;  // list.sort(key=f)
    }
    if (registers_after_fork(callee)) {
      registration(site);
      return;
    }
    const std::optional<Spawn> spawn = spawn_of(model_, m_, c, callee);
    if (spawn && spawn->target != 0) {
      evaluator_.reset();
      const FunctionIndex entry = target_of(model_, evaluator_, m_, spawn->target).function;
      if (entry != kNone) spawned.push_back(model_.entry_of(entry));
    }
    const Function* target = callee.function == kNone ? nullptr : &model_.function(callee.function);
    for (std::uint32_t i = 0; i < site.args.count; ++i) {
      const Argument& argument = s_.arguments[site.args.first + i];
      if (spawn && argument.value == spawn->target) continue;  // a thread root, see evidence
      if (target != nullptr && argument.keyword == 0 && argument.star == 0) {
        // A parameter that is only called: those calls are edges.
        const std::uint32_t position = i + (callee.receiver_bound ? 1 : 0);
        if (position < target->params.count &&
            model_.param_leaks[model_.tables[model_.module_of(callee.function)].param_base +
                               target->params.first + position] == 0) {
          continue;
        }
      }
      use(argument.value);
    }
  }

  /// os.register_at_fork or multiprocessing.util.register_after_fork, also where the library's own
  /// source is part of the program.
  bool registers_after_fork(const Callee& callee) const {
    if (callee.kind == Callee::Kind::external) {
      const std::string_view name = model_.symbols.text(callee.external);
      return name == "os.register_at_fork" || name == "posix.register_at_fork" ||
             name == "multiprocessing.util.register_after_fork";
    }
    if (callee.kind != Callee::Kind::function) return false;
    const ModuleIndex home = model_.module_of(callee.function);
    const Function& function = model_.function(callee.function);
    return model_.summary(home).module == "multiprocessing.util" &&
           model_.text(home, function.qualname) == "register_after_fork";
  }

  /// register_at_fork(after_in_child=f), register_after_fork(obj, f): the child has one thread.
  void registration(const Call& site) {
    for (std::uint32_t i = 0; i < site.args.count; ++i) {
      const Argument& argument = s_.arguments[site.args.first + i];
      const std::string_view keyword = s_.name(argument.keyword);
      if (keyword.empty() ? i != 1 : keyword != "after_in_child" && keyword != "func") {
        use(argument.value);
        continue;
      }
      const std::size_t before = used.size();
      use(argument.value);
      after_fork.insert(after_fork.end(), used.begin() + static_cast<std::ptrdiff_t>(before),
                        used.end());
      used.resize(before);
    }
  }

  bool is_plain_decorator(Symbol dotted) const {
    const std::string_view name = model_.symbols.text(dotted);
    return name.find('.') == std::string_view::npos || name.starts_with("functools.") ||
           name.starts_with("contextlib.") || name.starts_with("abc.") ||
           name.starts_with("typing.") || name.starts_with("unittest.") ||
           name.starts_with("enum.") || name.starts_with("types.");
  }

  void use(ValueId v, int depth = 0) {
    if (v == 0 || depth > 4) return;
    const ValueNode& node = s_.values[v];
    switch (node.kind) {
      case ValueKind::function: used.push_back(model_.function_index(m_, node.a)); break;
      case ValueKind::display:
        for (std::uint32_t i = 0; i < node.c; ++i) use(s_.value_lists[node.b + i], depth + 1);
        break;
      case ValueKind::either:
        use(node.b, depth + 1);
        use(node.c, depth + 1);
        break;
      case ValueKind::annotated: use(node.b, depth + 1); break;
      case ValueKind::path: {
        const PathNode& path = s_.paths[node.a];
        if (path.kind != PathKind::attr && path.kind != PathKind::global) break;
        if (!names_.contains(model_.symbol(m_, path.sym))) break;
        evaluator_.reset();
        const Type type = evaluator_.type(m_, v);
        if (type.kind == Type::Kind::function || type.kind == Type::Kind::bound_method) {
          used.push_back(type.index);
        }
        break;
      }
      default: break;
    }
  }

  const Model& model_;
  ModuleIndex m_;
  const ModuleSummary& s_;
  Evaluator evaluator_;
  const tsl::robin_map<Symbol, bool>& names_;
};

/// Calls that start threads, directly or below: from the first on, nobody is alone any more.
std::vector<std::uint8_t> find_spawners(const Model& model, const ParallelFor& parallel) {
  std::vector<std::uint8_t> spawns(model.functions.size(), 0);
  parallel(model.modules.size(), [&](std::size_t index) {
    const auto m = static_cast<ModuleIndex>(index);
    const ModuleSummary& s = model.summary(m);
    for (CallId c = 0; c < s.calls.size(); ++c) {
      const Callee& callee = model.tables[m].callees[c];
      if ((s.calls[c].flags & kCallDecorator) != 0) continue;
      const std::optional<Spawn> spawn = spawn_of(model, m, c, callee);
      bool starts = spawn && !spawn->hinted && spawn->target != 0;
      if (callee.kind == Callee::Kind::constructor &&
          model.class_tables[callee.klass].container == rules::Container::Thread) {
        starts = true;
      }
      if (callee.kind == Callee::Kind::method && callee.container == rules::Container::Thread) {
        starts = true;
      }
      if (starts) spawns[model.function_index(m, s.calls[c].function)] = 1;
    }
  });
  std::vector<FunctionIndex> work;
  for (FunctionIndex f = 0; f < spawns.size(); ++f) {
    if (spawns[f] != 0) work.push_back(f);
  }
  while (!work.empty()) {
    const FunctionIndex f = work.back();
    work.pop_back();
    for (std::uint32_t i = model.edges_into_first[f]; i < model.edges_into_first[f + 1]; ++i) {
      const FunctionIndex caller = model.edges[model.edges_into[i]].from;
      if (spawns[caller] != 0) continue;
      spawns[caller] = 1;
      work.push_back(caller);
    }
  }
  return spawns;
}

/// Module and class bodies and what runs in the child of a fork, and what only they call before any
/// thread can be running.
void find_import_time(Model& model, const std::vector<std::uint8_t>& spawns,
                      const std::vector<FunctionIndex>& after_fork) {
  std::vector<FunctionIndex> work;
  for (const FunctionIndex f : after_fork) {
    FunctionInfo& info = model.functions[f];
    if (info.escapes || info.import_time || spawns[f] != 0 ||
        model.edges_into_first[f] != model.edges_into_first[f + 1]) {
      continue;
    }
    info.import_time = true;
    work.push_back(f);
  }
  for (FunctionIndex f = 0; f < model.functions.size(); ++f) {
    if ((model.function(f).flags & (kFunctionModule | kFunctionClassBody)) != 0) {
      model.functions[f].import_time = true;
      work.push_back(f);
    }
  }
  // The first call of each body that starts threads.
  const auto first_spawn = [&](FunctionIndex body) {
    AccessId first = kNone;
    for (std::uint32_t e = model.edges_from[body]; e < model.edges_from[body + 1]; ++e) {
      if (spawns[model.edges[e].to] != 0) first = std::min(first, model.edges[e].position);
    }
    return first;
  };
  std::vector<AccessId> limit(model.functions.size(), kNone);
  for (const FunctionIndex body : work) {
    if (spawns[body] != 0) limit[body] = first_spawn(body);
  }
  while (!work.empty()) {
    const FunctionIndex f = work.back();
    work.pop_back();
    for (std::uint32_t e = model.edges_from[f]; e < model.edges_from[f + 1]; ++e) {
      const FunctionIndex to = model.edges[e].to;
      FunctionInfo& info = model.functions[to];
      if (info.import_time || info.escapes || spawns[to] != 0) continue;
      const auto at_import = [&](const Edge& edge) {
        return model.functions[edge.from].import_time && edge.position <= limit[edge.from];
      };
      if (!every_call(model, to, at_import)) continue;
      info.import_time = true;
      work.push_back(to);
    }
  }
}

/// Private methods that only construction calls, on the object under construction.
void spread_construction(Model& model) {
  std::vector<FunctionIndex> work;
  for (FunctionIndex f = 0; f < model.functions.size(); ++f) {
    model.functions[f].construction = constructs(model, f);
    if (model.functions[f].construction) work.push_back(f);
  }
  while (!work.empty()) {
    const FunctionIndex f = work.back();
    work.pop_back();
    for (std::uint32_t e = model.edges_from[f]; e < model.edges_from[f + 1]; ++e) {
      const FunctionIndex to = model.edges[e].to;
      FunctionInfo& info = model.functions[to];
      if (info.construction || info.escapes || info.public_ || info.owner == kNone) continue;
      const auto constructing = [&](const Edge& edge) {
        return model.functions[edge.from].construction && edge.same_self;
      };
      if (!every_call(model, to, constructing)) continue;
      info.construction = true;
      work.push_back(to);
    }
  }
}

}  // namespace

void classify_functions(Model& model, const ParallelFor& parallel) {
  tsl::robin_map<Symbol, bool> names;
  for (ModuleIndex m = 0; m < model.modules.size(); ++m) {
    for (const Function& function : model.summary(m).functions) {
      names[model.symbol(m, function.name)] = true;
    }
  }
  std::vector<std::vector<FunctionIndex>> used(model.modules.size());
  std::vector<std::vector<FunctionIndex>> spawned(model.modules.size());
  std::vector<std::vector<FunctionIndex>> registered(model.modules.size());
  parallel(model.modules.size(), [&](std::size_t index) {
    const auto m = static_cast<ModuleIndex>(index);
    ValueUses uses(model, m, names);
    uses.run();
    used[m] = std::move(uses.used);
    spawned[m] = std::move(uses.spawned);
    registered[m] = std::move(uses.after_fork);
    for (FuncId f = 0; f < model.summary(m).functions.size(); ++f) {
      const FunctionIndex index_of = model.function_index(m, f);
      FunctionInfo& info = model.functions[index_of];
      for (std::uint32_t i = model.edges_into_first[index_of];
           i < model.edges_into_first[index_of + 1]; ++i) {
        const Edge& edge = model.edges[model.edges_into[i]];
        if (edge.call != kNone) info.callers.emplace_back(edge.from, edge.call);
      }
    }
  });
  std::vector<FunctionIndex> after_fork;
  for (const std::vector<FunctionIndex>& functions : registered) {
    after_fork.insert(after_fork.end(), functions.begin(), functions.end());
  }
  for (const std::vector<FunctionIndex>& functions : used) {
    for (const FunctionIndex f : functions) model.functions[f].escapes = true;
  }
  model.spawned.assign(model.functions.size(), 0);
  for (const std::vector<FunctionIndex>& functions : spawned) {
    for (const FunctionIndex f : functions) model.spawned[f] = 1;
  }
  keep_private(model);
  spread_construction(model);
  find_import_time(model, find_spawners(model, parallel), after_fork);
}

}  // namespace gilcheck::analyzer
