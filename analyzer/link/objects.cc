#include "analyzer/link/objects.h"

#include "analyzer/link/evaluator.h"
#include "analyzer/link/types.h"

namespace gilcheck::analyzer {
namespace {

ObjectRef join_refs(const ObjectRef& a, const ObjectRef& b) {
  if (a.kind == ObjectRef::Kind::nothing) return b;
  if (b.kind == ObjectRef::Kind::nothing || a == b) return a;
  ObjectRef out;
  out.kind = ObjectRef::Kind::unknown;
  return out;
}

ObjectRef unknown_object() {
  ObjectRef out;
  out.kind = ObjectRef::Kind::unknown;
  return out;
}

bool is_mutable_default(const Model& model, Evaluator& evaluator, ModuleIndex m, ValueId v) {
  if (v == 0 || !makes_object(model, m, v)) return false;
  evaluator.reset();
  const Type type = evaluator.type(m, v);
  return type.kind == Type::Kind::instance ||
         (type.kind == Type::Kind::builtin && !rules::is_immutable(type.container));
}

}  // namespace

bool is_copy(std::string_view function) {
  return function == "copy.copy" || function == "copy.deepcopy";
}

bool makes_object(const Model& model, ModuleIndex m, ValueId v) {
  const ValueNode& node = model.summary(m).values[v];
  switch (node.kind) {
    case ValueKind::display:
    case ValueKind::comprehension: return true;
    case ValueKind::annotated: return makes_object(model, m, node.b);
    case ValueKind::call: {
      const Callee& callee = model.tables[m].callees[node.a];
      if (callee.kind == Callee::Kind::constructor) return true;
      if (callee.kind == Callee::Kind::external && callee.external != 0) {
        const std::string_view name = model.symbols.text(callee.external);
        if (model.external_state.is_type(name) || is_copy(name)) return true;
        const auto made = rules::constructed_by(name);
        return made && !rules::is_immutable(*made) && *made != rules::Container::ThreadSafe;
      }
      return callee.kind == Callee::Kind::method && rules::is_mutable_container(callee.container) &&
             model.text(m,
                        model.summary(m)
                            .paths[model.summary(m).values[model.summary(m).calls[node.a].callee].a]
                            .sym) == "copy";
    }
    default: return false;
  }
}

ObjectRef object_of_path(const Model& model, Evaluator& evaluator, ModuleIndex m, PathId p) {
  const ModuleSummary& s = model.summary(m);
  const PathNode& node = s.paths[p];
  ObjectRef out;
  switch (node.kind) {
    case PathKind::none: return unknown_object();
    case PathKind::value: return object_of(model, evaluator, m, node.aux);
    default: {
      evaluator.reset();
      const Denotation what = evaluator.place(m, p);
      if (what.slot == kNone) return unknown_object();
      out.kind = ObjectRef::Kind::slot;
      out.id = what.slot;
      return out;
    }
  }
}

ObjectRef object_of(const Model& model, Evaluator& evaluator, ModuleIndex m, ValueId v) {
  const ValueNode& node = model.summary(m).values[v];
  ObjectRef out;
  switch (node.kind) {
    case ValueKind::path: return object_of_path(model, evaluator, m, node.a);
    case ValueKind::param:
      out.kind = ObjectRef::Kind::parameter;
      out.id = model.param_index(m, node.a, node.b);
      return out;
    case ValueKind::annotated: return object_of(model, evaluator, m, node.b);
    case ValueKind::constant:
      if (static_cast<Builtin>(node.a) == Builtin::none_type) return out;
      return unknown_object();
    default:
      if (!makes_object(model, m, v)) return unknown_object();
      out.kind = ObjectRef::Kind::local;
      out.module = m;
      out.id = v;
      return out;
  }
}

ObjectRef follow_parameters(const Model& model, ObjectRef ref) {
  for (int i = 0; i < 8 && ref.kind == ObjectRef::Kind::parameter; ++i) {
    const ObjectRef next = model.param_objects[ref.id];
    if (next.kind == ObjectRef::Kind::nothing) return unknown_object();
    if (next == ref) return unknown_object();
    ref = next;
  }
  return ref.kind == ObjectRef::Kind::parameter ? unknown_object() : ref;
}

ObjectRef resolve_object(const Model& model, ObjectRef ref) {
  ref = follow_parameters(model, ref);
  if (ref.kind == ObjectRef::Kind::local && model.tables[ref.module].escape_at[ref.id] == kNone) {
    return unknown_object();  // it never leaves its function
  }
  return ref;
}

void build_param_objects(Model& model, const ParallelFor& parallel) {
  model.param_objects.assign(model.param_count, {});
  parallel(model.modules.size(), [&](std::size_t index) {
    const auto m = static_cast<ModuleIndex>(index);
    const ModuleSummary& s = model.summary(m);
    const std::uint32_t base = model.tables[m].param_base;
    Evaluator evaluator(model);
    for (const Function& function : s.functions) {
      for (std::uint32_t i = function.params.first; i < function.params.end(); ++i) {
        ObjectRef& out = model.param_objects[base + i];
        const Param& param = s.params[i];
        if (param.star != 0) {
          out.kind = ObjectRef::Kind::unknown;
          continue;
        }
        if (is_mutable_default(model, evaluator, m, param.default_value)) {
          out.kind = ObjectRef::Kind::by_default;
          out.id = base + i;
          continue;
        }
        // Objects of classes are told apart by class; numbers and strings are nobody's state.
        const Type& type = model.variables[model.param_base() + base + i];
        if (type.kind == Type::Kind::instance || is_immutable_value(type)) continue;
        for (const Flow& flow : model.param_flows.of(base + i)) {
          ObjectRef next = unknown_object();
          if (flow.kind == Flow::Kind::value) {
            next = object_of(model, evaluator, flow.module, flow.value);
          } else if (flow.kind == Flow::Kind::parameter) {
            next.kind = ObjectRef::Kind::parameter;
            next.id = flow.value;
          }
          out = join_refs(out, next);
          if (out.kind == ObjectRef::Kind::unknown) break;
        }
      }
    }
  });
}

}  // namespace gilcheck::analyzer
