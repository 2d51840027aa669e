#pragma once
// The unit summary of the C pass: one translation unit, lowered from libclang's tree to
// control-flow graphs whose local variables are in SSA form. It is the output of `frontend/`, the
// unit of the cache, and all that the later phases know of the source. Flat vectors of plain
// structs that refer to each other by index; names are interned per unit. Nothing of libclang
// remains.
//
// Reading order: Type, Record, Variable say what there is; Place says which memory is touched;
// Instr says what happens; Block says in which order; Function holds them. Initializer is how the
// tables (PyMethodDef, PyType_Slot, PyModuleDef) are read.
//
// Built under Py_GIL_DISABLED=1, after preprocessing: a macro is seen as what it expands to, and
// Instr::macro names the outermost macro an instruction came from.
//
// Contract: immutable once built; concurrent reads are safe.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gilcheck::clang_plugin {

using Sym = std::uint32_t;       ///< interned text; 0 is the empty string
using FileId = std::uint32_t;    ///< index into files; 0 is the main file
using TypeId = std::uint32_t;    ///< index into types; 0 is `other`
using RecordId = std::uint32_t;  ///< index into records
using FieldId = std::uint32_t;   ///< index into fields
using VarId = std::uint32_t;     ///< index into variables
using FuncId = std::uint32_t;    ///< index into functions
using BlockId = std::uint32_t;   ///< index into blocks
using ValueId = std::uint32_t;   ///< index into instrs: an instruction is the value it makes.
                                 ///< 0 is `undef` for every function
using PlaceId = std::uint32_t;   ///< index into places; 0 = unknown memory
inline constexpr std::uint32_t kNone = 0xFFFFFFFFu;

/// A contiguous run of elements in another vector.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  std::uint32_t end() const { return first + count; }
};

/// Where something stands, after macro expansion (the place where the outermost macro is used).
/// Lines and columns count from 1; columns count bytes; the end is exclusive.
struct Pos {
  FileId file = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;
};

// ---------------------------------------------------------------- what there is

enum class TypeKind : std::uint8_t {
  other,
  void_,
  boolean,
  integer,  ///< character and enumeration types too
  floating,
  pointer,  ///< and C++ references (Type::reference)
  array,
  record,  ///< struct, union, class
  function,
};
/// Canonical: typedefs are resolved.
struct Type {
  TypeKind kind = TypeKind::other;
  bool const_ = false;
  bool volatile_ = false;
  bool atomic = false;     ///< _Atomic(T); std::atomic<T> is a record of that name
  bool reference = false;  ///< pointer that is a C++ reference
  TypeId inner = 0;        ///< pointee or element
  RecordId record = kNone;
  Sym text = 0;  ///< as the compiler spells it, without qualifiers: "PyObject *", "struct pool"
};

struct Field {
  Sym name = 0;
  TypeId type = 0;
  RecordId record = 0;
  Pos pos;
};

struct Record {
  Sym name = 0;                 ///< "PyListObject"'s tag or typedef name; C++: qualified
  Range fields;                 ///< direct ones; empty when incomplete
  bool project = false;         ///< defined in a file of the project, not in a system header
  bool object = false;          ///< begins with PyObject_HEAD: its instances are Python objects
  std::vector<RecordId> bases;  ///< C++ direct bases
  Pos pos;
};

enum class Storage : std::uint8_t {
  global,        ///< file scope, external linkage
  static_,       ///< file scope, internal linkage; C++: also static data members
  static_local,  ///< `static` inside a function
  local,
  parameter,
};
struct Variable {
  Sym name = 0;  ///< C++: qualified
  TypeId type = 0;
  Storage storage = Storage::local;
  FuncId function = kNone;  ///< of locals, static locals and parameters
  bool thread_local_ = false;
  bool declared_only = false;         ///< `extern` without definition in this unit
  bool project = false;               ///< declared in a file of the project
  bool dynamic_init = false;          ///< C++: initialised by running code (a call, a constructor)
  std::uint32_t initializer = kNone;  ///< index into initializers, of constant initialisers of
                                      ///< aggregates and pointers
  Pos pos;
};

