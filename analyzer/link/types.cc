#include "analyzer/link/types.h"

#include <algorithm>

#include "analyzer/link/model.h"

namespace gilcheck::analyzer {
namespace {

using rules::Container;

bool is_number(Container c) {
  return c == Container::Int || c == Container::Float || c == Container::Bool;
}

/// The common behaviour of two builtin types; Unknown when they have none.
Container join_containers(Container a, Container b) {
  if (a == b) return a;
  if (is_number(a) && is_number(b)) {
    return a == Container::Float || b == Container::Float ? Container::Float : Container::Int;
  }
  if (rules::is_immutable(a) && rules::is_immutable(b)) return Container::Immutable;
  if (rules::is_mapping(a) && rules::is_mapping(b)) return Container::Dict;
  if (rules::is_lock(a) && rules::is_lock(b)) return Container::Lock;
  return Container::Unknown;
}

/// Something whose use tells about it, so that a value of unknown type stored beside it is very
/// likely used in the same way: containers, locks, objects. Numbers and strings are not.
bool survives_unknown(const Type& type) {
  switch (type.kind) {
    case Type::Kind::builtin: return !rules::is_immutable(type.container);
    case Type::Kind::unknown:
    case Type::Kind::module: return false;
    default: return true;
  }
}

ClassIndex common_ancestor(const Model& model, ClassIndex a, ClassIndex b) {
  for (const ClassIndex candidate : model.class_tables[a].ancestry) {
    if (model.derives_from(b, candidate)) return candidate;
  }
  return kNone;
}

}  // namespace

bool is_immutable_value(const Type& type) {
  return type.kind == Type::Kind::builtin && rules::is_immutable(type.container) && !type.partly;
}

Container container_of(Builtin literal) {
  switch (literal) {
    case Builtin::none_type:
    case Builtin::ellipsis:
    case Builtin::complex_: return Container::Immutable;
    case Builtin::bool_: return Container::Bool;
    case Builtin::int_: return Container::Int;
    case Builtin::float_: return Container::Float;
    case Builtin::str: return Container::Str;
    case Builtin::bytes: return Container::Bytes;
    case Builtin::tuple: return Container::Tuple;
    case Builtin::list: return Container::List;
    case Builtin::dict: return Container::Dict;
    case Builtin::set: return Container::Set;
    case Builtin::generator: return Container::Generator;
  }
  return Container::Unknown;
}

Type instance_of(const Model& model, ClassIndex klass) {
  Type out = indexed_type(Type::Kind::instance, klass);
  out.container = model.class_tables[klass].container;
  return out;
}

Type join(const Model& model, const Type& a, const Type& b) {
  if (is_bottom(a)) return b;
  if (is_bottom(b)) return a;
  if (a == b) return a;
  Type out;
  if (is_none(a) || is_none(b)) {
    out = is_none(a) ? b : a;
    out.maybe_none = true;
    return out;
  }
  const bool maybe_none = a.maybe_none || b.maybe_none;
  const bool partly = a.partly || b.partly;
  if (is_unknown(a) || is_unknown(b)) {
    const Type& known = is_unknown(a) ? b : a;
    if (!is_unknown(known) && survives_unknown(known)) {
      out = known;
      out.partly = true;
    }
  } else if (a.kind == b.kind && a.container == b.container && a.index == b.index &&
             a.external == b.external) {
    out = a;
    out.partly = partly;
  } else if (a.kind == Type::Kind::builtin && b.kind == Type::Kind::builtin) {
    out.container = join_containers(a.container, b.container);
    if (out.container != Container::Unknown) {
      out.kind = Type::Kind::builtin;
      if (a.external == b.external) out.external = a.external;
      out.partly = partly;
    }
  } else if (a.kind == b.kind &&
             (a.kind == Type::Kind::instance || a.kind == Type::Kind::class_object)) {
    const ClassIndex ancestor = common_ancestor(model, a.index, b.index);
    if (ancestor != kNone) {
      out = a.kind == Type::Kind::instance ? instance_of(model, ancestor)
                                           : indexed_type(a.kind, ancestor);
      out.partly = partly;
    }
  }
  out.maybe_none = maybe_none;
  return out;
}

}  // namespace gilcheck::analyzer
