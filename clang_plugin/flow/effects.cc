#include "clang_plugin/flow/effects.h"

#include <algorithm>

#include "clang_plugin/link/bindings.h"

namespace gilcheck::clang_plugin {

namespace {

bool of_python(std::string_view name) {
  return name.starts_with("Py") || name.starts_with("_Py") || of_binding_library(name);
}

}  // namespace

const rules::CFunction* api_row(std::string_view name) {
  if (const rules::CFunction* row = rules::c_function(name)) return row;
  // An underscore in front marks the private twin of a public function.
  if (!name.starts_with("_Py")) return nullptr;
  name.remove_prefix(1);
  // The inline functions behind the macros of 3.15: Py_TYPE is _Py_TYPE_impl.
  if (name.ends_with("_impl")) name.remove_suffix(5);
  return rules::c_function(name);
}

bool is_atomic_builtin(std::string_view name) {
  return name.starts_with("__atomic_") || name.starts_with("__c11_atomic_") ||
         name.starts_with("__sync_") || name.starts_with("_Interlocked") ||
         name.starts_with("Interlocked");
}

const rules::CFunction* Effects::row(const Unit& unit, const Instr& instr) const {
  if (instr.op == Op::call && instr.a != kNone) {
    return rows_.at(&unit)[instr.a];
  }
  if (instr.op == Op::construct && instr.type != 0) {
    const Type& type = unit.types[instr.type];
    if (type.record == kNone) return nullptr;
    return rules::c_class(unit.text(unit.records[type.record].name));
  }
  return nullptr;
}

Python Effects::external(const Unit& unit, const Instr& instr) const {
  if (instr.op == Op::call && instr.a == kNone) {
    // Through a pointer: a slot of a type, or a function that a library was given.
    if (is_object_pointer(unit, instr.type)) return Python::Always;
    for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
      const Instr& argument = unit.instrs[unit.value_lists[i]];
      if (is_object_pointer(unit, argument.type)) return Python::Always;
    }
    return Python::Never;
  }
  if (instr.op != Op::call) return Python::Never;
  if (const rules::CFunction* known = row(unit, instr)) {
    return known->act == rules::CAct::Detach || known->act == rules::CAct::Attach ? Python::Always
                                                                                  : known->python;
  }
  const std::string_view name = unit.text(unit.functions[instr.a].name);
  if (!of_python(name)) return Python::Never;
  // Private functions that do not say that they call, mostly inline ones that read fields.
  if (name.starts_with("_Py") && name.find("Call") == name.npos && name.find("Eval") == name.npos &&
      name.find("Import") == name.npos) {
    return Python::UserType;
  }
  return Python::Always;
}

Python Effects::python(UnitIndex u, const Instr& instr) const {
  const Unit& unit = program_->unit(u);
  if (instr.op == Op::destroy) {
    Python worst = Python::Never;
    for (const FunctionIndex f : program_->destructors(u, instr)) {
      worst = std::max(worst, python_[f]);
    }
    return worst;
  }
  if (instr.op != Op::call && instr.op != Op::construct) return Python::Never;
  const FuncId callee = instr.op == Op::call ? instr.a : instr.b;
  if (callee != kNone) {
    const FunctionIndex f = program_->resolve(u, callee);
    if (f != kNone) return python_[f];
  } else if (instr.op == Op::call) {
    const auto targets =
        program_->pointer_targets(u, static_cast<ValueId>(&instr - unit.instrs.data()));
    Python worst = Python::Never;
    for (const FunctionIndex f : targets) worst = std::max(worst, python_[f]);
    if (!targets.empty()) return worst;
  }
  return external(unit, instr);
}

bool Effects::detaches(UnitIndex u, const Instr& instr) const {
  const Unit& unit = program_->unit(u);
  if (instr.op == Op::construct && instr.b != kNone) {
    const FunctionIndex made = program_->resolve(u, instr.b);
    return made != kNone && detaches_[made];
  }
  if (instr.op != Op::call) return false;
  if (instr.a == kNone) {
    const auto targets =
        program_->pointer_targets(u, static_cast<ValueId>(&instr - unit.instrs.data()));
    return std::any_of(targets.begin(), targets.end(),
                       [&](FunctionIndex f) { return bool{detaches_[f]}; });
  }
  const FunctionIndex f = program_->resolve(u, instr.a);
  if (f != kNone) return detaches_[f];
  const rules::CFunction* known = row(unit, instr);
  return known != nullptr &&
         (known->act == rules::CAct::Detach || known->act == rules::CAct::DetachScope);
}

Effects Effects::build(const Program& program) {
  Effects out(program);
  for (const Unit* unit : program.units()) {
    std::vector<const rules::CFunction*>& rows = out.rows_[unit];
    rows.reserve(unit->functions.size());
    for (const Function& function : unit->functions) {
      rows.push_back(api_row(unit->text(function.name)));
    }
  }
  out.python_.assign(program.functions().size(), Python::Never);
  out.detaches_.assign(program.functions().size(), false);
  // The worst of each function only rises: repeat until nothing does.
  for (bool changed = true; changed;) {
    changed = false;
    for (FunctionIndex f = 0; f < program.functions().size(); ++f) {
      const UnitIndex u = program.functions()[f].unit;
      const Unit& unit = program.unit(u);
      Python worst = out.python_[f];
      bool detaches = out.detaches_[f];
      for_each_instr(unit, program.function(f), [&](ValueId id) {
        const Instr& instr = unit.instrs[id];
        worst = std::max(worst, out.python(u, instr));
        detaches = detaches || out.detaches(u, instr);
      });
      if (worst == out.python_[f] && detaches == out.detaches_[f]) continue;
      out.python_[f] = worst;
      out.detaches_[f] = detaches;
      changed = true;
    }
  }
  return out;
}

}  // namespace gilcheck::clang_plugin
