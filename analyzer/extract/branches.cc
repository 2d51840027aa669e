// Statements with branches: if, while, for, match. What their tests guard.

#include <algorithm>

#include "analyzer/extract/extractor.h"

namespace gilcheck::analyzer {

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
