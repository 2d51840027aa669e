#include "clang_plugin/link/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "clang_plugin/link/tables.h"

namespace gilcheck::clang_plugin {

VarId root_variable(const Unit& unit, PlaceId place) {
  for (;;) {
    const Place& p = unit.places[place];
    switch (p.kind) {
      case PlaceKind::variable: return p.id;
      case PlaceKind::field:
      case PlaceKind::index: place = p.parent; break;
      default: return kNone;
    }
  }
}

ValueId root_pointer(const Unit& unit, PlaceId place) {
  for (;;) {
    const Place& p = unit.places[place];
    switch (p.kind) {
      case PlaceKind::deref: return p.id;
      case PlaceKind::field:
      case PlaceKind::index: place = p.parent; break;
      default: return kNone;
    }
  }
}

namespace {

/// Library functions that call what they are given before they return.
bool calls_back_at_once(std::string_view name) {
  if (name.starts_with("std::")) {
    return !name.starts_with("std::thread") && !name.starts_with("std::jthread") &&
           !name.starts_with("std::async") && !name.starts_with("std::function");
  }
  return name == "qsort" || name == "qsort_r" || name == "bsearch" || name == "lfind" ||
         name == "lsearch" || name == "pthread_once" || name == "call_once" ||
         name == "_PyOnceFlag_CallOnce" || name == "_PyOnceFlag_CallOnceSlow" || name == "ftw" ||
         name == "nftw" || name == "scandir" || name == "PyType_GenericAlloc" ||
         name == "PyUnstable_GC_VisitObjects";
}

bool starts_thread(std::string_view name) {
  return name == "pthread_create" || name == "PyThread_start_new_thread" ||
         name == "PyThread_start_joinable_thread" || name == "thrd_create" ||
         name == "_beginthread" || name == "_beginthreadex" || name == "CreateThread" ||
         name.starts_with("std::thread") || name.starts_with("std::jthread") ||
         name.starts_with("std::async");
}

bool lasting(const Variable& v) {
  return v.storage == Storage::global || v.storage == Storage::static_ ||
         v.storage == Storage::static_local;
}

}  // namespace

class Linker {
 public:
  explicit Linker(Program& program) : p_(program) {}

  void run() {
    number_functions();
    number_globals();
    read_tables();
    read_bodies();
    find_modules();
    name_exports();
    spread_reach();
    find_module_parameters();
  }

 private:
  // ------------------------------------------------------------ identity

  void number_functions() {
    std::unordered_map<std::string, FunctionIndex> by_key;
    p_.function_of_.resize(p_.units_.size());
    // Definitions first, so that declarations find them whatever the order of units.
    for (UnitIndex u = 0; u < p_.units_.size(); ++u) {
      const Unit& unit = *p_.units_[u];
      p_.function_of_[u].assign(unit.functions.size(), kNone);
      for (FuncId f = 0; f < unit.functions.size(); ++f) {
        const Function& function = unit.functions[f];
        if (!function.defined()) continue;
        // The same inline function of a header, seen by several units, is one function.
        const std::string key =
            (function.flags & kFunctionExternal) != 0 && function.pos.file == 0
                ? std::string(unit.text(function.usr))
                : fmt::format("{}@{}:{}:{}", unit.text(function.usr), unit.files[function.pos.file],
                              function.pos.line, function.pos.column);
        const auto [found, fresh] =
            by_key.emplace(key, static_cast<FunctionIndex>(p_.functions_.size()));
        if (fresh) {
          FunctionNode node;
          node.unit = u;
          node.id = f;
          p_.functions_.push_back(std::move(node));
          if ((function.flags & kFunctionExternal) != 0) {
            external_.emplace(unit.text(function.usr), found->second);
          }
        }
        p_.function_of_[u][f] = found->second;
      }
    }
    for (UnitIndex u = 0; u < p_.units_.size(); ++u) {
      const Unit& unit = *p_.units_[u];
      for (FuncId f = 0; f < unit.functions.size(); ++f) {
        const Function& function = unit.functions[f];
        if (function.defined() || (function.flags & kFunctionExternal) == 0) continue;
        const auto found = external_.find(std::string(unit.text(function.usr)));
        if (found != external_.end()) p_.function_of_[u][f] = found->second;
      }
    }
  }

