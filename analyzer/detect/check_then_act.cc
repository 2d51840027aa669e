// Check-then-act and lazy initialisation: GIL102, GIL103.

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/detect/region_view.h"
#include "analyzer/detect/stored_value.h"
#include "rules/tables.h"

namespace gilcheck::analyzer {

namespace {

using rules::Container;

bool touches_content(AccessOp op) {
  return op != AccessOp::load && op != AccessOp::store && op != AccessOp::del;
}

/// What the test says, for messages: the condition's code, or the first access's.
std::string test_text(const DetectContext& context, const RegionView& view) {
  const ByteRange range = view.region.kind == RegionKind::control &&
                                  view.region.condition.end > view.region.condition.begin
                              ? view.region.condition
                              : view.first.range;
  return context.code_of(view.module, range, 56);
}

// What each act after the test risks. Each fills in harm, remedy and the effects of other threads
// that break the region; false if nothing of the kind can go wrong.

/// `if self._x is None: self._x = X()`.
void then_initialise(const DetectContext& context, const RegionView& view, Candidate& out) {
  const std::string location = context.program.location_name(view.id);
  const std::string test = test_text(context, view);
  const std::string act = context.code_of(view.module, view.last.range);
  out.rule = RuleCode::lazy_initialisation;
  out.message = fmt::format("{} is initialised on first use: `{}`, then `{}`", location, test, act);
  switch (made_value(context, view.id, view.module, view.last.value)) {
    case Made::identity:
      out.harm =
          "two threads both see it unset and build one each; the first is replaced "
          "while it may already be in use";
      break;
    case Made::unknown:
      out.harm =
          "two threads both see it unset and both compute it; callers may hold "
          "different objects";
      out.confidence = at_most(out.confidence, Confidence::medium);
      break;
    case Made::given:
      out.rule = RuleCode::check_then_act;
      out.message = fmt::format("`{}` tests {} and `{}` acts on it", test, location, act);
      out.harm =
          "two threads both see it unset and both claim it; the later one wins "
          "unnoticed";
      out.fix = "hold one lock over the test and the assignment";
      out.confidence = at_most(out.confidence, Confidence::medium);
      return;
    case Made::immutable:
      // What can stand for each other is published twice: harmless.
      out.benign = true;
      out.harm = "the value is made twice; either copy can stand for the other";
      break;
  }
  out.fix = "initialise under a lock, testing again inside it, or when the owner is created";
}

bool then_store(const DetectContext& context, const RegionView& view, Candidate& out,
                std::uint16_t& effects) {
  effects = kBinds;
  const ValueNode& value = stored(context.summary(view.module), view.last.value);
  const bool unset = unset_test(view.region);
  const bool content_test = view.first.op != AccessOp::load;
  if (unset && !content_test) {
    if (is_none(value)) return false;
    const bool chosen = view.region.test != Test::is_none && view.region.test != Test::absent &&
                        view.region.test != Test::raised;
    if (is_bool(value) || (is_constant(value) && chosen)) {
      out.harm =
          "two threads pass the test before either sets it: what should happen once "
          "happens twice";
      out.fix = "hold one lock over the test and the assignment";
      out.confidence = at_most(out.confidence, Confidence::medium);
      return true;
    }
    then_initialise(context, view, out);
    return true;
  }
  if (is_none(value) && !unset) {
    out.harm = "two threads both pass the test and both release it";
    out.fix = "take the value and clear it under one lock";
    out.confidence = at_most(out.confidence, Confidence::medium);
    return true;
  }
  if (is_bool(value)) {
    out.harm =
        "two threads pass the test before either sets it: what should happen once "
        "happens twice";
    out.confidence = at_most(out.confidence, Confidence::medium);
  } else {
    out.harm =
        "another thread changes it after the test: the write is based on a state that "
        "is gone";
  }
  out.fix = "hold one lock over the test and the write";
  return true;
}

/// `if key not in d: d[key] = value`.
void then_fill_in(const DetectContext& context, const RegionView& view, Candidate& out) {
  const LocationFacts& facts = context.facts[view.id];
  const bool constant = is_constant(stored(context.summary(view.module), view.last.value));
  switch (made_value(context, view.id, view.module, view.last.value)) {
    case Made::identity:
      out.harm =
          "two threads both find the key missing and store one object each: callers "
          "hold different objects, or what was put into the first is lost";
      break;
    case Made::unknown:
      out.harm =
          "two threads both find the key missing and both store: the second replaces "
          "the first, which a caller may already hold";
      out.confidence = at_most(out.confidence, Confidence::medium);
      break;
    case Made::given:
      out.harm =
          "two threads both find the key missing and both store: the later one "
          "replaces the other unnoticed";
      out.confidence = at_most(out.confidence, Confidence::medium);
      break;
    case Made::immutable: {
      // `d[k] = 0` before `d[k] += 1`: the second thread resets what was counted.
      const bool updated =
          std::any_of(facts.changes.begin(), facts.changes.end(), [&](std::size_t i) {
            const Access& other = context.access(facts.accesses[i].ref);
            const ValueKind kind =
                stored(context.summary(facts.accesses[i].ref.module), other.value).kind;
            return other.op == AccessOp::item_store && kind == ValueKind::binary;
          });
      if (constant && updated) {
        out.harm =
            "two threads both find the key missing; the second store resets what was "
            "counted in between";
      } else {
        out.benign = true;
        out.harm = "both threads store an equal immutable value";
      }
      break;
    }
  }
  out.fix = "use setdefault, or hold one lock over the test and the store";
}

bool then_store_item(const DetectContext& context, const RegionView& view, Candidate& out,
                     std::uint16_t& effects) {
  effects = static_cast<std::uint16_t>(kWritesItem | kInserts | kBinds);
  if (unset_test(view.region) || view.region.test == Test::other) {
    then_fill_in(context, view, out);
    return true;
  }
  effects = kRemoves | kReplaces | kBinds | kWritesItem;
  if ((view.region.test == Test::present || view.region.test == Test::truthy ||
       view.region.test == Test::is_not_none || view.region.test == Test::completed)) {
    effects = kRemoves | kReplaces | kBinds;
    out.harm = "another thread removes the entry after the test; the store brings it back";
    out.confidence = at_most(out.confidence, Confidence::medium);
  } else {
    out.harm =
        "another thread changes the container after the test: the store is based on a "
        "state that is gone";
  }
  out.fix = "hold one lock over the test and the store";
  return true;
}

bool then_read_item(const RegionView& view, Candidate& out, std::uint16_t& effects) {
  if (unset_test(view.region) && view.region.kind != RegionKind::key) return false;
  if (view.location.type.container == Container::DefaultDict ||
      view.location.type.container == Container::Counter) {
    return false;  // a missing key does not raise
  }
  effects = kRemoves | kReplaces | kBinds;
  if (view.location.type.kind == Type::Kind::builtin && !mutable_container(view.location)) {
    return false;
  }
  out.harm = fmt::format("another thread removes the item after the test: {}",
                         view.location.type.container == Container::List ||
                                 view.location.type.container == Container::Deque
                             ? "IndexError, or a different item"
                             : "KeyError");
  out.fix = view.location.type.container == Container::Dict
                ? "look it up once: `get`, or try/except KeyError, or hold one lock"
                : "hold one lock over the test and the access";
  return true;
}

bool then_delete_item(const RegionView& view, Candidate& out, std::uint16_t& effects) {
  effects = kRemoves | kReplaces | kBinds;
  out.harm = "another thread deletes it first: the delete raises";
  out.fix = view.location.type.container == Container::List
                ? "hold one lock over the test and the delete"
                : "use pop(key, None), or hold one lock over both";
  return true;
}

/// The act is a method of the container.
bool then_call(const DetectContext& context, const RegionView& view, Candidate& out,
               std::uint16_t& effects) {
  const bool unset = unset_test(view.region);
  const std::string_view method = context.summary(view.module).name(view.last.method);
  const int count = argument_count(context.summary(view.module), view.last);
  const bool known = view.location.type.kind == Type::Kind::builtin;
  const rules::ContainerOp* row =
      known ? rules::container_op(view.location.type.container, method, count) : nullptr;
  if (known && row == nullptr) return false;
  if (known && rules::is_thread_safe(view.location.type.container) &&
      view.location.type.container != Container::Queue) {
    return false;
  }
  if (!known && view.location.type.kind != Type::Kind::unknown) return false;
  if (!known && !rules::mutates_any_container(method)) return false;
  // Atomic by themselves whatever the test said.
  if (method == "setdefault" || method == "discard" || method == "get" ||
      (method == "pop" && count == 2) || method == "clear") {
    return false;
  }
  const bool removes = method == "pop" || method == "popleft" || method == "popitem" ||
                       method == "remove" || method == "get_nowait";
  if (removes) {
    if (unset) return false;
    effects = kRemoves | kReplaces | kBinds;
    out.harm = "another thread takes the last item after the test: the call raises";
    out.fix = "hold one lock over the test and the removal, or try/except around it";
    if (method == "pop" && rules::is_mapping(view.location.type.container)) {
      out.harm = "another thread removes the key after the test: KeyError";
      out.fix = "use pop(key, None), or hold one lock over both";
    }
    if (!known) out.confidence = at_most(out.confidence, Confidence::medium);
    return true;
  }
  if (row != nullptr && !row->mutates()) return false;
  if (method == "append" || method == "add" || method == "appendleft" || method == "insert" ||
      method == "extend" || method == "update" || method == "move_to_end" ||
      method == "__setitem__") {
    effects = static_cast<std::uint16_t>(kInserts | kRemoves | kReplaces | kBinds);
    out.harm = unset ? "two threads both find it missing and both go on: it is added, and what "
                       "depends on it done, twice"
                     : "another thread changes the container after the test: the addition is "
                       "based on a state that is gone";
    if (method == "move_to_end") {
      out.harm = "another thread removes the key after the test: KeyError";
      effects = kRemoves | kReplaces | kBinds;
    }
    out.fix = "hold one lock over the test and the change";
    if (!known) out.confidence = at_most(out.confidence, Confidence::medium);
    return true;
  }
  return false;
}

/// The act gives the container to a function: `heappop(self.heap)`.
bool then_pass(const DetectContext& context, const RegionView& view, Candidate& out,
               std::uint16_t& effects) {
  const std::string_view function = context.summary(view.module).name(view.last.method);
  const rules::ContainerOp* row = rules::call_op(view.location.type.container, function);
  if (row == nullptr || !row->mutates() || unset_test(view.region)) return false;
  effects = kRemoves | kReplaces | kBinds;
  out.harm = "another thread takes the last item after the test: the call raises";
  out.fix = "hold one lock over the test and the call";
  return true;
}

bool then_use(const DetectContext& context, const RegionView& view, Candidate& out,
              std::uint16_t& effects) {
  const std::string test = test_text(context, view);
  const std::string location = context.program.location_name(view.id);
  const std::string act = context.code_of(view.module, view.last.range);
  // Used again after the test: another thread may have put None there.
  effects = kBindsNone | kBindsUnknown;
  // Who clears it, and when, is mostly the end of its life.
  out.confidence = at_most(out.confidence, Confidence::medium);
  out.message =
      fmt::format("`{}` tests {}, which is then read again and used by `{}`", test, location, act);
  out.harm =
      "another thread sets it to None or deletes it after the test: AttributeError or "
      "TypeError";
  out.fix = "read it once into a local variable, or hold one lock over the test and the use";
  return true;
}

}  // namespace

bool judge_test(const DetectContext& context, const RegionView& view, Candidate& out,
                std::uint16_t& effects) {
  const std::string location = context.program.location_name(view.id);
  const std::string test = test_text(context, view);
  const std::string act = context.code_of(view.module, view.last.range);
  out.rule = RuleCode::check_then_act;
  if (view.region.kind == RegionKind::handler && view.region.test == Test::raised) {
    out.message = fmt::format("{} is looked up by `{}`; when that fails, `{}` acts on it", location,
                              context.code_of(view.module, view.first.range, 40), act);
  } else if (view.region.kind == RegionKind::key) {
    out.message = fmt::format("`{}` uses a key or index taken from {} by `{}`", act, location,
                              context.code_of(view.module, view.first.range, 40));
  } else {
    out.message = fmt::format("`{}` tests {} and `{}` acts on it", test, location, act);
  }
  if (view.region.test == Test::other) out.confidence = at_most(out.confidence, Confidence::medium);
  // Whether the variable is None says nothing about what the container in it holds.
  if (view.first.op == AccessOp::load && touches_content(view.last.op) &&
      (view.region.test == Test::is_none || view.region.test == Test::is_not_none)) {
    return false;
  }

  switch (view.last.op) {
    case AccessOp::store: return then_store(context, view, out, effects);
    case AccessOp::del:
      effects = kBindsNone;
      out.harm = "both threads pass the test; the second delete raises";
      out.fix = "hold one lock over the test and the delete";
      return true;
    case AccessOp::item_store: return then_store_item(context, view, out, effects);
    case AccessOp::item_load: return then_read_item(view, out, effects);
    case AccessOp::item_del: return then_delete_item(view, out, effects);
    case AccessOp::method: return then_call(context, view, out, effects);
    case AccessOp::whole: return then_pass(context, view, out, effects);
    case AccessOp::load: return then_use(context, view, out, effects);
    default: return false;
  }
}

std::uint8_t raised_by_act(const DetectContext& context, const RegionView& view) {
  const Container container = view.location.type.container;
  const bool mapping = rules::is_mapping(container);
  const bool sequence = container == Container::List || container == Container::Deque;
  switch (view.last.op) {
    case AccessOp::load: return kCatchesAttributeError;
    case AccessOp::item_load:
    case AccessOp::item_del:
      if (mapping || container == Container::Set) return kCatchesKeyError;
      return sequence ? kCatchesIndexError : kCatchesKeyError | kCatchesIndexError;
    case AccessOp::method: {
      const std::string_view method = context.summary(view.module).name(view.last.method);
      if (method == "get_nowait") return kCatchesEmpty;
      if (method == "remove") {
        return container == Container::Set ? kCatchesKeyError
               : sequence                  ? kCatchesValueError
                                           : kCatchesKeyError | kCatchesValueError;
      }
      if (method != "pop" && method != "popleft" && method != "popitem") return 0;
      if (mapping || container == Container::Set) return kCatchesKeyError;
      return sequence ? kCatchesIndexError : kCatchesKeyError | kCatchesIndexError;
    }
    case AccessOp::whole: return kCatchesIndexError;
    case AccessOp::del: return kCatchesAttributeError;
    default: return 0;
  }
}

}  // namespace gilcheck::analyzer
