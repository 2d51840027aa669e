// Values of expressions, and what a condition says about the reads it was made from.

#include <algorithm>
#include <array>

#include "analyzer/extract/extractor.h"

namespace gilcheck::analyzer {

NodeId Extractor::unwrap(NodeId node) const {
  while (node != kNoNode && kind(node) == NodeKind::parenthesized_expression) {
    NodeId inner = tree_.first_child(node);
    while (inner != kNoNode && kind(inner) == NodeKind::token) inner = tree_.next(inner);
    if (inner == kNoNode) return node;
    node = inner;
  }
  return node;
}

bool Extractor::is_builtin_name(Sym name) const {
  return !scopes_.module_binds(name) &&
         scopes_.resolve(scope_, name).kind == Resolution::Kind::global;
}

Val Extractor::load_path(PathId path, ByteRange range, std::uint8_t flags) {
  Val out;
  out.value = builder_.value_of_path(path);
  out.loaded = access(path, AccessOp::load, range, 0, 0, 0, flags);
  if (out.loaded != kNone) out.deps = flow_.dep(out.loaded);
  return out;
}

Val Extractor::load_name(Sym name, ByteRange range) {
  for (std::size_t i = overlay_.size(); i-- > 0;) {
    if (overlay_[i].name == name) return overlay_[i].val;
  }
  const Resolution found = scopes_.resolve(scope_, name);
  if (found.kind == Resolution::Kind::global) {
    return load_path(builder_.global(name), range);
  }
  const Scope& binding = scopes_.all()[found.scope];
  const std::uint8_t flags = found.info.flags;
  const bool rebound = (flags & (kNameRebound | kNameVariable)) != 0;
  if (found.kind == Resolution::Kind::local && found.scope == scope_) {
    const bool constant = (flags & (kNameParam | kNameDefinition)) != 0 && !rebound;
    if (binding.kind == ScopeKind::function && (flags & kNameCaptured) != 0 && !constant) {
      return load_path(builder_.closure(name, binding.function), range);
    }
    Val out = env_.slots[found.info.slot];
    out.loaded = kNone;
    return out;
  }
  if (found.kind == Resolution::Kind::enclosing && binding.kind == ScopeKind::function) {
    if ((flags & kNameParam) != 0 && !rebound) {
      // A definition within a syntax error is never run into: its parameters are not known.
      if (found.info.detail >= out_.functions[binding.function].params.count) return {};
      return val_of(builder_.value(ValueKind::param, binding.function, found.info.detail));
    }
    if ((flags & kNameDefinition) != 0 && !rebound) {
      const Scope& defined = scopes_.all()[found.info.detail];
      return val_of(defined.kind == ScopeKind::klass
                        ? builder_.value(ValueKind::klass, defined.klass)
                        : builder_.value(ValueKind::function, defined.function));
    }
    return load_path(builder_.closure(name, binding.function), range);
  }
  return {};
}

Val Extractor::eval_identifier(NodeId node) {
  return load_name(symbol(node), range_of(node));
}

ValueId Extractor::eval_annotation(NodeId node) {
  const Deeper deeper(depth_);
  if (deeper.too_deep()) return 0;
  ++quiet_;
  NodeId inner = node;
  if (kind(inner) == NodeKind::type) {
    const NodeId child = tree_.first_child(inner);
    if (child != kNoNode) inner = child;
  }
  Val val;
  if (kind(inner) == NodeKind::generic_type) {
    // list[int]: the grammar has a node of its own for it.
    if (const NodeId base = tree_.first_child(inner); base != kNoNode) {
      ValueId argument = 0;
      if (const NodeId parameters = tree_.next(base); parameters != kNoNode) {
        std::vector<ValueId> arguments;
        for (NodeId at = tree_.first_child(parameters); at != kNoNode; at = tree_.next(at)) {
          if (kind(at) != NodeKind::token) arguments.push_back(eval_annotation(at));
        }
        if (arguments.size() == 1) {
          argument = arguments.front();
        } else if (!arguments.empty()) {
          const auto first = static_cast<std::uint32_t>(out_.value_lists.size());
          out_.value_lists.insert(out_.value_lists.end(), arguments.begin(), arguments.end());
          argument =
              builder_.fresh_value(ValueKind::display, static_cast<std::uint32_t>(Builtin::tuple),
                                   first, static_cast<std::uint32_t>(arguments.size()));
        }
      }
      const Val container = eval(base);
      val.value =
          builder_.value_of_path(builder_.item(builder_.of_value(container.value), argument));
    }
  } else {
    val = eval(inner);
  }
  --quiet_;
  return val.value;
}

Sym Extractor::literal_text(NodeId node) {
  std::string_view text = text_of(node);
  if (kind(node) == NodeKind::string) {
    const auto quote = text.find_first_of("\"'");
    if (quote == text.npos) return builder_.intern(text);
    std::size_t width = 1;
    if (text.size() >= quote + 6 && text[quote + 1] == text[quote] &&
        text[quote + 2] == text[quote]) {
      width = 3;
    }
    text.remove_prefix(std::min(text.size(), quote + width));
    text.remove_suffix(std::min(text.size(), width));
  }
  return builder_.intern(text);
}

PathId Extractor::binding_in(PathId container, ValueId key) {
  const ValueNode& literal = builder_.node(key);
  if (literal.kind != ValueKind::constant ||
      literal.a != static_cast<std::uint32_t>(Builtin::str)) {
    return 0;
  }
  const Sym name = literal.b;
  const PathNode held = builder_.path_node(container);
  if (held.kind == PathKind::attr && held.sym == names_.self_dict) {
    return builder_.attribute(held.parent, name);
  }
  if (held.kind == PathKind::global && held.sym == names_.module_dict) return builder_.global(name);
  return 0;
}

ValueId Extractor::key_value(NodeId node, DepsId& deps) {
  const Val key = eval(node);
  deps = flow_.join(deps, key.deps);
  return key.value;
}

void Extractor::truth_switch(Val& val, ByteRange range) {
  if (val.tested || val.value == 0) return;
  if (val.loaded == kNone && !val.derived && builder_.node(val.value).kind == ValueKind::path) {
    const AccessId made = access(builder_.node(val.value).a, AccessOp::length, range,
                                 builder_.intern("bool"), 0, 0, kAccessViaAlias);
    if (made != kNone) val.deps = flow_.join(val.deps, flow_.dep(made));
  }
  const ValueKind value_kind = builder_.node(val.value).kind;
  if (value_kind == ValueKind::constant || value_kind == ValueKind::compare ||
      value_kind == ValueKind::display) {
    return;
  }
  passed(SwitchKind::truth, range, val.value);
}

namespace {

/// The special method that an operator calls on its left operand; empty if there is none.
std::string_view special_method(std::string_view op) {
  using namespace std::string_view_literals;
  static constexpr std::array kMethods = {
      std::pair{"+"sv, "__add__"sv},     std::pair{"-"sv, "__sub__"sv},
      std::pair{"*"sv, "__mul__"sv},     std::pair{"@"sv, "__matmul__"sv},
      std::pair{"/"sv, "__truediv__"sv}, std::pair{"//"sv, "__floordiv__"sv},
      std::pair{"%"sv, "__mod__"sv},     std::pair{"**"sv, "__pow__"sv},
      std::pair{"<<"sv, "__lshift__"sv}, std::pair{">>"sv, "__rshift__"sv},
      std::pair{"&"sv, "__and__"sv},     std::pair{"|"sv, "__or__"sv},
      std::pair{"^"sv, "__xor__"sv},     std::pair{"=="sv, "__eq__"sv},
      std::pair{"!="sv, "__ne__"sv},     std::pair{"<"sv, "__lt__"sv},
      std::pair{"<="sv, "__le__"sv},     std::pair{">"sv, "__gt__"sv},
      std::pair{">="sv, "__ge__"sv},
  };
  for (const auto& [text, method] : kMethods) {
    if (text == op) return method;
  }
  return {};
}

/// The value that was just loaded is the left operand of an operator: the load says so.
void mark_operand(ModuleSummary& out, SummaryBuilder& builder, const Val& val,
                  std::string_view op) {
  if (val.loaded == kNone || out.accesses[val.loaded].op != AccessOp::load) return;
  const std::string_view method = special_method(op);
  if (!method.empty()) out.accesses[val.loaded].method = builder.intern(method);
}

}  // namespace

FactsId Extractor::truth(const Val& val, bool outcome) {
  if (val.tested) return outcome ? val.when_true : val.when_false;
  if (val.deps == 0) return 0;
  std::vector<Fact> facts;
  const auto [begin, end] = flow_.deps(val.deps);
  for (const AccessId* dep = begin; dep != end; ++dep) {
    facts.push_back({*dep, val.derived ? Test::other : outcome ? Test::truthy : Test::falsy});
  }
  return flow_.facts(facts);
}

Val Extractor::eval_attribute(NodeId node) {
  const NodeId object_node = tree_.child(node, FieldKind::object);
  const NodeId name_node = tree_.child(node, FieldKind::attribute);
  if (object_node == kNoNode || name_node == kNoNode) return eval_children(node);
  const Val object = eval(object_node);
  use_after_test(object);
  Val out = load_path(builder_.attribute(builder_.of_value(object.value), symbol(name_node)),
                      range_of(node));
  if (out.loaded == kNone) {
    out.deps = object.deps;
    out.derived = true;
  } else if (object.deps != 0) {
    passed(SwitchKind::attribute, range_of(node), object.value, out.value);
  }
  return out;
}

Val Extractor::eval_subscript(NodeId node) {
  const NodeId object_node = tree_.child(node, FieldKind::value);
  if (object_node == kNoNode) return eval_children(node);
  const Val object = eval(object_node);
  use_after_test(object);
  const NodeId key_node = tree_.child(node, FieldKind::subscript);
  DepsId key_deps = 0;
  const bool slice = key_node != kNoNode && kind(key_node) == NodeKind::slice;
  ValueId key = key_node == kNoNode ? 0 : key_value(key_node, key_deps);
  if (key_node != kNoNode) {
    // x[a, b]: the key is a tuple; its parts are evaluated, its identity is not followed.
    for (NodeId at = tree_.next(key_node); at != kNoNode; at = tree_.next(at)) {
      if (kind(at) == NodeKind::token) continue;
      const ValueId part = key_value(at, key_deps);
      key = builder_.value(ValueKind::binary, builder_.intern(","), key, part);
    }
  }
  const PathId path = builder_.of_value(object.value);
  Val out;
  if (path == 0) {
    out.deps = flow_.join(object.deps, key_deps);
    out.derived = true;
    return out;
  }
  if (const PathId binding = binding_in(path, key); binding != 0) {
    return load_path(binding, range_of(node), kAccessDynamic);
  }
  const AccessId made =
      access(path, AccessOp::item_load, range_of(node), slice ? builder_.intern("[:]") : 0,
             slice ? 0 : key, 0, alias_flag(object));
  close_regions(made, 0, key_deps, 0);
  passed(SwitchKind::subscript, range_of(node), object.value, key);
  if (slice) {
    out.value = builder_.value(ValueKind::unary, builder_.intern("[:]"), object.value);
  } else {
    out.value = builder_.value_of_path(builder_.item(path, key));
  }
  out.loaded = made;
  if (made != kNone) {
    out.deps = flow_.join(flow_.dep(made), key_deps);
    out.derived = key_deps != 0;
  } else {
    out.deps = flow_.join(object.deps, key_deps);
    out.derived = true;
  }
  return out;
}

Val Extractor::eval_comparison(NodeId node) {
  std::vector<NodeId> operands;
  std::vector<NodeId> operators;
  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    (tree_.nodes[at].field == FieldKind::operators || kind(at) == NodeKind::token ? operators
                                                                                  : operands)
        .push_back(at);
  }
  Val out;
  if (operands.size() < 2 || operators.empty()) return eval_children(node);
  std::vector<Fact> when_true;
  std::vector<Fact> when_false;
  Val left = eval(operands[0]);
  for (std::size_t i = 1; i < operands.size() && i - 1 < operators.size(); ++i) {
    const std::string_view op = text_of(operators[i - 1]);
    Val right = eval(operands[i]);
    const bool negative = op.starts_with("not") || op == "!=" || op == "<>" ||
                          (op.starts_with("is") && op.size() > 2);
    const auto add = [&](const Val& val, Test yes, Test no) {
      const auto [begin, end] = flow_.deps(val.deps);
      for (const AccessId* dep = begin; dep != end; ++dep) {
        when_true.push_back({*dep, val.derived ? Test::other : negative ? no : yes});
        when_false.push_back({*dep, val.derived ? Test::other : negative ? yes : no});
      }
    };
    if (op == "in" || op.starts_with("not")) {
      PathId container = builder_.of_value(right.value);
      Sym view = 0;
      if (const PathId viewed = iterated_path(right, view); viewed != 0) container = viewed;
      AccessId made = kNone;
      if (const PathId binding = binding_in(container, left.value); binding != 0) {
        made = access(binding, AccessOp::load, range_of(node), 0, 0, 0, kAccessHasattr);
      } else {
        use_after_test(right);
        made = access(container, AccessOp::contains, range_of(node), view, left.value, 0,
                      alias_flag(right));
      }
      passed(SwitchKind::subscript, range_of(node), right.value, left.value);
      if (made != kNone) {
        when_true.push_back({made, negative ? Test::absent : Test::present});
        when_false.push_back({made, negative ? Test::present : Test::absent});
        out.deps = flow_.join(out.deps, flow_.dep(made));
      } else {
        add(right, Test::present, Test::absent);
        out.deps = flow_.join(out.deps, right.deps);
      }
    } else if (op.starts_with("is")) {
      const auto against_none = [&](NodeId operand) {
        return kind(unwrap(operand)) == NodeKind::none;
      };
      if (against_none(operands[i])) {
        add(left, Test::is_none, Test::is_not_none);
      } else if (against_none(operands[i - 1])) {
        add(right, Test::is_none, Test::is_not_none);
      } else {
        add(left, Test::identity, Test::not_equal);
        add(right, Test::identity, Test::not_equal);
      }
      out.deps = flow_.join(out.deps, flow_.join(left.deps, right.deps));
    } else {
      const bool equality = op == "==" || negative;
      const bool none = equality && (kind(unwrap(operands[i])) == NodeKind::none);
      add(left,
          none       ? Test::is_none
          : equality ? Test::equal
                     : Test::ordered,
          none       ? Test::is_not_none
          : equality ? Test::not_equal
                     : Test::ordered);
      add(right, equality ? Test::equal : Test::ordered,
          equality ? Test::not_equal : Test::ordered);
      passed(SwitchKind::operator_, range_of(node), left.value, right.value);
      mark_operand(out_, builder_, left, op);
      out.deps = flow_.join(out.deps, flow_.join(left.deps, right.deps));
    }
    left = right;
  }
  out.value = builder_.value(ValueKind::compare, 0, left.value, 0);
  out.when_true = flow_.facts(when_true);
  out.when_false = flow_.facts(when_false);
  out.tested = true;
  out.derived = true;
  return out;
}