  void number_globals() {
    std::unordered_map<std::string, GlobalIndex> by_key;
    p_.global_of_.resize(p_.units_.size());
    for (const bool definitions : {true, false}) {
      for (UnitIndex u = 0; u < p_.units_.size(); ++u) {
        const Unit& unit = *p_.units_[u];
        if (definitions) p_.global_of_[u].assign(unit.variables.size(), kNone);
        for (VarId v = 0; v < unit.variables.size(); ++v) {
          const Variable& variable = unit.variables[v];
          if (!lasting(variable) || !variable.project || variable.declared_only == definitions) {
            continue;
          }
          const std::string name(unit.text(variable.name));
          const std::string key =
              variable.storage == Storage::global
                  ? name
                  : fmt::format("{}@{}:{}:{}", name, unit.files[variable.pos.file],
                                variable.pos.line, variable.pos.column);
          const auto [found, fresh] =
              by_key.emplace(key, static_cast<GlobalIndex>(p_.globals_.size()));
          if (fresh) {
            GlobalNode node;
            node.unit = u;
            node.id = v;
            node.name = variable.storage == Storage::static_local && variable.function != kNone
                            ? fmt::format("{}()::{}",
                                          unit.text(unit.functions[variable.function].name), name)
                            : name;
            p_.globals_.push_back(std::move(node));
          }
          p_.global_of_[u][v] = found->second;
        }
      }
    }
  }

  // ------------------------------------------------------------ tables

  std::string_view record_name(const Unit& unit, TypeId type) const {
    const Type& t = unit.types[type];
    if (t.kind == TypeKind::array) return record_name(unit, t.inner);
    return t.record == kNone ? std::string_view{} : unit.text(unit.records[t.record].name);
  }

  const Initializer* member(const Unit& unit, const Initializer& list,
                            std::string_view name) const {
    for (std::uint32_t i = list.children.first; i < list.children.end(); ++i) {
      const Initializer& child = unit.initializers[unit.init_lists[i]];
      if (child.field != kNone && unit.text(unit.fields[child.field].name) == name) return &child;
    }
    return nullptr;
  }

  std::string text_of(const Unit& unit, const Initializer* init) const {
    return init != nullptr && init->kind == InitKind::string ? std::string(unit.text(init->text))
                                                             : std::string();
  }

  void enter(UnitIndex u, FuncId f, EntryKind kind, std::string python, Pos pos) {
    const FunctionIndex index = p_.function_of_[u][f];
    if (index == kNone) return;
    FunctionNode& node = p_.functions_[index];
    for (const Entry& entry : node.entries) {
      if (entry.kind == kind && entry.python == python) return;
    }
    node.entries.push_back({kind, std::move(python), {u, pos}});
    if (node.self == kNone) node.self = self_parameter(kind);
  }

  /// Names the type or module that a table belongs to, before the tables are read.
  void name_owner(UnitIndex u, const Initializer* table, const std::string& owner) {
    if (table != nullptr && table->kind == InitKind::variable) {
      owners_[{u, table->ref}] = owner;
    }
  }

  void read_tables() {
    for (UnitIndex u = 0; u < p_.units_.size(); ++u) {
      const Unit& unit = *p_.units_[u];
      for (int round = 0; round < 3; ++round) {  // specs name slots, slots name methods
        for (VarId v = 0; v < unit.variables.size(); ++v) {
          if (unit.variables[v].initializer == kNone) continue;
          name_parts(u, v, unit.initializers[unit.variables[v].initializer]);
        }
      }
      for (VarId v = 0; v < unit.variables.size(); ++v) {
        const Variable& variable = unit.variables[v];
        if (variable.initializer == kNone || !lasting(variable)) continue;
        const auto owner = owners_.find({u, v});
        read_table(u, variable.initializer, record_name(unit, variable.type),
                   owner == owners_.end() ? std::string() : owner->second);
      }
    }
  }

  void name_parts(UnitIndex u, VarId v, const Initializer& init) {
    const Unit& unit = *p_.units_[u];
    const std::string_view record = record_name(unit, unit.variables[v].type);
    if (init.kind != InitKind::list) return;
    if (record == "_typeobject" || record == "PyTypeObject") {
      const std::string name = text_of(unit, member(unit, init, "tp_name"));
      for (const char* part : {"tp_methods", "tp_getset", "tp_members", "tp_as_number",
                               "tp_as_sequence", "tp_as_mapping", "tp_as_buffer", "tp_as_async"}) {
        name_owner(u, member(unit, init, part), name);
      }
      owners_[{u, v}] = name;
    } else if (record == "PyType_Spec") {
      name_owner(u, member(unit, init, "slots"), text_of(unit, member(unit, init, "name")));
    } else if (record == "PyModuleDef") {
      const std::string name = text_of(unit, member(unit, init, "m_name"));
      module_names_.insert(name);
      name_owner(u, member(unit, init, "m_methods"), name);
      name_owner(u, member(unit, init, "m_slots"), name);
      owners_[{u, v}] = name;
    } else if (record == "PyType_Slot") {
      const auto owner = owners_.find({u, v});
      if (owner == owners_.end()) return;
      const std::string name = owner->second;
      for (std::uint32_t i = init.children.first; i < init.children.end(); ++i) {
        const Initializer& row = unit.initializers[unit.init_lists[i]];
        if (row.kind == InitKind::list) name_owner(u, member(unit, row, "pfunc"), name);
      }
    }
  }

