// Statements: control flow, guards, locks held.

#include <algorithm>

#include "analyzer/extract/extractor.h"

namespace gilcheck::analyzer {

namespace {
constexpr std::uint32_t kDeepestStatement = 400;
}

BlockId Extractor::open_block(std::uint32_t branch, std::uint16_t alternative, bool loop) {
  const BlockId previous = block_;
  out_.blocks.push_back({block_, branch, alternative, loop, false});
  block_ = static_cast<BlockId>(out_.blocks.size() - 1);
  return previous;
}

void Extractor::close_block(BlockId previous, bool exits) {
  out_.blocks[block_].exits = exits;
  block_ = previous;
}

void Extractor::merge(const Environment& other, bool this_exits, bool other_exits) {
  if (other_exits) return;
  if (this_exits) {
    env_ = other;
    return;
  }
  for (std::size_t i = 0; i < env_.slots.size(); ++i) {
    Val& mine = env_.slots[i];
    const Val& theirs = other.slots[i];
    if (mine.value == theirs.value) {
      mine.deps = flow_.join(mine.deps, theirs.deps);
      mine.derived = mine.derived || theirs.derived;
      if (mine.when_true != theirs.when_true || mine.when_false != theirs.when_false) {
        mine.tested = false;
        mine.when_true = mine.when_false = 0;
      }
      continue;
    }
    Val joined;
    joined.value = mine.value != 0 && theirs.value != 0
                       ? builder_.value(ValueKind::either, 0, mine.value, theirs.value)
                       : 0;
    if (joined.value == 0) joined.value = unknown_local(0);
    joined.deps = flow_.join(mine.deps, theirs.deps);
    joined.derived = mine.derived || theirs.derived;
    mine = joined;
  }
  std::erase_if(env_.held, [&](SectionId section) {
    return std::find(other.held.begin(), other.held.end(), section) == other.held.end();
  });
}

std::vector<SectionId> Extractor::kept_at_return() const {
  std::vector<SectionId> kept;
  bool inside = false;
  for (const SectionId id : env_.held) {
    const Section& section = out_.sections[id];
    if (section.kind == SectionKind::owned) continue;
    if (section.kind != SectionKind::acquired) {
      // The body of a with statement lies after its context; what a stack opened by one was given
      // ends with it.
      inside = inside || section.body.end > section.range.end;
      if (inside) continue;
    }
    kept.push_back(id);
  }
  return kept;
}

void Extractor::assume(const Val& test, bool outcome) {
  if (test.acquired != kNone && test.acquired_if != outcome) std::erase(env_.held, test.acquired);
}

void Extractor::forget_assigned(NodeId first, NodeId end) {
  const auto forget = [&](NodeId name) {
    if (kind(name) != NodeKind::identifier) return;
    const NameInfo* info = scopes_.find(scope_, symbol(name));
    if (info == nullptr || info->slot >= env_.slots.size()) return;
    Val& slot = env_.slots[info->slot];
    Val fresh;
    fresh.value = unknown_local(symbol(name));
    fresh.deps = slot.deps;
    fresh.derived = true;
    slot = fresh;
  };
  const auto forget_pattern = [&](NodeId pattern) {
    const NodeId stop = tree_.end(pattern);
    if (kind(pattern) == NodeKind::attribute || kind(pattern) == NodeKind::subscript) return;
    for (NodeId at = pattern; at < stop; ++at) {
      if (kind(at) == NodeKind::identifier && tree_.nodes[at].field != FieldKind::attribute)
        forget(at);
    }
  };
  for (NodeId at = first; at < end; ++at) {
    switch (kind(at)) {
      case NodeKind::assignment:
      case NodeKind::augmented_assignment:
      case NodeKind::for_statement:
        if (const NodeId left = tree_.child(at, FieldKind::left); left != kNoNode)
          forget_pattern(left);
        break;
      case NodeKind::named_expression:
        if (const NodeId name = tree_.child(at, FieldKind::name); name != kNoNode) forget(name);
        break;
      case NodeKind::as_pattern:
        if (const NodeId alias = tree_.child(at, FieldKind::alias); alias != kNoNode) {
          forget_pattern(alias);
        }
        break;
      default: break;
    }
  }
}

bool Extractor::block(NodeId node, bool keep_guards) {
  const std::size_t guards = guards_.size();
  bool exits = false;
  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) == NodeKind::token) continue;
    if (statement(at)) exits = true;
  }
  if (!keep_guards) guards_.resize(guards);
  return exits;
}

