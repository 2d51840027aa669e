// The try statement: which reads may have raised where a handler runs.

#include "analyzer/extract/extractor.h"

namespace gilcheck::analyzer {

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

}  // namespace gilcheck::analyzer
