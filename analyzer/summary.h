#pragma once
// The module summary: everything the later phases know about one file. It is the output of
// `extract`, the unit of the on-disk cache and the input of `link`. Flat vectors of plain structs
// that refer to each other by index; names are interned per module. No pointers, no source text.
//
// Reading order: PathNode and ValueNode say *what* is touched, Access says *how*, Section says
// *under which lock*, Region says *which accesses are assumed atomic together*. Function, Class,
// Call and Import carry what `link` needs to connect files.
//
// Contract: immutable once built; concurrent reads are safe.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/position.h"

namespace gilcheck::analyzer {

using Sym = std::uint32_t;        ///< interned name; 0 is the empty string
using PathId = std::uint32_t;     ///< index into paths; 0 = no path
using ValueId = std::uint32_t;    ///< index into values; 0 = nothing is known
using AccessId = std::uint32_t;   ///< index into accesses
using CallId = std::uint32_t;     ///< index into calls
using SectionId = std::uint32_t;  ///< index into sections
using HeldId = std::uint32_t;     ///< index into held_sets; 0 = no lock held here
using BlockId = std::uint32_t;    ///< index into blocks; the first block of a function is its body
using FuncId = std::uint32_t;     ///< index into functions; 0 is the module body
using ClassId = std::uint32_t;    ///< index into classes
using ImportId = std::uint32_t;   ///< index into imports
inline constexpr std::uint32_t kNone = 0xFFFFFFFFu;

/// A contiguous run of elements in another vector.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  std::uint32_t end() const { return first + count; }
};

// ---------------------------------------------------------------- what is touched

/// Where a location's name starts, or one step from an object to what it holds. Hash-consed:
/// equal paths have equal ids. Local aliases are followed: after `d = self._cache`, `d` *is*
/// the path self._cache.
enum class PathKind : std::uint8_t {
  none,
  global,   ///< sym: a name looked up in the module, then in builtins
  closure,  ///< sym bound in function `aux` and captured by a nested function
  value,    ///< the object that ValueId `aux` denotes: a parameter, a call's result, a display (an
            ///< object this function made: link decides whether it is handed to a thread), a local
  attr,     ///< parent.sym
  item,     ///< parent[aux], aux a ValueId (0: unknown key)
};
struct PathNode {
  PathKind kind = PathKind::none;
  PathId parent = 0;
  Sym sym = 0;
  std::uint32_t aux = 0;
};

/// What an expression evaluates to, as far as one file can tell. Hash-consed except `call` and
/// `local`, which are unique per evaluation or per assignment.
enum class ValueKind : std::uint8_t {
  unknown,
  constant,       ///< a: Builtin tag; b: Sym of the literal's text (keys and strings)
  path,           ///< a: PathId; the object stored there when it was read
  call,           ///< a: CallId; its result
  param,          ///< a: FuncId, b: index among its parameters
  local,          ///< a: FuncId, b: Sym, c: version; a local of which nothing more is known
  display,        ///< a: Builtin (list, dict, set, tuple); elems [b, b+c) in value_lists. Of a
                  ///< dict literal only the values are kept. Fresh on every evaluation.
  comprehension,  ///< a: Builtin (list, dict, set, generator); b: element value
  function,       ///< a: FuncId; a def or lambda
  klass,          ///< a: ClassId
  import,         ///< a: ImportId; the imported module or name
  binary,         ///< a: Sym of the operator; b, c: operands
  unary,          ///< a: Sym of the operator; b: operand
  compare,        ///< a bool from a comparison; b, c: operands
  either,         ///< b or c (conditional expression, `or`, `and`, joined branches)
  element,        ///< b: container; one of its elements, from iteration or unpacking
  unpacked,       ///< b: sequence, c: index; from tuple unpacking
  awaited,        ///< b: awaitable
  super_,         ///< super() inside function a
  string,         ///< a formatted or concatenated string
  annotated,      ///< b: value; c: value of the annotation it was assigned with
};
struct ValueNode {
  ValueKind kind = ValueKind::unknown;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;
};

/// Types that the interpreter itself provides, as far as literals tell them.
enum class Builtin : std::uint8_t {
  none_type,
  bool_,
  int_,
  float_,
  complex_,
  str,
  bytes,
  ellipsis,
  tuple,
  list,
  dict,
  set,
  generator,
};

// ---------------------------------------------------------------- how it is touched

