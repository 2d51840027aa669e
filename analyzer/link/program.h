#pragma once
// The linked program: all module summaries, their names resolved across files. Built by phase
// `link`; read by `evidence` and `detect`. Indices are program-wide and dense, assigned in the
// order of the (sorted) modules, so that results do not depend on threads.
//
// Thread contract: `Program::build` uses the pool it is given; afterwards every const member may
// be called concurrently.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analyzer.h"
#include "analyzer/summary.h"
#include "rules/tables.h"

namespace gilcheck::analyzer {

using ModuleIndex = std::uint32_t;
using FunctionIndex = std::uint32_t;  ///< program-wide
using ClassIndex = std::uint32_t;     ///< program-wide
using LocationId = std::uint32_t;     ///< program-wide; kNone = not resolved
using LockId = std::uint32_t;         ///< program-wide identity of a lock; kNone = unknown lock

struct Model;
class ExternalTable;

/// What a value is, after linking. `unknown` is an honest answer.
struct Type {
  enum class Kind : std::uint8_t {
    unknown,
    builtin,            ///< `container` tells (ints, dicts, locks, queues, ...)
    instance,           ///< of program class `index`
    class_object,       ///< program class `index` itself
    function,           ///< program function `index` (unbound)
    bound_method,       ///< program function `index` with its first parameter bound
    module,             ///< program module `index`
    external,           ///< a name outside the program: `external` is its dotted name
    external_instance,  ///< what calling `external` gave: its instance, if that is a class
  };
  Kind kind = Kind::unknown;
  /// Of an instance of a program class: that of its external base (class C(dict), class T(Thread)).
  rules::Container container = rules::Container::Unknown;
  bool maybe_none = false;  ///< None is among the values; None itself is an Immutable builtin
  bool partly = false;      ///< values of unknown type are among them too
  std::uint32_t index = kNone;
  /// Program-wide symbol; of a builtin: the name of the callable that made it, 0 if several.
  std::uint32_t external = 0;
  friend bool operator==(const Type&, const Type&) = default;
};

enum class LocationKind : std::uint8_t {
  global,              ///< owner: module
  class_attribute,     ///< owner: class; also what is reached through cls, type(self), metaclasses
  instance_attribute,  ///< owner: the topmost program class of the hierarchy that assigns it
  closure,             ///< owner: function that binds the variable
  function_attribute,  ///< owner: function (`f.calls += 1`)
  default_argument,    ///< owner: function; a mutable default value, one for all calls
  local_object,        ///< owner: function that makes a container and hands it to other threads
                       ///< or functions; `initial` is the value
  item,                ///< a named/constant item holding a container of its own (`d["a"]["b"]`):
                       ///< parent is the containing location
};

struct AccessRef {
  ModuleIndex module = 0;
  AccessId access = 0;
  FunctionIndex function = 0;
  friend auto operator<=>(const AccessRef&, const AccessRef&) = default;
};

/// One memory location, as far as static names tell instances apart: all instances of a class
/// share one Location per attribute. It stands for the binding *and* for the content of the
/// container it holds; AccessOp tells which of the two an access touches.
struct Location {
  LocationKind kind = LocationKind::global;
  std::uint32_t owner = kNone;          ///< module, class or function index, by kind
  LocationId parent = kNone;            ///< for item
  std::uint32_t name = 0;               ///< program-wide symbol
  Type type;                            ///< joined over everything stored there
  bool all_immutable = false;           ///< everything ever stored is an immutable builtin value
  ValueId initial = 0;                  ///< the value stored first at module or class level, or in
  ModuleIndex initial_module = 0;       ///< __init__
  std::span<const AccessRef> accesses;  ///< all, in program order, including construction
};

/// The callee of a call, as far as known.
struct Callee {
  enum class Kind : std::uint8_t {
    unknown,
    function,     ///< program function `function`; `receiver_bound` when self is bound
    constructor,  ///< program class `klass`; `function` is its __init__ or kNone
    method,       ///< method `operation` of a builtin of type `container` (d.get)
    external,     ///< dotted name `external` outside the program or a builtin ("len")
  };
  Kind kind = Kind::unknown;
  FunctionIndex function = kNone;
  ClassIndex klass = kNone;
  bool receiver_bound = false;
  bool exact = true;  ///< false: an override in a subclass may be called instead
  rules::Container container = rules::Container::Unknown;
  std::uint32_t external = 0;  ///< program-wide symbol
};

/// A lock that is held over an access.
struct HeldLock {
  LockId lock = kNone;        ///< kNone: something is held that may be a lock, identity unknown
  SectionId section = kNone;  ///< of the same module; kNone: held by every caller, for the whole
                              ///< function
  enum class Strength : std::uint8_t {
    sure,      ///< a lock for certain
    possible,  ///< a context manager or parameter of unknown type
    none,      ///< certainly no mutual exclusion between threads (a file, an asyncio lock, a
               ///< Semaphore(n > 1), a lock made fresh for this call)
  } strength = Strength::sure;
  /// The object whose attribute an instance's lock is, as a path of the function's module
  /// (`other` of `with other._lock`); 0 if that cannot be said. See Program::same_object.
  PathId object = 0;
};

/// Identity of a lock: the location that holds it, with Condition(lock) and aliases followed to
/// the underlying lock.
struct Lock {
  enum class Scope : std::uint8_t {
    program,    ///< one object for the whole process: global, class attribute
    instance,   ///< one per instance of class `owner` (kind instance_attribute)
    closure,    ///< one per call of the function that binds it, captured by nested functions
    fresh,      ///< made anew for each call and not handed to any other thread: excludes nobody
    parameter,  ///< passed in; who else holds it is not known
  };
  Scope scope = Scope::program;
  LocationId location = kNone;  ///< where it is kept; kNone for fresh and some parameters
  bool reentrant = false;
  std::string name;        ///< for people: "self._lock", "mod._LOCK"
  ModuleIndex module = 0;  ///< where it is created
  ByteRange created;
};

struct FunctionInfo {
  ModuleIndex module = 0;
  FuncId id = 0;
  ClassIndex owner = kNone;   ///< class whose method it is
  bool public_ = false;       ///< no leading underscore on it nor on what it is nested in,
                              ///< or dunder, and listed in `__all__` if there is a complete
                              ///< one; callable from outside the program
  bool construction = false;  ///< __init__, __new__, __post_init__, __set_name__,
                              ///< __init_subclass__, __setstate__, or a private method whose
                              ///< every caller is construction of the same object
  bool import_time = false;   ///< module or class body, or only called from there
  bool escapes = false;       ///< used as a value (callback, decorator result), so unknown
                              ///< callers exist
  std::vector<HeldLock> entry_locks;  ///< held by every caller (section == kNone)
  std::vector<std::pair<FunctionIndex, CallId>> callers;  ///< resolved call sites, in order; the
                                                          ///< CallId is in the caller's module
};

struct ClassInfo {
  ModuleIndex module = 0;
  ClassId id = 0;
  std::vector<ClassIndex> bases;              ///< program classes, in order
  std::vector<std::uint32_t> external_bases;  ///< dotted names of the others (program symbols)
  bool bases_unknown = false;                 ///< a base could not be resolved at all
  std::vector<ClassIndex> subclasses;         ///< direct
  bool metaclass = false;                     ///< derives from type
  bool descriptor = false;                    ///< defines __get__, __set__ or __delete__
  bool owns_lock = false;   ///< it or a base keeps a lock in an instance or class attribute
  LocationId lock = kNone;  ///< the first of those
  bool documented_thread_safe = false;  ///< it, or the nearest base that says anything
  bool documented_unsafe = false;       ///< it, or the nearest base that says anything
  bool dynamic_attributes = false;      ///< __getattr__, __getattribute__ or __setattr__ in Python
};

class Program {
 public:
  static std::unique_ptr<Program> build(std::span<const ModuleSummary* const> modules,
                                        const AnalysisOptions& options,
                                        const ParallelFor& parallel);
  ~Program();

