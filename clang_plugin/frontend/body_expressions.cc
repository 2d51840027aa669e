// Expressions: values, lvalues, conditions, calls.

#include <algorithm>

#include "clang_plugin/frontend/body.h"

namespace gilcheck::clang_plugin {

namespace {

constexpr std::size_t kDeepest = 1200;

Operator operator_of(CXBinaryOperatorKind kind) {
  switch (kind) {
    case CXBinaryOperator_Mul:
    case CXBinaryOperator_MulAssign: return Operator::mul;
    case CXBinaryOperator_Div:
    case CXBinaryOperator_DivAssign: return Operator::div;
    case CXBinaryOperator_Rem:
    case CXBinaryOperator_RemAssign: return Operator::rem;
    case CXBinaryOperator_Add:
    case CXBinaryOperator_AddAssign: return Operator::add;
    case CXBinaryOperator_Sub:
    case CXBinaryOperator_SubAssign: return Operator::sub;
    case CXBinaryOperator_Shl:
    case CXBinaryOperator_ShlAssign: return Operator::shl;
    case CXBinaryOperator_Shr:
    case CXBinaryOperator_ShrAssign: return Operator::shr;
    case CXBinaryOperator_Cmp: return Operator::spaceship;
    case CXBinaryOperator_LT: return Operator::lt;
    case CXBinaryOperator_GT: return Operator::gt;
    case CXBinaryOperator_LE: return Operator::le;
    case CXBinaryOperator_GE: return Operator::ge;
    case CXBinaryOperator_EQ: return Operator::eq;
    case CXBinaryOperator_NE: return Operator::ne;
    case CXBinaryOperator_And:
    case CXBinaryOperator_AndAssign: return Operator::bit_and;
    case CXBinaryOperator_Xor:
    case CXBinaryOperator_XorAssign: return Operator::bit_xor;
    case CXBinaryOperator_Or:
    case CXBinaryOperator_OrAssign: return Operator::bit_or;
    case CXBinaryOperator_PtrMemD:
    case CXBinaryOperator_PtrMemI: return Operator::member_pointer;
    default: return Operator::none;
  }
}

bool is_cast(CXCursorKind kind) {
  return kind == CXCursor_CStyleCastExpr || kind == CXCursor_CXXStaticCastExpr ||
         kind == CXCursor_CXXReinterpretCastExpr || kind == CXCursor_CXXConstCastExpr ||
         kind == CXCursor_CXXDynamicCastExpr || kind == CXCursor_CXXFunctionalCastExpr ||
         kind == CXCursor_CXXAddrspaceCastExpr || kind == CXCursor_BuiltinBitCastExpr;
}

bool is_atomic_builtin(std::string_view word) {
  return word.starts_with("__atomic_") || word.starts_with("__c11_atomic_") ||
         word.starts_with("__scoped_atomic_");
}

}  // namespace

Instr Body::at(Op op, Node& cursor, TypeId type) {
  Instr out;
  out.op = op;
  out.type = type;
  out.pos = builder_.position(cursor);
  out.macro = builder_.macro_at(cursor);
  return out;
}

Node& Body::strip(Node& cursor) {
  Node* node = &cursor;
  while (node->kind() == CXCursor_UnexposedExpr || node->kind() == CXCursor_ParenExpr ||
         is_cast(node->kind())) {
    if (node->operands.size() != 1) break;
    node = &node->operands.front();
  }
  return *node;
}

Node& Body::argument(Node& call, int index) {
  return tree_.find(call.operands, lib().Cursor_getArgument(call, static_cast<unsigned>(index)));
}

ValueId Body::constant(std::int64_t number, TypeId type, Node& where) {
  const bool pointer = unit().types[type].kind == TypeKind::pointer;
  Instr out = at(pointer && number == 0 ? Op::null : Op::integer, where, type);
  out.number = number;
  return ssa_.emit(out);
}

// ---------------------------------------------------------------- memory

PlaceId Body::field_place(PlaceId base, CXCursor member, TypeId type) {
  return ssa_.place({PlaceKind::field, base, builder_.field(member), type});
}

Body::Target Body::dereference(ValueId pointer, TypeId type) {
  Target out;
  out.type = type;
  if (const auto local = addresses_.find(pointer); local != addresses_.end()) {
    out.local = local->second;
    return out;
  }
  const Instr& made = ssa_.instr(pointer);
  if (made.op == Op::address) {
    out.place = made.a;
    return out;
  }
  out.place = ssa_.place({PlaceKind::deref, 0, pointer, type});
  return out;
}

ValueId Body::load(const Target& from, Node& where, std::uint8_t flags) {
  if (from.local != kNone) return ssa_.read(from.local, from.type);
  const Type& type = unit().types[from.type];
  // An array decays to its address; a function designator is its address.
  if (type.kind == TypeKind::array) return address(from, where);
  Instr out = at(Op::load, where, from.type);
  out.a = from.place;
  out.flags = flags;
  return ssa_.emit(out);
}

void Body::store(const Target& to, ValueId stored, Node& where, std::uint8_t flags) {
  if (to.local != kNone) {
    ssa_.write(to.local, stored);
    return;
  }
  Instr out = at(Op::store, where, to.type);
  out.a = to.place;
  out.b = stored;
  out.flags = flags;
  ssa_.emit(out);
}

ValueId Body::address(const Target& of, Node& where) {
  if (of.local == kNone) {
    // &*p is p.
    const Place place = unit().places[of.place];
    if (place.kind == PlaceKind::deref) return place.id;
    Instr out = at(Op::address, where);
    out.a = of.place;
    return ssa_.emit(out);
  }
  Instr out = at(Op::address, where);
  out.a = ssa_.place({PlaceKind::variable, 0, of.local, of.type});
  const ValueId made = ssa_.emit(out);
  addresses_[made] = of.local;
  return made;
}

Body::Target Body::target(Node& cursor) {
  Target out;
  out.type = builder_.type_of(cursor);
  if (++depth_ > kDeepest) {
    --depth_;
    return out;
  }
  const CXCursorKind kind = kind_of(cursor);
  switch (kind) {
    case CXCursor_DeclRefExpr: {
      const CXCursor referenced = lib().getCursorReferenced(cursor);
      const CXCursorKind what = kind_of(referenced);
      if (what != CXCursor_VarDecl && what != CXCursor_ParmDecl) break;
      const VarId variable = builder_.variable(referenced, function_);
      const Variable& v = unit().variables[variable];
      const TypeId type = v.type;
      if (unit().types[type].reference) {
        const TypeId inner = unit().types[type].inner;
        if (is_value_local(variable)) {
          out = dereference(ssa_.read(variable, type), inner);
        } else {
          Instr instr = at(Op::load, cursor, type);
          instr.a = ssa_.place({PlaceKind::variable, 0, variable, type});
          out = dereference(ssa_.emit(instr), inner);
        }
        break;
      }
      if (is_value_local(variable)) {
        out.local = variable;
        out.type = type;
      } else {
        out.place = ssa_.place({PlaceKind::variable, 0, variable, type});
      }
      break;
    }
    case CXCursor_MemberRefExpr: {
      const CXCursor member = lib().getCursorReferenced(cursor);
      if (kind_of(member) == CXCursor_VarDecl) {  // a static data member
        out.place =
            ssa_.place({PlaceKind::variable, 0, builder_.variable(member, kNone), out.type});
        break;
      }
      if (kind_of(member) != CXCursor_FieldDecl) break;
      const NodeList& parts = cursor.operands;
      PlaceId base = 0;
      if (parts.empty()) {
        if (this_ != kNone) base = ssa_.place({PlaceKind::deref, 0, this_, 0});
      } else {
        const TypeId type = builder_.type_of(parts.front());
        const Type of = unit().types[type];
        if (of.kind == TypeKind::pointer && !of.reference) {
          const Target pointee = dereference(value(parts.front()), of.inner);
          base = pointee.local == kNone
                     ? pointee.place
                     : ssa_.place({PlaceKind::variable, 0, pointee.local, of.inner});
        } else {
          const Target object = target(parts.front());
          base = object.local == kNone
                     ? object.place
                     : ssa_.place({PlaceKind::variable, 0, object.local, object.type});
        }
      }
      out.place = field_place(base, member, out.type);
      if (unit().types[unit().fields[unit().places[out.place].id].type].reference) {
        Instr instr = at(Op::load, cursor);
        instr.a = out.place;
        out = dereference(ssa_.emit(instr), out.type);
      }
      break;
    }
    case CXCursor_ArraySubscriptExpr: {
      const NodeList& parts = cursor.operands;
      if (parts.size() != 2) break;
      const bool swapped = unit().types[builder_.type_of(parts[0])].kind == TypeKind::integer;
      Node& array = swapped ? parts[1] : parts[0];
      Node& index = swapped ? parts[0] : parts[1];
      Node& bare = strip(array);
      PlaceId base = 0;
      if (unit().types[builder_.type_of(bare)].kind == TypeKind::array) {
        base = target(bare).place;
      } else {
        const Target pointee = dereference(value(array), out.type);
        base = pointee.local == kNone ? pointee.place : 0;
      }
      const ValueId at_index = value(index);
      out.place = ssa_.place({PlaceKind::index, base, at_index, out.type});
      break;
    }
    case CXCursor_UnaryOperator: {
      const NodeList& parts = cursor.operands;
      const CXUnaryOperatorKind code = lib().getCursorUnaryOperatorKind(cursor);
      if (parts.size() != 1) break;
      if (code == CXUnaryOperator_Deref) {
        out = dereference(value(parts.front()), out.type);
      } else if (code == CXUnaryOperator_Extension) {
        out = target(parts.front());
      } else if (code == CXUnaryOperator_PreInc || code == CXUnaryOperator_PreDec) {
        value(cursor);
        out = target(parts.front());
      }
      break;
    }
    case CXCursor_UnexposedExpr:
    case CXCursor_ParenExpr: {
      const NodeList& parts = cursor.operands;
      if (parts.size() == 1) out = target(parts.front());
      break;
    }
    case CXCursor_BinaryOperator:
    case CXCursor_CompoundAssignOperator: {
      value(cursor);
      const NodeList& parts = cursor.operands;
      if (parts.size() == 2) {
        const bool comma = kind == CXCursor_BinaryOperator &&
                           lib().getCursorBinaryOperatorKind(cursor) == CXBinaryOperator_Comma;
        out = target(comma ? parts[1] : parts[0]);
      }
      break;
    }
    default:
      if (is_cast(kind)) {
        const NodeList& parts = cursor.operands;
        if (parts.size() == 1) {
          const TypeId type = out.type;
          out = target(parts.front());
          out.type = type;
        }
      } else {
        // A temporary: what a call returns (in C++ possibly a reference), a literal.
        const ValueId made = value(cursor);
        out = dereference(made, out.type);
      }
      break;
  }
  --depth_;
  return out;
}

// ---------------------------------------------------------------- values

ValueId Body::value(Node& cursor) {
  if (++depth_ > kDeepest) {
    --depth_;
    return 0;
  }
  const ValueId out = value_inner(cursor);
  --depth_;
  return out;
}

ValueId Body::value_inner(Node& cursor) {
  const CXCursorKind kind = kind_of(cursor);
  switch (kind) {
    case CXCursor_IntegerLiteral:
    case CXCursor_CharacterLiteral:
    case CXCursor_CXXBoolLiteralExpr:
    case CXCursor_UnaryExpr: {  // sizeof and alignof do not evaluate
      std::int64_t number = 0;
      if (builder_.integer_value(cursor, number)) {
        return constant(number, builder_.type_of(cursor), cursor);
      }
      return 0;
    }
    case CXCursor_CXXNullPtrLiteralExpr:
    case CXCursor_GNUNullExpr: return ssa_.emit(at(Op::null, cursor, builder_.type_of(cursor)));
    case CXCursor_StringLiteral: {
      std::string text = lib().text(lib().getCursorSpelling(cursor));
      if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
      Instr out = at(Op::string, cursor, builder_.type_of(cursor));
      out.a = builder_.intern(text);
      return ssa_.emit(out);
    }
    case CXCursor_FloatingLiteral:
    case CXCursor_ImaginaryLiteral: return 0;
    case CXCursor_DeclRefExpr: {
      const CXCursor referenced = lib().getCursorReferenced(cursor);
      switch (kind_of(referenced)) {
        case CXCursor_FunctionDecl:
        case CXCursor_CXXMethod:
        case CXCursor_FunctionTemplate: {
          Instr out = at(Op::function, cursor, builder_.type_of(cursor));
          out.a = builder_.function(referenced);
          return ssa_.emit(out);
        }
        case CXCursor_EnumConstantDecl:
          return constant(lib().getEnumConstantDeclValue(referenced), builder_.type_of(cursor),
                          cursor);
        case CXCursor_VarDecl:
        case CXCursor_ParmDecl: return load(target(cursor), cursor);
        default: return 0;
      }
    }
    case CXCursor_MemberRefExpr: {
      const CXCursor member = lib().getCursorReferenced(cursor);
      const CXCursorKind what = kind_of(member);
      if (what == CXCursor_CXXMethod || what == CXCursor_ConversionFunction) {
        Instr out = at(Op::function, cursor, builder_.type_of(cursor));
        out.a = builder_.function(member);
        return ssa_.emit(out);
      }
      if (what == CXCursor_EnumConstantDecl) {
        return constant(lib().getEnumConstantDeclValue(member), builder_.type_of(cursor), cursor);
      }
      return load(target(cursor), cursor);
    }
    case CXCursor_ArraySubscriptExpr: return load(target(cursor), cursor);
    case CXCursor_UnaryOperator: return unary(cursor);
    case CXCursor_BinaryOperator: return binary(cursor);
    case CXCursor_CompoundAssignOperator: return compound_assignment(cursor);
    case CXCursor_ConditionalOperator: return conditional(cursor);
    case CXCursor_CallExpr: return call(cursor);
    case CXCursor_CXXThisExpr: return this_ == kNone ? 0 : this_;
    case CXCursor_LambdaExpr: return lambda(cursor);
    case CXCursor_StmtExpr: {
      // GNU ({ ...; value; })
      ValueId last = 0;
      scopes_.emplace_back();
      for (Node& body : cursor.children) {
        const NodeList& statements = body.children;
        for (std::size_t i = 0; i < statements.size(); ++i) {
          if (i + 1 == statements.size() && is_expression(kind_of(statements[i]))) {
            last = value(statements[i]);
          } else {
            statement(statements[i]);
          }
        }
      }
      leave_scopes(scopes_.size() - 1, cursor);
      scopes_.pop_back();
      return last;
    }
    case CXCursor_InitListExpr: {
      std::vector<ValueId> elements;
      for (Node& part : cursor.operands) elements.push_back(value(part));
      const TypeId type = builder_.type_of(cursor);
      builder_.look_into(type);
      return ssa_.emit(at(Op::aggregate, cursor, type), elements);
    }
    case CXCursor_CompoundLiteralExpr: {
      const NodeList& parts = cursor.operands;
      return parts.empty() ? 0 : value(parts.back());
    }
    case CXCursor_CXXNewExpr: {
      std::vector<ValueId> arguments;
      for (Node& part : cursor.operands) arguments.push_back(value(part));
      return ssa_.emit(at(Op::new_, cursor, builder_.type_of(cursor)), arguments);
    }
    case CXCursor_CXXDeleteExpr: {
      const NodeList& parts = cursor.operands;
      const ValueId what = parts.empty() ? 0 : value(parts.front());
      Instr out = at(Op::delete_, cursor);
      out.a = what;
      return ssa_.emit(out);
    }
    case CXCursor_CXXThrowExpr: {
      const NodeList& parts = cursor.operands;
      const ValueId what = parts.empty() ? 0 : value(parts.front());
      Instr out = at(Op::throw_, cursor);
      out.a = what;
      ssa_.emit(out);
      ssa_.unreachable(out.pos);
      dead_code();
      return 0;
    }
    case CXCursor_GenericSelectionExpr: {
      // The chosen association is not told; the controlling expression is not evaluated.
      const NodeList& parts = cursor.operands;
      return parts.empty() ? 0 : value(parts.back());
    }
    case CXCursor_SizeOfPackExpr:
    case CXCursor_CXXTypeidExpr:
    case CXCursor_AddrLabelExpr: return 0;
    case CXCursor_UnexposedExpr:
    case CXCursor_ParenExpr:
    default: break;
  }
  const NodeList& parts = cursor.operands;
  // An atomic builtin has a pointer and an order at least.
  if (kind == CXCursor_UnexposedExpr && parts.size() > 1) {
    if (const std::string_view word = builder_.spelled_word(cursor); is_atomic_builtin(word)) {
      return atomic_call(cursor, word, parts);
    }
  }
  if (parts.empty()) return 0;
  if (parts.size() == 1 || is_cast(kind)) {
    Node& inner = parts.back();
    const TypeId type = builder_.type_of(cursor);
    // Aggregates copied by value, and lvalues that decay, are read as a whole.
    const ValueId made = value(inner);
    Instr& of = ssa_.instr(made);
    // What an address is converted to says whether it may be written through.
    if (of.op == Op::address && unit().types[type].kind == TypeKind::pointer) of.type = type;
    if (of.op == Op::integer && of.number == 0 && unit().types[type].kind == TypeKind::pointer) {
      return ssa_.emit(at(Op::null, cursor, type));
    }
    return made;
  }
  if (kind == CXCursor_UnexposedExpr) {
    if (kind_of(parts.front()) == CXCursor_CallExpr || parts.size() <= 4) {
      // a ?: b, and what this does not know: the parts in order, one of them is the value.
      return joined(builder_.type_of(cursor), parts, cursor);
    }
  }
  ValueId last = 0;
  for (Node& part : parts) last = value(part);
  return last;
}

ValueId Body::joined(TypeId type, const NodeList& alternatives, Node& where) {
  const BlockId after = ssa_.block();
  std::vector<std::pair<BlockId, ValueId>> values;
  const Pos pos = builder_.position(where);
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    const ValueId made = value(alternatives[i]);
    values.emplace_back(ssa_.current(), made);
    if (i + 1 == alternatives.size()) {
      ssa_.jump(after);
    } else {
      const BlockId next = ssa_.block();
      ssa_.scatter({after, next}, pos);
      continue_in(next);
    }
  }
  continue_in(after);
  return ssa_.join(type, values, pos);
}