/// Operations on a *binding* (an attribute, global or closure cell: `path` is that location) or on
/// the *content* of a container (`path` is where the container is held).
enum class AccessOp : std::uint8_t {
  load,        ///< binding read; `method`: special method of the operator whose left operand it is
  store,       ///< binding written; `value` is what is stored
  del,         ///< binding deleted
  item_load,   ///< path[key]
  item_store,  ///< path[key] = value
  item_del,    ///< del path[key]
  contains,    ///< key in path
  length,      ///< len(path)
  iterate,     ///< Python-level iteration over path or over a view of it (`method` names the view)
  method,      ///< path.method(...); key = first argument; value = the call's ValueId
  whole,       ///< path handed whole to a known C callable: `method` is its dotted name
               ///< (sum, sorted, list, heapq.heappush, next, ...); value = the call's ValueId
};
/// Bits of Access::flags.
enum AccessFlag : std::uint8_t {
  kAccessHasattr = 1,     ///< load through hasattr/getattr with a default: cannot raise
  kAccessDynamic = 2,     ///< through setattr/getattr/__dict__: a call
  kAccessInLoop = 4,      ///< inside a loop of this function
  kAccessInHandler = 8,   ///< inside an except handler
  kAccessAugmented = 16,  ///< part of an augmented assignment
  kAccessViaAlias = 32,   ///< through a local variable that was assigned from the path earlier
};
struct Access {
  PathId path = 0;
  AccessOp op = AccessOp::load;
  std::uint8_t flags = 0;
  Sym method = 0;
  ValueId key = 0;
  ValueId value = 0;
  ByteRange range;  ///< the accessing expression
  HeldId held = 0;
  BlockId block = 0;
};

/// One stretch of a function in which a lock is (or may be) held.
enum class SectionKind : std::uint8_t {
  with_path,  ///< `with lock:`; `lock` is the path or, for a fresh object, 0 and `value` tells
  with_call,  ///< `with f(...):`; a context-manager function or method, `value` is the call
  acquired,   ///< lock.acquire() ... lock.release()
  owned,      ///< lock._is_owned() came out true, or lock.locked() was asserted: the caller has it
  helper,     ///< opened by a call of a function that acquires and does not release; made by link
};
struct Section {
  SectionKind kind = SectionKind::with_path;
  bool async_ = false;  ///< `async with`: an asyncio lock, no protection between threads
  PathId lock = 0;
  ValueId value = 0;  ///< the context expression
  FuncId function = 0;
  ByteRange range;  ///< the context expression or acquire call
  ByteRange body;   ///< what is held under it (best effort for acquire/release)
};

/// Bits of Block::catches.
enum CaughtFlag : std::uint8_t {
  kCatchesAttributeError = 1,
  kCatchesKeyError = 2,
  kCatchesIndexError = 4,
  kCatchesValueError = 8,
  kCatchesRuntimeError = 16,
  kCatchesEmpty = 32,  ///< queue.Empty
};
/// Structured control flow: a block is entered from its parent at one branch point.
struct Block {
  BlockId parent = kNone;
  std::uint32_t branch = 0;  ///< id of the branch statement; sibling blocks of one branch with
                             ///< different `alternative` exclude each other
  std::uint16_t alternative = 0;
  bool loop = false;   ///< body of a loop
  bool exits = false;  ///< ends in return, raise, continue or break
  /// The body of a try: what its handlers name and do not raise again. `except Exception` does not
  /// say what it expects and is left out.
  std::uint8_t catches = 0;
};

// ---------------------------------------------------------------- regions

/// Why the two ends of a region are assumed atomic together.
enum class RegionKind : std::uint8_t {
  data,     ///< what `last` stores depends on what `first` read
  control,  ///< `last` runs only because of what `first` read
  key,      ///< `last` uses an index or key derived from what `first` read
  handler,  ///< `last` runs because `first` raised (try/except), or did not (try/else)
  single,   ///< one access that is itself many steps (iteration, a C call, next)
};
/// How `first` was tested, for control regions: the condition under which `last` runs.
enum class Test : std::uint8_t {
  none,
  truthy,
  falsy,
  is_none,
  is_not_none,
  present,
  absent,  ///< `k in d` / `k not in d`, hasattr / not hasattr, except KeyError
  equal,
  not_equal,  ///< compared with a constant or another value
  ordered,    ///< < <= > >=
  identity,   ///< `is` something other than None (a sentinel)
  matched,    ///< a match statement's case
  raised,     ///< an except handler ran
  completed,  ///< the try body completed without an exception
  other,
};
/// A candidate: two accesses of one function on one location (as far as the file tells), in order
/// of execution, not both under one section that lasts from the first to the last.
/// Candidates *under* one lasting section are kept too, with `common_held` set: they are the
/// guarded regions that an unguarded access elsewhere can tear (GIL201).
struct Region {
  RegionKind kind = RegionKind::data;
  Test test = Test::none;
  AccessId first = 0;
  AccessId last = 0;
  FuncId function = 0;
  HeldId common_held = 0;  ///< sections held continuously from first to last
  Range switches;          ///< into switch_points: those that can run between the two
  bool rechecked = false;  ///< a later test of the same location guards `last` inside a
                           ///< section that holds until `last`: first is only a fast path
  ByteRange condition;     ///< the test expression, for control regions
};

