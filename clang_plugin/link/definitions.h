#pragma once
// The definitions of types and modules: structures of CPython (PyTypeObject, PyMethodDef,
// PyModuleDef) with static initializers, and the functions in them that Python calls.
//
// Thread contract: functions of their arguments only; may be called concurrently.

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

struct Definitions {
  std::set<std::string> module_names;
  /// What Py_mod_gil says, by name of the module.
  std::map<std::string, std::pair<ModuleNode::Gil, At>> gil;
};

/// Called for each function found: its unit and id, what it is called as, its dotted Python name
/// ("" if it has none) and where it stands.
using Enter = std::function<void(UnitIndex, FuncId, EntryKind, std::string, Pos)>;

Definitions read_definitions(std::span<const Unit* const> units, const Enter& enter);

/// The variable outlives the call.
bool is_lasting(const Variable& variable);
/// Name of a structure, or of the elements of an array of them; "" for any other type.
std::string_view record_name(const Unit& unit, TypeId type);
/// What an initializer list gives the field `name`; null if nothing.
const Initializer* member(const Unit& unit, const Initializer& list, std::string_view name);
/// The string that an initializer is; "" if it is none, or null.
std::string text_of(const Unit& unit, const Initializer* init);

}  // namespace gilcheck::clang_plugin