ValueId Body::unary(Node& cursor) {
  const NodeList& parts = cursor.operands;
  if (parts.empty()) return 0;
  Node& operand = parts.front();
  switch (lib().getCursorUnaryOperatorKind(cursor)) {
    case CXUnaryOperator_PostInc: return step(cursor, true, false);
    case CXUnaryOperator_PostDec: return step(cursor, false, false);
    case CXUnaryOperator_PreInc: return step(cursor, true, true);
    case CXUnaryOperator_PreDec: return step(cursor, false, true);
    case CXUnaryOperator_AddrOf: {
      Node& bare = strip(operand);
      if (kind_of(bare) == CXCursor_DeclRefExpr) {
        const CXCursorKind what = kind_of(lib().getCursorReferenced(bare));
        if (what == CXCursor_FunctionDecl || what == CXCursor_CXXMethod ||
            what == CXCursor_FunctionTemplate) {
          return value(bare);
        }
      }
      return address(target(operand), cursor);
    }
    case CXUnaryOperator_Deref: {
      const TypeId type = builder_.type_of(cursor);
      if (unit().types[type].kind == TypeKind::function) return value(operand);
      return load(dereference(value(operand), type), cursor);
    }
    case CXUnaryOperator_Minus: {
      std::int64_t number = 0;
      if (builder_.integer_value(cursor, number)) {
        return constant(number, builder_.type_of(cursor), cursor);
      }
      Instr out = at(Op::unary, cursor, builder_.type_of(cursor));
      out.code = Operator::neg;
      out.a = value(operand);
      return ssa_.emit(out);
    }
    case CXUnaryOperator_Not: {
      const ValueId of = value(operand);
      Instr out = at(Op::unary, cursor, builder_.type_of(cursor));
      out.code = Operator::bit_not;
      out.a = of;
      return ssa_.emit(out);
    }
    case CXUnaryOperator_LNot: {
      const ValueId of = value(operand);
      Instr out = at(Op::unary, cursor, builder_.type_of(cursor));
      out.code = Operator::not_;
      out.a = of;
      return ssa_.emit(out);
    }
    default: return value(operand);
  }
}