Val Extractor::eval_boolean(NodeId node) {
  const NodeId left_node = tree_.child(node, FieldKind::left);
  const NodeId right_node = tree_.child(node, FieldKind::right);
  const NodeId op_node = tree_.child(node, FieldKind::operator_);
  if (left_node == kNoNode || right_node == kNoNode || op_node == kNoNode)
    return eval_children(node);
  const bool conjunction = text_of(op_node) == "and";
  Val left = eval(left_node);
  truth_switch(left, range_of(left_node));
  const FactsId left_true = truth(left, true);
  const FactsId left_false = truth(left, false);
  guards_.push_back(
      {conjunction ? left_true : left_false, RegionKind::control, range_of(left_node)});
  const BlockId outer = open_block(++next_branch_, 0, false);
  const Val right = eval(right_node);
  close_block(outer, false);
  guards_.pop_back();
  const FactsId right_true = truth(right, true);
  const FactsId right_false = truth(right, false);
  Val out;
  out.value = left.value != 0 && right.value != 0
                  ? builder_.value(ValueKind::either, 0, left.value, right.value)
                  : 0;
  out.deps = flow_.join(left.deps, right.deps);
  out.choice = conjunction ? left_true : left_false;
  // Only one outcome tells that both operands were evaluated.
  const Val& locking = right.acquired != kNone ? right : left;
  if (locking.acquired != kNone && locking.acquired_if == conjunction) {
    out.acquired = locking.acquired;
    out.acquired_if = conjunction;
  }
  // The side that both operands must have passed, and the one where only some did.
  out.when_true = flow_.join_facts(left_true, right_true);
  out.when_false = flow_.join_facts(left_false, right_false);
  out.tested = true;
  out.derived = left.derived || right.derived;
  return out;
}

