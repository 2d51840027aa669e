#pragma once
// The lattice of types: `bottom` (nothing seen yet, only during inference) below everything,
// `unknown` above. `join` is what a variable has after both were stored in it.

#include "analyzer/link/program.h"

namespace gilcheck::analyzer {

struct Model;

inline Type unknown_type() {
  return {};
}
inline Type bottom_type() {
  Type type;
  type.external = kNone;
  return type;
}
inline bool is_bottom(const Type& type) {
  return type.kind == Type::Kind::unknown && type.external == kNone;
}
/// Nothing known at all (None may be among the values).
inline bool is_unknown(const Type& type) {
  return type.kind == Type::Kind::unknown && type.external != kNone;
}
/// The value None itself.
inline Type none_type() {
  Type type;
  type.kind = Type::Kind::builtin;
  type.container = rules::Container::Immutable;
  type.maybe_none = true;
  type.index = 0;
  return type;
}
inline bool is_none(const Type& type) {
  return type.kind == Type::Kind::builtin && type.index == 0;
}
inline Type builtin_type(rules::Container container, std::uint32_t external = 0) {
  Type type;
  type.kind = Type::Kind::builtin;
  type.container = container;
  type.external = external;
  return type;
}
inline Type indexed_type(Type::Kind kind, std::uint32_t index) {
  Type type;
  type.kind = kind;
  type.index = index;
  return type;
}
inline Type external_type(Type::Kind kind, std::uint32_t external) {
  Type type;
  type.kind = kind;
  type.external = external;
  return type;
}

/// An instance of a program class.
Type instance_of(const Model& model, ClassIndex klass);
Type join(const Model& model, const Type& a, const Type& b);
/// An immutable builtin value, None included.
bool is_immutable_value(const Type& type);
rules::Container container_of(Builtin literal);

}  // namespace gilcheck::analyzer
