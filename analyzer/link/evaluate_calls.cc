// Evaluator: callees and what calls give.
#include "analyzer/link/evaluator.h"
#include "analyzer/link/objects.h"
#include "analyzer/link/types.h"

namespace gilcheck::analyzer {

using rules::Container;

Callee Evaluator::callee(ModuleIndex m, CallId call) {
  bool open = false;
  return resolve(m, call, open);
}

Callee Evaluator::resolve(ModuleIndex m, CallId call, bool& open) {
  // What is resolved stays so.
  const std::vector<Callee>& known = model_.tables[m].callees;
  if (!known.empty() && (model_.calls_resolved || known[call].kind != Callee::Kind::unknown)) {
    return known[call];
  }
  const Descent descent(*this);
  Callee out;
  if (descent.stop()) return out;
  const ModuleSummary& s = model_.summary(m);
  const ValueId callee = s.calls[call].callee;
  const ValueNode& node = s.values[callee];
  Type target;
  Type receiver;
  bool virtual_call = false;
  if (node.kind == ValueKind::path && s.paths[node.a].kind == PathKind::attr) {
    const PathNode& path = s.paths[node.a];
    const PathNode& parent = s.paths[path.parent];
    ClassIndex after = kNone;
    if (parent.kind == PathKind::value && s.values[parent.aux].kind == ValueKind::super_) {
      receiver = type(m, parent.aux);
      after = receiver.index;
    } else {
      receiver = place(m, path.parent).type;
      virtual_call = receiver.kind == Type::Kind::instance;
    }
    const Symbol name = model_.symbol(m, path.sym);
    if (receiver.kind == Type::Kind::builtin && !is_none(receiver)) {
      out.kind = Callee::Kind::method;
      out.container = receiver.container;
      out.external = receiver.external;
      out.exact = !receiver.partly;
      return out;
    }
    if (receiver.kind == Type::Kind::external_instance) {
      out.kind = Callee::Kind::external;
      out.external = model_.symbols.find_dotted(receiver.external, model_.symbols.text(name));
      out.exact = !receiver.partly;
      return out;
    }
    target = attribute(receiver, name, after).type;
    if (target.kind == Type::Kind::unknown && receiver.kind == Type::Kind::instance &&
        receiver.container != Container::Unknown &&
        model_.find_member(receiver.index, name, after) == nullptr) {
      // Inherited from an external base: Thread.start, dict.get.
      out.kind = Callee::Kind::method;
      out.container = receiver.container;
      return out;
    }
  } else {
    target = type(m, callee);
  }
  open = is_bottom(target) || is_bottom(receiver);
  out.exact = !target.partly && !receiver.partly;
  switch (target.kind) {
    case Type::Kind::function:
    case Type::Kind::bound_method:
      out.kind = Callee::Kind::function;
      out.function = target.index;
      out.receiver_bound = target.kind == Type::Kind::bound_method;
      if (virtual_call && out.exact) {
        // An override further down may be meant.
        const Symbol name = model_.symbol(m, s.paths[node.a].sym);
        std::vector<ClassIndex> below = model_.classes[receiver.index].subclasses;
        for (std::size_t i = 0; i < below.size() && i < 64 && out.exact; ++i) {
          const Member* member = model_.own_member(below[i], name);
          if (member != nullptr && member->kind == Member::Kind::method) out.exact = false;
          const std::vector<ClassIndex>& more = model_.classes[below[i]].subclasses;
          below.insert(below.end(), more.begin(), more.end());
        }
      }
      break;
    case Type::Kind::class_object: {
      out.kind = Callee::Kind::constructor;
      out.klass = target.index;
      out.receiver_bound = true;
      out.function = model_.find_method(target.index, model_.known.init);
      break;
    }
    case Type::Kind::external:
      out.kind = Callee::Kind::external;
      out.external = target.external;
      break;
    case Type::Kind::instance: {
      const FunctionIndex method = model_.find_method(target.index, model_.known.call);
      if (method == kNone) break;
      out.kind = Callee::Kind::function;
      out.function = method;
      out.receiver_bound = true;
      break;
    }
    default: break;
  }
  return out;
}

ValueId Evaluator::argument(ModuleIndex m, CallId call, std::uint32_t position) const {
  const ModuleSummary& s = model_.summary(m);
  const Range args = s.calls[call].args;
  for (std::uint32_t i = 0; i < args.count && i <= position; ++i) {
    const Argument& arg = s.arguments[args.first + i];
    if (arg.keyword != 0 || arg.star != 0) return 0;
    if (i == position) return arg.value;
  }
  return 0;
}

Type Evaluator::function_result(FunctionIndex f) {
  if (model_.context_manager[f] != 0) return {};
  const std::uint16_t flags = model_.function(f).flags;
  if ((flags & kFunctionGenerator) != 0) {
    return (flags & kFunctionAsync) != 0 ? Type{} : builtin_type(Container::Generator);
  }
  if ((flags & kFunctionAsync) != 0) return {};  // a coroutine; see ValueKind::awaited
  return variable(model_.return_base() + f);
}

Type Evaluator::result(ModuleIndex m, CallId call, const Callee& target) {
  switch (target.kind) {
    case Callee::Kind::unknown: return {};
    case Callee::Kind::function: return function_result(target.function);
    case Callee::Kind::constructor: return instance_of(model_, target.klass);
    case Callee::Kind::method: return method_result(m, call, target);
    case Callee::Kind::external: return external_result(m, call, target.external);
  }
  return {};
}

Type Evaluator::external_result(ModuleIndex m, CallId call, Symbol dotted) {
  if (dotted == 0) return {};
  const std::string_view name = model_.symbols.text(dotted);
  if (name == "functools.partial" || name == "functools.partialmethod") {
    Type inner = type(m, argument(m, call, 0));
    if (inner.kind == Type::Kind::function || inner.kind == Type::Kind::bound_method) {
      inner.partly = true;  // arguments are bound: positions do not match
      return inner;
    }
    return builtin_type(Container::Immutable, dotted);
  }
  if (name == "type") {
    const Type object = type(m, argument(m, call, 0));
    if (object.kind == Type::Kind::instance) {
      return indexed_type(Type::Kind::class_object, object.index);
    }
    if (object.kind == Type::Kind::class_object) return {};
    return is_bottom(object) ? object : builtin_type(Container::Immutable);
  }
  if (is_copy(name) || name == "contextlib.closing" || name == "contextlib.nullcontext") {
    return type(m, argument(m, call, 0));
  }
  if (name == "typing.cast") {
    const Type declared = annotation(m, argument(m, call, 0));
    return declared.kind == Type::Kind::unknown ? type(m, argument(m, call, 1)) : declared;
  }
  if (name == "next" || name == "min" || name == "max") {
    if (const ValueId only = argument(m, call, 0); only != 0 && argument(m, call, 1) == 0) {
      return element(m, only);
    }
    return {};
  }
  if (name == "dataclasses.field" || name == "attr.ib" || name == "attrs.field" ||
      name == "attr.field" || name == "pydantic.Field") {
    // The factory makes what each instance gets.
    const ModuleSummary& s = model_.summary(m);
    const Range args = s.calls[call].args;
    for (std::uint32_t i = args.first; i < args.end(); ++i) {
      const std::string_view keyword = s.name(s.arguments[i].keyword);
      if (keyword == "default") return type(m, s.arguments[i].value);
      if (keyword != "default_factory" && keyword != "factory") continue;
      const Type factory = type(m, s.arguments[i].value);
      if (factory.kind == Type::Kind::class_object) {
        return instance_of(model_, factory.index);
      }
      if (factory.kind == Type::Kind::function) return function_result(factory.index);
      if (factory.kind == Type::Kind::external && factory.external != 0) {
        if (const auto c = rules::constructed_by(model_.symbols.text(factory.external))) {
          return builtin_type(*c, factory.external);
        }
      }
    }
    return {};
  }
  if (name == "getattr" || name == "eval" || name == "super") return {};
  if (const auto container = rules::constructed_by(name)) return builtin_type(*container, dotted);
  return external_type(Type::Kind::external_instance, dotted);
}

Type Evaluator::method_result(ModuleIndex m, CallId call, const Callee& target) {
  const ModuleSummary& s = model_.summary(m);
  const PathNode& path = s.paths[s.values[s.calls[call].callee].a];
  const std::string_view method = s.name(path.sym);
  const Container c = target.container;
  if (method == "copy" && (rules::is_mutable_container(c) || c == Container::FrozenSet)) {
    return builtin_type(c);
  }
  if (rules::is_mapping(c)) {
    if (method == "keys" || method == "values" || method == "items") {
      return builtin_type(Container::DictView);
    }
    if (method == "get" || method == "pop" || method == "setdefault") {
      Type out = element_of_path(m, path.parent);
      if (method == "get" && argument(m, call, 1) == 0) out.maybe_none = true;
      return out;
    }
    return {};
  }
  if (method == "pop" || method == "popleft" || method == "get" || method == "get_nowait") {
    return rules::is_immutable(c) ? Type{} : element_of_path(m, path.parent);
  }
  if (c == Container::Executor && method == "submit") return builtin_type(Container::Future);
  if (rules::is_lock(c) && method == "acquire") return builtin_type(Container::Bool);
  if (c == Container::Event && method != "clear" && method != "set") {
    return builtin_type(Container::Bool);
  }
  if (rules::is_immutable(c) && c != Container::Tuple) {
    std::string dotted(rules::name_of(c));
    dotted += '.';
    dotted += method;
    if (const auto known = rules::constructed_by(dotted)) return builtin_type(*known);
    // Methods of immutable values give immutable values, as far as state is concerned.
    if (c == Container::Str || c == Container::Bytes) return builtin_type(Container::Immutable);
  }
  return {};
}

Type Evaluator::element_of_call(ModuleIndex m, CallId call) {
  const ModuleSummary& s = model_.summary(m);
  bool open = false;
  const Callee target = resolve(m, call, open);
  if (open) return bottom_type();
  switch (target.kind) {
    case Callee::Kind::method: {
      const PathNode& path = s.paths[s.values[s.calls[call].callee].a];
      const std::string_view method = s.name(path.sym);
      if (rules::is_mapping(target.container)) {
        if (method == "values") return element_of_path(m, path.parent);
        if (method == "copy") return element_of_path(m, path.parent);
        return {};
      }
      if (method == "copy") return element_of_path(m, path.parent);
      return {};
    }
    case Callee::Kind::external: {
      if (target.external == 0) return {};
      const std::string_view name = model_.symbols.text(target.external);
      if (name == "list" || name == "tuple" || name == "set" || name == "frozenset" ||
          name == "sorted" || name == "reversed" || name == "iter" || name == "collections.deque" ||
          is_copy(name) || name == "filter" || name == "itertools.cycle" ||
          name == "itertools.chain" || name == "itertools.islice") {
        const ValueId inner = argument(m, call, name == "filter" ? 1 : 0);
        return inner == 0 ? bottom_type() : held(m, inner);
      }
      if (name == "collections.defaultdict") {
        // The factory makes the elements.
        const Type factory = type(m, argument(m, call, 0));
        if (factory.kind == Type::Kind::class_object) {
          return instance_of(model_, factory.index);
        }
        if (factory.kind == Type::Kind::external && factory.external != 0) {
          if (const auto c = rules::constructed_by(model_.symbols.text(factory.external))) {
            return builtin_type(*c, factory.external);
          }
        }
        if (factory.kind == Type::Kind::function) return function_result(factory.index);
        return {};
      }
      if (name == "dict" || name == "collections.OrderedDict") {
        return argument(m, call, 0) == 0 ? bottom_type() : Type{};
      }
      return {};
    }
    case Callee::Kind::function: {
      if ((model_.function(target.function).flags & (kFunctionGenerator | kFunctionAsync)) != 0) {
        return {};
      }
      const ModuleIndex home = model_.module_of(target.function);
      const ModuleSummary& source = model_.summary(home);
      const Function& function = model_.function(target.function);
      if (function.returns_annotation != 0) {
        const Type declared = annotation_element(home, function.returns_annotation);
        if (declared.kind != Type::Kind::unknown) return declared;
      }
      Type out = bottom_type();
      for (std::uint32_t i = function.returns.first; i < function.returns.end(); ++i) {
        out = join(model_, out, held(home, source.value_lists[i]));
      }
      return out;
    }
    default: return {};
  }
}

}  // namespace gilcheck::analyzer
