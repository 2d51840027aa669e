#include "analyzer/link/evaluator.h"

#include "analyzer/link/types.h"

namespace gilcheck::analyzer {

using rules::Container;

Type Evaluator::type(ModuleIndex m, ValueId v) {
  const Descent descent(*this);
  if (v == 0 || descent.stop()) return {};
  const ModuleSummary& s = model_.summary(m);
  const ValueNode& node = s.values[v];
  switch (node.kind) {
    case ValueKind::unknown:
    case ValueKind::local: return {};
    case ValueKind::constant:
      if (static_cast<Builtin>(node.a) == Builtin::none_type) return none_type();
      return builtin_type(container_of(static_cast<Builtin>(node.a)));
    case ValueKind::path: return place(m, node.a).type;
    case ValueKind::call: {
      bool open = false;
      const Callee target = resolve(m, node.a, open);
      return open ? bottom_type() : result(m, node.a, target);
    }
    case ValueKind::param:
      return variable(model_.param_base() + model_.param_index(m, node.a, node.b));
    case ValueKind::display:
    case ValueKind::comprehension: return builtin_type(container_of(static_cast<Builtin>(node.a)));
    case ValueKind::function:
      return indexed_type(Type::Kind::function, model_.function_index(m, node.a));
    case ValueKind::klass:
      return indexed_type(Type::Kind::class_object, model_.class_index(m, node.a));
    case ValueKind::import: {
      const Denotation& what = model_.tables[m].imports[node.a];
      return what.slot != kNone ? slot_type(what.slot) : what.type;
    }
    case ValueKind::binary: return binary(m, node);
    case ValueKind::unary:
      return s.name(node.a) == "not" ? builtin_type(Container::Bool) : type(m, node.b);
    case ValueKind::compare: return builtin_type(Container::Bool);
    case ValueKind::either: {
      const Type first = type(m, node.b);
      return join(model_, first, type(m, node.c));
    }
    case ValueKind::element: return element(m, node.b);
    case ValueKind::unpacked: return unpacked(m, node.b, node.c);
    case ValueKind::awaited: {
      const ValueNode& inner = s.values[node.b];
      if (inner.kind != ValueKind::call) return {};
      const Callee target = callee(m, inner.a);
      if (target.kind != Callee::Kind::function ||
          (model_.function(target.function).flags & kFunctionAsync) == 0) {
        return {};
      }
      return variable(model_.return_base() + target.function);
    }
    case ValueKind::super_: {
      FuncId f = node.a;
      while (f != kNone && s.functions[f].owner == kNone) f = s.functions[f].parent;
      if (f == kNone) return {};
      const ClassIndex owner = model_.class_index(m, s.functions[f].owner);
      return model_.first_param_is_class(m, f) ? indexed_type(Type::Kind::class_object, owner)
                                               : instance_of(model_, owner);
    }
    case ValueKind::string: return builtin_type(Container::Str);
    case ValueKind::annotated: {
      const Type value = type(m, node.b);
      if (value.kind != Type::Kind::unknown && !is_none(value)) return value;
      Type declared = annotation(m, node.c);
      if (is_none(value)) declared.maybe_none = true;
      if (declared.kind == Type::Kind::unknown) return value;
      return declared;
    }
  }
  return {};
}

Type Evaluator::binary(ModuleIndex m, const ValueNode& node) {
  const Type left = type(m, node.b);
  const Type right = type(m, node.c);
  if (is_bottom(left) || is_bottom(right)) return bottom_type();
  const bool numbers = left.kind == Type::Kind::builtin && right.kind == Type::Kind::builtin;
  if (!numbers || is_none(left) || is_none(right)) {
    // "..." % x is a string whatever x is.
    if (left.kind == Type::Kind::builtin && left.container == Container::Str) return left;
    return {};
  }
  const auto number = [](Container c) {
    return c == Container::Int || c == Container::Float || c == Container::Bool;
  };
  if (number(left.container) && number(right.container)) {
    const bool real = left.container == Container::Float || right.container == Container::Float ||
                      model_.text(m, node.a).starts_with('/');
    const bool division = model_.text(m, node.a).starts_with("//");
    return builtin_type(
        real && !(division && left.container == Container::Int && right.container == Container::Int)
            ? Container::Float
            : Container::Int);
  }
  Type out = builtin_type(number(left.container) ? right.container : left.container);
  if (rules::is_lock(out.container)) return {};
  return out;
}

Type Evaluator::unpacked(ModuleIndex m, ValueId sequence, std::uint32_t index) {
  const ModuleSummary& s = model_.summary(m);
  const ValueNode& node = s.values[sequence];
  if (node.kind == ValueKind::display) {
    if (index >= node.c) return {};
    return type(m, s.value_lists[node.b + index]);
  }
  // `for k, v in d.items()`: the second is an element, the first a key.
  if (node.kind == ValueKind::element && s.values[node.b].kind == ValueKind::call) {
    const CallId call = s.values[node.b].a;
    const ValueNode& target = s.values[s.calls[call].callee];
    if (target.kind == ValueKind::path && s.paths[target.a].kind == PathKind::attr &&
        s.name(s.paths[target.a].sym) == "items") {
      return index == 1 ? element_of_path(m, s.paths[target.a].parent) : Type{};
    }
    return {};
  }
  if (node.kind == ValueKind::call) {
    const Callee target = callee(m, node.a);
    if (target.kind != Callee::Kind::function) return {};
    const ModuleIndex home = model_.module_of(target.function);
    const ModuleSummary& source = model_.summary(home);
    Type out = bottom_type();
    const Range returns = model_.function(target.function).returns;
    for (std::uint32_t i = returns.first; i < returns.end(); ++i) {
      const ValueId value = source.value_lists[i];
      if (source.values[value].kind != ValueKind::display) return {};
      out = join(model_, out, unpacked(home, value, index));
    }
    return out;
  }
  return {};
}

Denotation Evaluator::place(ModuleIndex m, PathId p) {
  const Descent descent(*this);
  if (p == 0 || descent.stop()) return {};
  const ModuleTables& table = model_.tables[m];
  if (const std::uint32_t known = table.fixed_of_path[p]; known != kNone) return table.fixed[known];
  const ModuleSummary& s = model_.summary(m);
  const PathNode& node = s.paths[p];
  Denotation out;
  switch (node.kind) {
    case PathKind::none: return {};
    case PathKind::global: {
      out = table.roots[table.root_of_sym[node.sym]];
      if (out.slot != kNone) out.type = slot_type(out.slot);
      return out;
    }
    case PathKind::closure:
      out.slot = model_.cell_slot(m, node.aux, node.sym);
      if (out.slot != kNone) {
        out.type = slot_type(out.slot);
        out.found = true;
      }
      return out;
    case PathKind::value:
      out.type = type(m, node.aux);
      out.found = true;
      return out;
    case PathKind::attr: {
      const Symbol name = model_.symbol(m, node.sym);
      const PathNode& parent = s.paths[node.parent];
      ClassIndex after = kNone;
      Type object;
      if (parent.kind == PathKind::value && s.values[parent.aux].kind == ValueKind::super_) {
        object = type(m, parent.aux);
        after = object.index;
      } else {
        object = place(m, node.parent).type;
      }
      if (object.container == rules::Container::Namespace) {
        const auto known = model_.namespace_attributes.find(Model::local_key(m, p));
        if (known == model_.namespace_attributes.end()) return {};
        out.type = known->second;
        out.found = true;
        return out;
      }
      return attribute(object, name, after);
    }
    case PathKind::item: {
      const Type container = place(m, node.parent).type;
      if (container.kind == Type::Kind::class_object || container.kind == Type::Kind::external) {
        out.type = container;  // Generic[int]
      } else {
        out.type = is_bottom(container) ? container : element_of_path(m, node.parent);
      }
      out.found = true;
      return out;
    }
  }
  return {};
}

Type Evaluator::member_type(const Member& member, const Type& object) {
  const bool through_class = object.kind == Type::Kind::class_object;
  switch (member.kind) {
    case Member::Kind::klass: return indexed_type(Type::Kind::class_object, member.index);
    case Member::Kind::method: {
      const Function& f = model_.function(member.index);
      if ((f.flags & kFunctionProperty) != 0 && !through_class) {
        return variable(model_.return_base() + member.index);
      }
      const bool bound = (f.flags & kFunctionClassMethod) != 0 ||
                         (!through_class && (f.flags & kFunctionStatic) == 0);
      return indexed_type(bound ? Type::Kind::bound_method : Type::Kind::function, member.index);
    }
    case Member::Kind::attribute: break;
  }
  if (member.slot == kNone) return {};
  const Type value = slot_type(member.slot);
  // A descriptor kept in the class answers for itself.
  if (value.kind == Type::Kind::instance && member.class_level &&
      model_.classes[value.index].descriptor) {
    const FunctionIndex getter = model_.find_method(value.index, model_.known.get);
    if (getter != kNone) return variable(model_.return_base() + getter);
  }
  // A function stored in the class body under another name becomes a method.
  if (value.kind == Type::Kind::function && member.class_level && !through_class &&
      !member.stored_by_self) {
    return indexed_type(Type::Kind::bound_method, value.index);
  }
  return value;
}

Denotation Evaluator::attribute(const Type& object, Symbol name, ClassIndex after) {
  Denotation out;
  if (is_bottom(object)) {
    // Not seen yet: an unknown here would stick in variables that depend on themselves.
    out.type = object;
    return out;
  }
  switch (object.kind) {
    case Type::Kind::instance:
    case Type::Kind::class_object: {
      if (name == model_.known.class_ && object.kind == Type::Kind::instance) {
        out.type = indexed_type(Type::Kind::class_object, object.index);
        out.found = true;
        return out;
      }
      if (rules::is_confined(object.container)) return out;
      const Member* member = model_.find_member(object.index, name, after);
      if (member == nullptr) return out;
      out.type = member_type(*member, object);
      if (member->kind == Member::Kind::attribute) out.slot = member->slot;
      out.found = true;
      return out;
    }
    case Type::Kind::module: {
      const Symbol dotted =
          model_.symbols.find_dotted(model_.tables[object.index].dotted, model_.symbols.text(name));
      if (is_modelled(model_, dotted)) {
        out.type = external_type(Type::Kind::external, dotted);
        out.found = true;
        return out;
      }
      out = lookup_in_module(model_, object.index, name);
      if (out.slot != kNone) out.type = slot_type(out.slot);
      return out;
    }
    case Type::Kind::external:
      return lookup_dotted(model_,
                           model_.symbols.find_dotted(object.external, model_.symbols.text(name)));
    case Type::Kind::function: {
      out.slot = model_.function_attribute_slot(object.index, name);
      if (out.slot != kNone) {
        out.type = slot_type(out.slot);
        out.found = true;
      }
      return out;
    }
    default: return out;
  }
}

Type Evaluator::parameter(ModuleIndex m, FuncId f, std::uint32_t position) {
  const ModuleSummary& s = model_.summary(m);
  const Function& function = s.functions[f];
  const Param& param = s.params[function.params.first + position];
  if (param.star == 1) return builtin_type(Container::Tuple);
  if (param.star == 2) return builtin_type(Container::Dict);
  if (position == 0) {
    const ClassIndex owner = model_.method_class(m, f);
    if (owner != kNone) {
      const bool klass = model_.first_param_is_class(m, f);
      return klass ? indexed_type(Type::Kind::class_object, owner) : instance_of(model_, owner);
    }
  }
  Type by_default = bottom_type();
  if (param.default_value != 0) by_default = type(m, param.default_value);
  if (param.annotation != 0) {
    Type declared = annotation(m, param.annotation);
    if (declared.kind != Type::Kind::unknown) {
      if (is_none(by_default)) declared.maybe_none = true;
      return declared;
    }
  }
  if (!is_bottom(by_default) && !is_none(by_default) && by_default.kind != Type::Kind::unknown) {
    // A number or string is only an example of what may come in.
    if (!is_immutable_value(by_default)) return by_default;
  }
  if (model_.param_flows.first.empty())
    return by_default.kind == Type::Kind::unknown ? Type{} : by_default;
  Type out = by_default;
  std::span<const Flow> arguments =
      model_.param_flows.of(model_.tables[m].param_base + function.params.first + position);
  const bool any = !arguments.empty();
  const bool more = arguments.size() > kMostCallSites;
  if (more) arguments = arguments.first(kMostCallSites);
  for (const Flow& argument : arguments) {
    out = join(model_, out, flow(argument));
  }
  if (more) out = join(model_, out, unknown_type());
  const bool only_default = is_bottom(out) || is_none(out);
  // Others may call a public function with other numbers and strings than those we see.
  // (objects are made by the constructor calls we see).
  const bool open = any && model_.functions[model_.function_index(m, f)].public_ &&
                    model_.symbol(m, function.name) != model_.known.init &&
                    out.kind == Type::Kind::builtin && rules::is_immutable(out.container);
  if ((!any && only_default) || open) {
    Type nothing;
    nothing.maybe_none = out.maybe_none;
    return nothing;
  }
  return out;
}

Type Evaluator::returned(FunctionIndex f) {
  const ModuleIndex m = model_.module_of(f);
  const ModuleSummary& s = model_.summary(m);
  const Function& function = model_.function(f);
  if ((function.flags & kFunctionGenerator) != 0) return builtin_type(Container::Generator);
  if (function.returns_annotation != 0) {
    const Type declared = annotation(m, function.returns_annotation);
    if (declared.kind != Type::Kind::unknown) return declared;
  }
  if (function.returns.count == 0) return none_type();
  Type out = bottom_type();
  for (std::uint32_t i = function.returns.first; i < function.returns.end(); ++i) {
    out = join(model_, out, type(m, s.value_lists[i]));
  }
  return out;
}

Type Evaluator::flow(const Flow& flow) {
  switch (flow.kind) {
    case Flow::Kind::value: return type(flow.module, flow.value);
    case Flow::Kind::annotation: return annotation(flow.module, flow.value);
    case Flow::Kind::elements: return held(flow.module, flow.value);
    case Flow::Kind::iterated: return element(flow.module, flow.value);
    case Flow::Kind::parameter: return variable(model_.param_base() + flow.value);
    case Flow::Kind::function:
      return indexed_type(Type::Kind::function, model_.function_index(flow.module, flow.value));
    case Flow::Kind::klass:
      return indexed_type(Type::Kind::class_object, model_.class_index(flow.module, flow.value));
    case Flow::Kind::import: {
      const Denotation& what = model_.tables[flow.module].imports[flow.value];
      return what.slot != kNone ? slot_type(what.slot) : what.type;
    }
  }
  return {};
}

}  // namespace gilcheck::analyzer