Val Extractor::eval_conditional(NodeId node) {
  NodeId parts[3] = {kNoNode, kNoNode, kNoNode};
  int count = 0;
  for (NodeId at = tree_.first_child(node); at != kNoNode && count < 3; at = tree_.next(at)) {
    if (kind(at) != NodeKind::token) parts[count++] = at;
  }
  if (count < 3) return eval_children(node);
  Val condition = eval(parts[1]);
  truth_switch(condition, range_of(parts[1]));
  const FactsId yes = truth(condition, true);
  const FactsId no = truth(condition, false);
  const std::uint32_t branch = ++next_branch_;
  guards_.push_back({yes, RegionKind::control, range_of(parts[1])});
  BlockId outer = open_block(branch, 0, false);
  const Val first = eval(parts[0]);
  close_block(outer, false);
  guards_.back().facts = no;
  outer = open_block(branch, 1, false);
  const Val second = eval(parts[2]);
  close_block(outer, false);
  guards_.pop_back();
  Val out;
  out.value = first.value != 0 && second.value != 0
                  ? builder_.value(ValueKind::either, 0, first.value, second.value)
                  : 0;
  out.deps = flow_.join(first.deps, second.deps);
  out.choice = flow_.join_facts(yes, no);
  out.derived = true;
  return out;
}