/// A constant initialiser, or one element of it.
enum class InitKind : std::uint8_t {
  other,     ///< an expression that is not understood
  list,      ///< children: its elements, in `init_lists`
  integer,   ///< value
  null,      ///< 0 or NULL as a pointer
  string,    ///< text
  function,  ///< function
  variable,  ///< the variable, or its address
};
struct Initializer {
  InitKind kind = InitKind::other;
  FieldId field = kNone;  ///< of the enclosing record: designated, or by position
  std::int64_t value = 0;
  std::uint32_t ref = kNone;  ///< FuncId or VarId
  Sym text = 0;
  Range children;  ///< into init_lists, which holds indices into initializers
  Pos pos;
};

// ---------------------------------------------------------------- what is touched

/// Memory named by a path. Hash-consed per function: equal paths have equal ids. Local variables
/// are values, not places, except aggregates and arrays.
enum class PlaceKind : std::uint8_t {
  unknown,
  variable,  ///< id: VarId (global, static, or a local aggregate)
  deref,     ///< id: ValueId; what the pointer points to
  field,     ///< id: FieldId, of `parent`
  index,     ///< id: ValueId; element of the array `parent` (also of a deref'd pointer: p[i])
};
struct Place {
  PlaceKind kind = PlaceKind::unknown;
  PlaceId parent = 0;
  std::uint32_t id = 0;
  TypeId type = 0;
};

// ---------------------------------------------------------------- what happens

enum class Op : std::uint8_t {
  undef,      ///< nothing known; index 0 of the unit
  parameter,  ///< a: VarId of the parameter, b: its index (C++ methods: 0 is `this`)
  integer,    ///< known constant in `number`
  null,       ///< null pointer constant
  string,     ///< literal; a: Sym
  function,   ///< address of function a
  address,    ///< address of place a
  load,       ///< value at place a
  store,      ///< value b into place a. kFlagInit: initialisation of a local aggregate or static
  call,       ///< a: FuncId or kNone; b: callee value when a is kNone; list: argument values
  out,        ///< what call a left in the local whose address was its argument b
  phi,        ///< list: one value per predecessor of its block, in the order of Block::preds
  binary,     ///< code: Operator; a, b
  unary,      ///< code: Operator; a
  aggregate,  ///< list: element values of a braced list or compound literal
  lambda,     ///< function a; list: captured values
  captured,   ///< in a lambda: what it captured of variable a
  construct,  ///< C++: object of class type made in place a (RAII guards!); list: arguments;
              ///< b: FuncId of the constructor or kNone
  destroy,    ///< C++: end of life of the object in place a; b: the construct instruction
  new_,       ///< C++ new; list: arguments
  delete_,    ///< C++ delete of a
  throw_,     ///< C++ throw a
};
enum class Operator : std::uint8_t {
  none,
  add,
  sub,
  mul,
  div,
  rem,
  shl,
  shr,
  bit_and,
  bit_or,
  bit_xor,
  bit_not,
  neg,
  not_,
  eq,
  ne,
  lt,
  gt,
  le,
  ge,
  spaceship,
  member_pointer,
};
enum InstrFlag : std::uint8_t {
  kFlagCompound = 1,  ///< load and store of one `x += y`, `++x`
  kFlagInit = 2,      ///< store or construct that initialises
  kFlagVirtual = 4,   ///< call through a virtual function: the callee may be an override
  kFlagTest = 8,      ///< its value decides a branch
};
struct Instr {
  Op op = Op::undef;
  std::uint8_t flags = 0;
  Operator code = Operator::none;
  TypeId type = 0;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  Range list;  ///< into value_lists
  std::int64_t number = 0;
  BlockId block = 0;
  Sym macro = 0;  ///< outermost macro whose expansion this is; 0: written out
  Pos pos;
};

enum class Exit : std::uint8_t {
  jump,         ///< one successor
  branch,       ///< succs: taken when `value` is true, taken when false
  switch_,      ///< one successor per case, in the order of case_values, then the default
  return_,      ///< `value` or kNone
  unreachable,  ///< after a call that does not return, or C++ throw
};
struct Block {
  Range instrs;  ///< into instr_order
  Exit exit = Exit::jump;
  ValueId value = kNone;
  Range succs;        ///< into block_lists
  Range preds;        ///< into block_lists
  Range case_values;  ///< into numbers
  Pos exit_pos;       ///< of the return, goto, break, or condition
};

