// Assignments: what is stored where.

#include "analyzer/extract/extractor.h"

namespace gilcheck::analyzer {

ValueId Extractor::unknown_local(Sym name) {
  return builder_.fresh_value(ValueKind::local, function_, name, ++next_version_);
}

void Extractor::define_name(Sym name, ValueId value, ByteRange range) {
  out_.globals.push_back({name, value, function_, range});
}

void Extractor::store_name(Sym name, const Val& val, ByteRange range) {
  const auto store_at = [&](PathId path) {
    const AccessId made = access(path, AccessOp::store, range, 0, 0, val.value);
    close_regions(made, val.deps, 0, val.choice);
    forget_aliases(path);
    if (made == kNone) return;
    if (builder_.node(val.value).kind == ValueKind::display) close_drain(made);
    if (last_store_.access != kNone && last_store_.block == block_ &&
        out_.accesses[last_store_.access].path != path &&
        builder_.path_node(out_.accesses[last_store_.access].path).kind == PathKind::global) {
      pairings_.push_back({last_store_.access, made, function_, true});
    }
    last_store_ = {made, block_};
  };
  for (std::size_t i = overlay_.size(); i-- > 0;) {
    if (overlay_[i].name == name) {
      overlay_[i].val = val;
      return;
    }
  }
  const Scope& scope = scopes_.all()[scope_];
  if (scope.kind == ScopeKind::module) {
    define_name(name, val.value, range);
    store_at(builder_.global(name));
    return;
  }
  const Resolution found = scopes_.resolve(scope_, name);
  if (found.kind == Resolution::Kind::global) {
    define_name(name, val.value, range);
    store_at(builder_.global(name));
    return;
  }
  const FuncId owner = scopes_.all()[found.scope].function;
  if (found.kind == Resolution::Kind::enclosing) {
    if (owner != kNone) store_at(builder_.closure(name, owner));
    return;
  }
  if (scope.kind == ScopeKind::klass) {
    out_.class_members.push_back({name, val.value, range});
    env_.slots[found.info.slot] = val;
    const ValueKind stored = builder_.node(val.value).kind;
    if (stored == ValueKind::function || stored == ValueKind::klass) return;  // a member, no state
    store_at(
        builder_.attribute(builder_.of_value(builder_.value(ValueKind::klass, scope.klass)), name));
    return;
  }
  if (found.scope != scope_) return;
  constexpr int kConstant = kNameParam | kNameDefinition;
  const bool rebound = (found.info.flags & (kNameRebound | kNameVariable)) != 0;
  if ((found.info.flags & kNameCaptured) != 0 && (rebound || (found.info.flags & kConstant) == 0)) {
    store_at(builder_.closure(name, owner));
    return;
  }
  Val kept = val;
  kept.loaded = kNone;
  if (kept.value == 0) kept.value = unknown_local(name);
  env_.slots[found.info.slot] = kept;
}

bool Extractor::belong_together(const Access& first, const Access& second) const {
  if (first.op != second.op) return false;
  const PathNode& a = builder_.path_node(first.path);
  const PathNode& b = builder_.path_node(second.path);
  if (first.op == AccessOp::item_store || first.op == AccessOp::item_load) {
    if (first.path == second.path) {
      // Two named entries of one container.
      const auto named = [&](ValueId key) {
        return builder_.node(key).kind == ValueKind::constant &&
               builder_.node(key).a == static_cast<std::uint32_t>(Builtin::str);
      };
      return first.key != second.key && named(first.key) && named(second.key);
    }
  } else if (first.path == second.path) {
    return false;
  }
  return a.kind == b.kind && (a.kind == PathKind::attr || a.kind == PathKind::global) &&
         a.parent == b.parent;
}

void Extractor::pair_item_store(AccessId made) {
  if (made == kNone) return;
  if (last_store_.access != kNone && last_store_.block == block_ &&
      belong_together(out_.accesses[last_store_.access], out_.accesses[made])) {
    pairings_.push_back({last_store_.access, made, function_, true});
  }
  last_store_ = {made, block_};
}

void Extractor::forget_aliases(PathId path) {
  // A local that held what was stored there before now holds an object that is there no longer.
  // Module level names are paths themselves, not slots.
  if (scopes_.all()[scope_].kind == ScopeKind::module) return;
  const ValueNode wanted{ValueKind::path, path, 0, 0};
  for (Val& slot : env_.slots) {
    const ValueNode& node = builder_.node(slot.value);
    if (node.kind == wanted.kind && node.a == wanted.a) slot.value = unknown_local(0);
  }
}

void Extractor::store(NodeId target, const Val& val, ByteRange range) {
  target = unwrap(target);
  const Deeper deeper(depth_);
  if (deeper.too_deep()) return;
  switch (kind(target)) {
    case NodeKind::identifier: store_name(symbol(target), val, range); break;
    case NodeKind::attribute: {
      const NodeId object_node = tree_.child(target, FieldKind::object);
      const NodeId name_node = tree_.child(target, FieldKind::attribute);
      if (object_node == kNoNode || name_node == kNoNode) break;
      const Val object = eval(object_node);
      use_after_test(object);
      const PathId path = builder_.attribute(builder_.of_value(object.value), symbol(name_node));
      const AccessId made = access(path, AccessOp::store, range, 0, 0, val.value);
      close_regions(made, val.deps, 0, val.choice);
      forget_aliases(path);
      if (made != kNone) {
        if (builder_.node(val.value).kind == ValueKind::display) close_drain(made);
        const Access* before =
            last_store_.access == kNone ? nullptr : &out_.accesses[last_store_.access];
        if (before != nullptr && last_store_.block == block_ && before->path != path &&
            builder_.path_node(before->path).kind == PathKind::attr &&
            builder_.path_node(before->path).parent == builder_.path_node(path).parent) {
          pairings_.push_back({last_store_.access, made, function_, true});
        }
        last_store_ = {made, block_};
      }
      break;
    }
    case NodeKind::subscript: {
      const NodeId object_node = tree_.child(target, FieldKind::value);
      if (object_node == kNoNode) break;
      const Val object = eval(object_node);
      use_after_test(object);
      const NodeId key_node = tree_.child(target, FieldKind::subscript);
      DepsId key_deps = 0;
      const bool slice = key_node != kNoNode && kind(key_node) == NodeKind::slice;
      const ValueId key = key_node == kNoNode ? 0 : key_value(key_node, key_deps);
      const PathId path = builder_.of_value(object.value);
      if (const PathId binding = binding_in(path, key); binding != 0) {
        // x.__dict__["name"] = v is the attribute itself.
        const AccessId made =
            access(binding, AccessOp::store, range, 0, 0, val.value, kAccessDynamic);
        close_regions(made, val.deps, 0, val.choice);
        break;
      }
      const AccessId made =
          access(path, AccessOp::item_store, range, slice ? builder_.intern("[:]=") : 0,
                 slice ? 0 : key, val.value, alias_flag(object));
      close_regions(made, val.deps, key_deps, val.choice);
      pair_item_store(made);
      passed(SwitchKind::subscript, range, object.value, key);
      break;
    }
    case NodeKind::pattern_list:
    case NodeKind::tuple_pattern:
    case NodeKind::list_pattern:
    case NodeKind::tuple:
    case NodeKind::list:
    case NodeKind::expression_list: store_elements(target, val, range); break;
    case NodeKind::list_splat_pattern:
    case NodeKind::list_splat:
      if (const NodeId inner = tree_.first_child(target); inner != kNoNode) {
        Val rest;
        rest.value =
            builder_.fresh_value(ValueKind::display, static_cast<std::uint32_t>(Builtin::list));
        rest.deps = val.deps;
        for (NodeId at = inner; at != kNoNode; at = tree_.next(at)) {
          if (kind(at) != NodeKind::token) store(at, rest, range);
        }
      }
      break;
    case NodeKind::as_pattern_target:
      if (const NodeId inner = tree_.first_child(target); inner != kNoNode)
        store(inner, val, range);
      break;
    default: eval_children(target); break;
  }
}

void Extractor::store_elements(NodeId pattern, const Val& val, ByteRange range) {
  std::uint32_t index = 0;
  const ValueNode source = builder_.node(val.value);
  for (NodeId at = tree_.first_child(pattern); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) == NodeKind::token) continue;
    Val part;
    part.deps = val.deps;
    part.derived = true;
    if (source.kind == ValueKind::display && index < source.c) {
      part.value = out_.value_lists[source.b + index];
    } else if (val.value != 0) {
      part.value = builder_.value(ValueKind::unpacked, 0, val.value, index);
    }
    store(at, part, range);
    ++index;
  }
}