bool Extractor::statement(NodeId node) {
  if (depth_ > kDeepestStatement) return false;
  ++depth_;
  bool exits = false;
  const auto first_access = static_cast<AccessId>(out_.accesses.size());
  bool simple = true;
  switch (kind(node)) {
    case NodeKind::expression_statement:
      for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
        if (kind(at) == NodeKind::token) continue;
        // A docstring: it would only make the table of names longer.
        if (kind(at) == NodeKind::string && tree_.first_child(at) == kNoNode) continue;
        const CallId before = static_cast<CallId>(out_.calls.size());
        eval(at);
        if (kind(at) == NodeKind::call && out_.calls.size() > before) {
          out_.calls.back().flags |= kCallResultUnused;
        }
      }
      break;
    case NodeKind::return_statement: {
      const NodeId value = tree_.first_child(node);
      if (value != kNoNode) returns_.push_back(eval(value).value);
      const std::vector<SectionId> kept = kept_at_return();
      if (!returned_) {
        returned_with_ = kept;
        returned_ = true;
      }
      std::erase_if(returned_with_, [&](SectionId section) {
        return std::find(kept.begin(), kept.end(), section) == kept.end();
      });
      exits = true;
      break;
    }
    case NodeKind::raise_statement:
      eval_children(node);
      exits = true;
      break;
    case NodeKind::continue_statement:
    case NodeKind::break_statement: exits = true; break;
    case NodeKind::assert_statement: {
      const NodeId condition = tree_.first_child(node);
      if (condition == kNoNode) break;
      const auto first_call = static_cast<CallId>(out_.calls.size());
      const Val val = eval(condition);
      assume(val, true);
      // `assert lock.locked()` states that the caller holds it. As a test of its own the same call
      // says only that somebody does.
      if (kind(unwrap(condition)) == NodeKind::call && out_.calls.size() == first_call + 1) {
        const ValueNode callee = builder_.node(out_.calls[first_call].callee);
        if (callee.kind == ValueKind::path && builder_.path_node(callee.a).kind == PathKind::attr &&
            builder_.path_node(callee.a).sym == names_.locked) {
          acquire(val_of(builder_.value_of_path(builder_.path_node(callee.a).parent)), val.value,
                  range_of(condition), SectionKind::owned);
        }
      }
      for (NodeId at = tree_.next(condition); at != kNoNode; at = tree_.next(at)) {
        if (kind(at) != NodeKind::token) eval(at);
      }
      guards_.push_back({truth(val, true), RegionKind::control, range_of(condition)});
      break;
    }
    case NodeKind::delete_statement:
      for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at))
        delete_target(at);
      break;
    case NodeKind::if_statement:
      exits = if_statement(node);
      simple = false;
      break;
    case NodeKind::while_statement:
      exits = while_statement(node);
      simple = false;
      break;
    case NodeKind::for_statement:
      exits = for_statement(node);
      simple = false;
      break;
    case NodeKind::try_statement:
      exits = try_statement(node);
      simple = false;
      break;
    case NodeKind::with_statement:
      exits = with_statement(node);
      simple = false;
      break;
    case NodeKind::match_statement:
      exits = match_statement(node);
      simple = false;
      break;
    case NodeKind::function_definition:
      function_definition(node, {});
      simple = false;
      break;
    case NodeKind::class_definition:
      class_definition(node, {});
      simple = false;
      break;
    case NodeKind::decorated_definition:
      decorated_definition(node);
      simple = false;
      break;
    case NodeKind::import_statement: import_statement(node); break;
    case NodeKind::import_from_statement:
    case NodeKind::future_import_statement: import_from_statement(node); break;
    case NodeKind::global_statement:
    case NodeKind::nonlocal_statement:
    case NodeKind::pass_statement:
    case NodeKind::type_alias_statement: break;
    case NodeKind::block:
      exits = block(node);
      simple = false;
      break;
    case NodeKind::error:
      // What could be recognised inside a syntax error is still read.
      for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
        if (kind(at) != NodeKind::token) statement(at);
      }
      simple = false;
      break;
    default: eval(node); break;
  }
  if (simple && quiet_ == 0) statement_pairings(first_access);
  --depth_;
  return exits;
}