Val Extractor::eval_comprehension(NodeId node) {
  const NodeId body = tree_.child(node, FieldKind::body);
  const std::size_t overlays = overlay_.size();
  const std::size_t guards = guards_.size();
  const ScopeId saved_scope = scope_;
  const ScopeId own = scopes_.of_node(node);
  Val out;
  BlockId outer = block_;
  bool opened = false;
  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) == NodeKind::for_in_clause) {
      const NodeId left = tree_.child(at, FieldKind::left);
      const NodeId right = tree_.child(at, FieldKind::right);
      if (left == kNoNode || right == kNoNode) continue;
      const Val container = eval(right);
      iterate(container, range_of(right), true);
      if (!opened) {
        outer = open_block(++next_branch_, 0, true);
        opened = true;
      }
      ++loop_depth_;
      if (own != kNone) scope_ = saved_scope;
      // Comprehension variables live in the overlay, outside the slots of the function.
      std::vector<NodeId> targets{left};
      while (!targets.empty()) {
        const NodeId target = targets.back();
        targets.pop_back();
        if (kind(target) == NodeKind::identifier) {
          overlay_.push_back({symbol(target), {}});
        } else {
          for (NodeId part = tree_.first_child(target); part != kNoNode; part = tree_.next(part)) {
            if (kind(target) != NodeKind::attribute && kind(target) != NodeKind::subscript) {
              targets.push_back(part);
            }
          }
        }
      }
      Val source = container;
      if (!out_.accesses.empty() && quiet_ == 0) {
        const auto last = static_cast<AccessId>(out_.accesses.size() - 1);
        if (out_.accesses[last].op == AccessOp::iterate) source.deps = flow_.dep(last);
      }
      out.deps = flow_.join(out.deps, source.deps);
      bind_element(left, source, range_of(left));
    } else if (kind(at) == NodeKind::if_clause) {
      const NodeId condition = tree_.first_child(at);
      if (condition == kNoNode) continue;
      const Val test = eval(condition);
      guards_.push_back({truth(test, true), RegionKind::control, range_of(condition)});
    }
  }
  ValueId element = 0;
  ValueId key = 0;
  if (body != kNoNode) {
    if (kind(body) == NodeKind::pair) {
      const NodeId key_node = tree_.child(body, FieldKind::key);
      const NodeId value_node = tree_.child(body, FieldKind::value);
      if (key_node != kNoNode) {
        const Val val = eval(key_node);
        out.deps = flow_.join(out.deps, val.deps);
        key = val.value;
      }
      if (value_node != kNoNode) {
        const Val val = eval(value_node);
        out.deps = flow_.join(out.deps, val.deps);
        element = val.value;
      }
    } else {
      const Val val = eval(body);
      out.deps = flow_.join(out.deps, val.deps);
      element = val.value;
    }
  }
  passed(SwitchKind::backward_jump, range_of(node));
  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) == NodeKind::for_in_clause && tree_.child(at, FieldKind::left) != kNoNode &&
        tree_.child(at, FieldKind::right) != kNoNode) {
      --loop_depth_;
    }
  }
  if (opened) close_block(outer, false);
  overlay_.resize(overlays);
  guards_.resize(guards);
  scope_ = saved_scope;
  Builtin type = Builtin::list;
  if (kind(node) == NodeKind::set_comprehension) type = Builtin::set;
  if (kind(node) == NodeKind::dictionary_comprehension) type = Builtin::dict;
  if (kind(node) == NodeKind::generator_expression) type = Builtin::generator;
  out.value = builder_.fresh_value(ValueKind::comprehension, static_cast<std::uint32_t>(type),
                                   element, key);
  out.derived = true;
  return out;
}