void Extractor::bind_element(NodeId target, const Val& container, ByteRange range) {
  Val element;
  element.deps = container.deps;
  element.derived = true;
  if (container.value != 0) {
    // Two loops over one container see different elements, so the value is never shared.
    element.value = builder_.fresh_value(ValueKind::element, 0, container.value);
  }
  store(target, element, range);
}

void Extractor::assignment(NodeId node) {
  const NodeId left = tree_.child(node, FieldKind::left);
  const NodeId right = tree_.child(node, FieldKind::right);
  const NodeId annotation = tree_.child(node, FieldKind::type);
  const ByteRange range = range_of(node);
  if (left == kNoNode) {
    eval_children(node);
    return;
  }
  ValueId annotated = 0;
  if (annotation != kNoNode) annotated = eval_annotation(annotation);
  if (right == kNoNode) {
    // A declaration: `x: int`. In a class body it declares a field.
    if (scopes_.all()[scope_].kind == ScopeKind::klass && kind(left) == NodeKind::identifier) {
      out_.class_members.push_back(
          {symbol(left), builder_.value(ValueKind::annotated, 0, 0, annotated), range});
    }
    return;
  }
  const NodeId values = unwrap(right);
  // `a, b = b, a`: the parts are evaluated first, then stored one by one.
  const NodeKind left_kind = kind(left);
  const bool unpacking =
      left_kind == NodeKind::pattern_list || left_kind == NodeKind::tuple_pattern;
  if (unpacking && (kind(values) == NodeKind::expression_list || kind(values) == NodeKind::tuple)) {
    std::vector<Val> parts;
    bool splat = false;
    for (NodeId at = tree_.first_child(values); at != kNoNode; at = tree_.next(at)) {
      if (kind(at) == NodeKind::token) continue;
      splat = splat || kind(at) == NodeKind::list_splat;
      parts.push_back(eval(at));
    }
    std::size_t targets = 0;
    for (NodeId at = tree_.first_child(left); at != kNoNode; at = tree_.next(at)) {
      splat = splat || kind(at) == NodeKind::list_splat_pattern;
      if (kind(at) != NodeKind::token) ++targets;
    }
    std::size_t index = 0;
    DepsId all = 0;
    for (const Val& part : parts) all = flow_.join(all, part.deps);
    for (NodeId at = tree_.first_child(left); at != kNoNode; at = tree_.next(at)) {
      if (kind(at) == NodeKind::token) continue;
      Val part;
      if (!splat && targets == parts.size()) part = parts[index];
      // All parts are read before any is stored: `a.x, a.y = a.y, a.x` loses what is written to
      // either in between. A local is what it was assigned from, no more.
      if (splat || targets != parts.size() || kind(unwrap(at)) != NodeKind::identifier) {
        part.deps = all;
      }
      store(at, part, range_of(at));
      ++index;
    }
    return;
  }
  if (kind(right) == NodeKind::assignment) {
    // a = b = v: v is evaluated once and stored from left to right.
    std::vector<NodeId> targets{left};
    NodeId at = right;
    while (kind(at) == NodeKind::assignment) {
      const NodeId next_left = tree_.child(at, FieldKind::left);
      const NodeId next_right = tree_.child(at, FieldKind::right);
      if (next_left == kNoNode || next_right == kNoNode) break;
      targets.push_back(next_left);
      at = next_right;
    }
    const Val val = kind(at) == NodeKind::assignment ? Val{} : eval(at);
    for (const NodeId target : targets) store(target, val, {range_of(target).begin, range.end});
    return;
  }
  Val val = eval(right);
  if (annotated != 0 && builder_.node(val.value).kind != ValueKind::display) {
    val.value = builder_.value(ValueKind::annotated, 0, val.value, annotated);
  }
  val.loaded = kNone;
  store(left, val, range);
}