ValueId Body::step(Node& cursor, bool increment, bool prefix) {
  const NodeList& parts = cursor.operands;
  if (parts.empty()) return 0;
  const Target to = target(parts.front());
  const ValueId before = load(to, cursor, kFlagCompound);
  Instr sum = at(Op::binary, cursor, to.type);
  sum.code = increment ? Operator::add : Operator::sub;
  sum.a = before;
  sum.b = constant(1, 0, cursor);
  const ValueId after = ssa_.emit(sum);
  store(to, after, cursor, kFlagCompound);
  return prefix ? after : before;
}

ValueId Body::compound_assignment(Node& cursor) {
  const NodeList& parts = cursor.operands;
  if (parts.size() != 2) return 0;
  const ValueId right = value(parts[1]);
  const Target to = target(parts[0]);
  const ValueId before = load(to, parts[0], kFlagCompound);
  Instr out = at(Op::binary, cursor, to.type);
  out.code = operator_of(lib().getCursorBinaryOperatorKind(cursor));
  out.a = before;
  out.b = right;
  const ValueId made = ssa_.emit(out);
  store(to, made, cursor, kFlagCompound);
  return made;
}

ValueId Body::binary(Node& cursor) {
  const NodeList& parts = cursor.operands;
  if (parts.size() != 2) return 0;
  const CXBinaryOperatorKind code = lib().getCursorBinaryOperatorKind(cursor);
  switch (code) {
    case CXBinaryOperator_Assign: {
      const ValueId right = value(parts[1]);
      store(target(parts[0]), right, cursor);
      return right;
    }
    case CXBinaryOperator_Comma: effect(parts[0]); return value(parts[1]);
    case CXBinaryOperator_LAnd:
    case CXBinaryOperator_LOr: return logical(cursor);
    default: break;
  }
  const ValueId left = value(parts[0]);
  const ValueId right = value(parts[1]);
  Instr out = at(Op::binary, cursor, builder_.type_of(cursor));
  out.code = operator_of(code);
  out.a = left;
  out.b = right;
  return ssa_.emit(out);
}