void Extractor::delete_target(NodeId node) {
  node = unwrap(node);
  const Deeper deeper(depth_);
  if (deeper.too_deep()) return;
  switch (kind(node)) {
    case NodeKind::attribute: {
      const NodeId object_node = tree_.child(node, FieldKind::object);
      const NodeId name_node = tree_.child(node, FieldKind::attribute);
      if (object_node == kNoNode || name_node == kNoNode) break;
      const Val object = eval(object_node);
      use_after_test(object);
      close_regions(access(builder_.attribute(builder_.of_value(object.value), symbol(name_node)),
                           AccessOp::del, range_of(node)),
                    0, 0, 0);
      break;
    }
    case NodeKind::subscript: {
      const NodeId object_node = tree_.child(node, FieldKind::value);
      if (object_node == kNoNode) break;
      const Val object = eval(object_node);
      use_after_test(object);
      const NodeId key_node = tree_.child(node, FieldKind::subscript);
      DepsId key_deps = 0;
      const bool slice = key_node != kNoNode && kind(key_node) == NodeKind::slice;
      const ValueId key = key_node == kNoNode ? 0 : key_value(key_node, key_deps);
      if (const PathId binding = binding_in(builder_.of_value(object.value), key); binding != 0) {
        close_regions(access(binding, AccessOp::del, range_of(node), 0, 0, 0, kAccessDynamic), 0, 0,
                      0);
        break;
      }
      const AccessId made =
          access(builder_.of_value(object.value), AccessOp::item_del, range_of(node),
                 slice ? builder_.intern("del[:]") : 0, slice ? 0 : key, 0, alias_flag(object));
      close_regions(made, 0, key_deps, 0);
      if (slice) close_drain(made);
      passed(SwitchKind::subscript, range_of(node), object.value, key);
      break;
    }
    case NodeKind::expression_list:
    case NodeKind::tuple:
    case NodeKind::list:
      for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
        if (kind(at) != NodeKind::token) delete_target(at);
      }
      break;
    case NodeKind::identifier: {
      const Resolution found = scopes_.resolve(scope_, symbol(node));
      if (found.kind == Resolution::Kind::enclosing) {
        const Scope& owner = scopes_.all()[found.scope];
        if (owner.kind == ScopeKind::function) {
          close_regions(
              access(builder_.closure(symbol(node), owner.function), AccessOp::del, range_of(node)),
              0, 0, 0);
        }
      } else if (found.kind == Resolution::Kind::global) {
        close_regions(access(builder_.global(symbol(node)), AccessOp::del, range_of(node)), 0, 0,
                      0);
      } else if (found.scope == scope_ && found.info.slot < env_.slots.size()) {
        env_.slots[found.info.slot] = val_of(unknown_local(symbol(node)));
      }
      break;
    }
    default: break;
  }
}

bool Extractor::if_statement(NodeId node) {
  NodeId alternative = kNoNode;
  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    if (tree_.nodes[at].field == FieldKind::alternative) {
      alternative = at;
      break;
    }
  }
  return if_rest(node, alternative);
}