  std::span<const ModuleSummary* const> modules() const;
  const AnalysisOptions& options() const;

  std::span<const FunctionInfo> functions() const;
  std::span<const ClassInfo> classes() const;
  std::span<const Location> locations() const;
  std::span<const Lock> locks() const;

  const Function& function(FunctionIndex index) const;  ///< its summary
  const Class& klass(ClassIndex index) const;
  FunctionIndex function_index(ModuleIndex module, FuncId id) const;
  ClassIndex class_index(ModuleIndex module, ClassId id) const;
  std::string_view symbol(std::uint32_t program_symbol) const;
  std::uint32_t find_symbol(std::string_view text) const;  ///< 0 when nobody uses it

  /// Type of a value evaluated in `module`. Memoised; total (cycles give unknown).
  Type type_of(ModuleIndex module, ValueId value) const;
  /// Type of the object held at a path (of its binding).
  Type type_of_path(ModuleIndex module, PathId path) const;
  /// Location of an access; kNone for locals, owned fresh objects, thread-local state and what
  /// could not be resolved.
  LocationId location_of(ModuleIndex module, AccessId access) const;
  const Callee& callee(ModuleIndex module, CallId call) const;
  /// Locks held at a point of a function: its sections' locks and those of every caller.
  std::vector<HeldLock> locks_held(FunctionIndex function, HeldId held) const;

  /// False only if it is certain that a lock of one object is held over an access to another
  /// object of the same class (`with other._lock: self.n += 1`).
  bool same_object(const HeldLock& held, ModuleIndex module, AccessId access) const;

  /// True if an attribute of this name on this class is a property or other descriptor written in
  /// Python, or may be (dynamic_attributes).
  bool runs_python_on_attribute(ClassIndex klass, std::uint32_t name) const;
  /// True if the class (or a program base) defines this method in Python ("__eq__").
  bool defines(ClassIndex klass, std::string_view method) const;
  /// The class itself and its program ancestors, nearest first.
  std::vector<ClassIndex> ancestry(ClassIndex klass) const;

  std::string location_name(LocationId location) const;       ///< "pkg.mod.Class.attr"
  std::string_view location_kind(LocationId location) const;  ///< "instance-attribute", ...
  std::string function_name(FunctionIndex function) const;    ///< "Class.method" as in the summary

  /// What the program's extension modules do to state (analyzer/link/external_table.h).
  const ExternalTable& external_state() const;

  /// The link phase's own tables, for the evidence phase (analyzer/link/model.h).
  const Model& model() const;

  /// Coverage figures the link phase knows.
  std::uint64_t calls_resolved() const;
  std::uint64_t accesses_resolved() const;

 private:
  struct Impl;
  explicit Program(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gilcheck::analyzer
