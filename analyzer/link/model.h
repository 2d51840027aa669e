#pragma once
// The tables that the link phase builds, one after the other, and that `Program` answers from.
// Internal to link; evidence and detect see only program.h.
//
//   symbols.h    names                        -> Symbol
//   modules.cc   functions, classes, names    -> program-wide indices, module-level names
//   imports.cc   imports, star imports        -> what each name denotes
//   hierarchy.cc bases, ancestry, members     -> attribute lookup
//   slots.cc     variables                    -> SlotId, and everything stored in them
//   inference.cc types of slots, returns, parameters, to a fixpoint
//   calls.cc     callees, call sites
//   helper_sections.cc  locks that one function takes and another gives back -> sections
//   functions.cc what functions are: public, construction, escaping, import time
//   ownership.cc objects that stay with the function that made them
//   locations.cc slots, items and handed objects -> Location, accesses
//   locks.cc     sections -> locks held; entry_locks.cc: locks held by every caller

#include <tsl/robin_map.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/link/external_table.h"
#include "analyzer/link/program.h"
#include "analyzer/link/symbols.h"

namespace gilcheck::analyzer {

/// A variable that several functions can reach: module global, attribute of a class hierarchy,
/// closure cell, function attribute. Slots that are accessed become Locations.
using SlotId = std::uint32_t;

struct Slot {
  LocationKind kind = LocationKind::global;
  std::uint32_t owner = kNone;  ///< module, class or function, by kind
  Symbol name = 0;
  bool stored_through_instance = false;  ///< attributes only
};

/// What a name or path stands for: a variable (slot), or something fixed (type).
struct Denotation {
  Type type;
  SlotId slot = kNone;
  bool found = false;
};

/// A name bound at module level.
struct ModuleName {
  Symbol symbol = 0;
  Range defs;             ///< into ModuleTables::name_defs
  bool variable = false;  ///< not just a def, class or import
  enum class State : std::uint8_t { open, resolving, done } state = State::open;
  Denotation what;
};

/// What a class body or its methods say about one attribute name.
struct Member {
  enum class Kind : std::uint8_t { attribute, method, klass };
  Symbol symbol = 0;
  Kind kind = Kind::attribute;
  bool class_level = false;  ///< bound in the class body or through the class
  bool stored_by_self = false;
  bool loaded_by_self = false;
  std::uint32_t index = kNone;   ///< function or class; of a property its getter
  FunctionIndex setter = kNone;  ///< of a property
  ValueId value = 0;             ///< last value in the class body
  SlotId slot = kNone;           ///< attribute: of the class of the hierarchy that owns it
};

/// A closure cell: `name` bound in `function`.
struct Cell {
  FuncId function = 0;
  Sym name = 0;
  friend auto operator<=>(const Cell&, const Cell&) = default;
};

struct ModuleTables {
  const ModuleSummary* summary = nullptr;
  std::uint32_t function_base = 0;
  std::uint32_t class_base = 0;
  std::uint32_t param_base = 0;
  Symbol dotted = 0;                     ///< the module's name
  std::vector<ModuleName> names;         ///< by symbol
  std::vector<std::uint32_t> name_defs;  ///< indices into summary->globals
  std::vector<ImportId> star_imports;
  std::vector<Symbol> exports;             ///< what `__all__` lists, sorted
  std::vector<Denotation> imports;         ///< what each import binds
  std::vector<std::uint32_t> root_of_sym;  ///< Sym -> index into roots, for names used as globals
  std::vector<Denotation> roots;
  /// Paths that denote something fixed (os.path.join, Class): index into fixed, else kNone.
  std::vector<std::uint32_t> fixed_of_path;
  std::vector<Denotation> fixed;
  std::vector<Cell> cells;                                            ///< sorted
  std::vector<std::pair<FunctionIndex, Symbol>> function_attributes;  ///< sorted
  SlotId global_slots = 0;  ///< first slot; the variables among `names`, in order
  SlotId cell_slots = 0;
  SlotId function_attribute_slots = 0;
  std::vector<Callee> callees;         ///< per call
  std::vector<ValueId> value_of_call;  ///< per call, 0 if its result has no value
  /// Per value: the place in the order of accesses from which on an object that the value's
  /// evaluation makes can be reached by others; kNone if it stays with the function.
  std::vector<AccessId> escape_at;
  std::vector<LocationId> access_locations;
  std::vector<LocationId> path_locations;  ///< per path
  Range parameters_of(FuncId function) const { return summary->functions[function].params; }
};

struct ClassTables {
  std::vector<Member> members;                             ///< by symbol
  std::vector<ClassIndex> ancestry;                        ///< itself first
  rules::Container container = rules::Container::Unknown;  ///< of a known external base
  ClassIndex metaclass = kNone;                            ///< program class, its own or inherited
  bool external_ancestor = false;  ///< some ancestor is outside the program or unknown
};

/// A value that flows into a variable.
struct Flow {
  enum class Kind : std::uint8_t {
    value,       ///< the value itself
    annotation,  ///< of the type that the value, an annotation, names
    elements,    ///< what the value, a container, holds
    iterated,    ///< what iterating the value gives
    parameter,   ///< `value` is the program-wide index of a parameter
    function,    ///< `value` is a function of the module
    klass,       ///< `value` is a class of the module
    import,      ///< `value` is an import of the module
  };
  std::uint32_t target = 0;
  ModuleIndex module = 0;
  std::uint32_t value = 0;  ///< a ValueId, unless `kind` says otherwise
  Kind kind = Kind::value;
};

/// Flows grouped by target.
struct Flows {
  std::vector<std::uint32_t> first;  ///< by target, one more than targets
  std::vector<Flow> all;
  std::span<const Flow> of(std::uint32_t target) const {
    return {all.data() + first[target], all.data() + first[target + 1]};
  }
  void build(std::size_t targets, std::vector<std::vector<Flow>>& by_module);
};

/// A call or an implicit call (property, with statement) from one function to another.
struct Edge {
  FunctionIndex from = 0;
  FunctionIndex to = 0;
  CallId call = kNone;  ///< kNone for implicit calls
  HeldId held = 0;
  AccessId position = 0;   ///< number of accesses of the module before it
  PathId receiver = 0;     ///< path of the object that becomes the callee's first parameter
  bool same_self = false;  ///< ... which is the caller's own first parameter, or the callee is
                           ///< nested in the caller and sees the same variables
};

/// An object that is no attribute or variable of its own: a container made by one function and
/// handed to others.
struct ObjectRef {
  enum class Kind : std::uint8_t {
    nothing,     ///< not seen
    slot,        ///< kept in a variable
    local,       ///< made by evaluating `id` in `module`
    parameter,   ///< whatever parameter `id` is
    by_default,  ///< the default value of parameter `id`
    unknown,
  } kind = Kind::nothing;
  ModuleIndex module = 0;
  std::uint32_t id = 0;
  friend bool operator==(const ObjectRef&, const ObjectRef&) = default;
};

struct KnownSymbols {
  Symbol init, new_, post_init, set_name, init_subclass, setstate, enter, exit, call, get, set,
      delete_, getattr, getattribute, setattr, class_, dict, run, del, iter, next_, bool_, len, all,
      type, self;
};

struct Model {
  std::span<const ModuleSummary* const> modules;
  /// Summaries with the sections that helper functions open, in place of the ones given.
  std::vector<const ModuleSummary*> module_list;
  std::vector<std::unique_ptr<ModuleSummary>> rewritten;
  AnalysisOptions options;
  ExternalTable external_state;
  SymbolTable symbols;
  KnownSymbols known{};
  std::vector<ModuleTables> tables;
  tsl::robin_map<Symbol, ModuleIndex> module_by_name;
  /// Rows of the thread-root table for the names that occur in the program.
  tsl::robin_map<Symbol, const rules::ThreadRoot*> root_by_name;
  /// Rows for methods of receivers of unknown type, by the method's name.
  tsl::robin_map<Symbol, const rules::ThreadRoot*> root_by_method;

