// Statements and control flow.

#include <algorithm>

#include "clang_plugin/frontend/body.h"

namespace gilcheck::clang_plugin {

namespace {

/// Nesting beyond which code is not looked into: far beyond what a person writes.
constexpr std::size_t kDeepest = 1200;

/// Offsets of the two semicolons in `for (a; b; c)` that begins at `offset`; false if the text does
/// not look like that (it comes from a macro).
bool for_semicolons(std::string_view text, std::size_t offset, std::size_t& first,
                    std::size_t& second) {
  if (text.substr(offset, 3) != "for") return false;
  int depth = 0;
  int seen = 0;
  for (std::size_t i = offset + 3; i < text.size(); ++i) {
    switch (text[i]) {
      case '(':
      case '[':
      case '{': ++depth; break;
      case ')':
      case ']':
      case '}':
        if (--depth == 0) return false;
        break;
      case ';':
        if (depth != 1) break;
        (seen++ == 0 ? first : second) = i;
        if (seen == 2) return true;
        break;
      case '"':
      case '\'':
        for (const char quote = text[i++]; i < text.size() && text[i] != quote; ++i) {
          if (text[i] == '\\') ++i;
        }
        break;
      case '/':
        if (i + 1 < text.size() && text[i + 1] == '*') {
          i = text.find("*/", i + 2);
          if (i == std::string_view::npos) return false;
          ++i;
        } else if (i + 1 < text.size() && text[i + 1] == '/') {
          i = text.find('\n', i);
          if (i == std::string_view::npos) return false;
        }
        break;
      default: break;
    }
  }
  return false;
}

}  // namespace

Body::Body(UnitBuilder& builder, CursorTree& tree, FuncId function)
    : builder_(builder), tree_(tree), function_(function), ssa_(builder.unit()) {}

void Body::lower(Node& definition) {
  Function made = unit().functions[function_];
  made.params.first = static_cast<std::uint32_t>(unit().variables.size());
  std::vector<Node*> parameters;
  Node* body = nullptr;
  std::vector<std::pair<Node*, Node*>> initializers;  // of a constructor: the member and its value
  Node* member = nullptr;
  for (Node& child : definition.children) {
    const CXCursorKind kind = kind_of(child);
    if (kind == CXCursor_ParmDecl) parameters.push_back(&child);
    if (kind == CXCursor_CompoundStmt || kind == CXCursor_CXXTryStmt) {
      body = &child;
    } else if (kind == CXCursor_MemberRef) {
      member = &child;
    } else if (is_expression(kind)) {
      initializers.emplace_back(member, &child);
      member = nullptr;
    }
  }
  std::uint32_t index = 0;
  if ((made.flags & kFunctionMethod) != 0) {
    Variable self;
    self.name = builder_.intern("this");
    self.storage = Storage::parameter;
    self.function = function_;
    self.project = true;
    self.pos = made.name_pos;
    Instr instr = at(Op::parameter, definition);
    instr.pos = made.name_pos;
    instr.a = static_cast<VarId>(unit().variables.size());
    instr.b = index++;
    unit().variables.push_back(self);
    this_ = ssa_.emit(instr);
  }
  for (Node* parameter : parameters) {
    const VarId variable = builder_.variable(*parameter, function_);
    unit().variables[variable].function = function_;
    Instr instr = at(Op::parameter, *parameter, unit().variables[variable].type);
    instr.a = variable;
    instr.b = index++;
    ssa_.write(variable, ssa_.emit(instr));
  }
  // Parameters of one function are neighbours unless a declaration came first.
  made.params.count = static_cast<std::uint32_t>(unit().variables.size()) - made.params.first;
  if ((made.flags & kFunctionLambda) != 0) {
    for (const VarId variable : captured_variables(definition)) {
      Instr instr = at(Op::captured, definition, unit().variables[variable].type);
      instr.a = variable;
      ssa_.write(variable, ssa_.emit(instr));
    }
  }
  scopes_.emplace_back();
  for (const auto& [of, made_from] : initializers) initialize(of, *made_from);
  if (body != nullptr) statement(*body);
  leave_scopes(0, made.pos);
  ssa_.return_(kNone, made.pos);
  ssa_.finish(made);
  made.flags |= kFunctionDefined;
  made.pos = builder_.position(definition);
  unit().functions[function_] = made;
  for (const auto& [function, node] : lambdas_) {
    Body(builder_, tree_, function).lower(*node);
  }
}

void Body::initialize(Node* member, Node& from) {
  if (this_ == kNone) {
    effect(from);
    return;
  }
  const PlaceId self = ssa_.place({PlaceKind::deref, 0, this_, 0});
  if (member == nullptr) {  // a base class, or another constructor of this one
    make(self, builder_.type_of(from), from, from);
    return;
  }
  const CXCursor field = lib().getCursorReferenced(*member);
  if (kind_of(field) != CXCursor_FieldDecl) {
    effect(from);
    return;
  }
  Target to;
  to.type = unit().fields[builder_.field(field)].type;
  const Type type = unit().types[to.type];
  to.place = field_place(self, field, type.reference ? type.inner : to.type);
  if (type.reference) {
    store(to, address(target(from), from), from, kFlagInit);
  } else if (type.kind == TypeKind::record) {
    make(to.place, to.type, from, from);
  } else {
    store(to, value(from), from, kFlagInit);
  }
}

void Body::continue_in(BlockId block) {
  ssa_.seal(block);
  ssa_.enter(block);
}

void Body::dead_code() {
  continue_in(ssa_.block());
}

void Body::leave_scopes(std::size_t outer, Pos pos) {
  if (!ssa_.open()) return;
  for (std::size_t s = scopes_.size(); s > outer; --s) {
    auto& objects = scopes_[s - 1].objects;
    for (auto object = objects.rbegin(); object != objects.rend(); ++object) {
      Instr instr;
      instr.op = Op::destroy;
      instr.a = object->first;
      instr.b = object->second;
      instr.pos = pos;
      ssa_.emit(instr);
    }
  }
}

void Body::leave_scopes(std::size_t outer, Node& where) {
  // Where it is need not be known if there is nothing to destroy.
  const bool none = std::all_of(scopes_.begin() + static_cast<std::ptrdiff_t>(outer), scopes_.end(),
                                [](const Scope& scope) { return scope.objects.empty(); });
  if (!none) leave_scopes(outer, builder_.position(where));
}

void Body::statement(Node& cursor) {
  if (++depth_ > kDeepest) {
    --depth_;
    return;
  }
  const CXCursorKind kind = kind_of(cursor);
  switch (kind) {
    case CXCursor_CompoundStmt: compound(cursor); break;
    case CXCursor_DeclStmt:
      for (Node& child : cursor.children) declaration(child);
      break;
    case CXCursor_IfStmt: if_statement(cursor); break;
    case CXCursor_WhileStmt:
    case CXCursor_DoStmt: loop_statement(cursor, kind); break;
    case CXCursor_ForStmt: for_statement(cursor); break;
    case CXCursor_CXXForRangeStmt: range_for(cursor); break;
    case CXCursor_SwitchStmt: switch_statement(cursor); break;
    case CXCursor_CaseStmt:
    case CXCursor_DefaultStmt: case_statement(cursor, kind); break;
    case CXCursor_ReturnStmt: return_statement(cursor); break;
    case CXCursor_CXXTryStmt: try_statement(cursor); break;
    case CXCursor_LabelStmt: {
      const BlockId to = label(cursor);
      ssa_.jump(to);
      ssa_.enter(to);  // sealed at the end: later gotos may come here
      for (Node& child : cursor.children) statement(child);
      break;
    }
    case CXCursor_GotoStmt: {
      const Pos pos = builder_.position(cursor);
      for (Node& child : cursor.children) {
        if (kind_of(child) == CXCursor_LabelRef) ssa_.jump(label(child), pos);
      }
      ssa_.unreachable(pos);
      dead_code();
      break;
    }
    case CXCursor_IndirectGotoStmt: {
      for (Node& child : cursor.children) effect(child);
      std::vector<BlockId> targets;
      for (const auto& [name, block] : labels_) targets.push_back(block);
      std::sort(targets.begin(), targets.end());
      ssa_.scatter(targets, builder_.position(cursor));
      dead_code();
      break;
    }
    case CXCursor_BreakStmt:
    case CXCursor_ContinueStmt: {
      const Pos pos = builder_.position(cursor);
      BlockId to = kNone;
      std::size_t outer = 0;
      for (auto loop = loops_.rbegin(); loop != loops_.rend(); ++loop) {
        to = kind == CXCursor_BreakStmt ? loop->break_to : loop->continue_to;
        outer = loop->scopes;
        if (to != kNone) break;
      }
      if (to != kNone) {
        leave_scopes(outer, pos);
        ssa_.jump(to, pos);
      }
      dead_code();
      break;
    }
    case CXCursor_NullStmt: break;
    default:
      if (is_expression(kind)) {
        effect(cursor);
      } else {
        // Attributed statements, asm, and what this does not know: the parts, in order.
        for (Node& child : cursor.children) {
          if (is_statement(kind_of(child)) || is_expression(kind_of(child))) statement(child);
        }
      }
      break;
  }
  --depth_;
}

void Body::compound(Node& cursor) {
  scopes_.emplace_back();
  for (Node& child : cursor.children) statement(child);
  leave_scopes(scopes_.size() - 1, cursor);
  scopes_.pop_back();
}

void Body::declaration(Node& cursor) {
  if (kind_of(cursor) == CXCursor_VarDecl) {
    local_variable(cursor);
  } else if (kind_of(cursor) == CXCursor_UnexposedDecl) {
    for (Node& child : cursor.children) declaration(child);
  }
}

bool Body::is_value_local(VarId variable) const {
  const Unit& u = builder_.unit();
  const Variable& v = u.variables[variable];
  if (v.storage != Storage::local && v.storage != Storage::parameter) return false;
  const TypeKind kind = u.types[v.type].kind;
  return kind != TypeKind::record && kind != TypeKind::array;
}

void Body::local_variable(Node& cursor) {
  const VarId variable = builder_.variable(cursor, function_);
  const Variable declared = unit().variables[variable];
  Node* initializer = nullptr;
  for (Node& child : cursor.children) {
    if (!is_expression(kind_of(child))) continue;
    initializer = &child;  // the last: array bounds come first
  }
  if (declared.storage == Storage::static_local) {
    // Constant in C; in C++ possibly run once under a guard (thread-safe, [stmt.dcl]): what it
    // calls is kept, the store is no access that could race.
    if (initializer != nullptr && unit().cplusplus &&
        kind_of(*initializer) != CXCursor_InitListExpr) {
      value(*initializer);
    }
    return;
  }
  if (declared.storage != Storage::local) return;
  if (is_value_local(variable)) {
    if (initializer != nullptr && unit().types[declared.type].reference) {
      const Target to = target(*initializer);
      ssa_.write(variable, address(to, *initializer));
    } else {
      ssa_.write(variable, initializer != nullptr ? value(*initializer) : 0);
    }
    return;
  }
  const PlaceId place = ssa_.place({PlaceKind::variable, 0, variable, declared.type});
  if (initializer == nullptr) return;
  const TypeKind kind = unit().types[declared.type].kind;
  if (unit().cplusplus && kind == TypeKind::record) {
    construct(place, declared.type, *initializer, cursor);
    return;
  }
  Target to;
  to.place = place;
  to.type = declared.type;
  store(to, value(*initializer), cursor, kFlagInit);
}

void Body::if_statement(Node& cursor) {
  scopes_.emplace_back();
  const NodeList& parts = cursor.children;
  // `if (init; T x = f())`: declarations stand in front.
  std::size_t i = 0;
  while (i < parts.size() &&
         (kind_of(parts[i]) == CXCursor_VarDecl || kind_of(parts[i]) == CXCursor_DeclStmt)) {
    if (kind_of(parts[i]) == CXCursor_VarDecl) {
      local_variable(parts[i]);
    } else {
      statement(parts[i]);
    }
    ++i;
  }
  const std::size_t left = parts.size() - i;
  if (left < 2) {
    for (; i < parts.size(); ++i) statement(parts[i]);
    scopes_.pop_back();
    return;
  }
  const BlockId then = ssa_.block();
  const BlockId after = ssa_.block();
  const BlockId otherwise = left > 2 ? ssa_.block() : after;
  condition(parts[i], then, otherwise);
  continue_in(then);
  statement(parts[i + 1]);
  ssa_.jump(after);
  if (left > 2) {
    continue_in(otherwise);
    statement(parts[i + 2]);
    ssa_.jump(after);
  }
  continue_in(after);
  leave_scopes(scopes_.size() - 1, cursor);
  scopes_.pop_back();
}

void Body::loop_statement(Node& cursor, CXCursorKind kind) {
  const NodeList& parts = cursor.children;
  if (parts.size() < 2) return;
  const BlockId after = ssa_.block();
  const BlockId head = ssa_.block();  // of a do loop: its body
  const BlockId test = kind == CXCursor_DoStmt ? ssa_.block() : head;
  ssa_.jump(head);
  ssa_.enter(head);
  loops_.push_back({after, test, scopes_.size()});
  if (kind == CXCursor_DoStmt) {
    statement(parts.front());
    ssa_.jump(test);
    continue_in(test);
    condition(parts.back(), head, after);
  } else {
    for (std::size_t i = 0; i + 2 < parts.size(); ++i) declaration(parts[i]);
    const BlockId body = ssa_.block();
    condition(parts[parts.size() - 2], body, after);
    continue_in(body);
    statement(parts.back());
    ssa_.jump(head);
  }
  ssa_.seal(head);
  loops_.pop_back();
  continue_in(after);
}

void Body::for_statement(Node& cursor) {
  if (cursor.children.empty()) return;
  std::vector<Node*> parts;
  for (Node& child : cursor.children) parts.push_back(&child);
  Node& body_cursor = *parts.back();
  parts.pop_back();
  // libclang leaves out the parts that are missing: the text tells which there are.
  std::vector<Node*> init;
  std::vector<Node*> test;
  std::vector<Node*> next;
  unsigned begin = 0;
  std::size_t first = 0;
  std::size_t second = 0;
  if (parts.size() == 3) {
    init = {parts[0]};
    test = {parts[1]};
    next = {parts[2]};
  } else if (const std::string_view text =
                 builder_.text_at(lib().getRangeStart(lib().getCursorExtent(cursor)), begin);
             for_semicolons(text, begin, first, second)) {
    for (Node* part : parts) {
      unsigned offset = 0;
      builder_.text_at(lib().getRangeStart(lib().getCursorExtent(*part)), offset);
      (offset < first ? init : offset < second ? test : next).push_back(part);
    }
  } else {
    for (Node* part : parts) {
      const CXCursorKind kind = kind_of(*part);
      const bool starts = kind == CXCursor_DeclStmt ||
                          (kind == CXCursor_BinaryOperator &&
                           lib().getCursorBinaryOperatorKind(*part) == CXBinaryOperator_Assign);
      (starts && test.empty() ? init : test.empty() ? test : next).push_back(part);
    }
  }
  scopes_.emplace_back();
  for (Node* part : init) statement(*part);
  const BlockId head = ssa_.block();
  const BlockId body = ssa_.block();
  const BlockId step = ssa_.block();
  const BlockId after = ssa_.block();
  ssa_.jump(head);
  ssa_.enter(head);
  bool tested = false;
  for (Node* part : test) {
    if (kind_of(*part) == CXCursor_VarDecl) {
      local_variable(*part);
      continue;
    }
    condition(*part, body, after);
    tested = true;
    break;
  }
  if (!tested) ssa_.jump(body);
  loops_.push_back({after, step, scopes_.size()});
  continue_in(body);
  statement(body_cursor);
  ssa_.jump(step);
  loops_.pop_back();
  continue_in(step);
  for (Node* part : next) effect(*part);
  ssa_.jump(head);
  ssa_.seal(head);
  continue_in(after);
  leave_scopes(scopes_.size() - 1, cursor);
  scopes_.pop_back();
}

void Body::range_for(Node& cursor) {
  const NodeList& parts = cursor.children;
  if (parts.size() < 2) return;
  scopes_.emplace_back();
  ValueId range = 0;
  Node* variable = nullptr;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (kind_of(parts[i]) == CXCursor_VarDecl) {
      variable = &parts[i];
    } else if (is_expression(kind_of(parts[i]))) {
      range = address(target(parts[i]), parts[i]);
    }
  }
  const BlockId head = ssa_.block();
  const BlockId body = ssa_.block();
  const BlockId after = ssa_.block();
  ssa_.jump(head);
  ssa_.enter(head);
  // Whether there is another element: the container is read each time.
  Instr more = at(Op::load, cursor);
  more.a = ssa_.place({PlaceKind::deref, 0, range, 0});
  ssa_.branch(ssa_.emit(more), body, after, builder_.position(parts.front()));
  continue_in(body);
  if (variable != nullptr) {
    const VarId id = builder_.variable(*variable, function_);
    Instr element = at(Op::load, *variable, unit().variables[id].type);
    element.a = ssa_.place({PlaceKind::index, ssa_.place({PlaceKind::deref, 0, range, 0}), 0, 0});
    const ValueId made = ssa_.emit(element);
    if (is_value_local(id)) ssa_.write(id, made);
  }
  loops_.push_back({after, head, scopes_.size()});
  statement(parts.back());
  ssa_.jump(head);
  loops_.pop_back();
  ssa_.seal(head);
  continue_in(after);
  scopes_.pop_back();
}

