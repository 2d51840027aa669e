// Statements: which is which, those without branches, and the locks held by `with`.

#include <algorithm>

#include "analyzer/extract/extractor.h"

namespace gilcheck::analyzer {

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

}  // namespace gilcheck::analyzer