ValueId Body::logical(Node& cursor) {
  const BlockId yes = ssa_.block();
  const BlockId no = ssa_.block();
  const BlockId after = ssa_.block();
  const TypeId type = builder_.type_of(cursor);
  condition(cursor, yes, no);
  std::vector<std::pair<BlockId, ValueId>> values;
  for (const bool truth : {true, false}) {
    continue_in(truth ? yes : no);
    values.emplace_back(ssa_.current(), constant(truth ? 1 : 0, 0, cursor));
    ssa_.jump(after);
  }
  continue_in(after);
  return ssa_.join(type, values, builder_.position(cursor));
}

ValueId Body::conditional(Node& cursor) {
  const NodeList& parts = cursor.operands;
  if (parts.size() != 3) return 0;
  const BlockId yes = ssa_.block();
  const BlockId no = ssa_.block();
  const BlockId after = ssa_.block();
  condition(parts[0], yes, no);
  std::vector<std::pair<BlockId, ValueId>> values;
  for (const bool truth : {true, false}) {
    continue_in(truth ? yes : no);
    const ValueId made = value(parts[truth ? 1 : 2]);
    values.emplace_back(ssa_.current(), made);
    ssa_.jump(after);
  }
  continue_in(after);
  return ssa_.join(builder_.type_of(cursor), values, builder_.position(cursor));
}