void Body::switch_statement(Node& cursor) {
  const NodeList& parts = cursor.children;
  if (parts.size() < 2) return;
  scopes_.emplace_back();
  for (std::size_t i = 0; i + 2 < parts.size(); ++i) {
    if (kind_of(parts[i]) == CXCursor_VarDecl) {
      local_variable(parts[i]);
    } else {
      statement(parts[i]);
    }
  }
  const ValueId selector = value(parts[parts.size() - 2]);
  const BlockId from = ssa_.current();
  const BlockId after = ssa_.block();
  switches_.emplace_back();
  loops_.push_back({after, kNone, scopes_.size()});
  // The body comes first: it makes the blocks of the cases.
  ssa_.enter(ssa_.block());
  ssa_.seal(ssa_.current());
  statement(parts.back());
  ssa_.jump(after);
  const BlockId end_of_body = ssa_.current();
  loops_.pop_back();
  Switch made = std::move(switches_.back());
  switches_.pop_back();
  made.targets.push_back(made.default_ == kNone ? after : made.default_);
  ssa_.enter(from);
  ssa_.switch_(selector, made.targets, made.values, builder_.position(parts[parts.size() - 2]));
  for (const BlockId target : made.targets) {
    if (target != after) ssa_.seal(target);
  }
  ssa_.enter(end_of_body);
  continue_in(after);
  leave_scopes(scopes_.size() - 1, cursor);
  scopes_.pop_back();
}

