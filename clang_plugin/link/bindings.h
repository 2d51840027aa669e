#pragma once
// Names that pybind11 and nanobind give to functions: `m.def("bump", &bump)`,
// `py::class_<Pet>(m, "Pet").def("add", &Pet::add)`.
//
// Thread contract: functions of their arguments only; may be called concurrently.

#include <string>
#include <string_view>

#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

struct BindingName {
  std::string python;   ///< "pb.bump", "pb.Pet.add"; what is not known is left out at the front
  bool method = false;  ///< called on an object, which is the first parameter
};

/// Whether a qualified name is of pybind11 or nanobind.
bool of_binding_library(std::string_view name);

/// `def` is a call of a function named "...::def..."; `module` is the extension module's name, or
/// "" if it is not known.
BindingName binding_name(const Unit& unit, const Function& in, const Instr& def,
                         std::string_view module);

}  // namespace gilcheck::clang_plugin
