#pragma once
// Lowers one function body: libclang cursors in, control-flow graph out. Statements are in
// body_statements.cc, expressions in body_expressions.cc.
//
// Local scalars become SSA values. Local aggregates, statics and everything behind a pointer are
// places. The address of a local scalar is remembered only to be dereferenced or passed to a call,
// which then may have changed it (Op::out): that is how out-parameters are used.

#include <tsl/robin_map.h>

#include <string>
#include <vector>

#include "clang_plugin/frontend/ssa.h"
#include "clang_plugin/frontend/unit_builder.h"

namespace gilcheck::clang_plugin {

class Body {
 public:
  Body(UnitBuilder& builder, FuncId function);

  /// Lowers the definition; appends to the unit. Lambdas inside it are appended as functions of
  /// their own afterwards.
  void lower(CXCursor definition);

 private:
  /// Where an lvalue expression points to.
  struct Target {
    VarId local = kNone;  ///< a local scalar, else `place`
    PlaceId place = 0;
    TypeId type = 0;
  };
  struct Scope {
    std::vector<std::pair<PlaceId, ValueId>> objects;  ///< C++: to be destroyed, in order made
  };
  struct Loop {
    BlockId break_to = kNone;
    BlockId continue_to = kNone;
    std::size_t scopes = 0;  ///< how many scopes are outside it
  };
  struct Switch {
    std::vector<std::int64_t> values;
    std::vector<BlockId> targets;
    BlockId default_ = kNone;
  };

  // statements
  void statement(CXCursor cursor);
  void compound(CXCursor cursor);
  void declaration(CXCursor cursor);
  void local_variable(CXCursor cursor);
  void if_statement(CXCursor cursor);
  void loop_statement(CXCursor cursor, CXCursorKind kind);
  void for_statement(CXCursor cursor);
  void range_for(CXCursor cursor);
  void switch_statement(CXCursor cursor);
  void case_statement(CXCursor cursor, CXCursorKind kind);
  void return_statement(CXCursor cursor);
  void try_statement(CXCursor cursor);
  void leave_scopes(std::size_t outer, Pos pos);
  BlockId label(CXCursor cursor);
  void continue_in(BlockId block);  ///< seals and enters
  void dead_code();                 ///< after an exit: what follows is reached by labels only

  // expressions
  ValueId value(CXCursor cursor);
  ValueId value_inner(CXCursor cursor);
  void effect(CXCursor cursor) { value(cursor); }
  Target target(CXCursor cursor);
  void condition(CXCursor cursor, BlockId if_true, BlockId if_false);
  ValueId load(const Target& from, CXCursor at, std::uint8_t flags = 0);
  void store(const Target& to, ValueId value, CXCursor at, std::uint8_t flags = 0);
  ValueId address(const Target& of, CXCursor at);
  Target dereference(ValueId pointer, TypeId type);
  ValueId call(CXCursor cursor);
  ValueId atomic_call(CXCursor cursor, std::string_view name, const std::vector<CXCursor>& parts);
  ValueId finish_call(Instr instr, const std::vector<ValueId>& arguments);
  void construct(PlaceId place, TypeId type, CXCursor initializer, CXCursor at);
  ValueId unary(CXCursor cursor);
  ValueId binary(CXCursor cursor);
  ValueId logical(CXCursor cursor);
  ValueId conditional(CXCursor cursor);
  ValueId compound_assignment(CXCursor cursor);
  ValueId step(CXCursor cursor, bool increment, bool prefix);
  ValueId lambda(CXCursor cursor);
  ValueId joined(TypeId type, const std::vector<CXCursor>& alternatives, CXCursor where);
  ValueId constant(std::int64_t number, TypeId type, CXCursor where);
  CXCursor strip(CXCursor cursor);  ///< through parentheses, casts and implicit conversions
  std::vector<CXCursor> operands(CXCursor cursor);  ///< children that are expressions

  Instr at(Op op, CXCursor cursor, TypeId type = 0);
  bool is_value_local(VarId variable) const;
  const LibClang& lib() const { return builder_.lib(); }
  CXCursorKind kind_of(CXCursor cursor) const { return builder_.lib().getCursorKind(cursor); }
  Unit& unit() { return builder_.unit(); }

  PlaceId field_place(PlaceId base, CXCursor member, TypeId type);

  UnitBuilder& builder_;
  FuncId function_;
  Ssa ssa_;
  std::vector<Scope> scopes_;
  std::vector<Loop> loops_;
  std::vector<Switch> switches_;
  tsl::robin_map<std::string, BlockId> labels_;
  ValueId this_ = kNone;
  std::size_t depth_ = 0;
  /// Address values of local scalars, so that `*&x` and out-parameters are understood.
  tsl::robin_map<ValueId, VarId> addresses_;
  std::vector<std::pair<FuncId, CXCursor>> lambdas_;
};

}  // namespace gilcheck::clang_plugin
