// Evaluator: what containers hold, and what annotations say.
#include <string>

#include "analyzer/link/evaluator.h"
#include "analyzer/link/types.h"

namespace gilcheck::analyzer {

using rules::Container;

namespace {

/// Containers of numbers and bytes, and the numbers that a counter hands out: never an object with
/// operators in Python.
bool holds_values(const Type& type) {
  return type.kind == Type::Kind::builtin &&
         (type.container == Container::Array || type.container == Container::Bytearray ||
          type.container == Container::Memoryview || type.container == Container::Count);
}

}  // namespace

Type Evaluator::element(ModuleIndex m, ValueId v) {
  if (v == 0) return {};
  const ValueKind kind = model_.summary(m).values[v].kind;
  if (kind != ValueKind::comprehension && kind != ValueKind::constant) {
    // Iterating a mapping gives its keys.
    const Type container = type(m, v);
    if (is_bottom(container)) return container;
    if (container.kind == Type::Kind::builtin && rules::is_mapping(container.container)) return {};
    if (holds_values(container)) return builtin_type(Container::Immutable);
  }
  return held(m, v);
}

Type Evaluator::held(ModuleIndex m, ValueId v) {
  const Type made = held_when_made(m, v);
  const ValueKind kind = model_.summary(m).values[v].kind;
  if ((kind != ValueKind::display && kind != ValueKind::call && kind != ValueKind::comprehension) ||
      model_.local_containers.empty()) {
    return made;
  }
  const auto local = model_.local_containers.find(Model::local_key(m, v));
  if (local == model_.local_containers.end()) return made;
  const Type filled = variable(model_.local_base() + local->second);
  return is_unknown(made) ? filled : join(model_, made, filled);
}

Type Evaluator::held_when_made(ModuleIndex m, ValueId v) {
  const Descent descent(*this);
  if (v == 0 || descent.stop()) return {};
  const ModuleSummary& s = model_.summary(m);
  const ValueNode& node = s.values[v];
  switch (node.kind) {
    case ValueKind::display: {
      Type out = bottom_type();
      for (std::uint32_t i = 0; i < node.c && i < 16; ++i) {
        out = join(model_, out, type(m, s.value_lists[node.b + i]));
      }
      return out;
    }
    case ValueKind::comprehension: return type(m, node.b);
    case ValueKind::path: return element_of_path(m, node.a);
    case ValueKind::param:
      return variable(model_.param_element_base() + model_.param_index(m, node.a, node.b));
    case ValueKind::call: return element_of_call(m, node.a);
    case ValueKind::either: {
      const Type first = held(m, node.b);
      return join(model_, first, held(m, node.c));
    }
    case ValueKind::annotated: {
      const Type inside = held(m, node.b);
      if (inside.kind != Type::Kind::unknown) return inside;
      const Type declared = annotation_element(m, node.c);
      return declared.kind != Type::Kind::unknown ? declared : inside;
    }
    case ValueKind::binary: {
      // [Lock()] * 4, a + b
      const Type left = held(m, node.b);
      return left.kind != Type::Kind::unknown ? left : held(m, node.c);
    }
    case ValueKind::constant:
      return static_cast<Builtin>(node.a) == Builtin::none_type ? bottom_type() : Type{};
    default: return {};
  }
}

/// What the containers hold that the value, a container, holds.
Type Evaluator::held_twice(ModuleIndex m, ValueId v) {
  const Descent descent(*this);
  if (v == 0 || descent.stop()) return {};
  const ModuleSummary& s = model_.summary(m);
  const ValueNode& node = s.values[v];
  switch (node.kind) {
    case ValueKind::display: {
      Type out = bottom_type();
      for (std::uint32_t i = 0; i < node.c && i < 16; ++i) {
        out = join(model_, out, held(m, s.value_lists[node.b + i]));
      }
      return out;
    }
    case ValueKind::comprehension: return held(m, node.b);
    case ValueKind::annotated: return held_twice(m, node.b);
    case ValueKind::call: {
      const Callee target = callee(m, node.a);
      if (target.kind != Callee::Kind::external || target.external == 0 ||
          model_.symbols.text(target.external) != "collections.defaultdict") {
        return {};
      }
      // defaultdict(lambda: defaultdict(int))
      const Type factory = type(m, argument(m, node.a, 0));
      if (factory.kind != Type::Kind::function) return bottom_type();
      const ModuleIndex home = model_.module_of(factory.index);
      const Range returns = model_.function(factory.index).returns;
      Type out = bottom_type();
      for (std::uint32_t i = returns.first; i < returns.end(); ++i) {
        out = join(model_, out, held(home, model_.summary(home).value_lists[i]));
      }
      return out;
    }
    default: return {};
  }
}

Type Evaluator::parameter_element(ModuleIndex m, FuncId f, std::uint32_t position) {
  const Range params = model_.summary(m).functions[f].params;
  const Param& param = model_.summary(m).params[params.first + position];
  if (param.star != 0) return {};
  if (param.annotation != 0) {
    const Type declared = annotation_element(m, param.annotation);
    if (declared.kind != Type::Kind::unknown) return declared;
  }
  const Type self =
      variable(model_.param_base() + model_.tables[m].param_base + params.first + position);
  if (is_bottom(self)) return self;
  if (self.kind != Type::Kind::unknown &&
      (self.kind != Type::Kind::builtin || rules::is_immutable(self.container)) &&
      self.container != Container::Tuple) {
    return {};  // no container
  }
  Type out = bottom_type();
  if (param.default_value != 0) out = held(m, param.default_value);
  if (model_.param_flows.first.empty()) return is_bottom(out) ? Type{} : out;
  const Descent descent(*this);
  const std::span<const Flow> arguments =
      model_.param_flows.of(model_.tables[m].param_base + params.first + position);
  if (arguments.size() > kMostArguments || descent.stop()) return {};
  for (const Flow& argument : arguments) {
    if (argument.kind != Flow::Kind::value) return {};
    out = join(model_, out, held(argument.module, argument.value));
  }
  return is_bottom(out) ? Type{} : out;
}

Type Evaluator::element_of_path(ModuleIndex m, PathId p) {
  const Descent descent(*this);
  if (p == 0 || descent.stop()) return {};
  const ModuleSummary& s = model_.summary(m);
  const PathNode& node = s.paths[p];
  if (node.kind == PathKind::value) return held(m, node.aux);
  const Denotation container = place(m, p);
  if (holds_values(container.type)) return builtin_type(Container::Immutable);
  if (container.slot != kNone) return variable(model_.element_base() + container.slot);
  if (is_bottom(container.type)) return container.type;
  if (node.kind != PathKind::item) return {};
  // d[k][i]: what the containers that were put into d hold.
  const SlotId outer = place(m, node.parent).slot;
  if (outer == kNone) return {};
  Type out = bottom_type();
  for (const Flow& flow : model_.element_flows.of(outer)) {
    out = join(model_, out,
               flow.kind == Flow::Kind::value ? held(flow.module, flow.value)
                                              : held_twice(flow.module, flow.value));
  }
  return is_bottom(out) ? Type{} : out;
}

namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\'' || text.front() == '"')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\'' || text.back() == '"')) {
    text.remove_suffix(1);
  }
  return text;
}

