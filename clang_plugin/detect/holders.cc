#include "clang_plugin/detect/holders.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace gilcheck::clang_plugin {

namespace {

/// The record that a value of the type is, points to, or has as elements; kNone if there is none.
RecordId record_within(const Unit& unit, TypeId type) {
  const Type* t = &unit.types[type];
  while (t->kind == TypeKind::pointer || t->kind == TypeKind::array) t = &unit.types[t->inner];
  return t->kind == TypeKind::record ? t->record : kNone;
}

/// One call has every instance of a record: they are local variables, or parts of, or pointed to
/// by, structures of which that holds.
bool only_on_stack(const Unit& unit, RecordId record, std::vector<RecordId>& seen) {
  if (unit.records[record].object) return false;
  seen.push_back(record);
  const auto holds = [&](TypeId type) { return record_within(unit, type) == record; };
  bool local = false;
  for (const Variable& variable : unit.variables) {
    if (!holds(variable.type)) continue;
    if (variable.storage == Storage::local && unit.types[variable.type].kind == TypeKind::record) {
      local = true;
    } else if (variable.storage != Storage::local && variable.storage != Storage::parameter) {
      return false;
    }
  }
  for (const Field& other : unit.fields) {
    if (!holds(other.type)) continue;
    if (std::find(seen.begin(), seen.end(), other.record) != seen.end()) continue;
    if (!only_on_stack(unit, other.record, seen)) return false;
    local = true;
  }
  return local;
}

bool derives_from(const Unit& unit, RecordId derived, RecordId base, int depth) {
  if (derived == base) return true;
  const std::vector<RecordId>& bases = unit.records[derived].bases;
  return depth < 16 && std::any_of(
                           bases.begin(), bases.end(),
                           [&](RecordId one) { return derives_from(unit, one, base, depth + 1); });
}

bool is_local(Storage storage) {
  return storage == Storage::local || storage == Storage::parameter;
}

/// Local variables are made of it or of a class derived from it.
bool made_locally(const Unit& unit, RecordId record) {
  for (const Variable& variable : unit.variables) {
    const Type& type = unit.types[variable.type];
    if (!is_local(variable.storage) || type.kind != TypeKind::record || type.record == kNone) {
      continue;
    }
    if (derives_from(unit, type.record, record, 0)) return true;
  }
  return false;
}

/// A Python object or a static variable leads to it.
bool hangs_on_shared(const Unit& unit, RecordId record, std::vector<RecordId>& seen) {
  if (unit.records[record].object) return true;
  seen.push_back(record);
  for (const Variable& variable : unit.variables) {
    if (!is_local(variable.storage) && record_within(unit, variable.type) == record) return true;
  }
  for (const Field& other : unit.fields) {
    if (record_within(unit, other.type) != record) continue;
    if (std::find(seen.begin(), seen.end(), other.record) != seen.end()) continue;
    if (hangs_on_shared(unit, other.record, seen)) return true;
  }
  // What a class has, its derived classes have.
  for (RecordId derived = 0; derived < unit.records.size(); ++derived) {
    const auto& bases = unit.records[derived].bases;
    if (std::find(bases.begin(), bases.end(), record) == bases.end()) continue;
    if (std::find(seen.begin(), seen.end(), derived) != seen.end()) continue;
    if (hangs_on_shared(unit, derived, seen)) return true;
  }
  return false;
}

/// The class that a nested one is declared in; kNone if that is none.
RecordId enclosing_class(const Unit& unit, RecordId record) {
  const std::string_view name = unit.text(unit.records[record].name);
  // The last "::" that is not inside template arguments.
  std::size_t depth = 0;
  for (std::size_t i = name.size(); i > 1; --i) {
    if (name[i - 1] == '>') ++depth;
    if (name[i - 1] == '<' && depth > 0) --depth;
    if (depth != 0 || name[i - 1] != ':' || name[i - 2] != ':') continue;
    const std::string_view outer = name.substr(0, i - 2);
    for (RecordId other = 0; other < unit.records.size(); ++other) {
      if (unit.text(unit.records[other].name) == outer) return other;
    }
    return kNone;
  }
  return kNone;
}

}  // namespace

bool lives_on_stack(const Unit& unit, const FieldFacts& field) {
  if (field.object) return false;
  std::vector<RecordId> seen;
  return only_on_stack(unit, unit.fields[field.id].record, seen);
}

bool mostly_of_one_call(const Unit& unit, const FieldFacts& field) {
  if (!unit.cplusplus || field.object) return false;
  const RecordId record = unit.fields[field.id].record;
  for (RecordId at = record; at != kNone; at = enclosing_class(unit, at)) {
    if (made_locally(unit, at)) return true;
  }
  std::vector<RecordId> seen;
  return !hangs_on_shared(unit, record, seen);
}

}  // namespace gilcheck::clang_plugin