enum FunctionFlag : std::uint16_t {
  kFunctionDefined = 1,   ///< has a body here
  kFunctionExternal = 2,  ///< external linkage
  kFunctionProject = 4,   ///< declared in a file of the project
  kFunctionNoReturn = 8,
  kFunctionVariadic = 16,
  kFunctionMethod = 32,  ///< C++ non-static member: parameter 0 is `this`
  kFunctionConstructor = 64,
  kFunctionDestructor = 128,
  kFunctionLambda = 256,
  kFunctionTemplate = 512,  ///< a template's pattern
  kFunctionVirtual = 1024,
  kFunctionConst = 2048,  ///< a method that takes its object as const
};
struct Function {
  Sym name = 0;  ///< C: "spam_get"; C++: "ns::Spam::get", lambdas "outer::<lambda>"
  Sym usr = 0;   ///< what identifies it across units: the name for C linkage, else clang's USR
  std::uint16_t flags = 0;
  TypeId result = 0;
  RecordId method_of = kNone;
  FuncId enclosing = kNone;  ///< of lambdas
  Range params;              ///< into variables
  Range blocks;              ///< into blocks; the first is the entry. Only if defined
  Range instrs;              ///< into instrs (program order is by block: instr_order)
  Range places;              ///< into places
  Pos pos;                   ///< the whole definition, or the declaration
  Pos name_pos;
  bool defined() const { return (flags & kFunctionDefined) != 0; }
};

// ---------------------------------------------------------------- comments, problems

struct Comment {
  Sym text = 0;  ///< without the comment marks
  Pos pos;
  std::uint32_t own_line = 0;  ///< 1: nothing but white space and comments stands before it
};
/// Where generated code says which line of its author's source it was made from. What follows it,
/// up to the next mark, was made from that line.
struct SourceMark {
  std::uint32_t line = 0;         ///< of the main file, the first after the mark
  FileId file = kNone;            ///< the author's source; 0: the generator's own code;
                                  ///< kNone: a source that is not there
  std::uint32_t source_line = 0;  ///< counts from 1
  Sym source_text = 0;            ///< that line as the generator saw it, trimmed
};
struct Problem {
  bool fatal = false;  ///< a missing header: the unit is incomplete
  bool missing_header = false;
  Sym text = 0;
  Pos pos;
};

// ---------------------------------------------------------------- the unit

struct Unit {
  std::string path;  ///< main file, relative to the root as findings carry it
  bool cplusplus = false;
  bool free_threaded_headers = false;   ///< Python.h was found, and knows Py_GIL_DISABLED
  bool has_python = false;              ///< Python.h was found
  bool nanobind_free_threaded = false;  ///< NB_FREE_THREADED: nanobind's modules say so to Python
  std::uint32_t python_hex = 0;         ///< PY_VERSION_HEX
  std::string generator;                ///< "Cython 3.0.11" for generated code, else ""
  std::uint32_t lines = 0;

  /// [0] main; other project files something lies in, or that the main file was generated from
  std::vector<std::string> files;
  std::vector<std::string> dependencies;  ///< absolute paths of all files that were read
  std::string string_data;
  std::vector<std::uint32_t> strings;  ///< start offsets; one more than there are Syms
  std::vector<Type> types;
  std::vector<Record> records;
  std::vector<Field> fields;
  std::vector<Variable> variables;
  std::vector<Function> functions;
  std::vector<Initializer> initializers;
  std::vector<std::uint32_t> init_lists;
  std::vector<Instr> instrs;
  std::vector<ValueId> instr_order;
  std::vector<ValueId> value_lists;
  std::vector<Place> places;
  std::vector<Block> blocks;
  std::vector<BlockId> block_lists;
  std::vector<std::int64_t> numbers;
  std::vector<Comment> comments;  ///< those that begin with "gilcheck:" or "noqa:"
  std::vector<SourceMark> marks;  ///< sorted by line; of generated code only
  std::vector<Problem> problems;

  std::string_view text(Sym sym) const {
    return std::string_view(string_data).substr(strings[sym], strings[sym + 1] - strings[sym]);
  }
};

/// The control-flow graphs, types and tables of a unit, as text.
std::string debug_unit(const Unit& unit);

}  // namespace gilcheck::clang_plugin
