// GIL501, GIL502, GIL515: what a module says about the GIL, and how it is initialised.

#include <fmt/format.h>

#include <algorithm>

#include "clang_plugin/detect/rules.h"
#include "clang_plugin/link/generated.h"

namespace gilcheck::clang_plugin {

void module_without_gil_slot(const Context& context, std::vector<Candidate>& out) {
  for (const ModuleNode& module : context.program.modules()) {
    if (module.gil != ModuleNode::Gil::unsaid) continue;
    // Headers older than 3.13 do not know the slot: what stands under an #if for newer ones is not
    // seen.
    if (!context.program.unit(module.unit).free_threaded_headers) continue;
    Candidate found;
    found.rule = "GIL501";
    found.confidence = Confidence::high;
    found.location_kind = "c-module";
    found.location_name = module.name;
    found.message = fmt::format(
        "module {} does not say whether it needs the GIL: importing it enables the GIL for the "
        "whole process",
        module.name);
    found.at = module.at;
    found.symbol = fmt::format("PyInit_{}", module.name);
    say(found, EvidenceKind::gil,
        "a free-threaded interpreter that imports it enables the GIL again and warns "
        "(RuntimeWarning), unless it runs with -X gil=0");
    say(found, EvidenceKind::fix,
        module.binding || !module.multi_phase
            ? "once its state is protected, say so: PyUnstable_Module_SetGIL(module, "
              "Py_MOD_GIL_NOT_USED) under #ifdef Py_GIL_DISABLED, or the generator's own option "
              "(pybind11: py::mod_gil_not_used(); nanobind: FREE_THREADED in "
              "nanobind_add_module(); "
              "Cython: freethreading_compatible)"
            : "once its state is protected, add {Py_mod_gil, Py_MOD_GIL_NOT_USED} to its slots");
    out.push_back(std::move(found));
  }
}

void single_phase_module(const Context& context, std::vector<Candidate>& out) {
  for (const ModuleNode& module : context.program.modules()) {
    if (module.multi_phase || module.binding || module.init == kNone) continue;
    // Only a function that does make a module in one phase, not one that could not be understood.
    const Unit& unit = context.unit(module.init);
    ValueId create = kNone;
    for_each_instr(unit, context.program.function(module.init), [&](ValueId id) {
      if (unit.instrs[id].op == Op::call &&
          context.callee_name(module.init, id) == "PyModule_Create2") {
        create = id;
      }
    });
    if (create == kNone) continue;
    Candidate found;
    found.rule = "GIL515";
    found.confidence = Confidence::medium;
    found.location_kind = "c-module";
    found.location_name = module.name;
    found.message = fmt::format(
        "module {} is initialised in a single phase: its state lives in process-wide variables",
        module.name);
    found.region.push_back({module.init, create, AccessKind::call, ""});
    std::size_t kept = 0;
    for (GlobalIndex g = 0; g < context.program.globals().size(); ++g) {
      const GlobalNode& node = context.program.globals()[g];
      if (node.unit != module.unit || context.globals.of(g).what != GlobalClass::init_only) {
        continue;
      }
      if (++kept > 3) continue;
      const Unit& of = context.program.unit(node.unit);
      say(found, EvidenceKind::note,
          fmt::format("{} is filled while the module is initialised", node.name),
          At{node.unit, of.variables[node.id].pos});
    }
    say(found, EvidenceKind::gil,
        "single-phase modules cannot be loaded by subinterpreters with a GIL of their own, and "
        "state "
        "in variables is shared by every copy of the module");
    say(found, EvidenceKind::fix,
        "return PyModuleDef_Init(&def) and move the state into PyModule_GetState()");
    out.push_back(std::move(found));
  }
}

void objects_in_statics(const Context& context, std::vector<Candidate>& out) {
  for (GlobalIndex g = 0; g < context.program.globals().size(); ++g) {
    const GlobalFacts& facts = context.globals.of(g);
    const GlobalNode& node = context.program.globals()[g];
    const Unit& unit = context.program.unit(node.unit);
    const Variable& variable = unit.variables[node.id];
    const Type& type = unit.types[variable.type];
    // A static type, or another object that is no constant of the interpreter's own.
    const bool static_object = type.kind == TypeKind::record && type.record != kNone &&
                               unit.records[type.record].object && !variable.declared_only &&
                               // A definition is meant to be one for all.
                               unit.text(unit.records[type.record].name) != "PyModuleDef";
    const bool kept = facts.what == GlobalClass::init_only;
    if (!static_object && !kept) continue;
    if (from_cython(unit)) continue;  // most are the generator's own
    Candidate found;
    found.rule = "GIL515";
    found.confidence = Confidence::low;
    found.location_kind = variable.storage == Storage::global ? "c-global" : "c-static";
    found.location_name = node.name;
    const bool static_type =
        static_object && unit.text(unit.records[type.record].name).ends_with("ypeobject");
    found.message =
        static_object
            ? fmt::format("{} is a static {}: all interpreters share it", node.name,
                          static_type ? "type" : "object")
            : fmt::format("{} keeps state of the module in a process-wide variable", node.name);
    const GlobalAccess* store = nullptr;
    for (const GlobalAccess& access : node.accesses) {
      if (store == nullptr && access.use == GlobalUse::store &&
          (context.program.functions()[access.function].reach & kReachInit) != 0) {
        store = &access;
      }
    }
    if (kept && store != nullptr) {
      found.region.push_back({store->function, store->instr, AccessKind::write, ""});
    } else {
      found.at = At{node.unit, variable.pos};
      found.symbol = node.name;
    }
    if (static_object) {
      say(found, EvidenceKind::gil,
          "no race in one interpreter; interpreters with a GIL each share it");
    } else {
      say(found, EvidenceKind::gil,
          "filled once, while the module is imported: no race in one interpreter; a second "
          "interpreter that imports the module overwrites it");
    }
    say(found, EvidenceKind::fix,
        static_object ? "make it on the heap (types: PyType_FromModuleAndSpec()) and keep it in "
                        "the module state"
                      : "keep it in the module's state: PyModule_GetState()");
    out.push_back(std::move(found));
  }
}

namespace {

std::string does(AccessKind kind) {
  return kind == AccessKind::update  ? "reads and writes"
         : kind == AccessKind::write ? "writes"
         : kind == AccessKind::read  ? "reads"
                                     : "touches";
}

}  // namespace

void false_claims(const Context& context, std::vector<Candidate>& out) {
  for (const ModuleNode& module : context.program.modules()) {
    if (module.gil != ModuleNode::Gil::not_used) continue;
    Candidate found;
    found.rule = "GIL502";
    found.confidence = Confidence::low;
    found.error = true;
    found.location_kind = "c-module";
    found.location_name = module.name;
    found.at = module.gil_at;
    found.symbol = fmt::format("PyInit_{}", module.name);
    std::string names;
    std::size_t count = 0;
    for (Candidate& state : out) {
      if (state.rule != "GIL505" && state.rule != "GIL506" && state.rule != "GIL507" &&
          state.rule != "GIL516") {
        continue;
      }
      if (state.region.empty() || state.confidence == Confidence::low) continue;
      const ModuleNode* of = context.module_of(context.unit_index(state.region.front().function));
      if (of != &module) continue;
      state.error = state.confidence == Confidence::high;
      found.confidence = std::max(found.confidence, state.confidence);
      if (++count > 5) continue;
      Touch touch = state.region.back();
      // The finding's own location is the module.
      if (touch.note.empty()) touch.note = does(touch.kind) + (" " + state.location_name);
      found.conflicts.push_back(std::move(touch));
      names += (names.empty() ? "" : ", ") + state.location_name;
    }
    if (count == 0) continue;
    found.message =
        fmt::format("module {} claims not to need the GIL and has unlocked state: {}{}",
                    module.name, names, count > 5 ? fmt::format(" and {} more", count - 5) : "");
    say(found, EvidenceKind::gil,
        "the claim (Py_MOD_GIL_NOT_USED) keeps the GIL disabled: nothing else protects this state");
    say(found, EvidenceKind::harm, "the races below happen in every free-threaded process");
    say(found, EvidenceKind::fix,
        "protect each variable and field named, or take the claim back until that is done");
    out.push_back(std::move(found));
  }
}

}  // namespace gilcheck::clang_plugin