bool Extractor::if_rest(NodeId node, NodeId alternative) {
  // `node` is the if statement or an elif clause; `alternative` the first clause after it.
  if (depth_ > kDeepestStatement) return false;
  ++depth_;
  const NodeId condition = tree_.child(node, FieldKind::condition);
  const NodeId consequence = tree_.child(node, FieldKind::consequence);
  Val test;
  ByteRange range = range_of(node);
  if (condition != kNoNode) {
    test = eval(condition);
    range = range_of(condition);
    truth_switch(test, range);
  }
  const FactsId yes = truth(test, true);
  const FactsId no = truth(test, false);
  const std::uint32_t branch = ++next_branch_;
  const Environment before = env_;

  guards_.push_back({yes, RegionKind::control, range});
  BlockId outer = open_block(branch, 0, false);
  assume(test, true);
  open_gates(yes);
  const bool then_exits = consequence != kNoNode && block(consequence);
  close_block(outer, then_exits);
  guards_.pop_back();

  bool else_exits = false;
  if (alternative == kNoNode) {
    const Environment after_then = std::move(env_);
    env_ = before;
    assume(test, false);
    merge(after_then, false, then_exits);
    // `if lock: lock.acquire()`: where there is no lock, there is nobody to exclude.
    for (const SectionId id : after_then.held) {
      if (then_exits || std::find(env_.held.begin(), env_.held.end(), id) != env_.held.end() ||
          out_.sections[id].kind != SectionKind::acquired) {
        continue;
      }
      const auto [begin, end] = flow_.facts(yes);
      const bool of_the_lock = std::any_of(begin, end, [&](const Fact& fact) {
        return out_.accesses[fact.access].path == out_.sections[id].lock &&
               (fact.test == Test::truthy || fact.test == Test::is_not_none);
      });
      if (of_the_lock) env_.held.push_back(id);
    }
  } else {
    const Environment after_then = std::move(env_);
    env_ = before;
    assume(test, false);
    guards_.push_back({no, RegionKind::control, range});
    outer = open_block(branch, 1, false);
    open_gates(no);
    if (kind(alternative) == NodeKind::elif_clause) {
      NodeId following = tree_.next(alternative);
      while (following != kNoNode && tree_.nodes[following].field != FieldKind::alternative) {
        following = tree_.next(following);
      }
      const std::size_t guards = guards_.size();
      else_exits = if_rest(alternative, following);
      guards_.resize(guards);
    } else {
      const NodeId body = tree_.child(alternative, FieldKind::body);
      else_exits = body != kNoNode && block(body);
    }
    close_block(outer, else_exits);
    guards_.pop_back();
    merge(after_then, else_exits, then_exits);
  }
  --depth_;
  // Whatever follows in this block runs only if the branch that left was not taken.
  if (then_exits && !else_exits) {
    guards_.push_back({no, RegionKind::control, range});
    open_gates(no);
  }
  if (else_exits && !then_exits) {
    guards_.push_back({yes, RegionKind::control, range});
    open_gates(yes);
  }
  return then_exits && else_exits;
}

bool Extractor::while_statement(NodeId node) {
  const NodeId condition = tree_.child(node, FieldKind::condition);
  const NodeId body = tree_.child(node, FieldKind::body);
  const NodeId alternative = tree_.child(node, FieldKind::alternative);
  if (body == kNoNode) {
    eval_children(node);
    return false;
  }
  const NodeId body_end = tree_.end(body);
  forget_assigned(condition == kNoNode ? body : condition, body_end);
  Val test;
  ByteRange range = range_of(node);
  bool forever = false;
  if (condition != kNoNode) {
    const NodeKind literal = kind(unwrap(condition));
    forever = literal == NodeKind::true_ ||
              (literal == NodeKind::integer && text_of(unwrap(condition)) != "0");
    const auto tested = static_cast<AccessId>(out_.accesses.size());
    test = eval(condition);
    range = range_of(condition);
    if (!forever) truth_switch(test, range);
    loop_tests_.push_back({tested, static_cast<AccessId>(out_.accesses.size()), 0});
  }
  const FactsId yes = truth(test, true);
  const FactsId no = truth(test, false);
  bool breaks = false;
  for (NodeId at = body; at < body_end; ++at)
    breaks = breaks || kind(at) == NodeKind::break_statement;

  const Environment before = env_;
  const std::uint32_t branch = ++next_branch_;
  guards_.push_back({yes, RegionKind::control, range});
  BlockId outer = open_block(branch, 0, true);
  if (condition != kNoNode) loop_tests_.back().body = block_;
  // The test is repeated below the body, and the jump back to the body follows it.
  passed(SwitchKind::backward_jump, range);
  ++loop_depth_;
  assume(test, true);
  const bool body_exits = block(body);
  --loop_depth_;
  close_block(outer, false);
  guards_.pop_back();
  if (forever) passed(SwitchKind::backward_jump, range);
  merge(before, body_exits && !breaks, false);
  // `while not lock.acquire(False): ...` goes on with the lock.
  if (test.acquired != kNone && !test.acquired_if && !breaks &&
      std::find(env_.held.begin(), env_.held.end(), test.acquired) == env_.held.end()) {
    env_.held.push_back(test.acquired);
  }
  assume(test, false);

  if (!breaks) guards_.push_back({no, RegionKind::control, range});
  if (alternative != kNoNode) {
    const NodeId else_body = tree_.child(alternative, FieldKind::body);
    outer = open_block(++next_branch_, 0, false);
    const bool exits = else_body != kNoNode && block(else_body);
    close_block(outer, exits && !breaks);
  }
  return forever && !breaks;
}