void Body::case_statement(Node& cursor, CXCursorKind kind) {
  const NodeList& parts = cursor.children;
  // Sealed by the switch, which is linked last.
  const BlockId here = ssa_.block();
  ssa_.jump(here);
  ssa_.enter(here);
  if (!switches_.empty()) {
    Switch& of = switches_.back();
    if (kind == CXCursor_DefaultStmt) {
      of.default_ = here;
    } else if (parts.size() >= 2) {
      std::int64_t number = 0;
      builder_.integer_value(parts.front(), number);
      of.values.push_back(number);
      of.targets.push_back(here);
    }
  }
  if (!parts.empty() && (kind == CXCursor_DefaultStmt || parts.size() >= 2)) {
    statement(parts.back());
  }
}

void Body::return_statement(Node& cursor) {
  ValueId result = kNone;
  const Function& function = unit().functions[function_];
  const bool reference = unit().types[function.result].reference;
  for (Node& child : cursor.children) {
    if (!is_expression(kind_of(child))) continue;
    result = reference ? address(target(child), child) : value(child);
  }
  const Pos pos = builder_.position(cursor);
  leave_scopes(0, pos);
  ssa_.return_(result, pos);
  dead_code();
}

void Body::try_statement(Node& cursor) {
  // Any statement of the body may throw: the handlers are entered from its beginning and its end.
  const NodeList& parts = cursor.children;
  if (parts.empty()) return;
  const Pos pos = builder_.position(cursor);
  const BlockId body = ssa_.block();
  const BlockId after = ssa_.block();
  const BlockId caught = ssa_.block();
  ssa_.scatter({body, caught}, pos);
  continue_in(body);
  statement(parts.front());
  ssa_.scatter({after, caught}, pos);
  continue_in(caught);
  std::vector<BlockId> handlers;
  for (std::size_t i = 1; i < parts.size(); ++i) handlers.push_back(ssa_.block());
  handlers.push_back(ssa_.block());  // none of them: the exception goes on
  ssa_.scatter(handlers, pos);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    continue_in(handlers[i - 1]);
    for (Node& child : parts[i].children) {
      if (is_statement(kind_of(child))) statement(child);
    }
    ssa_.jump(after);
  }
  continue_in(handlers.back());
  ssa_.unreachable(pos);
  continue_in(after);
}

BlockId Body::label(Node& cursor) {
  const std::string name = lib().text(lib().getCursorSpelling(cursor));
  const auto found = labels_.find(name);
  if (found != labels_.end()) return found->second;
  const BlockId block = ssa_.block();
  labels_.emplace(name, block);
  return block;
}

}  // namespace gilcheck::clang_plugin
