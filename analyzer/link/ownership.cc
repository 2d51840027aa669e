// Objects that stay with the function that made them: from where on can somebody else reach the
// result of a constructor call or a display? Escapes are stores, arguments that are kept, captures
// and threads; they are followed through parameters to a fixpoint over the program.
#include <algorithm>

#include "analyzer/link/calls.h"
#include "analyzer/link/evaluator.h"
#include "analyzer/link/model.h"
#include "analyzer/link/spawns.h"

namespace gilcheck::analyzer {
namespace {

/// "If parameter `target` leaks, so does `source`."
struct ParamDependency {
  std::uint32_t target;
  std::uint32_t source;
};
/// "If parameter `target` leaks, `value` escapes at `position`."
struct FreshDependency {
  std::uint32_t target;
  ValueId value;
  AccessId position;
};

class Escapes {
 public:
  Escapes(Model& model, ModuleIndex m)
      : model_(model), m_(m), s_(model.summary(m)), evaluator_(model) {}

  void run() {
    std::vector<AccessId>& at = model_.tables[m_].escape_at;
    at.assign(s_.values.size(), kNone);
    for (FuncId f = 0; f < s_.functions.size(); ++f) {
      const Function& function = s_.functions[f];
      for (AccessId a = function.accesses.first; a < function.accesses.end(); ++a) access(f, a);
      for (CallId c = function.calls.first; c < function.calls.end(); ++c) call(c);
    }
  }

  std::vector<std::uint32_t> leaking;  // parameters
  std::vector<ParamDependency> through_params;
  std::vector<FreshDependency> through_calls;

 private:
  /// Calls found(param) or found(value) for every object that the value may be or contain.
  template <typename OnParam, typename OnFresh>
  void sources(ValueId v, OnParam on_param, OnFresh on_fresh, int depth = 0) {
    if (v == 0 || depth > 6) return;
    const ValueNode& node = s_.values[v];
    switch (node.kind) {
      case ValueKind::param: on_param(model_.param_index(m_, node.a, node.b)); break;
      case ValueKind::display:
        on_fresh(v);
        for (std::uint32_t i = 0; i < node.c; ++i) {
          sources(s_.value_lists[node.b + i], on_param, on_fresh, depth + 1);
        }
        break;
      case ValueKind::comprehension:
        on_fresh(v);
        sources(node.b, on_param, on_fresh, depth + 1);
        break;
      case ValueKind::call: on_fresh(v); break;
      case ValueKind::either:
        sources(node.b, on_param, on_fresh, depth + 1);
        sources(node.c, on_param, on_fresh, depth + 1);
        break;
      case ValueKind::annotated: sources(node.b, on_param, on_fresh, depth + 1); break;
      case ValueKind::path: {
        // A bound method carries its object along.
        const PathNode& path = s_.paths[node.a];
        if (path.kind != PathKind::attr || s_.paths[path.parent].kind != PathKind::value) break;
        evaluator_.reset();
        if (evaluator_.type(m_, v).kind == Type::Kind::bound_method) {
          sources(s_.paths[path.parent].aux, on_param, on_fresh, depth + 1);
        }
        break;
      }
      default: break;
    }
  }

  void escape(ValueId value, AccessId position) {
    AccessId& at = model_.tables[m_].escape_at[value];
    at = std::min(at, position);
  }

  void leak(ValueId v, AccessId position) {
    sources(
        v, [&](std::uint32_t param) { leaking.push_back(param); },
        [&](ValueId value) { escape(value, position); });
  }

  void access(FuncId f, AccessId a) {
    const Access& access = s_.accesses[a];
    if (access.op == AccessOp::store || access.op == AccessOp::item_store) {
      leak(access.value, a);
    }
    // Captured by a nested function.
    PathId root = access.path;
    while (s_.paths[root].parent != 0) root = s_.paths[root].parent;
    const PathNode& node = s_.paths[root];
    if (node.kind != PathKind::value) return;
    const ValueNode& value = s_.values[node.aux];
    if (value.kind == ValueKind::param && value.a != f) {
      leaking.push_back(model_.param_index(m_, value.a, value.b));
    }
  }