  std::vector<FunctionInfo> functions;
  std::vector<ClassInfo> classes;
  std::vector<ClassTables> class_tables;
  std::uint32_t param_count = 0;
  std::vector<std::uint8_t> context_manager;  ///< by function: made one by contextlib

  std::vector<Slot> slots;
  Flows slot_flows;     ///< by slot: what is stored
  Flows element_flows;  ///< by slot: what is put into the container
  Flows param_flows;    ///< by parameter: arguments
  Flows local_flows;    ///< by local container: what is put into it
  /// Containers that functions make and fill, by module and value: their place in local_flows.
  tsl::robin_map<std::uint64_t, std::uint32_t> local_containers;
  static std::uint64_t local_key(ModuleIndex m, ValueId v) {
    return (static_cast<std::uint64_t>(m) << 32) | v;
  }

  // Results of inference: types of slots, of their elements, of what functions return, of
  // parameters, of their elements, of local containers' elements.
  std::vector<Type> variables;
  std::uint32_t element_base() const { return static_cast<std::uint32_t>(slots.size()); }
  std::uint32_t return_base() const { return static_cast<std::uint32_t>(2 * slots.size()); }
  std::uint32_t param_base() const {
    return return_base() + static_cast<std::uint32_t>(functions.size());
  }
  std::uint32_t param_element_base() const { return param_base() + param_count; }
  std::uint32_t local_base() const { return param_element_base() + param_count; }
  std::uint32_t variable_count() const {
    return local_base() + static_cast<std::uint32_t>(local_containers.size());
  }