  void read_table(UnitIndex u, std::uint32_t id, std::string_view record,
                  const std::string& owner) {
    const Unit& unit = *p_.units_[u];
    const Initializer& init = unit.initializers[id];
    if (init.kind == InitKind::function) {
      enter(u, init.ref, EntryKind::callback, "", init.pos);
      return;
    }
    if (init.kind != InitKind::list) return;
    const auto dotted = [&](const std::string& name) {
      return owner.empty() ? name : owner + "." + name;
    };
    if (record == "PyType_Slot" || record == "PyModuleDef_Slot") {
      const Initializer* number = member(unit, init, "slot");
      if (number == nullptr) {  // the array: its rows
        for_rows(u, init, record, owner);
        return;
      }
      if (record == "PyType_Slot") {
        const Initializer* what = member(unit, init, "pfunc");
        const auto slot = slot_of_number(number->value);
        if (what != nullptr && what->kind == InitKind::function && slot) {
          enter(u, what->ref, slot->kind, dotted(std::string(slot->name)), init.pos);
        }
        return;
      }
      const Initializer* what = member(unit, init, "value");
      if (what != nullptr && what->kind == InitKind::function &&
          is_module_init_slot(number->value)) {
        enter(u, what->ref, EntryKind::module_init, dotted("exec"), init.pos);
      } else if (is_module_gil_slot(number->value) && what != nullptr) {
        slot_gil_[owner] = {what->kind == InitKind::integer && what->value == 1
                                ? ModuleNode::Gil::not_used
                                : ModuleNode::Gil::used,
                            At{u, init.pos}};
      }
      return;
    }
    if (record == "PyMethodDef" || record == "PyGetSetDef") {
      const Initializer* name = member(unit, init, record == "PyMethodDef" ? "ml_name" : "name");
      if (name == nullptr) {
        for_rows(u, init, record, owner);
        return;
      }
      const std::string python = dotted(text_of(unit, name));
      for (std::uint32_t i = init.children.first; i < init.children.end(); ++i) {
        const Initializer& child = unit.initializers[unit.init_lists[i]];
        if (child.kind != InitKind::function || child.field == kNone) continue;
        if (const auto kind = entry_of_field(record, unit.text(unit.fields[child.field].name))) {
          enter(u, child.ref, *kind, python, init.pos);
        }
      }
      return;
    }
    for (std::uint32_t i = init.children.first; i < init.children.end(); ++i) {
      const std::uint32_t child_id = unit.init_lists[i];
      const Initializer& child = unit.initializers[child_id];
      std::string_view inner = record;
      if (child.field != kNone) {
        const std::string_view field = unit.text(unit.fields[child.field].name);
        if (child.kind == InitKind::function) {
          const auto kind = entry_of_field(record, field);
          enter(u, child.ref, kind.value_or(EntryKind::callback),
                kind ? dotted(std::string(field)) : "", child.pos);
          continue;
        }
        inner = record_name(unit, unit.fields[child.field].type);
      }
      read_table(u, child_id, inner, owner);
    }
  }

  void for_rows(UnitIndex u, const Initializer& array, std::string_view record,
                const std::string& owner) {
    const Unit& unit = *p_.units_[u];
    for (std::uint32_t i = array.children.first; i < array.children.end(); ++i) {
      const std::uint32_t row = unit.init_lists[i];
      if (unit.initializers[row].kind == InitKind::list &&
          (member(unit, unit.initializers[row], "slot") != nullptr ||
           member(unit, unit.initializers[row], "ml_name") != nullptr ||
           member(unit, unit.initializers[row], "name") != nullptr)) {
        read_table(u, row, record, owner);
      }
    }
  }

  // ------------------------------------------------------------ bodies

