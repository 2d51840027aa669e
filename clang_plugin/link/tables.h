#pragma once
// How the tables of an extension module are read: which field of which CPython structure holds a
// function that Python calls, and what it may assume.

#include <optional>
#include <string_view>

#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

/// Kind of entry that a function in field `field` of structure `record` ("PyTypeObject",
/// "tp_repr") is; nullopt if the field holds no function that is called from outside.
std::optional<EntryKind> entry_of_field(std::string_view record, std::string_view field);
/// Name and kind for the number of a PyType_Slot ("tp_dealloc", destroy); Include/typeslots.h.
struct SlotName {
  std::string_view name;
  EntryKind kind;
};
std::optional<SlotName> slot_of_number(std::int64_t number);

/// Index of the parameter that is the object: kNone for static functions.
std::uint32_t self_parameter(EntryKind kind);

/// Py_mod_create or Py_mod_exec; Py_mod_gil. CPython 3.15 numbers the slots of modules anew.
bool is_module_init_slot(std::int64_t number);
bool is_module_gil_slot(std::int64_t number);

}  // namespace gilcheck::clang_plugin