  bool calls_resolved = false;            ///< `callees` hold
  std::vector<Edge> edges;                ///< by caller, in order of execution
  std::vector<std::uint32_t> edges_from;  ///< by function, one more than functions
  std::vector<std::uint32_t> edges_into;  ///< indices into edges, by callee
  std::vector<std::uint32_t> edges_into_first;
  /// Wrappers: (decorated function, nested function that its decorator returns).
  std::vector<std::pair<FunctionIndex, FunctionIndex>> wrappers;

  /// What a call of a decorated function enters first: the outermost wrapper.
  tsl::robin_map<FunctionIndex, FunctionIndex> entered_through;
  FunctionIndex entry_of(FunctionIndex f) const {
    const auto found = entered_through.find(f);
    return found == entered_through.end() ? f : found->second;
  }
  std::vector<std::uint8_t> spawned;  ///< by function: handed to a thread as its target
  /// By parameter: the function may keep the argument where others reach it.
  std::vector<std::uint8_t> param_leaks;

  std::vector<Location> locations;
  std::vector<AccessRef> location_accesses;  ///< grouped by location
  std::vector<LocationId> location_of_slot;
  /// Types of attributes of namespace objects, by module and path (see local_key).
  tsl::robin_map<std::uint64_t, Type> namespace_attributes;
  tsl::robin_map<std::uint64_t, LocationId> local_objects;      ///< by module and value
  tsl::robin_map<std::uint32_t, LocationId> default_arguments;  ///< by parameter
  /// Where the object comes from that a parameter is, if all known callers agree; by parameter.
  std::vector<ObjectRef> param_objects;
  std::vector<Lock> locks;
  std::vector<std::vector<Range>> section_locks;         ///< by module and section, into
  std::vector<std::vector<HeldLock>> section_lock_list;  ///< ... this, by module

  // ---- small questions that many phases ask

