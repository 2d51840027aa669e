#pragma once
// What the C functions, macros and C++ classes used by extension modules do: the table
// rules/tables/c_api.tsv as typed lookups. The head of the table describes its words.
//
// Embedded in the program and parsed once, on the first lookup. After that every function here is a
// hash lookup, without allocation unless the name has template arguments or reserved parts, and may
// be called from any number of threads. Pointers, spans and views live as long as the program.
// Defects of the table are part of `load_error()` (tables.h).
#include <cstdint>
#include <span>
#include <string_view>

namespace gilcheck::rules {

enum class CForm : std::uint8_t {
  Function,  // also `static inline` functions and C++ members, whose argument 0 is `this`
  Macro,     // argument positions are those of the macro
  Class,     // argument positions are those of the constructor
  Type,      // no arguments: what an object of it is
};

/// Who keeps the referent of a borrowed reference, or the storage behind a pointer, alive.
enum class COwner : std::uint8_t {
  None,
  Container,    // a place of the argument that any thread can replace or remove
  Attribute,    // a field of the argument that can be replaced
  Immutable,    // the argument, for as long as it lives
  Weak,         // nobody: the argument is a weak reference
  Interpreter,  // state of the interpreter that any thread can change
  Thread,       // state of the calling thread
  Static,       // nobody needs to
};

enum class CResult : std::uint8_t {
  Nothing,   // no reference, no pointer into an object
  New,       // a new reference
  Fresh,     // a new reference to an object that nobody else has yet; `fresh` is its type
  Alias,     // a new reference, perhaps to argument `result_argument` itself
  Borrowed,  // alive as long as `owner` keeps it
  Interior,  // a pointer into the storage of an object, valid as long as `owner` keeps it
};

enum class CUse : std::uint8_t {
  Steals,           // takes over the caller's reference, also when it fails
  StealsOnSuccess,  // only when it succeeds
  OutNew,           // leaves a new reference in the place the argument points to
  OutBorrowed,      // leaves a borrowed one
};

/// What happens to one argument.
struct CArgument {
  std::int8_t index;
  bool and_following;  // this argument and all after it (PyArg_ParseTuple)
  CUse use;
  COwner owner;                // OutBorrowed only
  std::int8_t owner_argument;  // -1 if the owner is no argument
};

/// What a function does to the object it works on.
enum class CEffect : std::uint8_t { None, Read, Write, Structural, Replace };

/// Whether Python code can run, or the GIL can be given up, inside. Ordered: each includes those
/// before it. Without a row (null from c_function) suppose Always of the Python API, and of other
/// external functions what the caller of this knows.
enum class CPython : std::uint8_t {
  Never,     // one GIL window; allocation does not collect (CPython 3.12 and later)
  Dealloc,   // only the destructor of an object that loses its last reference
  UserType,  // only special methods of classes written in Python
  Always,
};

/// Thread safety of concurrent calls on the same object, as CPython documents it.
enum class CLevel : std::uint8_t { Unknown, Incompatible, Compatible, Distinct, Shared, Atomic };

/// What else it does. `act_arguments` says to what, in the order given here.
enum class CAct : std::uint8_t {
  None,
  // Locks; `kind` is that of the lock.
  Acquire,           // the lock (several: all of them)
  AcquireShared,     // the lock, for reading
  AcquireIf,         // the lock, and the argument that is 0 (or a timeout) if it may fail
  TryAcquire,        // the lock; the result tells
  TryAcquireShared,  // the lock; the result tells
  Release,           // the lock
  LockCreate,        // the lock; without argument the result is the lock
  LockDestroy,       // the lock
  LockTest,          // the lock
  Wait,              // the mutex, which is released and acquired again
  Guard,             // class: these locks, while it lives
  GuardShared,       // class
  GuardAdopt,        // class of a tag argument to a guard: the lock is held already
  GuardDefer,        // class of a tag argument to a guard: nothing is acquired
  GuardTry,          // class of a tag argument to a guard: acquired, or not
  GuardAcquire,      // the guard
  GuardTryAcquire,   // the guard
  GuardRelease,      // the guard
  Once,              // the flag, the function that runs at most once
  // Critical sections; `kind` is Object or PyMutex.
  SectionBegin,  // function: the section, then what it locks; macro: what it locks
  SectionEnd,    // the section
  SectionGuard,  // class: what it locks, while it lives
  // The thread state.
  Detach,        // (the thread state)
  Attach,        // (the thread state)
  AttachNested,  // PyGILState_Ensure; the result is the state to go back to
  DetachNested,  // PyGILState_Release: back to what was before
  DetachScope,   // class
  AttachScope,   // class
  // Atomic operations.
  AtomicLoad,             // the location
  AtomicStore,            // the location
  AtomicUpdate,           // the location
  AtomicCompareExchange,  // the location (, the expected value)
  AtomicFence,
  AtomicType,  // class, type: every operation on an object of it is atomic
  // Memory; `kind` is the allocator's domain.
  Allocate,    // the result is the memory
  Reallocate,  // the memory
  Free,        // the memory
  // Reference counts.
  Incref,           // the object
  Decref,           // the object
  Clear,            // the place
  SetReference,     // the place, the reference it takes over
  Visit,            // the object
  Refcount,         // the object
  RefcountSet,      // the object
  UniqueTest,       // the object
  TryIncref,        // the object
  EnableTryIncref,  // the object
  Dealloc,          // the object
  Resurrect,        // the object
  // Others.
  HiddenState,        // state shared by all callers; `kind` says which
  ModuleSinglePhase,  // (the PyModuleDef)
  ModuleMultiPhase,   // the PyModuleDef
  ModuleGil,          // the module, Py_MOD_GIL_USED or Py_MOD_GIL_NOT_USED
  ModuleState,        // the module or type
  ModuleLookup,       // the PyModuleDef
  ThreadStart,        // the function another thread runs (, its argument)
  Callback,           // the function that is called later (, its argument)
  ThreadLocalGet,     // the key
  ThreadLocalSet,     // the key, the value
  Calls,              // the functions that it calls before it returns
  NoReturn,           // the caller does not go on
  ThreadIdentity,     // the result names the calling thread
  AddressOnly,        // what it compares or passes on, without looking at the object
  SameResult,         // the same arguments give the same object
  DefinitionType,     // type: describes a module or type to the interpreter
  LockType,           // type: synchronises threads by itself
};

enum class CKind : std::uint8_t {
  None,
  // Locks.
  PyMutex,
  ThreadLock,  // PyThread_type_lock
  PthreadMutex,
  PthreadRwlock,
  PthreadSpin,
  Semaphore,
  C11Mutex,
  CxxMutex,
  CxxSharedMutex,
  Windows,
  Object,  // a critical section's object
  // Allocator domains.
  Raw,
  Mem,
  ObjectMemory,
  ObjectGc,  // PyObject_GC_New: with a header for the collector
  Libc,
  // Hidden state.
  StaticBuffer,           // a later call by any thread overwrites the result
  StaticBufferElsewhere,  // one a thread in glibc since 2.32, one for all in other libraries
  Position,
  ShiftState,
  Signgam,
  Random,
  RandomLocked,  // glibc locks it; the sequence is shared all the same
  Environment,
  EnvironmentRead,  // safe unless somebody changes the environment
  Locale,
  TimeZone,
  Process,
  Signal,
};

/// One row of c_api.tsv.
struct CFunction {
  std::string_view name;
  CForm form;
  /// CPython versions whose headers have it ("3.8+", "3.13"), else a language or library ("c11").
  std::string_view versions;

