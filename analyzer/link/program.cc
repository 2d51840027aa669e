#include "analyzer/link/program.h"

#include <algorithm>

#include "analyzer/link/evaluator.h"
#include "analyzer/link/model.h"

namespace gilcheck::analyzer {

struct Program::Impl : Model {};

Program::Program(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Program::~Program() = default;

std::unique_ptr<Program> Program::build(std::span<const ModuleSummary* const> modules,
                                        const AnalysisOptions& options,
                                        const ParallelFor& parallel) {
  auto impl = std::make_unique<Impl>();
  impl->modules = modules;
  impl->options = options;
  impl->external_state = ExternalTable(impl->options.external_state);
  Model& model = *impl;
  index_modules(model, parallel);
  resolve_imports(model, parallel);
  build_hierarchy(model, parallel);
  build_slots(model, parallel);
  collect_flows(model, parallel);
  infer(model, parallel);
  add_helper_sections(model, parallel);
  build_ownership(model, parallel);
  build_edges(model, parallel);
  classify_functions(model, parallel);
  build_locations(model, parallel);
  build_locks(model, parallel);
  build_entry_locks(model, parallel);
  return std::unique_ptr<Program>(new Program(std::move(impl)));
}

const ExternalTable& Program::external_state() const {
  return impl_->external_state;
}

const Model& Program::model() const {
  return *impl_;
}

std::span<const ModuleSummary* const> Program::modules() const {
  return impl_->modules;
}
const AnalysisOptions& Program::options() const {
  return impl_->options;
}
std::span<const FunctionInfo> Program::functions() const {
  return impl_->functions;
}
std::span<const ClassInfo> Program::classes() const {
  return impl_->classes;
}
std::span<const Location> Program::locations() const {
  return impl_->locations;
}
std::span<const Lock> Program::locks() const {
  return impl_->locks;
}

const Function& Program::function(FunctionIndex index) const {
  return impl_->function(index);
}
const Class& Program::klass(ClassIndex index) const {
  return impl_->klass(index);
}
FunctionIndex Program::function_index(ModuleIndex module, FuncId id) const {
  return impl_->function_index(module, id);
}
ClassIndex Program::class_index(ModuleIndex module, ClassId id) const {
  return impl_->class_index(module, id);
}
std::string_view Program::symbol(std::uint32_t program_symbol) const {
  return impl_->symbols.text(program_symbol);
}
std::uint32_t Program::find_symbol(std::string_view text) const {
  return impl_->symbols.find(text);
}

Type Program::type_of(ModuleIndex module, ValueId value) const {
  return Evaluator(*impl_).type(module, value);
}
Type Program::type_of_path(ModuleIndex module, PathId path) const {
  return Evaluator(*impl_).place(module, path).type;
}
LocationId Program::location_of(ModuleIndex module, AccessId access) const {
  return impl_->tables[module].access_locations[access];
}
const Callee& Program::callee(ModuleIndex module, CallId call) const {
  return impl_->tables[module].callees[call];
}

std::vector<HeldLock> Program::locks_held(FunctionIndex function, HeldId held) const {
  std::vector<HeldLock> out = impl_->functions[function].entry_locks;
  const ModuleIndex m = impl_->module_of(function);
  const ModuleSummary& s = impl_->summary(m);
  const Range sections = s.held_sets[held];
  for (std::uint32_t i = sections.first; i < sections.end(); ++i) {
    const Range locks = impl_->section_locks[m][s.held_lists[i]];
    for (std::uint32_t l = locks.first; l < locks.end(); ++l) {
      out.push_back(impl_->section_lock_list[m][l]);
    }
  }
  return out;
}

bool Program::same_object(const HeldLock& held, ModuleIndex module, AccessId access) const {
  if (held.lock == kNone || held.object == 0) return true;
  const Lock& lock = impl_->locks[held.lock];
  const LocationId touched = impl_->tables[module].access_locations[access];
  if (lock.scope != Lock::Scope::instance || touched == kNone) return true;
  LocationId at = touched;
  while (impl_->locations[at].parent != kNone) at = impl_->locations[at].parent;
  const Location& location = impl_->locations[at];
  if (location.kind != LocationKind::instance_attribute) return true;
  const ClassIndex keeper = impl_->locations[lock.location].owner;
  if (!impl_->derives_from(location.owner, keeper) &&
      !impl_->derives_from(keeper, location.owner)) {
    return true;
  }
  // The object whose attribute is accessed: below any items, the attribute's own parent.
  const ModuleSummary& s = impl_->summary(module);
  PathId path = s.accesses[access].path;
  while (s.paths[path].kind == PathKind::item) path = s.paths[path].parent;
  const PathId object = s.paths[path].kind == PathKind::attr ? s.paths[path].parent : 0;
  return object == 0 || object == held.object;
}

bool Program::runs_python_on_attribute(ClassIndex klass, std::uint32_t name) const {
  if (impl_->classes[klass].dynamic_attributes) return true;
  const Member* member = impl_->find_member(klass, name);
  if (member == nullptr) return false;
  if (member->kind == Member::Kind::method) {
    return (impl_->function(member->index).flags & kFunctionProperty) != 0;
  }
  if (member->kind != Member::Kind::attribute || !member->class_level || member->slot == kNone) {
    return false;
  }
  const Type& kept = impl_->variables[member->slot];
  return kept.kind == Type::Kind::instance && impl_->classes[kept.index].descriptor;
}

bool Program::defines(ClassIndex klass, std::string_view method) const {
  const Symbol name = impl_->symbols.find(method);
  return name != 0 && impl_->find_method(klass, name) != kNone;
}

std::vector<ClassIndex> Program::ancestry(ClassIndex klass) const {
  return impl_->class_tables[klass].ancestry;
}

std::string Program::function_name(FunctionIndex function) const {
  const FunctionInfo& info = impl_->functions[function];
  return std::string(impl_->text(info.module, impl_->function(function).qualname));
}

std::string Program::location_name(LocationId id) const {
  const Location& location = impl_->locations[id];
  std::string name(impl_->symbols.text(location.name));
  const auto qualified = [](std::string_view module, std::string_view rest) {
    std::string out(module);
    if (!out.empty() && !rest.empty()) out += '.';
    out += rest;
    return out;
  };
  switch (location.kind) {
    case LocationKind::global: return qualified(impl_->summary(location.owner).module, name);
    case LocationKind::class_attribute:
    case LocationKind::instance_attribute: {
      const ModuleIndex m = impl_->classes[location.owner].module;
      const std::string klass = qualified(impl_->summary(m).module,
                                          impl_->text(m, impl_->klass(location.owner).qualname));
      return location.name == impl_->known.self ? klass : klass + "." + name;
    }
    case LocationKind::item: {
      std::string parent = location_name(location.parent);
      return parent + (name.empty() ? "[...]" : "[" + name + "]");
    }
    case LocationKind::local_object: {
      const ModuleIndex m = impl_->module_of(location.owner);
      return qualified(impl_->summary(m).module, function_name(location.owner) + ".<local>");
    }
    case LocationKind::closure:
    case LocationKind::function_attribute:
    case LocationKind::default_argument: {
      const ModuleIndex m = impl_->module_of(location.owner);
      return qualified(impl_->summary(m).module, function_name(location.owner) + "." + name);
    }
  }
  return name;
}

std::string_view Program::location_kind(LocationId id) const {
  switch (impl_->locations[id].kind) {
    case LocationKind::global: return "global";
    case LocationKind::class_attribute: return "class-attribute";
    case LocationKind::instance_attribute: return "instance-attribute";
    case LocationKind::closure: return "closure";
    case LocationKind::function_attribute: return "function-attribute";
    case LocationKind::default_argument: return "default-argument";
    case LocationKind::local_object: return "local-object";
    case LocationKind::item: return "item";
  }
  return "";
}

std::uint64_t Program::calls_resolved() const {
  std::uint64_t out = 0;
  for (const ModuleTables& table : impl_->tables) {
    out += static_cast<std::uint64_t>(
        std::count_if(table.callees.begin(), table.callees.end(),
                      [](const Callee& callee) { return callee.kind != Callee::Kind::unknown; }));
  }
  return out;
}

std::uint64_t Program::accesses_resolved() const {
  return impl_->location_accesses.size();
}

}  // namespace gilcheck::analyzer