void Body::condition(Node& cursor, BlockId if_true, BlockId if_false) {
  if (++depth_ > kDeepest) {
    --depth_;
    ssa_.scatter({if_true, if_false}, builder_.position(cursor));
    return;
  }
  Node& bare = strip(cursor);
  const CXCursorKind kind = kind_of(bare);
  if (kind == CXCursor_BinaryOperator) {
    const CXBinaryOperatorKind code = lib().getCursorBinaryOperatorKind(bare);
    const NodeList& parts = bare.operands;
    if ((code == CXBinaryOperator_LAnd || code == CXBinaryOperator_LOr) && parts.size() == 2) {
      const BlockId next = ssa_.block();
      if (code == CXBinaryOperator_LAnd) {
        condition(parts[0], next, if_false);
      } else {
        condition(parts[0], if_true, next);
      }
      continue_in(next);
      condition(parts[1], if_true, if_false);
      --depth_;
      return;
    }
  }
  if (kind == CXCursor_UnaryOperator &&
      lib().getCursorUnaryOperatorKind(bare) == CXUnaryOperator_LNot) {
    const NodeList& parts = bare.operands;
    if (parts.size() == 1) {
      condition(parts.front(), if_false, if_true);
      --depth_;
      return;
    }
  }
  if (kind == CXCursor_CallExpr && builder_.is_expect(bare) &&
      lib().Cursor_getNumArguments(bare) >= 1) {
    condition(argument(bare, 0), if_true, if_false);
    --depth_;
    return;
  }
  const ValueId test = value(cursor);
  ssa_.branch(test, if_true, if_false, builder_.position(cursor));
  --depth_;
}