Val Extractor::eval_sequence(NodeId node, Builtin type) {
  Val out;
  std::vector<std::uint32_t> elements;
  bool splat = false;
  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) == NodeKind::token) continue;
    splat = splat || kind(at) == NodeKind::list_splat;
    const Val val = eval(at);
    out.deps = flow_.join(out.deps, val.deps);
    if (elements.size() < 16) elements.push_back(val.value);
  }
  if (splat) elements.clear();
  const auto first = static_cast<std::uint32_t>(out_.value_lists.size());
  if (quiet_ == 0 || type == Builtin::tuple) {
    out_.value_lists.insert(out_.value_lists.end(), elements.begin(), elements.end());
    out.value = builder_.fresh_value(ValueKind::display, static_cast<std::uint32_t>(type), first,
                                     static_cast<std::uint32_t>(elements.size()));
  }
  out.derived = true;
  return out;
}

Val Extractor::eval_dictionary(NodeId node) {
  Val out;
  std::vector<std::uint32_t> elements;
  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) != NodeKind::pair) {
      if (kind(at) != NodeKind::token) out.deps = flow_.join(out.deps, eval(at).deps);
      continue;
    }
    if (const NodeId key = tree_.child(at, FieldKind::key); key != kNoNode) {
      out.deps = flow_.join(out.deps, eval(key).deps);
    }
    if (const NodeId value = tree_.child(at, FieldKind::value); value != kNoNode) {
      const Val val = eval(value);
      out.deps = flow_.join(out.deps, val.deps);
      if (elements.size() < 16) elements.push_back(val.value);
    }
  }
  const auto first = static_cast<std::uint32_t>(out_.value_lists.size());
  out_.value_lists.insert(out_.value_lists.end(), elements.begin(), elements.end());
  out.value = builder_.fresh_value(ValueKind::display, static_cast<std::uint32_t>(Builtin::dict),
                                   first, static_cast<std::uint32_t>(elements.size()));
  out.derived = true;
  return out;
}