bool Extractor::for_statement(NodeId node) {
  const NodeId left = tree_.child(node, FieldKind::left);
  const NodeId right = tree_.child(node, FieldKind::right);
  const NodeId body = tree_.child(node, FieldKind::body);
  const NodeId alternative = tree_.child(node, FieldKind::alternative);
  if (left == kNoNode || right == kNoNode || body == kNoNode) {
    eval_children(node);
    return false;
  }
  Val container = eval(right);
  // A body that always leaves takes one element: that is a read, not an iteration.
  bool once = false;
  NodeId last = kNoNode;
  for (NodeId at = tree_.first_child(body); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) != NodeKind::token) last = at;
  }
  const NodeId body_end = tree_.end(body);
  bool breaks = false;
  bool continues = false;
  bool returns = false;
  for (NodeId at = body; at < body_end; ++at) {
    switch (kind(at)) {
      case NodeKind::break_statement: breaks = true; break;
      case NodeKind::continue_statement: continues = true; break;
      case NodeKind::return_statement:
      case NodeKind::raise_statement: returns = true; break;
      case NodeKind::function_definition:
      case NodeKind::class_definition: at = tree_.end(at) - 1; break;
      default: break;
    }
  }
  if (last != kNoNode && !continues) {
    const NodeKind end = kind(last);
    once = end == NodeKind::return_statement || end == NodeKind::break_statement ||
           end == NodeKind::raise_statement;
  }
  FactsId searched = 0;
  if (!once) {
    const auto before = static_cast<AccessId>(out_.accesses.size());
    iterate(container, range_of(right), true);
    if (out_.accesses.size() > before) {
      const auto made = static_cast<AccessId>(out_.accesses.size() - 1);
      container.deps = flow_.dep(made);
      searched = flow_.facts({{made, Test::other}});
    }
  }
  forget_assigned(body, body_end);
  const Environment before = env_;
  BlockId outer = open_block(++next_branch_, 0, true);
  ++loop_depth_;
  bind_element(left, container, range_of(left));
  block(body);
  --loop_depth_;
  close_block(outer, false);
  passed(SwitchKind::backward_jump, {range_of(node).begin, range_of(right).end});
  merge(before, false, false);
  // What follows a search that returns, or stands in its else branch, runs because nothing in the
  // container matched.
  if (returns && !breaks) guards_.push_back({searched, RegionKind::control, range_of(right)});
  if (alternative != kNoNode) {
    const NodeId else_body = tree_.child(alternative, FieldKind::body);
    outer = open_block(++next_branch_, 0, false);
    if (breaks) guards_.push_back({searched, RegionKind::control, range_of(right)});
    const bool exits = else_body != kNoNode && block(else_body);
    if (breaks) guards_.pop_back();
    close_block(outer, exits && !breaks);
  }
  return false;
}

std::uint8_t Extractor::caught(NodeId try_node) const {
  std::uint8_t out = 0;
  for (NodeId at = tree_.first_child(try_node); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) != NodeKind::except_clause) continue;
    const NodeId type = tree_.child(at, FieldKind::value);
    if (type == kNoNode) continue;
    bool raises_again = false;
    for (NodeId inner = at; inner < tree_.end(at); ++inner) {
      if (kind(inner) != NodeKind::raise_statement) continue;
      NodeId what = tree_.first_child(inner);
      while (what != kNoNode && kind(what) == NodeKind::token) what = tree_.next(what);
      raises_again = raises_again || what == kNoNode;
    }
    if (raises_again) continue;
    for (NodeId name = type; name < tree_.end(type); ++name) {
      if (kind(name) != NodeKind::identifier) continue;
      const std::string_view text = text_of(name);
      if (text == "AttributeError") out |= kCatchesAttributeError;
      if (text == "KeyError" || text == "LookupError") out |= kCatchesKeyError;
      if (text == "IndexError" || text == "LookupError") out |= kCatchesIndexError;
      if (text == "ValueError") out |= kCatchesValueError;
      if (text == "RuntimeError") out |= kCatchesRuntimeError;
      if (text == "Empty") out |= kCatchesEmpty;
    }
  }
  return out;
}