// ---------------------------------------------------------------- calls

ValueId Body::finish_call(Instr instr, const std::vector<ValueId>& arguments) {
  const ValueId made = ssa_.emit(instr, arguments);
  for (const ValueId argument : arguments) {
    const auto local = addresses_.find(argument);
    if (local == addresses_.end()) continue;
    Instr out;
    out.op = Op::out;
    out.a = made;
    out.b = static_cast<std::uint32_t>(std::find(arguments.begin(), arguments.end(), argument) -
                                       arguments.begin());
    out.type = unit().variables[local->second].type;
    out.pos = instr.pos;
    out.macro = instr.macro;
    ssa_.write(local->second, ssa_.emit(out));
  }
  if (instr.a != kNone && (unit().functions[instr.a].flags & kFunctionNoReturn) != 0) {
    ssa_.unreachable(instr.pos);
    dead_code();
  }
  return made;
}

ValueId Body::atomic_call(Node& cursor, std::string_view name, const NodeList& parts) {
  // libclang shows the operands of atomic builtins in an order of its own: the pointer is first.
  std::vector<ValueId> arguments;
  for (Node& part : parts) arguments.push_back(value(part));
  Instr out = at(Op::call, cursor, builder_.type_of(cursor));
  out.a = builder_.builtin(name);
  return finish_call(out, arguments);
}