/// A place between the ends of a region where the interpreter may switch threads.
enum class SwitchKind : std::uint8_t {
  call,           ///< end of a call, or entry of a Python function
  backward_jump,  ///< a loop's next iteration
  with_,          ///< __enter__ or __exit__ of a with statement
  await_,
  yield_,
  import_,
  operator_,  ///< only if an operand's type implements it in Python (value, value2)
  attribute,  ///< only if `path` is a property or goes through __getattr__
  truth,      ///< only if the value's type has a Python __bool__ or __len__
  subscript,  ///< only if the container's or key's type implements it in Python
};
struct RegionSwitch {
  SwitchKind kind = SwitchKind::call;
  ByteRange range;
  ValueId value = 0;   ///< call: its ValueId; operator_: left operand; subscript: container
  ValueId value2 = 0;  ///< operator_: right operand; subscript: key
};

/// Two bindings written by adjacent statements, or read by one expression or adjacent statements.
struct Pairing {
  AccessId first = 0;
  AccessId second = 0;
  FuncId function = 0;
  bool writes = false;
};

/// What a test lets through: in `block`, from here on, the binding read by `tested` was seen set
/// (truthy, not None) or unset. The other outcome went another way or left.
struct Gate {
  AccessId tested = 0;
  FuncId function = 0;
  BlockId block = 0;
  AccessId from = 0;     ///< number of accesses of the module before it
  CallId from_call = 0;  ///< number of calls of the module before it
  bool set = false;
};

// ---------------------------------------------------------------- program structure

struct Param {
  Sym name = 0;
  ValueId annotation = 0;  ///< value of the annotation expression
  ValueId default_value = 0;
  std::uint8_t star = 0;  ///< 1 for *args, 2 for **kwargs
  bool keyword_only = false;
};
enum FunctionFlag : std::uint16_t {
  kFunctionAsync = 1,
  kFunctionGenerator = 2,
  kFunctionLambda = 4,
  kFunctionClassBody = 8,  ///< code of a class statement
  kFunctionModule = 16,    ///< module level code
  kFunctionNested = 32,    ///< defined inside a function
  kFunctionProperty = 64,  ///< property, cached_property or x.setter (by syntax of decorator)
  kFunctionStatic = 128,
  kFunctionClassMethod = 256,
  kFunctionDocThreadSafe = 512,  ///< docstring says it is thread-safe
};
struct Function {
  Sym name = 0;
  Sym qualname = 0;       ///< "Class.method", "outer.<locals>.inner", "<lambda>"
  FuncId parent = kNone;  ///< enclosing function or class body
  ClassId owner = kNone;  ///< class in whose body it is defined, if directly
  std::uint16_t flags = 0;
  Range params;
  Range decorators;  ///< into value_lists
  Range returns;     ///< into value_lists: values of `return` (and of a lambda's body)
  Range accesses;    ///< in source order of execution
  Range calls;
  Range regions;
  Range pairings;
  Range gates;
  ValueId returns_annotation = 0;
  HeldId yield_held = 0;  ///< generators: held at the first yield (context managers)
  HeldId exit_held = 0;   ///< acquired and not released wherever it returns (__enter__)
  PathId released = 0;    ///< a lock released that was not acquired here (__exit__)
  ByteRange range;        ///< the whole definition
  ByteRange name_range;
  BlockId body = 0;
  BlockId defined = kNone;  ///< block of the enclosing function that its definition stands in
};

struct ClassMember {
  Sym name = 0;
  ValueId value = 0;  ///< function, nested class or assigned value
  ByteRange range;
};
struct Class {
  Sym name = 0;
  Sym qualname = 0;
  FuncId scope = 0;  ///< function or module in which it is defined
  FuncId body = 0;   ///< its body as a function with kFunctionClassBody
  Range bases;       ///< into value_lists
  ValueId metaclass = 0;
  Range decorators;  ///< into value_lists
  Range members;     ///< into class_members, in order; later ones win
  Range slots;       ///< into value_lists: annotated-only fields as (Sym, annotation)
                     ///< pairs: value_lists[i] is a Sym, value_lists[i+1] a ValueId
  bool documented_thread_safe = false;
  bool documented_unsafe = false;  ///< "not thread-safe", or one method is "the only" safe one
  ByteRange range;
  ByteRange name_range;
};

