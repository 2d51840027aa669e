#include "clang_plugin/flow/references.h"

#include <algorithm>

namespace gilcheck::clang_plugin {

using Kind = Origin::Kind;
using rules::CAct;
using rules::CResult;

namespace {

bool is_type_object(std::string_view record) {
  return record == "_typeobject" || record == "PyTypeObject" || record == "_heaptypeobject";
}

/// `PyObject_CallOneArg((PyObject *)Py_TYPE(self), arg)`: makes an object of the same type; so does
/// the call of what the program keeps as a PyTypeObject.
bool calls_type(const Unit& unit, const Instr& call) {
  if (call.a == kNone || call.list.count == 0) return false;
  const std::string_view name = unit.text(unit.functions[call.a].name);
  if (!name.starts_with("PyObject_Call") && !name.starts_with("PyObject_Vectorcall")) return false;
  const Instr& callee = unit.instrs[unit.value_lists[call.list.first]];
  const Type& type = unit.types[callee.type];
  if ((callee.op == Op::load || callee.op == Op::address) && type.kind == TypeKind::pointer) {
    const Type& called = unit.types[type.inner];
    if (called.record != kNone && is_type_object(unit.text(unit.records[called.record].name)))
      return true;
  }
  if (callee.op == Op::call && callee.a != kNone) {
    const std::string_view of = unit.text(unit.functions[callee.a].name);
    return of == "Py_TYPE" || of == "_Py_TYPE";  // in 3.14 the first is a macro for the second
  }
  return callee.op == Op::load && unit.places[callee.a].kind == PlaceKind::field &&
         unit.text(unit.fields[unit.places[callee.a].id].name) == "ob_type";
}

/// Whichever way was taken: `PyObject_CallOneArg(type, x)`, `PyObject_CallFunction(type, "Oi",
/// ...)`.
bool only_type_calls(const Unit& unit, ValueId value, int depth) {
  const Instr& instr = unit.instrs[value];
  if (instr.op == Op::call) return calls_type(unit, instr);
  if (instr.op != Op::phi || depth > 4) return instr.op == Op::null;
  for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
    if (!only_type_calls(unit, unit.value_lists[i], depth + 1)) return false;
  }
  return true;
}

}  // namespace

Origin References::origin(FunctionIndex f, ValueId value) const {
  return origin(f, value, 0);
}