ValueId Body::call(Node& cursor) {
  const CXCursor callee = lib().getCursorReferenced(cursor);
  const CXCursorKind what = kind_of(callee);
  const int count = lib().Cursor_getNumArguments(cursor);
  const TypeId type = builder_.type_of(cursor);
  Instr out = at(Op::call, cursor, type);
  out.a = kNone;
  std::vector<ValueId> arguments;

  if (what == CXCursor_Constructor) {
    // A temporary or a copy. One argument of the same class: the object itself (copy, move).
    for (int i = 0; i < count; ++i) {
      arguments.push_back(value(argument(cursor, i)));
    }
    out.a = builder_.function(callee);
    return finish_call(out, arguments);
  }

  const NodeList& parts = cursor.operands;
  const bool known = what == CXCursor_FunctionDecl || what == CXCursor_CXXMethod ||
                     what == CXCursor_FunctionTemplate || what == CXCursor_ConversionFunction ||
                     what == CXCursor_Destructor;
  if (known) {
    out.a = builder_.function(callee);
    const Function& function = unit().functions[out.a];
    if ((function.flags & kFunctionVirtual) != 0) out.flags |= kFlagVirtual;
    if ((function.flags & kFunctionMethod) != 0) {
      // The object: of `o.f()` what the callee's member expression is applied to; of an overloaded
      // operator the first argument, which libclang counts among the arguments.
      ValueId object = this_ == kNone ? 0 : this_;
      bool counted = false;
      if (!parts.empty()) {
        Node& member = strip(parts.front());
        if (kind_of(member) == CXCursor_MemberRefExpr) {
          const NodeList& base = member.operands;
          if (!base.empty()) {
            const Type of = unit().types[builder_.type_of(base.front())];
            object = of.kind == TypeKind::pointer && !of.reference
                         ? value(base.front())
                         : address(target(base.front()), base.front());
          }
        } else if (count > 0) {
          Node& first = argument(cursor, 0);
          object = address(target(first), first);
          counted = true;
        }
      }
      arguments.push_back(object);
      for (int i = counted ? 1 : 0; i < count; ++i) {
        arguments.push_back(value(argument(cursor, i)));
      }
      return finish_call(out, arguments);
    }
  } else if (!parts.empty()) {
    out.b = value(parts.front());
    const Instr& made = ssa_.instr(out.b);
    if (made.op == Op::function) out.a = made.a;
  }
  for (int i = 0; i < count; ++i) {
    arguments.push_back(value(argument(cursor, i)));
  }
  return finish_call(out, arguments);
}