/// More leading dots than any package is deep.
inline constexpr std::uint32_t kMostImportDots = 255;
struct Import {
  Sym bound = 0;            ///< local name
  Sym module = 0;           ///< dotted, without leading dots
  Sym name = 0;             ///< imported name; 0 for `import module`; "*" for star imports
  std::uint32_t level = 0;  ///< leading dots
  bool whole = false;       ///< `import a.b` binds the top package `a`
  FuncId function = 0;
  ByteRange range;
};

struct Argument {
  Sym keyword = 0;         ///< 0 = positional
  std::uint32_t star = 0;  ///< 1 for *x, 2 for **x
  ValueId value = 0;
};
enum CallFlag : std::uint8_t {
  kCallInLoop = 1,
  kCallAwaited = 2,
  kCallDecorator = 4,  ///< application of a decorator: callee(function)
  kCallResultUnused = 8,
};
struct Call {
  ValueId callee = 0;   ///< path value (name or attribute), function, class or unknown
  Range args;           ///< into arguments
  FuncId function = 0;  ///< caller
  HeldId held = 0;
  BlockId block = 0;
  AccessId before = 0;  ///< number of accesses of the module emitted before it: its place in
                        ///< the order of execution among accesses
  std::uint8_t flags = 0;
  ByteRange range;
};

/// A module-level name and how it came to be.
struct GlobalDef {
  Sym name = 0;
  ValueId value = 0;    ///< function, class, import or assigned value
  FuncId function = 0;  ///< 0 at module level, else the function with a `global` statement
  ByteRange range;
};

// ---------------------------------------------------------------- comments

enum class DirectiveKind : std::uint8_t {
  ignore,       ///< gilcheck: ignore[CODES] reason
  file_ignore,  ///< gilcheck: file-ignore[CODES] reason
  malformed,    ///< starts with "gilcheck:" and is none of these; `reason` says why
};
/// A suppression comment.
struct Suppression {
  DirectiveKind kind = DirectiveKind::ignore;
  bool own_line = false;         ///< stands alone on its line: covers the next logical line
  std::uint32_t line = 0;        ///< 1-based line of the comment
  std::uint32_t first_line = 0;  ///< lines it covers (0..0 for the whole file)
  std::uint32_t last_line = 0;
  Range codes;  ///< into directive_codes (Syms)
  Sym reason = 0;
  ByteRange range;
};

// ---------------------------------------------------------------- the module

/// What is known of `__all__`, the names that a star import takes.
enum class ExportList : std::uint8_t {
  none,      ///< not bound: every name that does not start with an underscore
  partial,   ///< other names than those in `exports` may be listed too
  complete,  ///< exactly `exports`
};

struct ModuleSummary {
  std::string path;    ///< relative, forward slashes
  std::string module;  ///< dotted name
  bool is_package = false;
  std::uint32_t lines = 0;
  std::uint32_t bytes = 0;
  bool documented_thread_safe = false;
  ExportList export_list = ExportList::none;

  std::string string_data;             ///< all interned names, back to back
  std::vector<std::uint32_t> strings;  ///< start offsets; one more than there are Syms
  std::vector<PathNode> paths;         ///< paths[0] is `none`
  std::vector<ValueNode> values;       ///< values[0] is `unknown`
  std::vector<std::uint32_t> value_lists;
  std::vector<Access> accesses;
  std::vector<Section> sections;
  std::vector<Range> held_sets;       ///< into held_lists; [0] is empty
  std::vector<SectionId> held_lists;  ///< outermost first
  std::vector<Block> blocks;
  std::vector<Region> regions;
  std::vector<RegionSwitch> switch_points;
  std::vector<Pairing> pairings;
  std::vector<Gate> gates;
  std::vector<Param> params;
  std::vector<Function> functions;  ///< functions[0] is the module body
  std::vector<Class> classes;
  std::vector<ClassMember> class_members;
  std::vector<Import> imports;
  std::vector<Argument> arguments;
  std::vector<Call> calls;
  std::vector<GlobalDef> globals;  ///< in order; later ones win
  std::vector<Suppression> suppressions;
  std::vector<Sym> directive_codes;
  std::vector<Sym> exports;  ///< names that `__all__` lists, in source order
  std::vector<ByteRange> syntax_errors;

  /// The interned text of a name.
  std::string_view name(Sym sym) const {
    return std::string_view(string_data).substr(strings[sym], strings[sym + 1] - strings[sym]);
  }
  std::size_t sym_count() const { return strings.size() - 1; }
};

}  // namespace gilcheck::analyzer