Origin References::origin(FunctionIndex f, ValueId value, int depth) const {
  const Unit& unit = program_->unit_of(f);
  const Instr& instr = unit.instrs[value];
  Origin out;
  out.source = value;
  if (depth > 12) return out;
  switch (instr.op) {
    case Op::null: out.kind = Kind::null; break;
    case Op::integer: out.kind = instr.number == 0 ? Kind::null : Kind::unknown; break;
    case Op::parameter: out.kind = Kind::parameter; break;
    case Op::address:
      // &_Py_NoneStruct, &PyList_Type, and the program's own static objects.
      out.kind = root_variable(unit, instr.a) != kNone ? Kind::immortal : Kind::memory;
      break;
    case Op::load: out.kind = Kind::memory; break;
    case Op::new_: out.kind = Kind::fresh; break;
    case Op::call: {
      if (instr.a != kNone) {
        const FunctionIndex callee = program_->resolve(program_->functions()[f].unit, instr.a);
        if (callee != kNone) {
          out.kind = returns_fresh_[callee] ? Kind::fresh : Kind::owned;
          break;
        }
      }
      const rules::CFunction* row = effects_->row(unit, instr);
      if (row == nullptr) {
        // `type->tp_alloc(type, 0)`: what an allocation slot gives is new.
        const Instr& callee = unit.instrs[instr.b];
        if (instr.a == kNone && callee.op == Op::load &&
            unit.places[callee.a].kind == PlaceKind::field) {
          const std::string_view field = unit.text(unit.fields[unit.places[callee.a].id].name);
          if (field == "tp_alloc") out.kind = Kind::fresh;
          if (field == "tp_new") out.kind = Kind::owned;
        }
        break;
      }
      switch (row->result) {
        case CResult::Fresh: out.kind = Kind::fresh; break;
        case CResult::New: out.kind = calls_type(unit, instr) ? Kind::fresh : Kind::owned; break;
        case CResult::Alias:
          if (row->result_argument >= 0 &&
              static_cast<std::uint32_t>(row->result_argument) < instr.list.count) {
            Origin of = origin(f,
                               unit.value_lists[instr.list.first +
                                                static_cast<std::uint32_t>(row->result_argument)],
                               depth + 1);
            // A reference of its own: no longer borrowed.
            out.kind = of.kind == Kind::fresh ? Kind::fresh : Kind::owned;
            if (of.kind == Kind::fresh) out.source = of.source;
          } else {
            out.kind = Kind::owned;
          }
          break;
        case CResult::Borrowed:
        case CResult::Interior:
          out.kind = Kind::borrowed;
          out.owner = row->owner;
          if (row->result_argument >= 0 &&
              static_cast<std::uint32_t>(row->result_argument) < instr.list.count) {
            out.container = unit.value_lists[instr.list.first +
                                             static_cast<std::uint32_t>(row->result_argument)];
          }
          break;
        case CResult::Nothing:
          if (row->act == CAct::Allocate || row->act == CAct::Reallocate) out.kind = Kind::fresh;
          break;
      }
      break;
    }
    case Op::out: {
      const Instr& call = unit.instrs[instr.a];
      const rules::CFunction* row = call.op == Op::call ? effects_->row(unit, call) : nullptr;
      if (row == nullptr) break;
      const rules::CArgument* use = row->use_of(static_cast<std::int8_t>(instr.b));
      if (use == nullptr) break;
      if (use->use == rules::CUse::OutNew) {
        out.kind = Kind::owned;
        out.source = instr.a;
      } else if (use->use == rules::CUse::OutBorrowed) {
        out.kind = Kind::borrowed;
        out.source = instr.a;
        out.owner = use->owner;
        if (use->owner_argument >= 0 &&
            static_cast<std::uint32_t>(use->owner_argument) < call.list.count) {
          out.container =
              unit.value_lists[call.list.first + static_cast<std::uint32_t>(use->owner_argument)];
        }
      }
      break;
    }
    case Op::phi: {
      bool first = true;
      for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
        if (unit.value_lists[i] == value) continue;
        const Origin one = origin(f, unit.value_lists[i], depth + 4);
        if (one.kind == Kind::null) continue;  // the error path
        if (first) {
          out = one;
          first = false;
        } else if (one.kind != out.kind || one.source != out.source) {
          out.kind = one.kind == out.kind && one.kind != Kind::borrowed ? out.kind : Kind::mixed;
        }
      }
      if (first) out.kind = Kind::null;
      break;
    }
    default: break;
  }
  return out;
}

std::vector<ValueId> References::publications(FunctionIndex f, ValueId object) const {
  const Unit& unit = program_->unit_of(f);
  std::vector<ValueId> out;
  const UnitIndex u = program_->functions()[f].unit;
  for_each_instr(unit, program_->function(f), [&](ValueId id) {
    const Instr& instr = unit.instrs[id];
    if (instr.op == Op::store && instr.b == object) {
      const ValueId base = root_pointer(unit, instr.a);
      const VarId variable = root_variable(unit, instr.a);
      // Into a variable of this function, or into an object that is itself private.
      if (variable != kNone && program_->global(u, variable) == kNone) return;
      if (base != kNone && origin(f, base).kind == Kind::fresh) return;
      out.push_back(id);
      return;
    }
    if (instr.op != Op::call) return;
    for (std::uint32_t i = 0; i < instr.list.count; ++i) {
      if (unit.value_lists[instr.list.first + i] != object) continue;
      const rules::CFunction* row = effects_->row(unit, instr);
      if (row == nullptr) {
        // A function of the program is trusted to keep nothing of its own parameters when it is
        // handed a fresh object; one that is not seen is not.
        if (instr.a == kNone) out.push_back(id);
        continue;
      }
      const auto index = static_cast<std::int8_t>(i);
      const bool kept =
          row->steals(index) ||
          (row->object >= 0 && row->object != index &&
           (row->effect == rules::CEffect::Write || row->effect == rules::CEffect::Structural));
      if (!kept) continue;
      if (row->object >= 0 && static_cast<std::uint32_t>(row->object) < instr.list.count) {
        const ValueId into =
            unit.value_lists[instr.list.first + static_cast<std::uint32_t>(row->object)];
        if (into == object || origin(f, into).kind == Kind::fresh) continue;
      }
      out.push_back(id);
    }
  });
  return out;
}

