// Calls: who is called, with what; container methods and builtins that touch shared state.

#include <algorithm>
#include <string>

#include "analyzer/extract/extractor.h"
#include "rules/tables.h"

namespace gilcheck::analyzer {

KnownNames::KnownNames(SummaryBuilder& builder)
    : self_dict(builder.intern("__dict__")),
      module_dict(builder.intern("globals()")),
      acquire(builder.intern("acquire")),
      release(builder.intern("release")),
      is_owned(builder.intern("_is_owned")),
      locked(builder.intern("locked")),
      items(builder.intern("items")),
      keys(builder.intern("keys")),
      values(builder.intern("values")),
      get(builder.intern("get")),
      globals(builder.intern("globals")),
      len(builder.intern("len")),
      hasattr(builder.intern("hasattr")),
      getattr(builder.intern("getattr")),
      setattr(builder.intern("setattr")),
      delattr(builder.intern("delattr")),
      super_(builder.intern("super")),
      next(builder.intern("next")),
      iter(builder.intern("iter")),
      enumerate(builder.intern("enumerate")),
      zip(builder.intern("zip")),
      reversed(builder.intern("reversed")),
      map(builder.intern("map")),
      filter(builder.intern("filter")),
      property(builder.intern("property")),
      cached_property(builder.intern("cached_property")),
      staticmethod(builder.intern("staticmethod")),
      classmethod(builder.intern("classmethod")),
      setter(builder.intern("setter")),
      getter(builder.intern("getter")),
      deleter(builder.intern("deleter")),
      all(builder.intern("__all__")),
      main(builder.intern("__main__")),
      append_(builder.intern("append")),
      enter_context(builder.intern("enter_context")),
      type(builder.intern("type")),
      vars(builder.intern("vars")) {}

CallId Extractor::add_call(ValueId callee, const std::vector<Argument>& arguments, ByteRange range,
                           std::uint8_t flags) {
  if (quiet_ != 0) return kNone;
  Call call;
  call.callee = callee;
  call.args = {static_cast<std::uint32_t>(out_.arguments.size()),
               static_cast<std::uint32_t>(arguments.size())};
  out_.arguments.insert(out_.arguments.end(), arguments.begin(), arguments.end());
  call.function = function_;
  call.held = builder_.held(env_.held);
  call.block = block_;
  call.before = static_cast<AccessId>(out_.accesses.size());
  call.flags = flags;
  if (loop_depth_ != 0) call.flags |= kCallInLoop;
  call.range = range;
  out_.calls.push_back(call);
  return static_cast<CallId>(out_.calls.size() - 1);
}

bool Extractor::collect_arguments(NodeId list, std::vector<Argument>& out, std::vector<Val>& vals,
                                  std::vector<ByteRange>& ranges) {
  if (list == kNoNode) return true;
  if (kind(list) == NodeKind::generator_expression) {
    const Val val = eval(list);
    out.push_back({0, 0, val.value});
    vals.push_back(val);
    ranges.push_back(range_of(list));
    return true;
  }
  bool plain = true;
  for (NodeId at = tree_.first_child(list); at != kNoNode; at = tree_.next(at)) {
    if (kind(at) == NodeKind::token) continue;
    Argument argument;
    NodeId value = at;
    if (kind(at) == NodeKind::keyword_argument) {
      const NodeId name = tree_.child(at, FieldKind::name);
      value = tree_.child(at, FieldKind::value);
      if (name == kNoNode || value == kNoNode) continue;
      argument.keyword = builder_.intern(text_of(name));
    } else if (kind(at) == NodeKind::list_splat) {
      argument.star = 1;
      plain = false;
    } else if (kind(at) == NodeKind::dictionary_splat) {
      argument.star = 2;
      plain = false;
    }
    const Val val = eval(value);
    argument.value = val.value;
    out.push_back(argument);
    vals.push_back(val);
    ranges.push_back(range_of(value));
  }
  return plain;
}

Sym Extractor::external_name(const Val& callee) {
  // A builtin, or a chain of attributes on an imported name: "heapq.heappush".
  const ValueNode& value = builder_.node(callee.value);
  if (value.kind != ValueKind::path && value.kind != ValueKind::import) return 0;
  std::vector<Sym> parts;
  PathId at = builder_.of_value(callee.value);
  while (builder_.path_node(at).kind == PathKind::attr) {
    parts.push_back(builder_.path_node(at).sym);
    at = builder_.path_node(at).parent;
    if (parts.size() > 4) return 0;
  }
  const PathNode root = builder_.path_node(at);
  std::uint32_t imported = kNone;  // imported inside this function
  if (root.kind == PathKind::value && builder_.node(root.aux).kind == ValueKind::import) {
    imported = builder_.node(root.aux).a;
  } else if (root.kind != PathKind::global) {
    return 0;
  } else if (!scopes_.module_binds(root.sym)) {
    return parts.empty() ? root.sym : 0;
  }
  for (std::size_t i = 0; i < out_.imports.size(); ++i) {
    const Import& import = out_.imports[i];
    if (import.level != 0) continue;
    if (imported != kNone ? i != imported : import.bound != root.sym) continue;
    std::string dotted(builder_.name(import.whole ? import.bound : import.module));
    if (import.name != 0) dotted.append(".").append(builder_.name(import.name));
    for (std::size_t part = parts.size(); part-- > 0;)
      dotted.append(".").append(builder_.name(parts[part]));
    return builder_.intern_copy(std::move(dotted));
  }
  return 0;
}

PathId Extractor::iterated_path(const Val& val, Sym& view) const {
  const ValueNode& node = builder_.node(val.value);
  if (node.kind == ValueKind::path) return node.a;
  if (node.kind == ValueKind::call) {
    const auto found = views_.find(node.a);
    if (found != views_.end()) {
      view = found->second.name;
      return found->second.path;
    }
    return 0;
  }
  if (node.kind == ValueKind::display || node.kind == ValueKind::param) {
    return const_cast<SummaryBuilder&>(builder_).of_value(val.value);
  }
  return 0;
}

ByteRange Extractor::iterated_range(const Val& val, ByteRange range) const {
  const ValueNode& node = builder_.node(val.value);
  if (node.kind != ValueKind::call) return range;
  const auto found = views_.find(node.a);
  // Through a local variable the view was made elsewhere: point at the use.
  if (found == views_.end() || found->second.range.begin < range.begin ||
      found->second.range.end > range.end) {
    return range;
  }
  return found->second.range;
}

void Extractor::iterate(const Val& val, ByteRange range, bool python_level) {
  Sym view = 0;
  const PathId path = iterated_path(val, view);
  if (path == 0) return;
  range = iterated_range(val, range);
  use_after_test(val);
  if (python_level) {
    access(path, AccessOp::iterate, range, view);
  } else {
    access(path, AccessOp::whole, range, builder_.intern("list"));
  }
}

SectionId Extractor::acquire(const Val& receiver, ValueId value, ByteRange range, SectionKind how) {
  const PathId path = builder_.of_value(receiver.value);
  if (path == 0 || quiet_ != 0) return kNone;
  Section section;
  section.kind = how;
  section.lock = path;
  section.value = value;
  section.function = function_;
  section.range = range;
  section.body = {range.end, range.end};
  out_.sections.push_back(section);
  const auto made = static_cast<SectionId>(out_.sections.size() - 1);
  env_.held.push_back(made);
  return made;
}

void Extractor::release(const Val& receiver) {
  const PathId path = builder_.of_value(receiver.value);
  if (path == 0) return;
  for (std::size_t i = env_.held.size(); i-- > 0;) {
    Section& section = out_.sections[env_.held[i]];
    if (section.lock != path) continue;
    // What the caller had is given back for it: Condition.wait.
    if (section.kind == SectionKind::owned && function().released == 0) function().released = path;
    env_.held.erase(env_.held.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
  if (function().released == 0) function().released = path;
}

Val Extractor::attribute_builtin(Sym builtin, NodeId node, std::vector<Val>& vals, bool& handled) {
  // hasattr, getattr, setattr, delattr with a literal name are attribute accesses.
  handled = false;
  if (vals.size() < 2) return {};
  const ValueNode name = builder_.node(vals[1].value);
  if (name.kind != ValueKind::constant || name.a != static_cast<std::uint32_t>(Builtin::str)) {
    return {};
  }
  const PathId path = builder_.attribute(builder_.of_value(vals[0].value), name.b);
  const ByteRange range = range_of(node);
  handled = true;
  Val out;
  if (builtin == names_.setattr) {
    if (vals.size() < 3) return out;
    const AccessId made = access(path, AccessOp::store, range, 0, 0, vals[2].value, kAccessDynamic);
    close_regions(made, vals[2].deps, 0, vals[2].choice);
    return out;
  }
  if (builtin == names_.delattr) {
    close_regions(access(path, AccessOp::del, range, 0, 0, 0, kAccessDynamic), 0, 0, 0);
    return out;
  }
  const bool cannot_raise = builtin == names_.hasattr || vals.size() > 2;
  out = load_path(path, range,
                  static_cast<std::uint8_t>(kAccessDynamic | (cannot_raise ? kAccessHasattr : 0)));
  if (builtin == names_.hasattr) {
    if (out.loaded != kNone) {
      out.when_true = flow_.facts({{out.loaded, Test::present}});
      out.when_false = flow_.facts({{out.loaded, Test::absent}});
    }
    out.tested = true;
    out.value = builder_.value(ValueKind::compare, 0, 0, 0);
  } else if (vals.size() > 2 && out.value != 0) {
    out.value = builder_.value(ValueKind::either, 0, out.value, vals[2].value);
  }
  out.loaded = kNone;
  return out;
}

Val Extractor::eval_call(NodeId node) {
  const NodeId callee_node = tree_.child(node, FieldKind::function);
  const NodeId list = tree_.child(node, FieldKind::arguments);
  if (callee_node == kNoNode) return eval_children(node);
  const ByteRange range = range_of(node);
  const NodeId target = unwrap(callee_node);

  Val callee;
  Val receiver;
  Sym method = 0;
  if (kind(target) == NodeKind::attribute) {
    const NodeId object_node = tree_.child(target, FieldKind::object);
    const NodeId name_node = tree_.child(target, FieldKind::attribute);
    if (object_node == kNoNode || name_node == kNoNode) return eval_children(node);
    receiver = eval(object_node);
    use_after_test(receiver);
    method = symbol(name_node);
    const PathId path = builder_.attribute(builder_.of_value(receiver.value), method);
    callee.value = builder_.value_of_path(path);
    callee.deps = receiver.deps;
    // `if self.callback: self.callback()` reads the attribute twice; a plain method does not.
    for (const Guard& guard : guards_) {
      const auto [begin, end] = flow_.facts(guard.facts);
      const bool tested = std::any_of(
          begin, end, [&](const Fact& fact) { return out_.accesses[fact.access].path == path; });
      if (!tested) continue;
      use_after_test(load_path(path, range_of(target)));
      break;
    }
  } else {
    callee = eval(target);
    use_after_test(callee);
    callee.loaded = kNone;
  }

  std::vector<Argument> arguments;
  std::vector<Val> vals;
  std::vector<ByteRange> ranges;
  collect_arguments(list, arguments, vals, ranges);

  const bool plain_name = kind(target) == NodeKind::identifier;
  const Sym name = plain_name ? symbol(target) : 0;
  const bool builtin = plain_name && is_builtin_name(name);
  if (builtin && name == names_.super_) {
    return val_of(builder_.value(ValueKind::super_, function_));
  }

  const CallId call = add_call(callee.value, arguments, range, 0);
  Val out;
  out.value = call == kNone ? 0 : builder_.fresh_value(ValueKind::call, call);
  out.derived = true;
  for (const Val& val : vals) out.deps = flow_.join(out.deps, val.deps);
  const ValueId key =
      vals.empty() || arguments[0].keyword != 0 || arguments[0].star != 0 ? 0 : vals[0].value;

  if (builtin) {
    if (name == names_.hasattr || name == names_.getattr || name == names_.setattr ||
        name == names_.delattr) {
      bool handled = false;
      Val special = attribute_builtin(name, node, vals, handled);
      passed(SwitchKind::call, range, out.value);
      if (handled) return special;
      return out;
    }
    if (name == names_.len && vals.size() == 1) {
      Sym view = 0;
      PathId path = iterated_path(vals[0], view);
      if (path == 0) path = builder_.of_value(vals[0].value);
      use_after_test(vals[0]);
      const AccessId made =
          access(path, AccessOp::length, range, 0, 0, out.value, alias_flag(vals[0]));
      passed(SwitchKind::call, range, out.value);
      // Once more the container itself says nothing: its length is what was read.
      if (made != kNone) out.deps = flow_.dep(made);
      out.derived = false;
      return out;
    }
    if (name == names_.globals && vals.empty()) {
      passed(SwitchKind::call, range, out.value);
      return val_of(builder_.value_of_path(builder_.global(names_.module_dict)));
    }
    if (name == names_.vars && vals.size() == 1) {
      passed(SwitchKind::call, range, out.value);
      return val_of(builder_.value_of_path(
          builder_.attribute(builder_.of_value(vals[0].value), names_.self_dict)));
    }
    const bool lazy = name == names_.enumerate || name == names_.zip || name == names_.reversed ||
                      name == names_.iter || name == names_.map || name == names_.filter;
    if (lazy && call != kNone) {
      const std::size_t first = name == names_.map || name == names_.filter ? 1 : 0;
      for (std::size_t i = first; i < vals.size(); ++i) {
        Sym view = 0;
        if (const PathId path = iterated_path(vals[i], view); path != 0) {
          views_[call] = {path, view != 0 ? view : name, iterated_range(vals[i], ranges[i])};
          break;
        }
      }
    }
  }

  if (method == 0) {
    // A bound method in a local: `acquire = self._lock.acquire` and later `acquire()`.
    const ValueNode bound = builder_.node(callee.value);
    if (bound.kind == ValueKind::path && out_.paths[bound.a].kind == PathKind::attr) {
      method = out_.paths[bound.a].sym;
      receiver.value = builder_.value_of_path(out_.paths[bound.a].parent);
    }
  }
  if (method != 0) {
    const PathId path = builder_.of_value(receiver.value);
    if (method == names_.acquire) {
      out.acquired = acquire(receiver, out.value, range);
    } else if (method == names_.is_owned && vals.empty()) {
      out.acquired = acquire(receiver, out.value, range, SectionKind::owned);
    } else if (method == names_.release) {
      release(receiver);
    } else if (method == names_.enter_context && vals.size() == 1) {
      // ExitStack: held until the block that entered the stack ends.
      const ValueNode entered = builder_.node(vals[0].value);
      Section section;
      section.kind =
          entered.kind == ValueKind::call ? SectionKind::with_call : SectionKind::with_path;
      section.lock = builder_.of_value(vals[0].value);
      section.value = vals[0].value;
      section.function = function_;
      section.range = range;
      section.body = {range.end, range.end};
      if (quiet_ == 0) {
        out_.sections.push_back(section);
        env_.held.push_back(static_cast<SectionId>(out_.sections.size() - 1));
      }
    } else if ((method == names_.items || method == names_.keys || method == names_.values) &&
               vals.empty() && path != 0 && call != kNone) {
      views_[call] = {path, method, range};
    }
    const std::string_view method_name = builder_.name(method);
    static const auto kMethods = [] {
      tsl::robin_map<std::string_view, bool> known;
      for (const auto& row : rules::container_ops()) {
        if (!row.operation.empty() && row.operation[0] >= 'a' && row.operation[0] <= 'z' &&
            row.operation.find('.') == std::string_view::npos && row.operation != "in" &&
            row.operation != "len" && row.operation != "bool" && row.operation != "iter" &&
            row.operation != "next") {
          known.emplace(row.operation, true);
        }
      }
      known.emplace("__setitem__", true);
      known.emplace("__getitem__", true);
      known.emplace("__next__", true);
      known.emplace("send", true);
      known.emplace("throw", true);
      return known;
    }();
    if (path != 0 && kMethods.find(method_name) != kMethods.end()) {
      DepsId key_deps = 0;
      if (!vals.empty()) key_deps = vals[0].deps;
      DepsId data = 0;
      for (const Val& val : vals) data = flow_.join(data, val.deps);
      const AccessId made =
          access(path, AccessOp::method, range, method, key, out.value, alias_flag(receiver));
      close_regions(made, data, key_deps, 0);
      if (method_name == "clear") close_drain(made);
      passed(SwitchKind::call, range, out.value);
      if (made != kNone) {
        // What d.get(k) or q.pop() returns is the state itself, not something computed from it.
        out.deps = flow_.join(flow_.dep(made), out.deps);
        out.derived = false;
      } else {
        out.deps = flow_.join(out.deps, receiver.deps);
      }
      return out;
    }
    out.deps = flow_.join(out.deps, receiver.deps);
  } else {
    out.deps = flow_.join(out.deps, callee.deps);
  }

  if (!vals.empty()) {
    const Sym dotted = external_name(callee);
    if (dotted != 0) {
      const std::string_view text = builder_.name(dotted);
      const bool consumes = rules::consumption(text, rules::Container::List).has_value() ||
                            rules::consumption(text, rules::Container::Dict).has_value() ||
                            rules::call_op(rules::Container::List, text) != nullptr ||
                            rules::call_op(rules::Container::Dict, text) != nullptr ||
                            text == "next";
      if (consumes) {
        DepsId reads = 0;
        // A walk over a container is pointed at as the container, work on it as the call.
        const bool walks = rules::consumption(text, rules::Container::List).has_value();
        for (std::size_t i = 0; i < vals.size(); ++i) {
          const Val& val = vals[i];
          Sym view = 0;
          const PathId path = iterated_path(val, view);
          if (path == 0) continue;
          const AccessId made =
              access(path, AccessOp::whole, walks ? iterated_range(val, ranges[i]) : range, dotted,
                     view, out.value, alias_flag(val));
          close_regions(made, 0, 0, 0);
          if (made != kNone) reads = flow_.join(reads, flow_.dep(made));
        }
        out.deps = flow_.join(out.deps, reads);
      }
    }
  }
  passed(SwitchKind::call, range, out.value);
  return out;
}

}  // namespace gilcheck::analyzer