  ModuleIndex module_of(FunctionIndex f) const { return functions[f].module; }
  const ModuleSummary& summary(ModuleIndex m) const { return *modules[m]; }
  const Function& function(FunctionIndex f) const {
    return modules[functions[f].module]->functions[functions[f].id];
  }
  const Class& klass(ClassIndex c) const {
    return modules[classes[c].module]->classes[classes[c].id];
  }
  FunctionIndex function_index(ModuleIndex m, FuncId id) const {
    return tables[m].function_base + id;
  }
  ClassIndex class_index(ModuleIndex m, ClassId id) const { return tables[m].class_base + id; }
  std::uint32_t param_index(ModuleIndex m, FuncId id, std::uint32_t position) const {
    return tables[m].param_base + modules[m]->functions[id].params.first + position;
  }
  Symbol symbol(ModuleIndex m, Sym sym) const { return symbols.of(m, sym); }
  std::string_view text(ModuleIndex m, Sym sym) const { return modules[m]->name(sym); }

  /// The class whose instance (or which itself) is the function's first parameter: of a method or
  /// of a function nested in one through a captured first parameter. kNone if there is none.
  ClassIndex method_class(ModuleIndex m, FuncId id) const {
    const Function& f = modules[m]->functions[id];
    if (f.owner == kNone || (f.flags & kFunctionStatic) != 0 || f.params.count == 0 ||
        modules[m]->params[f.params.first].star != 0) {
      return kNone;
    }
    return class_index(m, f.owner);
  }
  /// The method whose first parameter the path denotes, in this function or an enclosing one;
  /// kNone if the path is something else.
  FuncId self_method(ModuleIndex m, PathId path) const;
  bool first_param_is_class(ModuleIndex m, FuncId id) const;

  /// Nearest member of that name; null when no program class of the hierarchy has one.
  /// `after`: look only behind this class in the ancestry (super()).
  const Member* find_member(ClassIndex c, Symbol name, ClassIndex after = kNone) const;
  const Member* own_member(ClassIndex c, Symbol name) const;
  FunctionIndex find_method(ClassIndex c, Symbol name) const;
  bool derives_from(ClassIndex c, ClassIndex base) const;

  const ModuleName* find_name(ModuleIndex m, Symbol name) const;
  SlotId cell_slot(ModuleIndex m, FuncId function, Sym name) const;
  SlotId function_attribute_slot(FunctionIndex f, Symbol name) const;
};

/// True if the knowledge tables describe what calling the name does; they win over the library's
/// own source, should that be part of the program.
bool is_modelled(const Model& model, Symbol dotted);

/// The value that an access puts into the container it touches (d[k] = v, append, put), or 0.
ValueId put_into_container(const ModuleSummary& summary, const Access& access);

// ---- the phases, in order
void index_modules(Model& model, const ParallelFor& parallel);
void resolve_imports(Model& model, const ParallelFor& parallel);
/// What `name` means in module `m` for others who import it. Only after resolve_imports.
Denotation lookup_in_module(const Model& model, ModuleIndex m, Symbol name);
/// The module or external name that a dotted name stands for.
Denotation lookup_dotted(const Model& model, Symbol dotted);
void build_hierarchy(Model& model, const ParallelFor& parallel);
void build_slots(Model& model, const ParallelFor& parallel);
void collect_flows(Model& model, const ParallelFor& parallel);
void infer(Model& model, const ParallelFor& parallel);
/// Adds the sections between calls of functions that acquire and functions that release a lock.
void add_helper_sections(Model& model, const ParallelFor& parallel);
void find_wrappers(Model& model, const ParallelFor& parallel);
void build_edges(Model& model, const ParallelFor& parallel);
void classify_functions(Model& model, const ParallelFor& parallel);
/// Takes back `public_` from functions that their module's `__all__` does not list.
void keep_private(Model& model);
void build_ownership(Model& model, const ParallelFor& parallel);
void build_locations(Model& model, const ParallelFor& parallel);
void build_locks(Model& model, const ParallelFor& parallel);
void build_entry_locks(Model& model, const ParallelFor& parallel);

}  // namespace gilcheck::analyzer