void Body::construct(PlaceId place, TypeId type, Node& initializer, Node& where) {
  const ValueId made = make(place, type, initializer, where);
  scopes_.back().objects.emplace_back(place, made);
}

ValueId Body::make(PlaceId place, TypeId type, Node& initializer, Node& where) {
  Node& bare = strip(initializer);
  Instr out = at(Op::construct, where, type);
  out.a = place;
  out.b = kNone;
  out.flags = kFlagInit;
  std::vector<ValueId> arguments;
  if (kind_of(bare) == CXCursor_CallExpr &&
      kind_of(lib().getCursorReferenced(bare)) == CXCursor_Constructor) {
    out.b = builder_.function(lib().getCursorReferenced(bare));
    const int count = lib().Cursor_getNumArguments(bare);
    for (int i = 0; i < count; ++i) {
      Node& passed = argument(bare, i);
      // Objects are passed by reference to constructors (std::lock_guard g(mutex)).
      const bool object = unit().types[builder_.type_of(passed)].kind == TypeKind::record;
      arguments.push_back(object ? address(target(passed), passed) : value(passed));
    }
  } else {
    arguments.push_back(value(initializer));
  }
  return ssa_.emit(out, arguments);
}

std::vector<VarId> Body::captured_variables(Node& lambda) {
  std::vector<VarId> out;
  for (Node& child : lambda.children) {
    if (kind_of(child) != CXCursor_VariableRef) continue;
    const CXCursor referenced = lib().getCursorReferenced(child);
    const CXCursorKind what = kind_of(referenced);
    if (what != CXCursor_VarDecl && what != CXCursor_ParmDecl) continue;
    const VarId variable = builder_.variable(referenced, function_);
    if (is_value_local(variable)) out.push_back(variable);
  }
  return out;
}

ValueId Body::lambda(Node& cursor) {
  Function made;
  const std::string name =
      std::string(unit().text(unit().functions[function_].name)) + "::<lambda>";
  made.name = builder_.intern(name);
  made.flags = kFunctionLambda | kFunctionProject;
  made.enclosing = function_;
  made.pos = builder_.position(cursor);
  made.name_pos = made.pos;
  made.usr = builder_.intern(name + ":" + std::to_string(made.pos.line) + ":" +
                             std::to_string(made.pos.column));
  const auto id = static_cast<FuncId>(unit().functions.size());
  unit().functions.push_back(made);
  lambdas_.emplace_back(id, &cursor);
  std::vector<ValueId> captured;
  for (const VarId variable : captured_variables(cursor)) {
    captured.push_back(ssa_.read(variable, unit().variables[variable].type));
  }
  Instr out = at(Op::lambda, cursor, builder_.type_of(cursor));
  out.a = id;
  return ssa_.emit(out, captured);
}

}  // namespace gilcheck::clang_plugin
