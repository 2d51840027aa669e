// Read-modify-write, check-then-act, lazy initialisation, and what locks do not do for them:
// GIL101, 102, 103, 202, 203, 204.

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/detect/candidate.h"
#include "analyzer/detect/code_text.h"
#include "analyzer/detect/equal_objects.h"
#include "analyzer/detect/protection.h"
#include "analyzer/link/model.h"
#include "rules/tables.h"

namespace gilcheck::analyzer {

namespace {

using rules::Container;

struct RegionView {
  ModuleIndex module;
  FunctionIndex function;
  const Region& region;
  const Access& first;
  const Access& last;
  LocationId id;
  const Location& location;
  const Sharing& sharing;
  AccessRef first_ref;
  AccessRef last_ref;
};

bool unset_test(const Region& region) {
  switch (region.test) {
    case Test::is_none:
    case Test::falsy:
    case Test::absent:
    case Test::identity:
    case Test::raised:
    case Test::matched: return true;
    default: return false;
  }
}

bool touches_content(AccessOp op) {
  return op != AccessOp::load && op != AccessOp::store && op != AccessOp::del;
}

/// The value as stored, with annotations looked through.
const ValueNode& stored(const ModuleSummary& summary, ValueId value) {
  const ValueNode* node = &summary.values[value];
  while (node->kind == ValueKind::annotated) node = &summary.values[node->b];
  return *node;
}

bool is_constant(const ValueNode& node) {
  return node.kind == ValueKind::constant;
}
bool is_none(const ValueNode& node) {
  return is_constant(node) && node.a == static_cast<std::uint32_t>(Builtin::none_type);
}
bool is_bool(const ValueNode& node) {
  return node.kind == ValueKind::compare ||
         (is_constant(node) && node.a == static_cast<std::uint32_t>(Builtin::bool_));
}

/// A new object whose identity or later content matters, as opposed to an equal immutable value.
enum class Made : std::uint8_t { identity, immutable, unknown, given };

/// Whether a call is given what differs each time it is made: `str(uuid.uuid4())`.
bool takes_unique(const DetectContext& context, ModuleIndex module, const ValueNode& node) {
  if (node.kind != ValueKind::call) return false;
  const ModuleSummary& summary = context.summary(module);
  const Range args = summary.calls[node.a].args;
  for (std::uint32_t i = 0; i < args.count; ++i) {
    const ValueId argument = summary.arguments[args.first + i].value;
    const Type type = context.program.type_of(module, argument);
    if (type.kind == Type::Kind::builtin && type.container == Container::Unique) return true;
  }
  return false;
}

Made made_value(const DetectContext& context, LocationId location, ModuleIndex module,
                ValueId value, int depth = 0);

/// What a function of the program returns for a location that is unset: the object that it has put
/// there itself, or one that it makes of what cannot be told apart, doing nothing else.
Made returned_value(const DetectContext& context, LocationId location, FunctionIndex callee,
                    int depth) {
  const ModuleIndex module = context.program.functions()[callee].module;
  const Function& function = context.program.function(callee);
  const ModuleSummary& summary = context.summary(module);
  if (depth > 3 || function.returns.count == 0 ||
      (function.flags & (kFunctionAsync | kFunctionGenerator)) != 0) {
    return Made::unknown;
  }
  for (AccessId id = function.accesses.first; id < function.accesses.end(); ++id) {
    const LocationId at = context.program.location_of(module, id);
    if (at == kNone || at == location) continue;
    if ((effect_of(context.program, module, id, context.program.locations()[at]) & kChanges) != 0) {
      return Made::unknown;
    }
  }
  for (CallId id = function.calls.first; id < function.calls.end(); ++id) {
    if ((summary.calls[id].flags & kCallResultUnused) != 0 && !only_logs(context, module, id)) {
      return Made::unknown;
    }
  }
  for (std::uint32_t i = function.returns.first; i < function.returns.end(); ++i) {
    const ValueId value = summary.value_lists[i];
    const ValueNode& node = stored(summary, value);
    if (node.kind == ValueKind::path &&
        context.program.model().tables[module].path_locations[node.a] == location) {
      continue;
    }
    if (made_value(context, location, module, value, depth + 1) != Made::immutable) {
      return Made::unknown;
    }
  }
  return Made::immutable;
}

/// What a method of some object gives: made by that object's leave, not by this code.
bool asked_of_object(const DetectContext& context, ModuleIndex module, ValueId value) {
  const ModuleSummary& summary = context.summary(module);
  const ValueNode& node = stored(summary, value);
  if (node.kind != ValueKind::call) return false;
  const ValueNode& callee = summary.values[summary.calls[node.a].callee];
  if (callee.kind != ValueKind::path || summary.paths[callee.a].kind != PathKind::attr)
    return false;
  const Type holder = context.program.type_of_path(module, summary.paths[callee.a].parent);
  return holder.kind == Type::Kind::instance || holder.kind == Type::Kind::external_instance;
}

/// An object of a class whose objects can stand for each other, made of parts of which that holds.
bool equal_object(const DetectContext& context, LocationId location, ModuleIndex module,
                  CallId call, ClassIndex klass, int depth) {
  const ModuleSummary& summary = context.summary(module);
  const Range args = summary.calls[call].args;
  for (std::uint32_t i = args.first; i < args.end(); ++i) {
    const ValueId value = summary.arguments[i].value;
    if (asked_of_object(context, module, value)) continue;
    const Made part = made_value(context, location, module, value, depth + 1);
    if (part == Made::identity || part == Made::given) return false;
  }
  return interchangeable(context, klass);
}

Made made_value(const DetectContext& context, LocationId location, ModuleIndex module,
                ValueId value, int depth) {
  const ModuleSummary& summary = context.summary(module);
  const ValueNode& node = stored(summary, value);
  constexpr int kDeepest = 4;
  switch (node.kind) {
    case ValueKind::comprehension:
      return constant_table(context, location, module, value) ? Made::immutable : Made::identity;
    case ValueKind::display: {
      if (constant_table(context, location, module, value)) return Made::immutable;
      if (node.a != static_cast<std::uint32_t>(Builtin::tuple)) return Made::identity;
      if (depth > kDeepest) return Made::unknown;
      // A tuple is as equal to another as what is in it: `(threading.Lock(), [])` is not.
      Made out = Made::immutable;
      for (std::uint32_t i = 0; i < node.c && out != Made::identity; ++i) {
        const ValueId element = summary.value_lists[node.b + i];
        const Made made = made_value(context, location, module, element, depth + 1);
        if (made == Made::identity || out == Made::immutable) out = made;
      }
      return out;
    }
    case ValueKind::constant:
    case ValueKind::compare:
    case ValueKind::string: return Made::immutable;
    // One object for the whole process, if it is not made anew by each call of a function.
    case ValueKind::import: return Made::immutable;
    case ValueKind::klass:
      return summary.classes[node.a].scope == 0 ? Made::immutable : Made::unknown;
    case ValueKind::function:
      return (summary.functions[node.a].flags & (kFunctionNested | kFunctionLambda)) == 0
                 ? Made::immutable
                 : Made::unknown;
    // What a caller passed in differs from thread to thread, whatever its type.
    case ValueKind::param:
    case ValueKind::unpacked: return Made::given;
    case ValueKind::either: {
      if (depth > kDeepest) return Made::unknown;
      const Made left = made_value(context, location, module, node.b, depth + 1);
      const Made right = made_value(context, location, module, node.c, depth + 1);
      if (left == Made::identity || right == Made::identity) return Made::identity;
      return left == right ? left : Made::unknown;
    }
    default: break;
  }
  const Type type = context.program.type_of(module, value);
  switch (type.kind) {
    case Type::Kind::builtin:
      if (type.container == Container::Unique) {
        return node.kind == ValueKind::call ? Made::identity : Made::unknown;
      }
      if (rules::is_immutable(type.container)) {
        return takes_unique(context, module, node) ? Made::unknown : Made::immutable;
      }
      return type.container == Container::Unknown ? Made::unknown : Made::identity;
    case Type::Kind::instance:
    case Type::Kind::external_instance: {
      // A function that returns an object may return the same one each time.
      if (node.kind != ValueKind::call) return Made::unknown;
      const Callee& callee = context.program.callee(module, node.a);
      if (callee.kind == Callee::Kind::constructor &&
          equal_object(context, location, module, node.a, callee.klass, depth)) {
        return Made::immutable;
      }
      if (callee.kind == Callee::Kind::function) {
        return returned_value(context, location, callee.function, depth);
      }
      return callee.kind == Callee::Kind::constructor || callee.kind == Callee::Kind::external
                 ? Made::identity
                 : Made::unknown;
    }
    case Type::Kind::module:
    case Type::Kind::class_object: return Made::immutable;
    default: return Made::unknown;
  }
}

bool mutable_container(const Location& location) {
  return location.type.kind == Type::Kind::builtin &&
         rules::is_mutable_container(location.type.container);
}

std::vector<LockId> sure_locks(const DetectContext& context, FunctionIndex function,
                               const Access& access, LocationId location) {
  return protection(context, function, access.held, access, location).sure;
}

std::string name(const DetectContext& context, LocationId location) {
  return context.program.location_name(location);
}

/// What the test says, for messages: the condition's code, or the first access's.
std::string test_text(const DetectContext& context, const RegionView& view) {
  const ByteRange range = view.region.kind == RegionKind::control &&
                                  view.region.condition.end > view.region.condition.begin
                              ? view.region.condition
                              : view.first.range;
  return context.code_of(view.module, range, 56);
}

/// Fills in a read-modify-write; false if it is none.
bool judge_update(const DetectContext& context, const RegionView& view, Candidate& out,
                  std::uint16_t& effects) {
  const ModuleSummary& summary = context.summary(view.module);
  const bool augmented = (view.last.flags & kAccessAugmented) != 0;
  const std::string location = name(context, view.id);
  const bool empties =
      view.last.op == AccessOp::item_del ||
      (view.last.op == AccessOp::method && summary.name(view.last.method) == "clear") ||
      (view.last.op == AccessOp::store &&
       stored(summary, view.last.value).kind == ValueKind::display);
  const bool copies = view.first.op == AccessOp::whole || view.first.op == AccessOp::method ||
                      (view.first.op == AccessOp::item_load && view.first.method != 0);
  if (empties && copies) {
    effects = kInserts | kWritesItem;
    out.rule = RuleCode::read_modify_write;
    out.message = fmt::format("{} is copied by `{}` and then emptied by `{}`", location,
                              context.code_of(view.module, view.first.range, 40),
                              context.code_of(view.module, view.last.range, 40));
    out.harm = "what another thread adds between the copy and the emptying is lost";
    out.fix = "hold one lock from the copy to the emptying, also where it is added to";
    return true;
  }
  if (view.last.op == AccessOp::store) {
    if (augmented && mutable_container(view.location)) return false;  // in place, same object
    // `self.part.x = old.x` after `old = self.part`: were it one object, the statement would do
    // nothing; a part was replaced in between and takes over what the old one had.
    const ValueNode& kept = stored(summary, view.last.value);
    if (kept.kind == ValueKind::path && kept.a == view.last.path &&
        view.first.range.begin >= view.last.range.begin &&
        view.first.range.end <= view.last.range.end) {
      return false;
    }
    effects = kBinds;
    if (view.first.op != AccessOp::load) effects |= kMutatesContent;  // made from its content
  } else if (view.last.op == AccessOp::item_store) {
    effects = kWritesItem | kRemoves | kReplaces | kBinds;
  } else if (view.last.op == AccessOp::method) {
    const std::string_view method = summary.name(view.last.method);
    if ((effect_of(context.program, view.module, view.region.last, view.location) &
         kMutatesContent) == 0) {
      return false;
    }
    // Numbering by length: `items.append(Item(len(items)))`.
    if (view.first.op != AccessOp::length || (method != "append" && method != "add")) return false;
    effects = kInserts | kRemoves;
    out.confidence = at_most(out.confidence, Confidence::medium);
  } else {
    return false;
  }
  const std::string code = context.code_of(view.module, view.last.range);
  if (view.first.range == view.last.range) {
    out.message = fmt::format("`{}` reads and writes {}", code, location);
  } else {
    out.message = fmt::format("{} is read by `{}` and written back by `{}`", location,
                              context.code_of(view.module, view.first.range, 40), code);
  }
  out.rule = RuleCode::read_modify_write;
  out.harm =
      "two threads read the same value and the later write overwrites the other: one update is "
      "lost";
  out.fix = "hold one lock from the read to the write";
  return true;
}

/// Fills in a check-then-act or lazy initialisation; false if it is none.
bool judge_test(const DetectContext& context, const RegionView& view, Candidate& out,
                std::uint16_t& effects) {
  const ModuleSummary& summary = context.summary(view.module);
  const std::string location = name(context, view.id);
  const std::string test = test_text(context, view);
  const std::string act = context.code_of(view.module, view.last.range);
  const bool unset = unset_test(view.region);
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
  const auto& facts = context.facts[view.id];
  // Whether the variable is None says nothing about what the container in it holds.
  if (view.first.op == AccessOp::load && touches_content(view.last.op) &&
      (view.region.test == Test::is_none || view.region.test == Test::is_not_none)) {
    return false;
  }

  switch (view.last.op) {
    case AccessOp::store:
    case AccessOp::del: {
      effects = kBinds;
      const ValueNode& value = stored(summary, view.last.value);
      if (view.last.op == AccessOp::del) {
        out.harm = "both threads pass the test; the second delete raises";
        out.fix = "hold one lock over the test and the delete";
        effects = kBindsNone;
        return true;
      }
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
        out.rule = RuleCode::lazy_initialisation;
        out.message =
            fmt::format("{} is initialised on first use: `{}`, then `{}`", location, test, act);
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
            return true;
          case Made::immutable:
            // What can stand for each other is published twice: harmless.
            out.benign = true;
            out.harm = "the value is made twice; either copy can stand for the other";
            break;
        }
        out.fix = "initialise under a lock, testing again inside it, or when the owner is created";
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
    case AccessOp::item_store: {
      effects = static_cast<std::uint16_t>(kWritesItem | kInserts | kBinds);
      const ValueNode& value = stored(summary, view.last.value);
      if (unset || view.region.test == Test::other) {
        const bool constant = is_constant(value);
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
    case AccessOp::item_load:
      if (unset && view.region.kind != RegionKind::key) return false;
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
    case AccessOp::item_del:
      effects = kRemoves | kReplaces | kBinds;
      out.harm = "another thread deletes it first: the delete raises";
      out.fix = view.location.type.container == Container::List
                    ? "hold one lock over the test and the delete"
                    : "use pop(key, None), or hold one lock over both";
      return true;
    case AccessOp::method: {
      const std::string_view method = summary.name(view.last.method);
      const int count = argument_count(summary, view.last);
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
    case AccessOp::whole: {
      const std::string_view function = summary.name(view.last.method);
      const rules::ContainerOp* row = rules::call_op(view.location.type.container, function);
      if (row == nullptr || !row->mutates() || unset) return false;
      effects = kRemoves | kReplaces | kBinds;
      out.harm = "another thread takes the last item after the test: the call raises";
      out.fix = "hold one lock over the test and the call";
      return true;
    }
    case AccessOp::load: {
      // Used again after the test: another thread may have put None there.
      effects = kBindsNone | kBindsUnknown;
      // Who clears it, and when, is mostly the end of its life.
      out.confidence = at_most(out.confidence, Confidence::medium);
      out.message = fmt::format("`{}` tests {}, which is then read again and used by `{}`", test,
                                location, act);
      out.harm =
          "another thread sets it to None or deletes it after the test: AttributeError or "
          "TypeError";
      out.fix = "read it once into a local variable, or hold one lock over the test and the use";
      return true;
    }
    default: return false;
  }
}

/// What the act raises when the test has become wrong, as bits of CaughtFlag; 0 if it goes on.
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

/// Sections in which an access holds `lock`.
bool in_other_section_of(const DetectContext& context, const RegionView& view, LockId& shared) {
  const auto before = context.program.locks_held(view.function, view.first.held);
  const auto after = context.program.locks_held(view.function, view.last.held);
  for (const HeldLock& a : before) {
    for (const HeldLock& b : after) {
      if (a.lock != kNone && a.lock == b.lock && a.section != b.section &&
          a.strength == HeldLock::Strength::sure && b.strength == HeldLock::Strength::sure &&
          guards(context.program, view.module, b, view.last, view.id)) {
        shared = a.lock;
        return true;
      }
    }
  }
  return false;
}

/// The facts of an access that is known to touch the location.
const AccessFacts& facts_at(const DetectContext& context, const AccessRef& ref) {
  const LocationId location = context.program.location_of(ref.module, ref.access);
  for (const AccessFacts& facts : context.facts[location].accesses) {
    if (facts.ref == ref) return facts;
  }
  static const AccessFacts kNothing;
  return kNothing;
}

/// A lock's name, told apart from another lock of the same name.
std::string lock_name(const DetectContext& context, LockId lock, LockId other) {
  const Lock& wanted = context.program.locks()[lock];
  if (wanted.name != context.program.locks()[other].name || wanted.location == kNone) {
    return wanted.name;
  }
  return context.program.location_name(wanted.location);
}

/// The test guards nothing but the store of a constant that every thread stores: whoever comes
/// second does what was done already.
bool idempotent(const DetectContext& context, const RegionView& view) {
  if (view.last.op != AccessOp::store || view.region.kind == RegionKind::data) return false;
  const ModuleSummary& summary = context.summary(view.module);
  const ValueNode& value = stored(summary, view.last.value);
  if (!is_constant(value)) return false;
  for (const std::size_t i : context.facts[view.id].changes) {
    const AccessRef& ref = context.facts[view.id].accesses[i].ref;
    const ModuleSummary& other = context.summary(ref.module);
    const Access& access = context.access(ref);
    if (access.op != AccessOp::store) return false;
    const ValueNode& there = stored(other, access.value);
    if (!is_constant(there) || other.name(there.b) != summary.name(value.b)) return false;
  }
  const auto guarded = [&](BlockId block) {
    while (block != kNone && block != view.last.block) block = summary.blocks[block].parent;
    return block == view.last.block;
  };
  const Function& function = context.program.function(view.function);
  for (CallId id = function.calls.first; id < function.calls.end(); ++id) {
    if (summary.calls[id].before > view.region.first && guarded(summary.calls[id].block)) {
      return false;
    }
  }
  for (AccessId id = view.region.first + 1; id < function.accesses.end(); ++id) {
    const Access& access = summary.accesses[id];
    const bool reads = access.op == AccessOp::load || access.op == AccessOp::item_load ||
                       access.op == AccessOp::contains || access.op == AccessOp::length;
    if (id != view.region.last && !reads && guarded(access.block)) return false;
  }
  return true;
}

/// A region under some lock is at fault itself if the conflicting access holds another one, unless
/// most of the code agrees with the region.
bool holds_wrong_lock(const DetectContext& context, const RegionView& view,
                      const std::vector<LockId>& held, std::vector<AccessRef>& conflicts) {
  const LocationFacts& facts = context.facts[view.id];
  // How strong a claim a lock has: kept beside the state, then by how much is changed under it.
  const auto claim = [&](LockId lock) {
    const Lock& at = context.program.locks()[lock];
    const bool beside = at.location != kNone &&
                        context.program.locations()[at.location].owner == view.location.owner &&
                        context.program.locations()[at.location].kind == view.location.kind;
    std::uint32_t changes = 0;
    for (const LocationFacts::LockUse& use : facts.locks) {
      if (use.lock == lock) changes = use.changes;
    }
    return std::pair(beside, changes);
  };
  const auto strongest = [&](const std::vector<LockId>& locks) {
    std::pair<bool, std::uint32_t> best{false, 0};
    for (const LockId lock : locks) best = std::max(best, claim(lock));
    return best;
  };
  const auto mine = strongest(held);
  std::erase_if(conflicts, [&](const AccessRef& ref) {
    const auto& locks = facts_at(context, ref).locks;
    return locks.empty() || mine > strongest(locks);
  });
  return !conflicts.empty();
}

void judge(const DetectContext& context, const RegionView& view, std::vector<Candidate>& out) {
  Candidate made;
  made.confidence = view.sharing.strength;
  made.module = view.module;
  made.function = view.function;
  made.location = view.id;
  made.primary = view.first.range;
  made.region = {view.first_ref, view.last_ref};
  made.changes = view.last.op != AccessOp::load && view.last.op != AccessOp::item_load;

  std::uint16_t effects = 0;
  const bool is = view.region.kind == RegionKind::data ? judge_update(context, view, made, effects)
                                                       : judge_test(context, view, made, effects);
  if (!is) return;

  // Held from the first end to the last without a break.
  const Protection held =
      protection(context, view.function, view.region.common_held, view.last, view.id);
  if (view.region.rechecked) return;  // a correct fast path before a second test

  bool conflict_maybe_locked = false;
  made.conflicts = conflicting(context, view.id, view.first_ref, view.last_ref, effects, held.sure,
                               conflict_maybe_locked);
  if (made.conflicts.empty()) return;
  if (view.last.op == AccessOp::load) {
    // A store of None tells most; a value that may be None is a second guess on top of the sharing.
    bool ignored = false;
    std::vector<AccessRef> certain = conflicting(context, view.id, view.first_ref, view.last_ref,
                                                 kBindsNone, held.sure, ignored);
    if (!certain.empty()) {
      made.conflicts = std::move(certain);
    } else if (view.sharing.strength != Confidence::high) {
      made.confidence = Confidence::low;
    }
  }
  const bool wrong_lock = !held.sure.empty();
  if (wrong_lock && !holds_wrong_lock(context, view, held.sure, made.conflicts)) {
    return;  // guarded; GIL201 looks at those who do not hold the lock
  }
  if (held.possible) made.confidence = Confidence::low;
  if (view.region.kind != RegionKind::data &&
      expects(context.summary(view.module), view.last.block, raised_by_act(context, view))) {
    made.benign = true;
    made.harm = "the exception that it then raises is expected and caught";
  }
  if (idempotent(context, view)) {
    made.benign = true;
    made.harm = "both threads store the same constant and do nothing else";
  }
  made.window =
      judge_window(context.program, view.module, view.region, context.source(view.module));

  const auto& facts = context.facts[view.id];
  LockId shared = kNone;
  const std::vector<LockId> at_last = sure_locks(context, view.function, view.last, view.id);
  const std::vector<LockId> at_first = sure_locks(context, view.function, view.first, view.id);
  if (held.useless != kNone) {
    blame_useless_lock(context, held.useless, made);
  } else if (wrong_lock) {
    const auto& others = facts_at(context, made.conflicts.front()).locks;
    made.guard = others.front();
    made.guard_text = fmt::format(
        "{} is held here, but {} at the conflicting access: they do not "
        "exclude each other",
        context.program.locks()[held.sure.front()].name,
        lock_name(context, others.front(), held.sure.front()));
    made.fix = "guard it with the same lock everywhere";
  } else if (in_other_section_of(context, view, shared)) {
    made.rule = RuleCode::split_section;
    made.guard = shared;
    made.message = fmt::format("{} is {} in one critical section of {} and {} in another",
                               name(context, view.id),
                               view.region.kind == RegionKind::data ? "read" : "tested",
                               context.program.locks()[shared].name,
                               view.region.kind == RegionKind::data ? "written back" : "acted on");
    made.guard_text =
        fmt::format("{} is released in between", context.program.locks()[shared].name);
    made.fix = "keep the lock from the first to the last, or test again after taking it back";
  } else if (view.region.kind != RegionKind::data && at_first.empty() && !at_last.empty() &&
             unset_test(view.region) &&
             (view.last.op == AccessOp::store || view.last.op == AccessOp::item_store)) {
    made.rule = RuleCode::broken_double_check;
    made.guard = at_last.front();
    made.benign = false;
    made.message =
        fmt::format("{} is tested without {} and set under it, but not tested again inside",
                    name(context, view.id), context.program.locks()[made.guard].name);
    made.guard_text =
        fmt::format("{} is taken only after the test", context.program.locks()[made.guard].name);
    made.fix = "test again after taking the lock";
  } else if (facts.guarded != 0) {
    made.guard = facts.main_lock;
  }
  if (made.benign) made.confidence = Confidence::low;
  made.confidence = at_most(made.confidence, pair_strength(context, made));
  // A class that owns a lock promises something for what the lock guards, not for all it holds: a
  // test outside of it may be a hint that is checked again, by this class or by its callers. For
  // what no lock ever guards a read-modify-write speaks for itself, a test does not.
  if (view.sharing.reason == Sharing::Reason::owned_lock && view.region.kind != RegionKind::data &&
      view.location.kind == LocationKind::instance_attribute) {
    made.confidence = at_most(
        made.confidence, view.sharing.guarded_elsewhere ? Confidence::medium : Confidence::low);
  }
  out.push_back(std::move(made));
}

/// `self._x = X(); self._x.setup()` under the lock of a double-checked initialisation.
void judge_early_publication(const DetectContext& context, const RegionView& view,
                             std::vector<Candidate>& out) {
  if (!view.region.rechecked || view.last.op != AccessOp::store) return;
  const ModuleSummary& summary = context.summary(view.module);
  const Function& function = context.program.function(view.function);
  // What happens to the published object later in the same section.
  const auto same_section = [&](HeldId held) {
    const Range a = summary.held_sets[held];
    const Range b = summary.held_sets[view.last.held];
    for (std::uint32_t i = b.first; i < b.end(); ++i) {
      for (std::uint32_t j = a.first; j < a.end(); ++j) {
        if (summary.held_lists[i] == summary.held_lists[j]) return true;
      }
    }
    return false;
  };
  const auto continues_in = [&](BlockId block) {
    for (BlockId at = block; at != kNone; at = summary.blocks[at].parent) {
      if (at == view.last.block) return true;
    }
    return false;
  };
  ByteRange later{};
  bool found = false;
  for (AccessId id = view.region.last + 1; id < function.accesses.end() && !found; ++id) {
    const Access& access = summary.accesses[id];
    if (!same_section(access.held) || !continues_in(access.block)) continue;
    const PathNode& path = summary.paths[access.path];
    const bool attribute = path.kind == PathKind::attr && path.parent == view.last.path &&
                           (access.op == AccessOp::store || access.op == AccessOp::del);
    const std::uint16_t content =
        access.path == view.last.path
            ? effect_of(context.program, view.module, id, view.location) & kMutatesContent
            : 0;
    if (attribute || content != 0) {
      later = access.range;
      found = true;
    }
  }
  for (CallId id = function.calls.first; id < function.calls.end() && !found; ++id) {
    const Call& call = summary.calls[id];
    if (call.before <= view.region.last || !same_section(call.held) || !continues_in(call.block)) {
      continue;
    }
    const ValueNode& callee = summary.values[call.callee];
    if (callee.kind != ValueKind::path) continue;
    const PathNode& path = summary.paths[callee.a];
    if (path.kind != PathKind::attr || path.parent != view.last.path) continue;
    if ((call.flags & kCallResultUnused) == 0) continue;  // asks for something
    if (rules::is_thread_safe(view.location.type.container)) continue;
    later = call.range;
    found = true;
  }
  if (!found) return;
  Candidate made;
  made.rule = RuleCode::broken_double_check;
  made.confidence = view.sharing.strength;
  made.module = view.module;
  made.function = view.function;
  made.location = view.id;
  made.primary = view.last.range;
  made.region = {view.last_ref};
  made.conflicts = {view.first_ref};
  made.window.range = later;
  const std::string code = context.code_of(view.module, later, 48);
  for (CallId id = function.calls.first; id < function.calls.end(); ++id) {
    const Call& call = summary.calls[id];
    if (call.before <= view.region.last || call.range.end > later.end || !same_section(call.held)) {
      continue;
    }
    made.window.window = WindowClass::already_racy;
    made.window.has_switch = true;
    made.window.kind = "call";
    made.window.range = call.range;
    made.window.text = fmt::format("the call `{}` runs while it is already visible",
                                   context.code_of(view.module, call.range, 48));
    break;
  }
  made.message = fmt::format("{} is published before it is complete: `{}` follows the store",
                             name(context, view.id), code);
  made.harm = "the unlocked test in another thread already sees it and uses it half built";
  made.fix = "build it in a local variable and store it last";
  const auto locks = sure_locks(context, view.function, view.last, view.id);
  if (!locks.empty()) made.guard = locks.front();
  made.guard_text = "the fast path tests it without the lock";
  out.push_back(std::move(made));
}

}  // namespace

namespace {

/// The class whose method reaches the location through its own first parameter; kNone otherwise.
ClassIndex self_class(const DetectContext& context, const AccessRef& ref) {
  const ModuleSummary& summary = context.summary(ref.module);
  PathId path = context.access(ref).path;
  while (summary.paths[path].kind == PathKind::item) path = summary.paths[path].parent;
  if (summary.paths[path].kind != PathKind::attr) return kNone;
  const PathNode& root = summary.paths[summary.paths[path].parent];
  if (root.kind != PathKind::value || summary.values[root.aux].kind != ValueKind::param ||
      summary.values[root.aux].b != 0) {
    return kNone;
  }
  const FunctionIndex method =
      context.program.function_index(ref.module, summary.values[root.aux].a);
  return context.program.functions()[method].owner;
}

/// The object whose attribute the access touches, by type.
Type holder_type(const DetectContext& context, const AccessRef& ref) {
  const ModuleSummary& summary = context.summary(ref.module);
  PathId path = context.access(ref).path;
  while (summary.paths[path].kind == PathKind::item) path = summary.paths[path].parent;
  if (summary.paths[path].kind != PathKind::attr) return {};
  return context.program.type_of_path(ref.module, summary.paths[path].parent);
}
bool through_class(const DetectContext& context, const AccessRef& ref) {
  return holder_type(context, ref).kind == Type::Kind::class_object;
}
bool through_instance(const DetectContext& context, const AccessRef& ref) {
  return holder_type(context, ref).kind == Type::Kind::instance;
}
/// The two functions are defined in branches of one function of which only one is taken, so that
/// no call of it makes both.
bool exclusive(const DetectContext& context, const AccessRef& a, const AccessRef& b) {
  if (a.module != b.module) return false;
  const ModuleSummary& summary = context.summary(a.module);
  const Function& left = context.program.function(a.function);
  const Function& right = context.program.function(b.function);
  if (left.parent != right.parent || left.defined == kNone || right.defined == kNone) return false;
  for (BlockId x = left.defined; x != kNone; x = summary.blocks[x].parent) {
    for (BlockId y = right.defined; y != kNone; y = summary.blocks[y].parent) {
      const Block& first = summary.blocks[x];
      const Block& second = summary.blocks[y];
      if (x != y && first.parent == second.parent && first.branch == second.branch &&
          first.alternative != second.alternative) {
        return true;
      }
    }
  }
  return false;
}

bool rebinds(const DetectContext& context, const AccessRef& ref) {
  const AccessOp op = context.access(ref).op;
  return op == AccessOp::store || op == AccessOp::del;
}

}  // namespace

std::string DetectContext::code_of(ModuleIndex module, ByteRange range, std::size_t most) const {
  return code_text(source(module), range, most);
}

Confidence pair_strength(const DetectContext& context, const Candidate& candidate) {
  const Sharing& sharing = context.concurrency.sharing(candidate.location);
  if (sharing.reason != Sharing::Reason::roots) {
    // Callers of the public API in several threads are believed in; that they meet what else runs
    // in the main thread is one more step.
    const auto by_api = [&](const AccessRef& access) {
      const auto roots = context.concurrency.roots_of(access.function);
      return std::any_of(roots.begin(), roots.end(), [&](RootId id) {
        return context.concurrency.roots()[id].kind == ThreadRoot::Kind::public_api;
      });
    };
    return by_api(candidate.region.front()) && by_api(candidate.conflicts.front())
               ? Confidence::high
               : Confidence::medium;
  }
  // What falls between first and last access runs beside the one or the other.
  std::optional<Confidence> best;
  for (const AccessRef& other : candidate.conflicts) {
    for (const AccessRef& own : {candidate.region.front(), candidate.region.back()}) {
      if (!context.concurrency.may_run_in_parallel(candidate.location, own, other)) continue;
      const Confidence strength = context.concurrency.pair_strength(candidate.location, own, other);
      best = best ? std::max(*best, strength) : strength;
    }
  }
  if (!best) return Confidence::high;
  const auto seen = [&](RootId id) {
    const ThreadRoot::Kind kind = context.concurrency.roots()[id].kind;
    return kind != ThreadRoot::Kind::main && kind != ThreadRoot::Kind::public_api;
  };
  const auto roots = context.concurrency.parallel_roots(
      candidate.location, candidate.region.front(), candidate.conflicts.front());
  // What is looked at before a thread is started is prepared by its owner; that the API's other
  // callers change it meanwhile is no more than thinkable.
  if (roots && !seen(roots->first) && !seen(roots->second) &&
      candidate.rule == RuleCode::iteration &&
      context.concurrency.outside_thread(candidate.region.front())) {
    return Confidence::low;
  }
  const bool both = !roots || (seen(roots->first) && seen(roots->second));
  return at_most(*best, both ? Confidence::high : Confidence::medium);
}

bool expects(const ModuleSummary& summary, BlockId block, std::uint8_t exceptions) {
  for (; block != kNone; block = summary.blocks[block].parent) {
    if ((summary.blocks[block].catches & exceptions) != 0) return true;
  }
  return false;
}

bool meant_here(const DetectContext& context, FunctionIndex function, const HeldLock& held) {
  if (held.lock == kNone) return false;
  const Lock& lock = context.program.locks()[held.lock];
  if (held.section != kNone || lock.location == kNone) return true;
  const Location& kept = context.program.locations()[lock.location];
  if (kept.kind != LocationKind::instance_attribute) return true;
  const ClassIndex owner = context.program.functions()[function].owner;
  if (owner == kNone) return false;
  const auto ancestry = context.program.ancestry(owner);
  return std::find(ancestry.begin(), ancestry.end(), kept.owner) != ancestry.end();
}

bool may_be_one_object(const DetectContext& context, LocationId location, const AccessRef& a,
                       const AccessRef& b) {
  const LocationKind kind = context.program.locations()[location].kind;
  if (kind == LocationKind::closure) return !exclusive(context, a, b);
  if (kind != LocationKind::instance_attribute && kind != LocationKind::class_attribute) {
    return true;
  }
  // What is stored in an instance is not seen through the class.
  if (through_class(context, a) && rebinds(context, b) && through_instance(context, b))
    return false;
  if (through_class(context, b) && rebinds(context, a) && through_instance(context, a))
    return false;
  if (kind != LocationKind::instance_attribute) return true;
  const ClassIndex left = self_class(context, a);
  const ClassIndex right = self_class(context, b);
  if (left == kNone || right == kNone || left == right) return true;
  // Methods of two classes work on one object only if some class inherits both.
  const auto derives = [&](ClassIndex c, ClassIndex base) {
    const auto ancestry = context.program.ancestry(c);
    return std::find(ancestry.begin(), ancestry.end(), base) != ancestry.end();
  };
  std::vector<ClassIndex> below{left};
  for (std::size_t i = 0; i < below.size() && i < 200; ++i) {
    if (derives(below[i], right)) return true;
    const auto& more = context.program.classes()[below[i]].subclasses;
    below.insert(below.end(), more.begin(), more.end());
  }
  return derives(right, left);
}

std::vector<AccessRef> conflicting(const DetectContext& context, LocationId location,
                                   const AccessRef& first, const AccessRef& last,
                                   std::uint16_t effects, const std::vector<LockId>& locks,
                                   bool& possibly_locked) {
  constexpr std::size_t kMost = 4;
  const LocationFacts& facts = context.facts[location];
  std::vector<AccessRef> out;
  std::vector<AccessRef> own;
  for (const std::size_t index : facts.changes) {
    const AccessFacts& other = facts.accesses[index];
    if ((other.effect & effects) == 0) continue;
    const bool excluded = std::any_of(locks.begin(), locks.end(), [&](LockId lock) {
      return std::find(other.locks.begin(), other.locks.end(), lock) != other.locks.end();
    });
    if (excluded || !may_be_one_object(context, location, first, other.ref) ||
        shut_out(context, location, first, other.ref)) {
      continue;
    }
    if (!context.concurrency.may_run_in_parallel(location, first, other.ref) &&
        !context.concurrency.may_run_in_parallel(location, last, other.ref)) {
      continue;
    }
    possibly_locked = possibly_locked || other.possibly_locked;
    if (other.ref.function == first.function) {
      if (own.size() < kMost) own.push_back(other.ref);
    } else if (out.size() < kMost) {
      out.push_back(other.ref);
    }
    if (out.size() >= kMost && own.size() >= kMost) break;
  }
  // The statement itself, run by another thread, says most; then other functions.
  std::stable_sort(own.begin(), own.end(), [&](const AccessRef& a, const AccessRef& b) {
    return (a == last) > (b == last);
  });
  std::vector<AccessRef> all;
  if (!own.empty() && own.front() == last) {
    all.push_back(own.front());
    own.erase(own.begin());
  }
  all.insert(all.end(), out.begin(), out.end());
  all.insert(all.end(), own.begin(), own.end());
  if (all.size() > kMost) all.resize(kMost);
  return all;
}

void find_regions(const DetectContext& context, FunctionIndex index, std::vector<Candidate>& out) {
  const FunctionInfo& info = context.program.functions()[index];
  if (info.import_time) return;
  const Function& function = context.program.function(index);
  const ModuleSummary& summary = context.summary(info.module);
  for (std::uint32_t i = function.regions.first; i < function.regions.end(); ++i) {
    const Region& region = summary.regions[i];
    const LocationId location = context.program.location_of(info.module, region.last);
    if (location == kNone || context.facts[location].accesses.empty()) continue;
    if (context.concurrency.under_construction(location, {info.module, region.last, index}))
      continue;
    const LocationId first = context.program.location_of(info.module, region.first);
    if (first != location && context.program.locations()[location].parent != first) continue;
    const RegionView view{info.module,
                          index,
                          region,
                          summary.accesses[region.first],
                          summary.accesses[region.last],
                          location,
                          context.program.locations()[location],
                          context.concurrency.sharing(location),
                          AccessRef{info.module, region.first, index},
                          AccessRef{info.module, region.last, index}};
    judge(context, view, out);
    judge_early_publication(context, view, out);
  }
}

}  // namespace gilcheck::analyzer