std::vector<Fact> Extractor::raising_reads(AccessId first, NodeId handler_type) const {
  std::vector<Fact> out;
  bool key = false;
  bool index = false;
  bool attribute = false;
  bool other = false;  // what a binding that is missing or None may raise, beside AttributeError
  bool value = false;
  const auto name_it = [&](std::string_view name) {
    if (name == "KeyError") key = true;
    else if (name == "IndexError") index = true;
    else if (name == "LookupError") key = index = true;
    else if (name == "AttributeError") attribute = true;
    else if (name == "TypeError" || name == "NameError") attribute = other = true;
    else if (name == "ValueError") value = true;
    else if (name == "Exception" || name == "BaseException")
      key = index = attribute = other = value = true;
  };
  // The variable of `table[key] = sys.abiflags`: subscripting None is a TypeError, a global
  // that is missing a NameError.
  const auto only_subscripted = [&](AccessId at, AccessId last) {
    const Access& access = out_.accesses[at];
    if (builder_.path_node(access.path).kind != PathKind::global || at + 1 >= last) return false;
    const Access& next = out_.accesses[at + 1];
    return next.path == access.path &&
           (next.op == AccessOp::item_store || next.op == AccessOp::item_load ||
            next.op == AccessOp::item_del);
  };
  if (handler_type == kNoNode) {
    key = index = attribute = other = value = true;
  } else {
    const NodeId end = tree_.end(handler_type);
    for (NodeId at = handler_type; at < end; ++at) {
      if (kind(at) == NodeKind::identifier) name_it(text_of(at));
    }
  }
  const auto end = static_cast<AccessId>(out_.accesses.size());
  for (AccessId at = first; at < end && out.size() < 8; ++at) {
    const Access& access = out_.accesses[at];
    bool raises = false;
    switch (access.op) {
      case AccessOp::item_load:
      case AccessOp::item_del: raises = key || index; break;
      case AccessOp::load:
        raises = attribute && (access.flags & kAccessHasattr) == 0 &&
                 (other || !only_subscripted(at, end));
        break;
      case AccessOp::method: {
        const std::string_view method = builder_.name(access.method);
        raises =
            ((key || index) && (method == "pop" || method == "popleft" || method == "popitem" ||
                                method == "remove" || method == "move_to_end")) ||
            (value && (method == "remove" || method == "index"));
        break;
      }
      default: break;
    }
    if (raises) out.push_back({at, Test::raised});
  }
  return out;
}

bool Extractor::try_statement(NodeId node) {
  const NodeId body = tree_.child(node, FieldKind::body);
  if (body == kNoNode) {
    eval_children(node);
    return false;
  }
  const Environment before = env_;
  const auto first = static_cast<AccessId>(out_.accesses.size());
  const std::size_t guards_before = guards_.size();
  BlockId outer = open_block(++next_branch_, 0, false);
  out_.blocks[block_].catches = caught(node);
  const bool body_exits = block(body, true);
  const std::vector<Guard> body_guards(guards_.begin() + static_cast<std::ptrdiff_t>(guards_before),
                                       guards_.end());
  guards_.resize(guards_before);
  // The block may be left by an exception at any point, so it is not marked as one that exits.
  close_block(outer, false);
  const Environment after_body = env_;
  const std::uint32_t branch = ++next_branch_;
  std::uint16_t alternative = 0;
  std::vector<Fact> completed;
  std::vector<Fact> raised_and_stayed;
  Environment joined = after_body;
  bool any_falls_through = !body_exits;
  bool have_joined = !body_exits;
  bool else_exits = false;
  bool all_handlers_exit = true;
  bool any_handler = false;
  bool finally_exits = false;

  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) == NodeKind::except_clause) {
      any_handler = true;
      const NodeId type = tree_.child(at, FieldKind::value);
      const std::vector<Fact> raised = raising_reads(first, type);
      env_ = before;
      if (type != kNoNode) eval(type);
      guards_.push_back({flow_.facts(raised), RegionKind::handler, range_of(body)});
      outer = open_block(branch, alternative++, false);
      ++handler_depth_;
      bool exits = false;
      for (NodeId child = tree_.first_child(at); child != kNoNode; child = tree_.next(child)) {
        if (kind(child) == NodeKind::block) exits = block(child);
      }
      --handler_depth_;
      close_block(outer, exits);
      guards_.pop_back();
      if (!exits) {
        all_handlers_exit = false;
        raised_and_stayed.insert(raised_and_stayed.end(), raised.begin(), raised.end());
        if (have_joined) {
          const Environment handler = std::move(env_);
          env_ = joined;
          merge(handler, false, false);
          joined = env_;
        } else {
          joined = env_;
          have_joined = true;
        }
        any_falls_through = true;
      }
      for (const Fact& fact : raised) completed.push_back({fact.access, Test::completed});
    } else if (kind(at) == NodeKind::else_clause) {
      const NodeId else_body = tree_.child(at, FieldKind::body);
      env_ = after_body;
      guards_.push_back({flow_.facts(completed), RegionKind::handler, range_of(body)});
      outer = open_block(branch, alternative++, false);
      else_exits = else_body != kNoNode && block(else_body);
      close_block(outer, else_exits);
      guards_.pop_back();
      if (!else_exits && all_handlers_exit) joined = env_;
      else if (!else_exits) {
        const Environment other = joined;
        merge(other, false, false);
        joined = env_;
      }
    }
  }
  env_ = have_joined ? joined : after_body;
  guards_.resize(guards_before);
  if (!any_handler || all_handlers_exit) {
    guards_.insert(guards_.end(), body_guards.begin(), body_guards.end());
  }
  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) != NodeKind::finally_clause) continue;
    for (NodeId child = tree_.first_child(at); child != kNoNode; child = tree_.next(child)) {
      if (kind(child) == NodeKind::block) {
        // Locks taken in the body are released here: it sees them even if the body returned.
        if (!any_falls_through) env_ = after_body;
        finally_exits = block(child);
      }
    }
  }
  const bool main_exits = body_exits || else_exits;
  if (any_handler && !finally_exits) {
    if (main_exits && !all_handlers_exit) {
      guards_.push_back({flow_.facts(raised_and_stayed), RegionKind::handler, range_of(body)});
    } else if (!main_exits && all_handlers_exit) {
      guards_.push_back({flow_.facts(completed), RegionKind::handler, range_of(body)});
    }
  }
  return finally_exits || (main_exits && all_handlers_exit);
}