/// Splits at `separator` outside of brackets.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') ++depth;
    if (text[i] == ']') --depth;
    if (text[i] == separator && depth == 0) {
      out.push_back(trim(text.substr(start, i - start)));
      start = i + 1;
    }
  }
  out.push_back(trim(text.substr(start)));
  return out;
}

bool is_optional(std::string_view name) {
  return name == "typing.Optional";
}
bool is_union(std::string_view name) {
  return name == "typing.Union";
}
bool is_transparent(std::string_view name) {
  return name == "typing.Final" || name == "typing.ClassVar" || name == "typing.Annotated" ||
         name == "typing_extensions.Final" || name == "typing_extensions.Annotated" ||
         name == "dataclasses.InitVar" || name == "typing.Required" || name == "typing.NotRequired";
}
bool is_class_of(std::string_view name) {
  return name == "type" || name == "typing.Type";
}

}  // namespace

Type Evaluator::annotated_object(const Type& named) {
  switch (named.kind) {
    case Type::Kind::class_object: return instance_of(model_, named.index);
    case Type::Kind::external: {
      if (named.external == 0) return {};
      const std::string_view name = model_.symbols.text(named.external);
      if (name == "object" || name == "typing.Any") return {};
      if (const auto container = rules::annotated_as(name)) {
        return builtin_type(*container, named.external);
      }
      if (name.starts_with("typing.") || name.starts_with("collections.abc.")) return {};
      return external_type(Type::Kind::external_instance, named.external);
    }
    default: return {};
  }
}

Type Evaluator::annotation_path(ModuleIndex m, PathId p) {
  const ModuleSummary& s = model_.summary(m);
  const PathNode& node = s.paths[p];
  if (node.kind != PathKind::item) return annotated_object(place(m, p).type);
  const Type generic = place(m, node.parent).type;
  if (generic.kind == Type::Kind::external && generic.external != 0) {
    const std::string_view name = model_.symbols.text(generic.external);
    if (is_optional(name)) {
      Type out = annotation(m, node.aux);
      out.maybe_none = true;
      return out;
    }
    if (is_class_of(name)) {
      const Type inner = annotation(m, node.aux);
      return inner.kind == Type::Kind::instance
                 ? indexed_type(Type::Kind::class_object, inner.index)
                 : Type{};
    }
    const ValueNode& key = s.values[node.aux];
    if (is_union(name)) {
      if (key.kind != ValueKind::display) return annotation(m, node.aux);
      Type out = bottom_type();
      for (std::uint32_t i = 0; i < key.c; ++i) {
        out = join(model_, out, annotation(m, s.value_lists[key.b + i]));
      }
      return out;
    }
    if (is_transparent(name)) {
      if (key.kind == ValueKind::display && key.c > 0) return annotation(m, s.value_lists[key.b]);
      return annotation(m, node.aux);
    }
  }
  return annotated_object(generic);
}