  void call(CallId c) {
    const Call& site = s_.calls[c];
    const Callee& callee = model_.tables[m_].callees[c];
    if ((site.flags & kCallDecorator) != 0) return;
    PathId receiver = 0;
    const ValueNode& spelled = s_.values[site.callee];
    if (spelled.kind == ValueKind::path && s_.paths[spelled.a].kind == PathKind::attr) {
      receiver = s_.paths[spelled.a].parent;
      if (s_.paths[receiver].kind != PathKind::value) receiver = 0;
    }
    const bool spawns = spawn_of(model_, m_, c, callee).has_value();
    bool kept = spawns;
    switch (callee.kind) {
      case Callee::Kind::unknown: kept = true; break;
      case Callee::Kind::function:
      case Callee::Kind::constructor: {
        if (callee.function == kNone) {
          kept = true;  // a generated or inherited constructor
          break;
        }
        flows_.clear();
        collect_arguments(model_, evaluator_, m_, c, callee, flows_);
        for (const Flow& flow : flows_) depend(flow.target, flow.value, site.before);
        if (callee.receiver_bound && receiver != 0 &&
            model_.function(callee.function).params.count != 0) {
          const ModuleIndex home = model_.module_of(callee.function);
          depend(model_.param_index(home, model_.functions[callee.function].id, 0),
                 s_.paths[receiver].aux, site.before);
        }
        break;
      }
      case Callee::Kind::method: {
        kept = kept || !rules::is_immutable(callee.container);
        // A started thread has its own `self`.
        if (callee.container == rules::Container::Thread && receiver != 0 &&
            s_.name(s_.paths[spelled.a].sym) == "start") {
          leak(s_.paths[receiver].aux, site.before);
        }
        break;
      }
      case Callee::Kind::external:
        // Builtins give back what they are given, or hold its elements only.
        kept = kept || model_.symbols.text(callee.external).find('.') != std::string_view::npos;
        break;
    }
    if (!kept) return;
    for (std::uint32_t i = site.args.first; i < site.args.end(); ++i) {
      leak(s_.arguments[i].value, site.before);
    }
  }

  void depend(std::uint32_t target, ValueId v, AccessId position) {
    sources(
        v, [&](std::uint32_t param) { through_params.push_back({target, param}); },
        [&](ValueId value) { through_calls.push_back({target, value, position}); });
  }

  Model& model_;
  ModuleIndex m_;
  const ModuleSummary& s_;
  Evaluator evaluator_;
  std::vector<Flow> flows_;
};

}  // namespace

void build_ownership(Model& model, const ParallelFor& parallel) {
  std::vector<std::vector<std::uint32_t>> leaking(model.modules.size());
  std::vector<std::vector<ParamDependency>> through_params(model.modules.size());
  std::vector<std::vector<FreshDependency>> through_calls(model.modules.size());
  parallel(model.modules.size(), [&](std::size_t m) {
    Escapes escapes(model, static_cast<ModuleIndex>(m));
    escapes.run();
    leaking[m] = std::move(escapes.leaking);
    through_params[m] = std::move(escapes.through_params);
    through_calls[m] = std::move(escapes.through_calls);
  });
  model.param_leaks.assign(model.param_count, 0);
  std::vector<std::uint32_t> work;
  const auto mark = [&](std::uint32_t param) {
    if (model.param_leaks[param] != 0) return;
    model.param_leaks[param] = 1;
    work.push_back(param);
  };
  for (const auto& params : leaking) {
    for (const std::uint32_t param : params) mark(param);
  }
  std::vector<ParamDependency> all;
  for (const auto& dependencies : through_params) {
    all.insert(all.end(), dependencies.begin(), dependencies.end());
  }
  std::sort(all.begin(), all.end(),
            [](const ParamDependency& a, const ParamDependency& b) { return a.target < b.target; });
  while (!work.empty()) {
    const std::uint32_t param = work.back();
    work.pop_back();
    auto found = std::lower_bound(
        all.begin(), all.end(), param,
        [](const ParamDependency& d, std::uint32_t wanted) { return d.target < wanted; });
    for (; found != all.end() && found->target == param; ++found) mark(found->source);
  }
  parallel(model.modules.size(), [&](std::size_t m) {
    std::vector<AccessId>& at = model.tables[m].escape_at;
    for (const FreshDependency& dependency : through_calls[m]) {
      if (model.param_leaks[dependency.target] != 0) {
        at[dependency.value] = std::min(at[dependency.value], dependency.position);
      }
    }
  });
}

}  // namespace gilcheck::analyzer