bool Extractor::with_statement(NodeId node) {
  const NodeId clause = tree_.first_child(node);
  const NodeId body = tree_.child(node, FieldKind::body);
  bool async = false;
  std::vector<SectionId> opened;
  for (NodeId at = clause; at != kNoNode; at = tree_.next(at)) {
    if (kind(at) == NodeKind::token && text_of(at) == "async") async = true;
    if (kind(at) != NodeKind::with_clause) continue;
    for (NodeId item = tree_.first_child(at); item != kNoNode; item = tree_.next(item)) {
      if (kind(item) != NodeKind::with_item) continue;
      NodeId context = tree_.child(item, FieldKind::value);
      if (context == kNoNode) continue;
      NodeId alias = kNoNode;
      if (kind(context) == NodeKind::as_pattern) {
        alias = tree_.child(context, FieldKind::alias);
        context = tree_.first_child(context);
      }
      Val val = eval(context);
      use_after_test(val);
      const ValueNode entered = builder_.node(val.value);
      Section section;
      section.kind =
          entered.kind == ValueKind::call ? SectionKind::with_call : SectionKind::with_path;
      section.async_ = async;
      section.lock = builder_.of_value(val.value);
      section.value = val.value;
      section.function = function_;
      section.range = range_of(context);
      section.body = body == kNoNode ? range_of(node) : range_of(body);
      out_.sections.push_back(section);
      const auto id = static_cast<SectionId>(out_.sections.size() - 1);
      env_.held.push_back(id);
      opened.push_back(id);
      passed(SwitchKind::with_, range_of(context), val.value);
      if (alias != kNoNode) {
        val.loaded = kNone;
        store(alias, val, range_of(item));
      }
    }
  }
  // An early return inside the body guards what follows the with statement too.
  const bool exits = body != kNoNode && block(body, true);
  // Also what an ExitStack opened by this statement was given ends here.
  std::vector<SectionId> kept;
  bool inside = false;
  for (const SectionId section : env_.held) {
    const bool mine = std::find(opened.begin(), opened.end(), section) != opened.end();
    inside = inside || mine;
    if (mine) continue;
    const Section& other = out_.sections[section];
    if (inside && other.kind != SectionKind::acquired) continue;
    kept.push_back(section);
  }
  env_.held = kept;
  passed(SwitchKind::with_, range_of(node));
  // `with suppress(KeyError): ...` may swallow an exception and go on, so only a plain return at
  // the end leaves for certain; like CPython's own flow graph, we take the body's word.
  return exits;
}