void Extractor::augmented_assignment(NodeId node) {
  const NodeId left_node = tree_.child(node, FieldKind::left);
  const NodeId right = tree_.child(node, FieldKind::right);
  const NodeId operator_node = tree_.child(node, FieldKind::operator_);
  if (left_node == kNoNode || right == kNoNode) {
    eval_children(node);
    return;
  }
  const NodeId left = unwrap(left_node);
  const ByteRange range = range_of(node);
  const Sym op = operator_node == kNoNode ? 0 : builder_.intern(text_of(operator_node));
  const auto combine = [&](const Val& read) {
    const Val operand = eval(right);
    Val result;
    result.value = builder_.value(ValueKind::binary, op, read.value, operand.value);
    result.deps = flow_.join(read.deps, operand.deps);
    result.derived = true;
    passed(SwitchKind::operator_, range, read.value, operand.value);
    return result;
  };
  switch (kind(left)) {
    case NodeKind::identifier: {
      const Val read = load_name(symbol(left), range);
      if (read.loaded != kNone) out_.accesses[read.loaded].flags |= kAccessAugmented;
      Val result = combine(read);
      store_name(symbol(left), result, range);
      if (read.loaded != kNone && !out_.accesses.empty()) {
        out_.accesses.back().flags |= kAccessAugmented;
      }
      break;
    }
    case NodeKind::attribute: {
      const NodeId object_node = tree_.child(left, FieldKind::object);
      const NodeId name_node = tree_.child(left, FieldKind::attribute);
      if (object_node == kNoNode || name_node == kNoNode) break;
      const Val object = eval(object_node);
      use_after_test(object);
      const PathId path = builder_.attribute(builder_.of_value(object.value), symbol(name_node));
      const Val read = load_path(path, range, kAccessAugmented);
      const Val result = combine(read);
      const AccessId made =
          access(path, AccessOp::store, range, 0, 0, result.value, kAccessAugmented);
      close_regions(made, result.deps, 0, 0);
      if (made != kNone) last_store_ = {made, block_};
      break;
    }
    case NodeKind::subscript: {
      const NodeId object_node = tree_.child(left, FieldKind::value);
      if (object_node == kNoNode) break;
      const Val object = eval(object_node);
      use_after_test(object);
      const NodeId key_node = tree_.child(left, FieldKind::subscript);
      DepsId key_deps = 0;
      const ValueId key = key_node == kNoNode ? 0 : key_value(key_node, key_deps);
      const PathId path = builder_.of_value(object.value);
      if (const PathId binding = binding_in(path, key); binding != 0) {
        const auto dynamic = static_cast<std::uint8_t>(kAccessAugmented | kAccessDynamic);
        const Val result = combine(load_path(binding, range, dynamic));
        const AccessId made = access(binding, AccessOp::store, range, 0, 0, result.value, dynamic);
        close_regions(made, result.deps, 0, 0);
        break;
      }
      const std::uint8_t flags = static_cast<std::uint8_t>(kAccessAugmented | alias_flag(object));
      const AccessId load = access(path, AccessOp::item_load, range, 0, key, 0, flags);
      close_regions(load, 0, key_deps, 0);
      passed(SwitchKind::subscript, range, object.value, key);
      Val read;
      read.value = path == 0 ? 0 : builder_.value_of_path(builder_.item(path, key));
      read.deps = load == kNone ? 0 : flow_.dep(load);
      const Val result = combine(read);
      const AccessId made = access(path, AccessOp::item_store, range, 0, key, result.value, flags);
      close_regions(made, result.deps, key_deps, 0);
      break;
    }
    default: eval_children(node); break;
  }
}

}  // namespace gilcheck::analyzer
