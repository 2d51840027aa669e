#pragma once
// What the libraries do: the knowledge tables rules/tables/*.tsv as typed lookups.
//
// The tables are embedded in the program and parsed once, on the first lookup. After that every
// function here is a hash lookup or an array access without allocation, and may be called from any
// number of threads. All pointers, spans and string_views handed out live as long as the program.
//
// A malformed table is a defect of the build, not of the input: `load_error()` returns the text
// ("containers.tsv:12: unknown effect 'wirte'"), the program calls it at start-up and refuses to
// run, and the tests require it to be empty. Lookups on a malformed table answer "unknown".
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace gilcheck::rules {

/// Empty when every table is well formed, otherwise one line per defect.
std::string_view load_error();

// ---------------------------------------------------------------------------------------------
// Types
// ---------------------------------------------------------------------------------------------

/// The type of a value as far as thread safety can tell types apart.
/// `Unknown` is never the type of a row; every lookup accepts it and answers "nothing known".
enum class Container : std::uint8_t {
  Unknown,
  // Mutable containers.
  List,
  Dict,
  DefaultDict,
  Counter,
  OrderedDict,
  ChainMap,
  Set,
  Deque,
  Bytearray,
  Array,
  WeakDict,  // WeakValueDictionary, WeakKeyDictionary
  WeakSet,
  Namespace,   // types.SimpleNamespace, argparse.Namespace: attributes behave like a dict's items
  Memoryview,  // the bytes belong to the exporter
  // Views of a dict: live, not copies.
  DictView,
  // Immutable values. Replacing the reference is the only way to change the location.
  Int,
  Float,
  Bool,
  Str,
  Bytes,
  Tuple,
  FrozenSet,
  Unique,     // made anew it equals no other: object(), uuid.uuid4()
  Immutable,  // any other: re.Pattern, datetime, Path, Decimal, range, functions
  // Iterators.
  Iterator,   // a builtin or itertools iterator
  Generator,  // generator object: `ValueError: generator already executing`
  Count,      // itertools.count: `next` is one C call, atomic
  TextIO,     // io.TextIOWrapper, open(): not thread-safe
  BinaryIO,   // io.Buffered*, io.FileIO: internally locked
  // Mutual exclusion. See is_lock().
  Lock,
  RLock,
  Condition,
  Semaphore,
  // Objects that synchronise internally.
  Event,
  Barrier,
  Queue,
  Thread,
  Executor,
  Pool,  // multiprocessing.pool.ThreadPool
  Future,
  ThreadSafe,  // any other documented thread-safe object: logging.Logger
  // State that is not shared between threads by construction.
  ThreadLocal,
  ContextVar,
};

/// The name used in the tables and in messages: "list", "defaultdict", "rlock".
std::string_view name_of(Container type);
/// Inverse of name_of.
std::optional<Container> container_named(std::string_view name);

/// list, dict and relatives, set, deque, bytearray, array: state that several threads can change.
bool is_mutable_container(Container type);
/// dict, defaultdict, Counter, OrderedDict, ChainMap, WeakDict.
bool is_mapping(Container type);
/// Values that cannot change; two equal copies are interchangeable unless identity is used.
bool is_immutable(Container type);
/// Iterator, Generator, Count, TextIO: advancing it changes it.
bool is_iterator(Container type);
/// Lock, RLock, Condition, Semaphore: `with x:` excludes others (a Semaphore only if its count is
/// 1).
bool is_lock(Container type);
/// Every public operation is safe from any thread: locks, Event, Barrier, Queue, Executor, Future,
/// Pool, Thread, ThreadSafe, BinaryIO. Compound use (`if not q.empty(): q.get()`) still is a
/// region.
bool is_thread_safe(Container type);
/// ThreadLocal, ContextVar: each thread sees its own value, so nothing reached through it is
/// shared.
bool is_confined(Container type);

/// The type that the callable with this dotted, resolved name returns ("collections.deque",
/// "threading.RLock", "dict"); builtins have no module prefix. nullopt when the table has no row.
std::optional<Container> constructed_by(std::string_view dotted);

/// The type an annotation with this dotted, resolved name stands for, without its subscript: the
/// builtin and library classes, the aliases of typing ("typing.Dict") and the mutable abstract
/// classes ("collections.abc.MutableMapping" counts as a dict).
std::optional<Container> annotated_as(std::string_view dotted);

// ---------------------------------------------------------------------------------------------
// Operations of containers (containers.tsv)
// ---------------------------------------------------------------------------------------------

/// What the operation does to the container.
enum class Effect : std::uint8_t {
  None,        // touches nothing shared (creating a view object, acquiring a lock)
  Read,        // observes
  Write,       // changes the value in a slot that exists: no iterator breaks
  Structural,  // adds, removes or moves slots: breaks iterations and indices
  Replace,     // the whole content at once: clear, sort, lst[:] = x
};

/// What part of the container it concerns.
enum class Target : std::uint8_t {
  None,
  Slot,       // one key or index
  Structure,  // size, order, or all slots
  Both,       // a slot and therefore the structure: d[k] = v with a new k, append, pop
};

/// Is it one indivisible step in the free-threaded build? (With the GIL: see `runs_python`.)
enum class Atomic : std::uint8_t {
  Yes,
  IfBuiltinKey,         // unless the key has __eq__/__hash__ written in Python
  IfBuiltinElement,     // unless an element or operand has special methods written in Python
  IfBuiltinOperand,     // locks the other operand only if that is an exact builtin container
  MixedReads,           // each item is read atomically; the result may mix states
  IntermediateVisible,  // lock-free readers can see it half done
  No,
};

/// Can the operation run Python code, which makes it a switch point even with the GIL?
enum class RunsPython : std::uint8_t {
  Never,
  UserKey,      // only through __eq__/__hash__ of a key class written in Python
  UserElement,  // only through special methods of an element or operand class
  UserOperand,  // only through iterating an operand that is a generator or user class
  Always,       // written in Python, or calls back by definition
};

/// One row of containers.tsv.
struct ContainerOp {
  Container type;
  /// Method name ("append"), or a pseudo operation: "[]" "[]=" "del[]" "[:]" "[:]=" "del[:]" "in"
  /// "len" "bool" "iter" "next" "==" "<" "+" "*" "|" "&" "-" "^" "+=" "*=" "|=" "&=" "-=" "^=",
  /// or, for call_op(), the dotted function ("heapq.heappush") without the table's "call:" prefix.
  std::string_view operation;
  /// Number of arguments the row is for ("pop/1"), or -1 for any.
  std::int8_t arity;
  Effect effect;
  Target target;
  Atomic atomic;
  RunsPython runs_python;
  /// Walks over the container's items inside the call.
  bool iterates;
  /// Its result tells about the state, so that acting on the result is check-then-act: in, len,
  /// get.
  bool tests;
  /// Position of the argument that is the key or index of the slot, -1 if there is none.
  std::int8_t key_argument;
  /// The exception when the tested state is gone: "KeyError", "IndexError", ...; empty for none.
  std::string_view raises;
  /// Document or source file the row rests on, and the CPython version it holds for.
  std::string_view source;
  std::string_view version;

  bool reads() const { return effect == Effect::Read; }
  bool mutates() const {
    return effect == Effect::Write || effect == Effect::Structural || effect == Effect::Replace;
  }
  bool structural() const { return effect == Effect::Structural || effect == Effect::Replace; }
};

/// The row for `operation` on `type`. A row for exactly `argument_count` wins over the general one;
/// -1 means "not known". Subtypes without a row of their own use the base's (Counter -> dict).
/// Null when the table says nothing.
const ContainerOp* container_op(Container type, std::string_view operation,
                                int argument_count = -1);

/// The row for a function that works on a container passed as its first argument:
/// call_op(List, "heapq.heappush").
const ContainerOp* call_op(Container type, std::string_view dotted);

/// Whether the method, seen without knowing the receiver's type, changes every container that has
/// it ("append", "popitem"): for receivers the analyzer could not type. False for ambiguous names.
bool mutates_any_container(std::string_view method);

/// Every row, in the order of the table.
std::span<const ContainerOp> container_ops();

// ---------------------------------------------------------------------------------------------
// Iteration and snapshots (snapshots.tsv)
// ---------------------------------------------------------------------------------------------

/// How a call consumes the iterable it is given.
enum class Consumption : std::uint8_t {
  Snapshot,  // copies it in one step, atomic with and without the GIL
  OneCall,   // walks it inside one C call: one GIL window, torn without the GIL
  Lazy,      // returns an iterator over the live container: enumerate, zip, map, reversed
  Python,    // walks it in Python code: switch points between the items
};

/// How `dotted` ("list", "sorted", "sum", "copy.copy", "str.join") consumes an argument of type
/// `operand` (DictView for d.items(); Iterator or Generator for a generator expression, which makes
/// every call `Python`). nullopt: not in the table.
std::optional<Consumption> consumption(std::string_view dotted, Container operand);

// ---------------------------------------------------------------------------------------------
// Thread roots (thread_roots.tsv)
// ---------------------------------------------------------------------------------------------

enum class RootForm : std::uint8_t {
  Call,       // calling `name` hands a callable over: threading.Thread(target=f)
  Method,     // a method that `name` ("base.Class.method") gives its subclasses: Thread.run
  Decorator,  // `@name` or `@name(...)` makes the function a root: flask.Flask.route
};

enum class RootKind : std::uint8_t {
  Thread,
  Timer,
  Executor,
  Pool,
  Asyncio,  // runs in a worker thread of the loop's executor: to_thread, run_in_executor
  Server,   // one thread per request
  Web,      // WSGI/ASGI/Flask/Django-like handler
  Task,     // task queue worker
  Signal,   // main thread, at any switch point: interrupts, does not run in parallel
  AtExit,
  Finalizer,  // __del__, weakref callback: any thread, at any allocation
  Hook,       // sys.settrace, threading.excepthook, logging handler
};

enum class Multiplicity : std::uint8_t {
  One,   // one call starts one thread (in a loop: many)
  Many,  // one registration is run by several threads at the same time
};

/// Where the arguments of the target come from.
enum class RootArguments : std::uint8_t {
  None,       // the framework passes them, or there are none
  Packed,     // a tuple and a dict argument: args=, kwargs=
  Rest,       // the positional and keyword arguments after the target
  MapItems,   // one element of each iterable after the target
  StarItems,  // each element of the iterable after the target is an argument tuple: starmap
};

struct ThreadRoot {
  std::string_view name;
  RootForm form;
  RootKind kind;
  Multiplicity multiplicity;
  RootArguments arguments;
  /// The callable's position and keyword; -1 and "" when it cannot be given that way.
  std::int8_t target_position;
  std::string_view target_keyword;
  /// Packed only: position and keyword of the tuple, keyword of the dict.
  std::int8_t args_position;
  std::string_view args_keyword;
  std::string_view kwargs_keyword;
  std::string_view source;
  std::string_view version;
};

/// The root for a call or decorator with this resolved dotted name; methods are named through
/// their class: "concurrent.futures.ThreadPoolExecutor.submit". Null if it is none.
const ThreadRoot* thread_root(std::string_view dotted);
/// The same for one form only: some names are both (`atexit.register`).
const ThreadRoot* thread_root(std::string_view dotted, RootForm form);

/// The root for a method call on a receiver of unknown type ("submit", "run_in_executor"): evidence
/// for "perhaps", never for high confidence. Null if the name is not telling.
const ThreadRoot* thread_root_by_method(std::string_view method);

/// The root that overriding `method` in a subclass of `base` makes: ("threading.Thread", "run"),
/// ("http.server.BaseHTTPRequestHandler", "do_GET"). A `*` in the table matches any suffix.
const ThreadRoot* thread_root_override(std::string_view base, std::string_view method);

std::span<const ThreadRoot> thread_roots();

// ---------------------------------------------------------------------------------------------
// Switch points (switch_points.tsv)
// ---------------------------------------------------------------------------------------------

/// A construct between two accesses, at which the eval loop may hand the GIL over.
enum class Construct : std::uint8_t {
  FunctionEntry,        // RESUME / start of a Python frame
  BackwardJump,         // end of a loop iteration
  CallC,                // end of a call to a C function or type
  CallPython,           // a call to a Python function: its entry
  ForwardJump,          // a conditional jump that is taken: into `else`, past an `if` body
  Instruction,          // any other instruction between the two accesses
  Await,                // await, yield from, async for/with
  Yield,                // yield, and resuming after it
  With,                 // leaving a with block; entering it when __enter__ is Python code
  Import,               // import lock, file I/O, module code
  SpecialMethodPython,  // operator or attribute served by Python code
  SpecialMethodC,       // operator served by C code: BINARY_OP on int
  BlockingRelease,      // C code that releases the GIL: I/O, sleep, contended lock acquire
  Allocation,           // garbage collection: finalisers
  CallInlined,          // len, isinstance, type(x), list.append: no check once specialised (3.11+)
  Comprehension,        // entering a list, set or dict comprehension (a function before 3.12)
  ExceptHandler,        // entering an except clause after an exception
};

/// Minor version of CPython 3: 3.13 is 13.
using PythonMinor = std::uint8_t;

struct SwitchPoint {
  Construct construct;
  PythonMinor first;
  PythonMinor last;  // 255: still so
  bool switches;
  /// How to say it in a finding: "the end of the call to %s".
  std::string_view phrase;
  /// File and function or macro of CPython.
  std::string_view source;
};

/// The row that decides for CPython 3.`minor`; null when the table has none.
const SwitchPoint* switch_point(Construct construct, PythonMinor minor);

/// Whether the GIL can change hands there. Unknown constructs count as switch points.
/// CallInlined counts: until a call site is specialised (and after every deoptimisation) it checks.
bool is_switch_point(Construct construct, PythonMinor minor);

std::span<const SwitchPoint> switch_points();

}  // namespace gilcheck::rules