Val Extractor::eval_string(NodeId node) {
  const NodeId first = tree_.first_child(node);
  if (first == kNoNode) {
    const std::string_view text = text_of(node);
    bool bytes = false;
    for (const char c : text) {
      if (c == '"' || c == '\'') break;
      bytes = bytes || c == 'b' || c == 'B';
    }
    return val_of(builder_.constant(bytes ? Builtin::bytes : Builtin::str, literal_text(node)));
  }
  Val out = eval_children(node);
  out.value = builder_.value(ValueKind::string);
  out.derived = true;
  return out;
}

Val Extractor::eval_children(NodeId node) {
  Val out;
  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) != NodeKind::token) out.deps = flow_.join(out.deps, eval(at).deps);
  }
  out.derived = true;
  return out;
}

Val Extractor::eval(NodeId node) {
  const Deeper deeper(depth_);
  if (deeper.too_deep()) return {};
  switch (kind(node)) {
    case NodeKind::identifier: return tree_.nodes[node].missing ? Val{} : eval_identifier(node);
    case NodeKind::attribute: return eval_attribute(node);
    case NodeKind::subscript: return eval_subscript(node);
    case NodeKind::call: return eval_call(node);
    case NodeKind::parenthesized_expression: {
      const NodeId inner = unwrap(node);
      return inner == node ? eval_children(node) : eval(inner);
    }
    case NodeKind::comparison_operator: return eval_comparison(node);
    case NodeKind::boolean_operator: return eval_boolean(node);
    case NodeKind::not_operator: {
      const NodeId argument = tree_.child(node, FieldKind::argument);
      if (argument == kNoNode) return {};
      Val inner = eval(argument);
      truth_switch(inner, range_of(argument));
      Val out;
      out.value = builder_.value(ValueKind::compare, 0, inner.value, 0);
      out.deps = inner.deps;
      out.acquired = inner.acquired;
      out.acquired_if = !inner.acquired_if;
      out.when_true = truth(inner, false);
      out.when_false = truth(inner, true);
      out.tested = true;
      out.derived = true;
      return out;
    }
    case NodeKind::conditional_expression: return eval_conditional(node);
    case NodeKind::binary_operator: {
      // A long chain a + b + c ... leans to the left: walk it without recursion.
      std::vector<NodeId> spine;
      NodeId at = node;
      while (kind(at) == NodeKind::binary_operator) {
        const NodeId left = tree_.child(at, FieldKind::left);
        if (left == kNoNode) break;
        spine.push_back(at);
        at = left;
      }
      Val left = kind(at) == NodeKind::binary_operator ? Val{} : eval(at);
      for (std::size_t i = spine.size(); i-- > 0;) {
        const NodeId right_node = tree_.child(spine[i], FieldKind::right);
        const NodeId op = tree_.child(spine[i], FieldKind::operator_);
        const Val right = right_node == kNoNode ? Val{} : eval(right_node);
        if (op != kNoNode) mark_operand(out_, builder_, left, text_of(op));
        Val out;
        out.value =
            builder_.value(ValueKind::binary, op == kNoNode ? 0 : builder_.intern(text_of(op)),
                           left.value, right.value);
        out.deps = flow_.join(left.deps, right.deps);
        out.derived = true;
        passed(SwitchKind::operator_, range_of(spine[i]), left.value, right.value);
        left = out;
      }
      return left;
    }
    case NodeKind::unary_operator: {
      const NodeId argument = tree_.child(node, FieldKind::argument);
      if (argument == kNoNode) return eval_children(node);
      const Val inner = eval(argument);
      Val out;
      out.value = builder_.value(ValueKind::unary, builder_.intern(text_of(node).substr(0, 1)),
                                 inner.value);
      out.deps = inner.deps;
      out.derived = true;
      passed(SwitchKind::operator_, range_of(node), inner.value, inner.value);
      return out;
    }
    case NodeKind::named_expression: {
      const NodeId name = tree_.child(node, FieldKind::name);
      const NodeId value = tree_.child(node, FieldKind::value);
      if (name == kNoNode || value == kNoNode) return eval_children(node);
      Val out = eval(value);
      store(name, out, range_of(node));
      out.loaded = kNone;
      return out;
    }
    case NodeKind::interpolation: {
      // Formatting calls __format__ or __str__.
      Val out = eval_children(node);
      if (const NodeId inner = tree_.first_child(node); inner != kNoNode) {
        passed(SwitchKind::operator_, range_of(node));
      }
      return out;
    }
    case NodeKind::lambda: return val_of(lambda(node));
    case NodeKind::await: {
      NodeId operand = tree_.first_child(node);
      while (operand != kNoNode && kind(operand) == NodeKind::token) operand = tree_.next(operand);
      Val out = operand == kNoNode ? Val{} : eval(operand);
      passed(SwitchKind::await_, range_of(node));
      if (out.value != 0) out.value = builder_.value(ValueKind::awaited, 0, out.value);
      out.loaded = kNone;
      return out;
    }
    case NodeKind::yield: {
      eval_children(node);
      if (function().yield_held == 0) function().yield_held = builder_.held(env_.held);
      passed(SwitchKind::yield_, range_of(node));
      return {};
    }
    case NodeKind::list_comprehension:
    case NodeKind::set_comprehension:
    case NodeKind::dictionary_comprehension:
    case NodeKind::generator_expression: return eval_comprehension(node);
    case NodeKind::list: return eval_sequence(node, Builtin::list);
    case NodeKind::set: return eval_sequence(node, Builtin::set);
    case NodeKind::tuple:
    case NodeKind::expression_list: return eval_sequence(node, Builtin::tuple);
    case NodeKind::dictionary: return eval_dictionary(node);
    case NodeKind::string: return eval_string(node);
    case NodeKind::concatenated_string: {
      Val out = eval_children(node);
      out.value = builder_.value(ValueKind::string);
      return out;
    }
    case NodeKind::integer:
      return val_of(builder_.constant(Builtin::int_, builder_.intern(text_of(node))));
    case NodeKind::float_:
      return val_of(builder_.constant(Builtin::float_, builder_.intern(text_of(node))));
    case NodeKind::true_: return val_of(builder_.constant(Builtin::bool_, builder_.intern("True")));
    case NodeKind::false_:
      return val_of(builder_.constant(Builtin::bool_, builder_.intern("False")));
    case NodeKind::none: return val_of(builder_.constant(Builtin::none_type));
    case NodeKind::ellipsis: return val_of(builder_.constant(Builtin::ellipsis));
    case NodeKind::list_splat:
    case NodeKind::dictionary_splat: {
      const NodeId inner = tree_.first_child(node);
      Val out;
      for (NodeId at = inner; at != kNoNode; at = tree_.next(at)) {
        if (kind(at) != NodeKind::token) {
          out = eval(at);
          if (kind(node) == NodeKind::list_splat) iterate(out, range_of(at), false);
        }
      }
      out.loaded = kNone;
      out.value = 0;
      return out;
    }
    case NodeKind::type: {
      const NodeId inner = tree_.first_child(node);
      return inner == kNoNode ? Val{} : eval(inner);
    }
    case NodeKind::as_pattern: {
      const NodeId inner = tree_.first_child(node);
      const Val val = inner == kNoNode ? Val{} : eval(inner);
      if (const NodeId alias = tree_.child(node, FieldKind::alias); alias != kNoNode) {
        store(alias, val, range_of(node));
      }
      return val;
    }
    case NodeKind::assignment: assignment(node); return {};
    case NodeKind::augmented_assignment: augmented_assignment(node); return {};
    case NodeKind::function_definition:
    case NodeKind::class_definition:
    case NodeKind::decorated_definition:
    case NodeKind::block: statement(node); return {};
    default: return eval_children(node);
  }
}

}  // namespace gilcheck::analyzer