bool References::exclusive(FunctionIndex f, ValueId object, ValueId at, const Paths& paths) const {
  const Unit& unit = program_->unit_of(f);
  const FunctionNode& node = program_->functions()[f];
  const Instr& instr = unit.instrs[object];
  if (instr.op == Op::parameter) {
    // What only constructors, destructors and the collector enter works on an object nobody else
    // touches.
    constexpr std::uint8_t kSafe = kReachConstruct | kReachDestroy | kReachCollect | kReachInit;
    if (node.self == instr.b && (node.reach & kReachShared) == 0 && (node.reach & kSafe) != 0) {
      return true;
    }
    return private_parameter(f, instr.b);
  }
  if (instr.op == Op::address) {
    // A structure on this function's own stack.
    const VarId variable = root_variable(unit, instr.a);
    if (variable != kNone) return program_->global(node.unit, variable) == kNone;
    const ValueId inside = root_pointer(unit, instr.a);
    return inside != kNone && inside != object && exclusive(f, inside, at, paths);
  }
  const Origin from = origin(f, object);
  if (from.kind != Kind::fresh) return false;
  for (const ValueId made_public : publications(f, object)) {
    if (made_public == at || paths.can_follow(made_public, at)) return false;
  }
  return true;
}

const Paths& References::paths(FunctionIndex f) const {
  if (paths_[f] == nullptr) paths_[f] = std::make_unique<Paths>(*program_, f);
  return *paths_[f];
}

bool References::private_parameter(FunctionIndex f, std::uint32_t index) const {
  return index < private_[f].size() && private_[f][index];
}

namespace {

/// The place of an object that is made or destroyed belongs to the function alone: a local
/// variable, or a part of the object that the function, a constructor itself, makes.
bool of_its_own(const Program& program, FunctionIndex f, PlaceId place) {
  const Unit& unit = program.unit_of(f);
  const VarId variable = root_variable(unit, place);
  if (variable != kNone) return program.global(program.functions()[f].unit, variable) == kNone;
  const ValueId behind = root_pointer(unit, place);
  return behind != kNone && (program.function(f).flags & kFunctionConstructor) != 0 &&
         unit.instrs[behind].op == Op::parameter && unit.instrs[behind].b == 0;
}

}  // namespace

References References::build(const Program& program, const Effects& effects) {
  References out;
  out.program_ = &program;
  out.effects_ = &effects;
  const std::size_t count = program.functions().size();
  out.returns_fresh_.assign(count, false);
  out.private_.resize(count);
  out.paths_.resize(count);
  for (int round = 0; round < 3; ++round) {
    for (FunctionIndex f = 0; f < count; ++f) {
      const Unit& unit = program.unit_of(f);
      const Function& function = program.function(f);
      bool any = false;
      bool all = true;
      for (BlockId b = function.blocks.first; b < function.blocks.end(); ++b) {
        const Block& block = unit.blocks[b];
        if (block.exit != Exit::return_ || block.value == kNone) continue;
        const Origin of = out.origin(f, block.value);
        if (of.kind == Kind::null) continue;
        const bool fresh = of.kind == Kind::fresh && out.publications(f, of.source).empty();
        any = any || fresh;
        all = all && (fresh || only_type_calls(unit, block.value, 0));
      }
      out.returns_fresh_[f] = any && all;
    }
  }
  // A parameter is private if every caller passes an object that is private there.
  for (FunctionIndex f = 0; f < count; ++f) {
    const FunctionNode& node = program.functions()[f];
    out.private_[f].assign(program.function(f).params.count + 1, false);
    if (!node.entries.empty() || node.callers.empty()) continue;
    out.private_[f].assign(out.private_[f].size(), true);
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (FunctionIndex f = 0; f < count; ++f) {
      const FunctionNode& node = program.functions()[f];
      for (std::uint32_t p = 0; p < out.private_[f].size(); ++p) {
        if (!out.private_[f][p]) continue;
        for (const std::uint32_t index : node.callers) {
          const CallSite& site = program.call_sites()[index];
          const Unit& unit = program.unit_of(site.caller);
          const Instr& call = unit.instrs[site.call];
          bool fine = false;
          if (!site.as_callback && call.op == Op::call && p < call.list.count) {
            const ValueId argument = unit.value_lists[call.list.first + p];
            fine = out.exclusive(site.caller, argument, site.call, out.paths(site.caller));
          } else if ((call.op == Op::construct || call.op == Op::destroy) && p == 0) {
            fine = of_its_own(program, site.caller, call.a);
          }
          if (fine) continue;
          out.private_[f][p] = false;
          changed = true;
          break;
        }
      }
    }
  }
  return out;
}

}  // namespace gilcheck::clang_plugin