  void read_bodies() {
    for (FunctionIndex f = 0; f < p_.functions_.size(); ++f) {
      const UnitIndex u = p_.functions_[f].unit;
      const Unit& unit = *p_.units_[u];
      for_each_instr(unit, p_.function(f), [&](ValueId id) { read_instr(f, u, unit, id); });
    }
  }

  void read_instr(FunctionIndex f, UnitIndex u, const Unit& unit, ValueId id) {
    const Instr& instr = unit.instrs[id];
    switch (instr.op) {
      case Op::load: touch(f, u, unit, instr, id, GlobalUse::load); break;
      case Op::store:
        touch(f, u, unit, instr, id, GlobalUse::store);
        keep(u, unit, instr.a, instr.b, instr.pos);
        break;
      case Op::call:
      case Op::construct:
      case Op::new_: call(f, u, unit, id); break;
      case Op::aggregate:
        for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
          keep(u, unit, 0, unit.value_lists[i], instr.pos);
        }
        break;
      case Op::address: touch(f, u, unit, instr, id, GlobalUse::address); break;
      default: break;
    }
  }

  void touch(FunctionIndex f, UnitIndex u, const Unit& unit, const Instr& instr, ValueId id,
             GlobalUse use) {
    const VarId variable = root_variable(unit, instr.a);
    if (variable == kNone) return;
    const GlobalIndex g = p_.global_of_[u][variable];
    if (g == kNone) return;
    if (use != GlobalUse::address && (instr.flags & kFlagCompound) != 0) use = GlobalUse::update;
    p_.globals_[g].accesses.push_back({f, id, use, kNone});
    if (use == GlobalUse::address) addresses_[{u, id}] = {g, p_.globals_[g].accesses.size() - 1};
  }

  /// A function's address is stored: what it will be called by is not seen.
  void keep(UnitIndex u, const Unit& unit, PlaceId place, ValueId value, Pos pos) {
    const Instr& made = unit.instrs[value];
    if (made.op != Op::function && made.op != Op::lambda) return;
    EntryKind kind = EntryKind::callback;
    std::string python;
    const Place& at = unit.places[place];
    if (at.kind == PlaceKind::field) {
      const Field& field = unit.fields[at.id];
      const std::string_view record = unit.text(unit.records[field.record].name);
      if (const auto known = entry_of_field(record, unit.text(field.name))) {
        kind = *known;
        python = unit.text(field.name);
      }
    }
    enter(u, made.a, kind, python, pos);
  }

