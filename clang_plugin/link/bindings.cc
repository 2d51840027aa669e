#include "clang_plugin/link/bindings.h"

namespace gilcheck::clang_plugin {

namespace {

constexpr int kLongestChain = 1000;  // .def(...).def(...)

std::string_view callee(const Unit& unit, const Instr& instr) {
  const FuncId id = instr.op == Op::call ? instr.a : instr.op == Op::construct ? instr.b : kNone;
  return id == kNone ? std::string_view{} : unit.text(unit.functions[id].name);
}

std::string_view first_string(const Unit& unit, const Instr& call) {
  for (std::uint32_t i = call.list.first; i < call.list.end(); ++i) {
    const Instr& text = unit.instrs[unit.value_lists[i]];
    if (text.op == Op::string) return unit.text(text.a);
  }
  return {};
}

/// The construction of the variable that a value is, or points to.
const Instr* construction(const Unit& unit, const Function& in, const Instr& value) {
  if (value.op != Op::address && value.op != Op::load) return nullptr;
  const VarId variable = root_variable(unit, value.a);
  const Instr* found = nullptr;
  if (variable == kNone) return nullptr;
  for_each_instr(unit, in, [&](ValueId id) {
    const Instr& made = unit.instrs[id];
    const bool makes = made.op == Op::construct || made.op == Op::store;
    if (found == nullptr && makes && root_variable(unit, made.a) == variable) found = &made;
  });
  return found;
}

/// The name of the class that the receiver of a `def` stands for; "" if it is none, or not known.
std::string class_of(const Unit& unit, const Function& in, const Instr& def) {
  const Instr* at = &def;
  for (int step = 0; step < kLongestChain; ++step) {
    const std::string_view name = callee(unit, *at);
    if (of_binding_library(name) && name.ends_with("::class_::class_")) {
      return std::string(first_string(unit, *at));
    }
    ValueId next = kNone;
    if (at->op == Op::store) {
      next = at->b;
    } else if (at->list.count != 0) {
      next = unit.value_lists[at->list.first];
    }
    if (next == kNone) return {};
    at = &unit.instrs[next];
    if (const Instr* made = construction(unit, in, *at)) at = made;
  }
  return {};
}

/// The receiver is what the function was given: the module, not a part of it.
bool of_parameter(const Unit& unit, const Instr& def) {
  if (def.list.count == 0) return false;
  const Instr& receiver = unit.instrs[unit.value_lists[def.list.first]];
  if (receiver.op == Op::parameter) return true;
  if (receiver.op != Op::address && receiver.op != Op::load) return false;
  const VarId variable = root_variable(unit, receiver.a);  // by value, as nanobind has it
  return variable != kNone && unit.variables[variable].storage == Storage::parameter;
}

}  // namespace

bool of_binding_library(std::string_view name) {
  return name.starts_with("pybind11::") || name.starts_with("nanobind::");
}

BindingName binding_name(const Unit& unit, const Function& in, const Instr& def,
                         std::string_view module) {
  BindingName out;
  const std::string name(first_string(unit, def));
  out.python = name;
  const std::string_view called = callee(unit, def);
  if (name.empty() || !of_binding_library(called)) return out;
  const std::string home = module.empty() ? std::string() : std::string(module) + ".";
  if (called.find("::class_::") != called.npos) {
    const std::string type = class_of(unit, in, def);
    if (type.empty()) return out;
    out.python = home;
    out.python += type;
    out.python += ".";
    out.python += name;
    out.method = called.ends_with("::def");
  } else if (called.find("::module_::def") != called.npos && of_parameter(unit, def)) {
    out.python = home + name;
  }
  return out;
}

}  // namespace gilcheck::clang_plugin