Type Evaluator::annotation(ModuleIndex m, ValueId v) {
  const Descent descent(*this);
  if (v == 0 || descent.stop()) return {};
  const ModuleSummary& s = model_.summary(m);
  const ValueNode& node = s.values[v];
  switch (node.kind) {
    case ValueKind::path: return annotation_path(m, node.a);
    case ValueKind::klass:
    case ValueKind::import: return annotated_object(type(m, v));
    case ValueKind::binary: {
      if (s.name(node.a) != "|") return {};
      const Type left = annotation(m, node.b);
      return join(model_, left, annotation(m, node.c));
    }
    case ValueKind::constant:
      if (static_cast<Builtin>(node.a) == Builtin::none_type) return none_type();
      if (static_cast<Builtin>(node.a) == Builtin::str) {
        return annotation_text(m, trim(s.name(node.b)));
      }
      return {};
    default: return {};
  }
}

/// A forward reference: names, dots, brackets and bars in a string.
Type Evaluator::annotation_text(ModuleIndex m, std::string_view text) {
  const Descent descent(*this);
  if (text.empty() || text.size() > 400 || descent.stop()) return {};
  const std::vector<std::string_view> alternatives = split(text, '|');
  if (alternatives.size() > 1) {
    Type out = bottom_type();
    for (const std::string_view alternative : alternatives) {
      out = join(model_, out, annotation_text(m, alternative));
    }
    return out;
  }
  if (text == "None") return none_type();
  const std::size_t bracket = text.find('[');
  const std::vector<std::string_view> parts = split(trim(text.substr(0, bracket)), '.');
  Denotation what;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Symbol name = model_.symbols.find(parts[i]);
    if (i == 0) {
      what = lookup_in_module(model_, m, name);
      if (!what.found) {
        // A builtin, or a class of an enclosing scope.
        if (rules::annotated_as(parts[0]) && name != 0) {
          what.type = external_type(Type::Kind::external, name);
        } else {
          return {};
        }
      }
      if (what.slot != kNone) what.type = slot_type(what.slot);
    } else {
      what = attribute(what.type, name);
    }
  }
  if (bracket != std::string_view::npos && text.back() == ']') {
    const std::string_view inner = text.substr(bracket + 1, text.size() - bracket - 2);
    if (what.type.kind == Type::Kind::external && what.type.external != 0) {
      const std::string_view name = model_.symbols.text(what.type.external);
      if (is_optional(name)) {
        Type out = annotation_text(m, trim(inner));
        out.maybe_none = true;
        return out;
      }
      if (is_transparent(name)) return annotation_text(m, split(inner, ',').front());
      if (is_union(name)) {
        Type out = bottom_type();
        for (const std::string_view part : split(inner, ',')) {
          out = join(model_, out, annotation_text(m, part));
        }
        return out;
      }
      if (is_class_of(name)) return {};
    }
  }
  return annotated_object(what.type);
}

/// The element type of an annotated container: list[X], dict[K, X], Optional[list[X]].
Type Evaluator::annotation_element(ModuleIndex m, ValueId v) {
  const Descent descent(*this);
  if (v == 0 || descent.stop()) return {};
  const ModuleSummary& s = model_.summary(m);
  const ValueNode& node = s.values[v];
  if (node.kind == ValueKind::binary && s.name(node.a) == "|") {
    const Type left = annotation_element(m, node.b);
    return left.kind != Type::Kind::unknown ? left : annotation_element(m, node.c);
  }
  if (node.kind == ValueKind::constant && static_cast<Builtin>(node.a) == Builtin::str) {
    std::string_view text = trim(s.name(node.b));
    const std::size_t bracket = text.find('[');
    if (bracket == std::string_view::npos || text.back() != ']') return {};
    return annotation_text(m,
                           split(text.substr(bracket + 1, text.size() - bracket - 2), ',').back());
  }
  if (node.kind != ValueKind::path) return {};
  const PathNode& path = s.paths[node.a];
  if (path.kind != PathKind::item) return {};
  const Type generic = place(m, path.parent).type;
  if (generic.kind != Type::Kind::external || generic.external == 0) return {};
  const std::string_view name = model_.symbols.text(generic.external);
  if (is_optional(name) || is_transparent(name)) return annotation_element(m, path.aux);
  const auto container = rules::annotated_as(name);
  if (!container && name != "typing.Iterable" && name != "typing.Sequence" &&
      name != "collections.abc.Iterable" && name != "collections.abc.Sequence" &&
      name != "typing.Mapping" && name != "collections.abc.Mapping") {
    return {};
  }
  const ValueNode& key = s.values[path.aux];
  if (key.kind == ValueKind::display) {
    return key.c == 0 ? Type{} : annotation(m, s.value_lists[key.b + key.c - 1]);
  }
  return annotation(m, path.aux);
}

}  // namespace gilcheck::analyzer