  CResult result;
  /// Fresh: "list", "dict", "tuple", "set", "bytes", "bytearray", "str", "float", "complex",
  /// "memoryview", "capsule", "type", "module", or "object" for an instance of another type.
  std::string_view fresh;
  COwner owner;                 // Borrowed, Interior
  std::int8_t result_argument;  // Alias, Borrowed, Interior: which argument; -1 for none
  std::span<const CArgument> arguments;

  std::int8_t object;  // the argument it works on, -1 for none
  CEffect effect;
  CPython python;
  bool needs_attached;
  bool blocks;
  CLevel level;

  CAct act;
  CKind kind;
  std::span<const std::int8_t> act_arguments;
  bool act_on_all;  // every argument, instead of act_arguments

  std::string_view replacement;
  std::string_view replacement_since;  // "3.13", "posix"
  std::string_view source;

  bool steals(std::int8_t argument) const;
  /// What happens to this argument, or null.
  const CArgument* use_of(std::int8_t argument) const;
};

/// Null when the table says nothing. A name may be both a function and a macro.
const CFunction* c_function(std::string_view name);
const CFunction* c_macro(std::string_view name);
/// `name` is qualified; template arguments and the inline namespaces of standard libraries
/// ("std::__1::mutex", "std::lock_guard<std::mutex>") are disregarded, in c_function too.
const CFunction* c_class(std::string_view name);
/// The row of the class that a C++ member belongs to: "std::thread::thread<void (&)()>".
const CFunction* c_class_of(std::string_view member);
/// The same names as for c_class.
const CFunction* c_type(std::string_view name);

/// Every row, in the order of the table.
std::span<const CFunction> c_functions();

}  // namespace gilcheck::rules
