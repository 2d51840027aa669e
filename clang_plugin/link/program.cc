#include "clang_plugin/link/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "clang_plugin/link/annotations.h"
#include "clang_plugin/link/bindings.h"
#include "clang_plugin/link/definitions.h"
#include "clang_plugin/link/generated.h"
#include "clang_plugin/link/pointers.h"
#include "clang_plugin/link/tables.h"
#include "rules/c_api.h"

namespace gilcheck::clang_plugin {

namespace {
/// Beyond that a class is not looked into for what it inherits.
constexpr std::size_t kMostBases = 32;
}  // namespace

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

bool is_object_pointer(const Unit& unit, TypeId type) {
  const Type& t = unit.types[type];
  if (t.kind != TypeKind::pointer) return false;
  const Type& inner = unit.types[t.inner];
  return inner.kind == TypeKind::record && inner.record != kNone &&
         unit.records[inner.record].object;
}

std::vector<FunctionIndex> Program::destructors(UnitIndex u, const Instr& destroy) const {
  std::vector<FunctionIndex> out;
  const Unit& of = *units_[u];
  if (destroy.b == kNone || of.instrs[destroy.b].op != Op::construct) return out;
  std::vector<RecordId> classes{of.types[of.instrs[destroy.b].type].record};
  for (std::size_t i = 0; i < classes.size() && i < kMostBases; ++i) {
    if (classes[i] == kNone) continue;
    const auto found = destructor_of_.find({u, classes[i]});
    if (found != destructor_of_.end()) out.push_back(found->second);
    const auto& bases = of.records[classes[i]].bases;
    classes.insert(classes.end(), bases.begin(), bases.end());
  }
  return out;
}

namespace {

/// What becomes of a function that is passed to one that is not in the program.
enum class Given : std::uint8_t {
  kept,    // called by whoever, whenever
  called,  // before the callee returns
  thread,  // by another thread
};

Given given_to(std::string_view callee) {
  const rules::CFunction* row = rules::c_function(callee);
  if (row == nullptr) row = rules::c_class(callee);
  if (row == nullptr) row = rules::c_class_of(callee);
  switch (row == nullptr ? rules::CAct::None : row->act) {
    case rules::CAct::ThreadStart: return Given::thread;
    case rules::CAct::Callback: return Given::kept;
    case rules::CAct::Calls:
    case rules::CAct::Once: return Given::called;
    // Algorithms, and whatever else of the library keeps no function beyond its object.
    default: return callee.starts_with("std::") ? Given::called : Given::kept;
  }
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
    follow_pointers();
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
    for (UnitIndex u = 0; u < p_.units_.size(); ++u) {
      const Unit& unit = *p_.units_[u];
      for (FuncId f = 0; f < unit.functions.size(); ++f) {
        const Function& function = unit.functions[f];
        if ((function.flags & kFunctionDestructor) == 0 || function.method_of == kNone) continue;
        if (p_.function_of_[u][f] == kNone) continue;
        p_.destructor_of_.emplace(std::pair(u, function.method_of), p_.function_of_[u][f]);
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
          if (!is_lasting(variable) || !variable.project || variable.declared_only == definitions) {
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

  void enter(UnitIndex u, FuncId f, EntryKind kind, std::string python, Pos pos) {
    enter(u, f, Entry{kind, std::move(python), {u, pos}});
  }

  void enter(UnitIndex u, FuncId f, Entry made) {
    const FunctionIndex index = p_.function_of_[u][f];
    if (index == kNone) return;
    FunctionNode& node = p_.functions_[index];
    for (const Entry& entry : node.entries) {
      if (entry.kind == made.kind && entry.python == made.python && entry.locked == made.locked) {
        return;
      }
    }
    if (node.self == kNone) node.self = self_parameter(made.kind);
    node.entries.push_back(std::move(made));
  }

  void read_tables() {
    definitions_ =
        read_definitions(p_.units_, [&](UnitIndex u, FuncId f, EntryKind kind, std::string python,
                                        Pos pos) { enter(u, f, kind, std::move(python), pos); });
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
      case Op::destroy:
        for (const FunctionIndex target : p_.destructors(u, instr)) edge(f, id, target, false);
        break;
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
      if (given_to(record) == Given::thread) name = record;
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
      const Given given = given_to(name);
      if (given == Given::thread) {
        enter(u, made.a, EntryKind::thread, "", instr.pos);
      } else if (target != kNone || given == Given::called) {
        edge(f, id, passed, true);
      } else {
        if (name.find("::def") == name.npos) {
          enter(u, made.a, EntryKind::callback, "", instr.pos);
          continue;
        }
        BindingName named = binding_name(unit, p_.function(f), instr, module_name(u));
        Entry entry{EntryKind::binding, std::move(named.python), {u, instr.pos}};
        around_binding(unit, instr, entry);
        enter(u, made.a, std::move(entry));
        if (named.method) p_.functions_[passed].self = 0;
      }
    }
  }

  /// The module whose functions a unit binds: its own, or the only one there is.
  std::string_view module_name(UnitIndex u) {
    if (module_names_.empty() && !p_.functions_.empty()) {
      module_names_.resize(p_.units_.size());
      std::set<std::string_view> all;
      for (FunctionIndex f = 0; f < p_.functions_.size(); ++f) {
        if (!p_.name(f).starts_with("PyInit_")) continue;
        module_names_[p_.functions_[f].unit] = p_.name(f).substr(7);
        all.insert(p_.name(f).substr(7));
      }
      for (std::string_view& name : module_names_) {
        if (name.empty() && all.size() == 1) name = *all.begin();
      }
    }
    return module_names_[u];
  }

  /// What pybind11 or nanobind does around each call, as said by further arguments of `def`.
  void around_binding(const Unit& unit, const Instr& def, Entry& entry) const {
    std::uint32_t named = 0;
    // The object a method is called on has no name in the list.
    const bool method =
        def.a != kNone && unit.text(unit.functions[def.a].name).find("class_") != std::string::npos;
    for (std::uint32_t i = def.list.first; i < def.list.end(); ++i) {
      const Instr& argument = unit.instrs[unit.value_lists[i]];
      TypeId type = argument.type;
      if (unit.types[type].kind == TypeKind::pointer) type = unit.types[type].inner;
      const std::string_view record = record_name(unit, type);
      const std::string_view text = unit.text(unit.types[type].text);
      if (record.starts_with("nanobind::lock_self")) entry.locked.push_back(0);
      if (record.starts_with("nanobind::arg")) {
        // arg_t<FLAGS, LOCKED>, arg_v_t<FLAGS, LOCKED>; before 3.0 arg_locked.
        const bool locked = text.ends_with("true>") || text.find("_locked") != text.npos;
        if (locked) entry.locked.push_back(named + (method ? 1 : 0));
        ++named;
      }
      if (record.find("::call_guard") != record.npos &&
          text.find("gil_scoped_release") != text.npos) {
        entry.detached = true;
      }
    }
  }

  void edge(FunctionIndex caller, ValueId call, FunctionIndex callee, bool as_callback) {
    const auto index = static_cast<std::uint32_t>(p_.call_sites_.size());
    p_.call_sites_.push_back({caller, call, callee, as_callback});
    p_.functions_[caller].callees.push_back(index);
    p_.functions_[callee].callers.push_back(index);
  }

  /// A table of the program's own that the program's own code calls through is no way in from
  /// outside.
  void follow_pointers() {
    PointerCalls found = pointer_calls(p_);
    for (PointerCalls::Call& call : found.calls) {
      for (const FunctionIndex target : call.targets) edge(call.caller, call.call, target, false);
      p_.pointer_targets_.emplace(std::pair(p_.functions_[call.caller].unit, call.call),
                                  std::move(call.targets));
    }
    for (const FunctionIndex f : found.only_called) {
      std::erase_if(p_.functions_[f].entries,
                    [](const Entry& entry) { return entry.kind == EntryKind::callback; });
    }
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
      module.binding = from_cython(unit);
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
      if (module.gil == ModuleNode::Gil::unsaid && module.nanobind && unit.nanobind_free_threaded) {
        module.gil = ModuleNode::Gil::not_used;
        module.gil_at = module.at;
      }
      p_.modules_.push_back(std::move(module));
    }
  }

  void module_call(ModuleNode& module, const Unit& unit, ValueId id) {
    const Instr& instr = unit.instrs[id];
    if (instr.op != Op::call) return;
    const std::string_view callee = p_.callee_name(unit, instr);
    module.nanobind = module.nanobind || callee.starts_with("nanobind::");
    module.binding = module.binding || of_binding_library(callee);
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
    if (const auto gil = definitions_.gil.find(name); gil != definitions_.gil.end()) {
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
    // What a comment says about when a function runs is not asked of its callers.
    std::vector<bool> said(p_.functions_.size());
    for (FunctionIndex f = 0; f < p_.functions_.size(); ++f) {
      const Annotation what = annotation_of(p_.unit_of(f), p_.function(f)).what;
      said[f] = what == Annotation::init_only || what == Annotation::confined;
      if (what == Annotation::init_only) p_.functions_[f].reach = kReachInit;
    }
    for (FunctionIndex f = 0; f < p_.functions_.size(); ++f) {
      if (said[f]) {
        if (p_.functions_[f].reach != 0) work.push_back(f);
        continue;
      }
      for (const Entry& entry : p_.functions_[f].entries) {
        p_.functions_[f].reach |= reach_of(entry.kind);
      }
      if (p_.functions_[f].reach != 0) work.push_back(f);
    }
    while (!work.empty()) {
      const FunctionIndex f = work.back();
      work.pop_back();
      for (const std::uint32_t site : p_.functions_[f].callees) {
        // A destructor works on what nobody else has any more: it counts for locks, not as code
        // that threads run at once.
        const CallSite& call = p_.call_sites_[site];
        if (p_.units_[p_.functions_[f].unit]->instrs[call.call].op == Op::destroy) continue;
        FunctionNode& callee = p_.functions_[call.callee];
        const std::uint8_t more = p_.functions_[f].reach & static_cast<std::uint8_t>(~callee.reach);
        if (more == 0 || said[p_.call_sites_[site].callee]) continue;
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
                      definitions_.module_names.contains(entry.python.substr(0, dot));
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
  Definitions definitions_;
  std::unordered_map<std::string, FunctionIndex> external_;
  std::vector<std::string_view> module_names_;  // by unit, on first use
  std::map<std::pair<UnitIndex, ValueId>, std::pair<GlobalIndex, std::size_t>> addresses_;
};

std::unique_ptr<Program> Program::build(std::span<const Unit* const> units, const ParallelFor&) {
  auto program = std::make_unique<Program>();
  program->units_.assign(units.begin(), units.end());
  Linker(*program).run();
  return program;
}

}  // namespace gilcheck::clang_plugin
