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

#include "clang_plugin/frontend/cursor_tree.h"
#include "clang_plugin/frontend/ssa.h"
#include "clang_plugin/frontend/unit_builder.h"

namespace gilcheck::clang_plugin {

class Body {
 public:
  Body(UnitBuilder& builder, CursorTree& tree, FuncId function);

  /// Lowers the definition, a node of the tree; appends to the unit. Lambdas inside it are appended
  /// as functions of their own afterwards.
  void lower(Node& definition);

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

  /// What stands between a constructor's parameters and its body: of a member, or (null) of a base.
  void initialize(Node* member, Node& from);

  // statements
  void statement(Node& cursor);
  void compound(Node& cursor);
  void declaration(Node& cursor);
  void local_variable(Node& cursor);
  void if_statement(Node& cursor);
  void loop_statement(Node& cursor, CXCursorKind kind);
  void for_statement(Node& cursor);
  void range_for(Node& cursor);
  void switch_statement(Node& cursor);
  void case_statement(Node& cursor, CXCursorKind kind);
  void return_statement(Node& cursor);
  void try_statement(Node& cursor);
  void leave_scopes(std::size_t outer, Pos pos);
  void leave_scopes(std::size_t outer, Node& where);
  BlockId label(Node& cursor);
  void continue_in(BlockId block);  ///< seals and enters
  void dead_code();                 ///< after an exit: what follows is reached by labels only

  // expressions
  ValueId value(Node& cursor);
  ValueId value_inner(Node& cursor);
  void effect(Node& cursor) { value(cursor); }
  Target target(Node& cursor);
  void condition(Node& cursor, BlockId if_true, BlockId if_false);
  ValueId load(const Target& from, Node& at, std::uint8_t flags = 0);
  void store(const Target& to, ValueId value, Node& at, std::uint8_t flags = 0);
  ValueId address(const Target& of, Node& at);
  Target dereference(ValueId pointer, TypeId type);
  ValueId call(Node& cursor);
  ValueId atomic_call(Node& cursor, std::string_view name, const NodeList& parts);
  ValueId finish_call(Instr instr, const std::vector<ValueId>& arguments);
  /// Makes an object in a place.
  ValueId make(PlaceId place, TypeId type, Node& initializer, Node& at);
  /// Likewise, of the innermost scope, at whose end it is destroyed.
  void construct(PlaceId place, TypeId type, Node& initializer, Node& at);
  ValueId unary(Node& cursor);
  ValueId binary(Node& cursor);
  ValueId logical(Node& cursor);
  ValueId conditional(Node& cursor);
  ValueId compound_assignment(Node& cursor);
  ValueId step(Node& cursor, bool increment, bool prefix);
  ValueId lambda(Node& cursor);
  /// The locals kept as values that a lambda captures.
  std::vector<VarId> captured_variables(Node& lambda);
  ValueId joined(TypeId type, const NodeList& alternatives, Node& where);
  ValueId constant(std::int64_t number, TypeId type, Node& where);
  static Node& strip(Node& cursor);  ///< through parentheses, casts and implicit conversions
  /// An argument of a call, whose operands `parts` are.
  Node& argument(Node& call, int index);

  Instr at(Op op, Node& cursor, TypeId type = 0);
  bool is_value_local(VarId variable) const;
  const LibClang& lib() const { return builder_.lib(); }
  static CXCursorKind kind_of(const CXCursor& cursor) { return cursor.kind; }
  static CXCursorKind kind_of(const Node& node) { return node.kind(); }
  Unit& unit() { return builder_.unit(); }

  PlaceId field_place(PlaceId base, CXCursor member, TypeId type);

  UnitBuilder& builder_;
  CursorTree& tree_;
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
  std::vector<std::pair<FuncId, Node*>> lambdas_;
};

}  // namespace gilcheck::clang_plugin