bool Extractor::match_statement(NodeId node) {
  Val subject;
  NodeId body = kNoNode;
  ByteRange range = range_of(node);
  for (NodeId at = tree_.first_child(node); at != kNoNode; at = tree_.next(at)) {
    if (tree_.nodes[at].field == FieldKind::subject) {
      const Val val = eval(at);
      if (subject.value == 0) {
        subject = val;
      } else {
        subject.deps = flow_.join(subject.deps, val.deps);
      }
      range = range_of(at);
    } else if (tree_.nodes[at].field == FieldKind::body) {
      body = at;
    }
  }
  if (body == kNoNode) return false;
  const std::uint32_t branch = ++next_branch_;
  std::uint16_t alternative = 0;
  const Environment before = env_;
  Environment joined = env_;
  bool have = false;
  bool all_exit = true;
  bool wildcard = false;
  // What is known about the subject in a later case: that no earlier pattern matched.
  std::vector<Fact> excluded;
  for (NodeId at = tree_.first_child(body); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) != NodeKind::case_clause) continue;
    env_ = before;
    const std::size_t guards = guards_.size();
    bool none = false;
    bool irrefutable = false;
    int patterns = 0;
    for (NodeId part = tree_.first_child(at); part != kNoNode; part = tree_.next(part)) {
      if (kind(part) != NodeKind::case_pattern) continue;
      ++patterns;
      const NodeId inner = tree_.first_child(part);
      if (inner == kNoNode) continue;
      none = kind(inner) == NodeKind::none;
      if (kind(inner) == NodeKind::token && text_of(inner) == "_") irrefutable = true;
      const bool name =
          kind(inner) == NodeKind::identifier ||
          (kind(inner) == NodeKind::dotted_name && tree_.next(tree_.first_child(inner)) == kNoNode);
      if (name) irrefutable = true;
      // Captured names: the subject itself, or a part of it.
      const NodeId end = tree_.end(part);
      for (NodeId leaf = part; leaf < end; ++leaf) {
        if (kind(leaf) != NodeKind::identifier) continue;
        const NameInfo* info = scopes_.find(scope_, symbol(leaf));
        if (info == nullptr) continue;
        Val part_val;
        part_val.deps = subject.deps;
        part_val.value = name ? subject.value : 0;
        part_val.derived = !name || subject.derived;
        store_name(symbol(leaf), part_val, range_of(leaf));
      }
    }
    if (patterns != 1) {
      none = irrefutable = false;
    }
    // Literal, value and class patterns compare, which may run __eq__ or __instancecheck__.
    if (!none && !irrefutable) passed(SwitchKind::operator_, range, subject.value);
    std::vector<Fact> facts = excluded;
    const auto [begin, end] = flow_.deps(subject.deps);
    for (const AccessId* dep = begin; dep != end; ++dep) {
      if (irrefutable) continue;
      facts.push_back({*dep, subject.derived ? Test::other : none ? Test::is_none : Test::matched});
    }
    if (irrefutable && facts.empty()) {
      for (const AccessId* dep = begin; dep != end; ++dep) facts.push_back({*dep, Test::matched});
    }
    guards_.push_back({flow_.facts(facts), RegionKind::control, range});
    const BlockId outer = open_block(branch, alternative++, false);
    bool guarded = false;
    if (const NodeId guard = tree_.child(at, FieldKind::guard); guard != kNoNode) {
      guarded = true;
      if (const NodeId condition = tree_.first_child(guard); condition != kNoNode) {
        const Val test = eval(condition);
        guards_.push_back({truth(test, true), RegionKind::control, range_of(condition)});
      }
    }
    const NodeId consequence = tree_.child(at, FieldKind::consequence);
    const bool exits = consequence != kNoNode && block(consequence);
    close_block(outer, exits);
    guards_.resize(guards);
    if (none && !guarded) {
      for (const AccessId* dep = flow_.deps(subject.deps).first;
           dep != flow_.deps(subject.deps).second; ++dep) {
        excluded.push_back({*dep, subject.derived ? Test::other : Test::is_not_none});
      }
    }
    if (irrefutable && !guarded) wildcard = true;
    if (!exits) {
      all_exit = false;
      if (have) merge(joined, false, false);
      joined = env_;
      have = true;
    }
  }
  if (!wildcard) {
    all_exit = false;
    env_ = have ? joined : before;
    if (have) merge(before, false, false);
  } else {
    env_ = have ? joined : before;
  }
  return all_exit;
}

}  // namespace gilcheck::analyzer