  void call(FunctionIndex f, UnitIndex u, const Unit& unit, ValueId id) {
    const Instr& instr = unit.instrs[id];
    const FuncId callee = instr.op == Op::call        ? instr.a
                          : instr.op == Op::construct ? instr.b
                                                      : kNone;
    FunctionIndex target = kNone;
    std::string_view name;
    if (callee != kNone) {
      target = p_.function_of_[u][callee];
      name = unit.text(unit.functions[callee].name);
      if (target != kNone) edge(f, id, target, false);
    }
    if (instr.op == Op::construct && instr.type != 0) {
      const std::string_view record = record_name(unit, instr.type);
      if (record.starts_with("std::thread") || record.starts_with("std::jthread"))
        name = "std::thread";
    }
    for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
      const ValueId argument = unit.value_lists[i];
      const Instr& made = unit.instrs[argument];
      if (const auto taken = addresses_.find({u, argument}); taken != addresses_.end()) {
        p_.globals_[taken->second.first].accesses[taken->second.second].call = id;
      }
      if (made.op != Op::function && made.op != Op::lambda) continue;
      const FunctionIndex passed = p_.function_of_[u][made.a];
      if (passed == kNone) continue;
      if (starts_thread(name)) {
        enter(u, made.a, EntryKind::thread, "", instr.pos);
      } else if (target != kNone || calls_back_at_once(name)) {
        edge(f, id, passed, true);
      } else {
        const bool binding = name.find("::def") != name.npos;
        std::string python;
        if (binding) {
          for (std::uint32_t k = instr.list.first; k < instr.list.end(); ++k) {
            const Instr& text = unit.instrs[unit.value_lists[k]];
            if (text.op == Op::string && python.empty()) python = unit.text(text.a);
          }
        }
        enter(u, made.a, binding ? EntryKind::binding : EntryKind::callback, python, instr.pos);
      }
    }
  }

  void edge(FunctionIndex caller, ValueId call, FunctionIndex callee, bool as_callback) {
    const auto index = static_cast<std::uint32_t>(p_.call_sites_.size());
    p_.call_sites_.push_back({caller, call, callee, as_callback});
    p_.functions_[caller].callees.push_back(index);
    p_.functions_[callee].callers.push_back(index);
  }

  // ------------------------------------------------------------ modules

  void find_modules() {
    for (FunctionIndex f = 0; f < p_.functions_.size(); ++f) {
      const std::string_view name = p_.name(f);
      if (!name.starts_with("PyInit_")) continue;
      FunctionNode& node = p_.functions_[f];
      const Unit& unit = *p_.units_[node.unit];
      ModuleNode module;
      module.name = name.substr(7);
      module.init = f;
      module.unit = node.unit;
      module.at = {node.unit, p_.function(f).name_pos};
      module.binding = unit.generator.starts_with("Cython");
      node.entries.push_back({EntryKind::module_init, module.name, module.at});
      for_each_instr(unit, p_.function(f), [&](ValueId id) { module_call(module, unit, id); });
      // pybind11 and nanobind make the definition in functions of their own, beside PyInit.
      if (module.gil == ModuleNode::Gil::unsaid) {
        for (ValueId id = 0; id < unit.instrs.size(); ++id) {
          const Instr& instr = unit.instrs[id];
          const FuncId callee = instr.op == Op::call        ? instr.a
                                : instr.op == Op::construct ? instr.b
                                                            : kNone;
          if (callee == kNone) continue;
          const std::string_view called = unit.text(unit.functions[callee].name);
          if (called.starts_with("pybind11::mod_gil_not_used") ||
              called.starts_with("nanobind::mod_gil_not_used")) {
            module.gil = ModuleNode::Gil::not_used;
            module.gil_at = {node.unit, instr.pos};
            module.binding = true;
          }
        }
      }
      p_.modules_.push_back(std::move(module));
    }
  }

  void module_call(ModuleNode& module, const Unit& unit, ValueId id) {
    const Instr& instr = unit.instrs[id];
    if (instr.op != Op::call) return;
    const std::string_view callee = p_.callee_name(unit, instr);
    if (callee.starts_with("pybind11::") || callee.starts_with("nanobind::")) module.binding = true;
    const auto argument = [&](std::uint32_t i) -> const Instr* {
      return i < instr.list.count ? &unit.instrs[unit.value_lists[instr.list.first + i]] : nullptr;
    };
    if (callee == "PyUnstable_Module_SetGIL") {
      const Instr* how = argument(1);
      module.gil = how != nullptr && how->op == Op::integer && how->number == 1
                       ? ModuleNode::Gil::not_used
                       : ModuleNode::Gil::used;
      module.gil_at = {module.unit, instr.pos};
    }
    if (callee.find("mod_gil_not_used") != callee.npos) {
      module.gil = ModuleNode::Gil::not_used;
      module.gil_at = {module.unit, instr.pos};
    }
    if (callee != "PyModuleDef_Init" && callee != "PyModule_Create2" &&
        callee != "PyModule_FromDefAndSpec2") {
      return;
    }
    module.multi_phase = callee != "PyModule_Create2";
    const Instr* def = argument(0);
    if (def == nullptr || def->op != Op::address) return;
    const VarId variable = root_variable(unit, def->a);
    if (variable == kNone || unit.variables[variable].initializer == kNone) return;
    const Initializer& init = unit.initializers[unit.variables[variable].initializer];
    module.at = {module.unit, unit.variables[variable].pos};
    if (const Initializer* size = member(unit, init, "m_size")) module.state_size = size->value;
    const std::string name = text_of(unit, member(unit, init, "m_name"));
    if (const auto gil = slot_gil_.find(name); gil != slot_gil_.end()) {
      module.gil = gil->second.first;
      module.gil_at = gil->second.second;
    }
  }

  /// Functions with external linkage that nobody in sight calls.
  void name_exports() {
    for (FunctionIndex f = 0; f < p_.functions_.size(); ++f) {
      FunctionNode& node = p_.functions_[f];
      if (!node.entries.empty() || !node.callers.empty()) continue;
      const Function& function = p_.function(f);
      if ((function.flags & kFunctionExternal) == 0 || function.pos.file != 0) continue;
      node.entries.push_back(
          {EntryKind::exported, std::string(p_.name(f)), {node.unit, function.name_pos}});
    }
  }

  // ------------------------------------------------------------ reach

  static std::uint8_t reach_of(EntryKind kind) {
    switch (kind) {
      case EntryKind::method:
      case EntryKind::getter:
      case EntryKind::setter:
      case EntryKind::slot:
      case EntryKind::callback:
      case EntryKind::thread:
      case EntryKind::binding: return kReachShared;
      case EntryKind::construct: return kReachConstruct;
      case EntryKind::destroy: return kReachDestroy;
      case EntryKind::collect: return kReachCollect;
      case EntryKind::module_init: return kReachInit;
      case EntryKind::exported: return 0;
    }
    return 0;
  }

  void spread_reach() {
    std::vector<FunctionIndex> work;
    for (FunctionIndex f = 0; f < p_.functions_.size(); ++f) {
      for (const Entry& entry : p_.functions_[f].entries) {
        p_.functions_[f].reach |= reach_of(entry.kind);
      }
      if (p_.functions_[f].reach != 0) work.push_back(f);
    }
    while (!work.empty()) {
      const FunctionIndex f = work.back();
      work.pop_back();
      for (const std::uint32_t site : p_.functions_[f].callees) {
        FunctionNode& callee = p_.functions_[p_.call_sites_[site].callee];
        const std::uint8_t more = p_.functions_[f].reach & static_cast<std::uint8_t>(~callee.reach);
        if (more == 0) continue;
        callee.reach |= more;
        work.push_back(p_.call_sites_[site].callee);
      }
    }
  }

  // ------------------------------------------------------------ the module object

  /// Functions of a module get the module as their first argument: a lock on it is one lock for the
  /// whole module (Argument Clinic's @critical_section does that).
  void find_module_parameters() {
    const auto count = static_cast<FunctionIndex>(p_.functions_.size());
    std::vector<bool> mixed(count, false);
    std::vector<FunctionIndex> work;
    for (FunctionIndex f = 0; f < count; ++f) {
      FunctionNode& node = p_.functions_[f];
      for (const Entry& entry : node.entries) {
        const auto dot = entry.python.rfind('.');
        const bool of_module =
            entry.kind == EntryKind::module_init
                ? entry.python.ends_with(".exec")
                : (entry.kind == EntryKind::method || entry.kind == EntryKind::collect) &&
                      dot != std::string::npos &&
                      module_names_.contains(entry.python.substr(0, dot));
        if (!of_module) {
          mixed[f] = true;
        } else if (node.module_parameter == kNone) {
          node.module_parameter = 0;
          work.push_back(f);
        }
      }
    }
    for (FunctionIndex f = 0; f < count; ++f) {
      if (mixed[f]) p_.functions_[f].module_parameter = kNone;
    }
    while (!work.empty()) {
      const FunctionIndex f = work.back();
      work.pop_back();
      for (const std::uint32_t out : p_.functions_[f].callees) {
        const FunctionIndex callee = p_.call_sites_[out].callee;
        FunctionNode& node = p_.functions_[callee];
        if (!node.entries.empty() || node.module_parameter != kNone) continue;
        std::uint32_t agreed = kNone;
        bool all = !node.callers.empty();
        for (const std::uint32_t in : node.callers) {
          const std::uint32_t here = passes_module(p_.call_sites_[in]);
          all = all && here != kNone && (agreed == kNone || agreed == here);
          agreed = here;
        }
        if (!all) continue;
        node.module_parameter = agreed;
        work.push_back(callee);
      }
    }
  }

  std::uint32_t passes_module(const CallSite& site) const {
    const FunctionNode& caller = p_.functions_[site.caller];
    if (site.as_callback || caller.module_parameter == kNone) return kNone;
    const Unit& unit = *p_.units_[caller.unit];
    const Instr& call = unit.instrs[site.call];
    if (call.op != Op::call) return kNone;
    for (std::uint32_t i = 0; i < call.list.count; ++i) {
      const Instr& argument = unit.instrs[unit.value_lists[call.list.first + i]];
      if (argument.op == Op::parameter && argument.b == caller.module_parameter) return i;
    }
    return kNone;
  }

  Program& p_;
  std::set<std::string> module_names_;
  std::unordered_map<std::string, FunctionIndex> external_;
  std::map<std::pair<UnitIndex, VarId>, std::string> owners_;
  std::map<std::string, std::pair<ModuleNode::Gil, At>> slot_gil_;
  std::map<std::pair<UnitIndex, ValueId>, std::pair<GlobalIndex, std::size_t>> addresses_;
};

std::unique_ptr<Program> Program::build(std::span<const Unit* const> units, const ParallelFor&) {
  auto program = std::make_unique<Program>();
  program->units_.assign(units.begin(), units.end());
  Linker(*program).run();
  return program;
}

}  // namespace gilcheck::clang_plugin
