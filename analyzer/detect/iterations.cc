// Accesses that are many steps by themselves: iteration (GIL105), shared iterators (GIL106), C
// calls relied on as atomic (GIL107).

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/detect/candidate.h"
#include "analyzer/detect/code_text.h"
#include "analyzer/detect/protection.h"
#include "rules/tables.h"

namespace gilcheck::analyzer {

namespace {

using rules::Container;

bool user_key(const DetectContext& context, ModuleIndex module, ValueId key) {
  if (key == 0) return false;
  const Type type = context.program.type_of(module, key);
  return type.kind == Type::Kind::instance && (context.program.defines(type.index, "__eq__") ||
                                               context.program.defines(type.index, "__hash__"));
}

/// Elements of program classes with Python comparison methods, stored in the container.
bool user_elements(const DetectContext& context, LocationId location,
                   std::initializer_list<std::string_view> methods, bool* unknown = nullptr) {
  for (const AccessFacts& facts : context.facts[location].accesses) {
    const Access& access = context.access(facts.ref);
    const ModuleSummary& summary = context.summary(facts.ref.module);
    ValueId value = 0;
    if (access.op == AccessOp::item_store) value = access.value;
    if (access.op == AccessOp::method && (facts.effect & kInserts) != 0) value = access.key;
    if (access.op == AccessOp::whole && (facts.effect & kInserts) != 0) {
      const ValueNode& call = summary.values[access.value];
      if (call.kind == ValueKind::call && summary.calls[call.a].args.count > 1) {
        value = summary.arguments[summary.calls[call.a].args.first + 1].value;
      }
    }
    if (value == 0) continue;
    const Type type = context.program.type_of(facts.ref.module, value);
    if (unknown != nullptr && type.kind == Type::Kind::unknown) *unknown = true;
    if (type.kind != Type::Kind::instance) continue;
    for (const auto method : methods) {
      if (context.program.defines(type.index, method)) return true;
    }
  }
  return false;
}

/// The argument of an update-like call at `position`, or 0.
ValueId argument(const ModuleSummary& summary, const Access& access, std::uint32_t position) {
  const ValueNode& value = summary.values[access.value];
  if (value.kind != ValueKind::call) return 0;
  const Range args = summary.calls[value.a].args;
  if (position >= args.count) return 0;
  const Argument& argument = summary.arguments[args.first + position];
  return argument.keyword == 0 ? argument.value : 0;
}

bool has_key_function(const ModuleSummary& summary, const Access& access, ValueId& function) {
  const ValueNode& value = summary.values[access.value];
  if (value.kind != ValueKind::call) return false;
  const Range args = summary.calls[value.a].args;
  for (std::uint32_t i = args.first; i < args.end(); ++i) {
    if (summary.name(summary.arguments[i].keyword) == "key") {
      function = summary.arguments[i].value;
      return true;
    }
  }
  return false;
}

struct Verdict {
  RuleCode rule = RuleCode::none;
  std::uint16_t effects = 0;
  Window window;
  std::string message;
  std::string harm;
  std::string fix;
  Confidence cap = Confidence::high;
};

Verdict judge_iteration(const DetectContext& context, const AccessRef& ref, const Access& access,
                        LocationId id, const Location& location) {
  Verdict out;
  const std::string name = context.program.location_name(id);
  const std::string code = context.code(ref, 48);
  const Container type = location.type.container;
  const ModuleSummary& summary = context.summary(ref.module);
  if (rules::is_iterator(type)) {
    if (type == Container::Count) return out;
    out.rule = RuleCode::shared_iterator;
    out.effects = kAdvances;
    const bool generator = type == Container::Generator;
    if (generator) {
      out.window = one_call_window(context.program, code, true, false, access.range);
      out.window.text = "each step runs the generator's own Python code";
    }
    out.message = fmt::format("`{}` advances {}, which other threads advance too", code, name);
    out.harm = generator ? "ValueError: generator already executing"
                         : "items are handed out twice or skipped";
    out.fix = "take items under one lock, or hand them out through a queue.Queue";
    if (type == Container::TextIO) {
      out.harm = "lines are split or lost: text files are not thread-safe";
    }
    return out;
  }
  if (location.type.kind == Type::Kind::builtin && !rules::is_mutable_container(type)) return out;
  const bool known = rules::is_mutable_container(type);
  if (!known && location.type.kind != Type::Kind::unknown) return out;
  if (type == Container::WeakDict || type == Container::WeakSet) return out;  // guards itself
  const bool sequence = type == Container::List;
  out.rule = RuleCode::iteration;
  out.effects = kStructural;
  if (sequence) out.effects = kRemoves | kReplaces | kInserts;
  out.window.window = WindowClass::already_racy;
  out.window.has_switch = true;
  out.window.kind = "backward-jump";
  out.window.text = "the loop jumps back after each item";
  out.window.range = access.range;
  out.message = fmt::format("{} is iterated while other threads change it", name);
  if (sequence) {
    out.harm = "items are skipped or seen twice";
    out.fix = "iterate over a copy: list(...), or hold the lock that the writers hold";
  } else if (type == Container::Deque) {
    out.harm = "RuntimeError: deque mutated during iteration";
    out.fix = "hold the lock that the writers hold, or iterate over a copy made under it";
  } else {
    out.harm = type == Container::Set || type == Container::Unknown
                   ? "RuntimeError: changed size during iteration"
                   : "RuntimeError: dictionary changed size during iteration";
    out.fix = access.method != 0 && summary.name(access.method) == "items"
                  ? "iterate over a copy: list(d.items()), or hold the lock that the writers hold"
                  : "iterate over a copy, or hold the lock that the writers hold";
  }
  if (!known) out.cap = Confidence::low;
  return out;
}

Verdict judge_whole(const DetectContext& context, const AccessRef& ref, const Access& access,
                    LocationId id, const Location& location) {
  Verdict out;
  const ModuleSummary& summary = context.summary(ref.module);
  const std::string_view function = summary.name(access.method);
  const std::string name = context.program.location_name(id);
  const std::string code = context.code(ref, 48);
  const Container type = location.type.container;
  if (location.type.kind != Type::Kind::builtin) return out;
  const bool view = access.key != 0;
  if (function == "next" || rules::is_iterator(type)) {
    if (!rules::is_iterator(type)) return out;
    Access as_iteration = access;
    as_iteration.method = 0;
    if (type == Container::Count && function == "next") return out;
    return judge_iteration(context, ref, as_iteration, id, location);
  }
  if (!rules::is_mutable_container(type)) return out;
  if (const auto* row = rules::call_op(type, function)) {
    if (row->atomic == rules::Atomic::Yes) return out;
    bool unknown = false;
    const bool python =
        user_elements(context, id, {"__lt__", "__gt__", "__le__", "__eq__"}, &unknown);
    out.rule = RuleCode::nonatomic_call;
    out.effects = kStructural;
    out.window = one_call_window(context.program, code, python, unknown, access.range);
    out.message = fmt::format("`{}` relies on being one step on {}", code, name);
    out.harm =
        "without the GIL the call's steps interleave with other threads': the invariant is "
        "broken, items are lost or an index is out of range";
    out.fix = "hold one lock around every call that works on it";
    return out;
  }
  const auto how = rules::consumption(function, view ? Container::DictView : type);
  if (!how || *how == rules::Consumption::Snapshot || *how == rules::Consumption::Lazy) return out;
  ValueId key = 0;
  const bool has_key = has_key_function(summary, access, key);
  bool python = *how == rules::Consumption::Python;
  if (has_key) {
    const Type key_type = context.program.type_of(ref.module, key);
    python = python || key_type.kind == Type::Kind::function ||
             key_type.kind == Type::Kind::bound_method;
  }
  const bool sequence = type == Container::List;
  out.rule = RuleCode::iteration;
  out.effects = sequence ? static_cast<std::uint16_t>(kRemoves | kReplaces) : kStructural;
  if (sequence) out.cap = Confidence::medium;
  out.window = one_call_window(context.program, code, python, false, access.range);
  out.message = fmt::format("`{}` walks over {} while other threads change it", code, name);
  out.harm =
      sequence ? "items are skipped or seen twice" : "RuntimeError: changed size during iteration";
  out.fix = "walk over a copy, or hold the lock that the writers hold";
  return out;
}

Verdict judge_method(const DetectContext& context, const AccessRef& ref, const Access& access,
                     LocationId id, const Location& location) {
  Verdict out;
  if (location.type.kind != Type::Kind::builtin ||
      !rules::is_mutable_container(location.type.container)) {
    // gen.send(), gen.throw()
    if (location.type.container == Container::Generator ||
        location.type.container == Container::TextIO) {
      const std::string_view method = context.summary(ref.module).name(access.method);
      if (method == "send" || method == "throw" || method == "__next__") {
        Access step = access;
        step.method = 0;
        return judge_iteration(context, ref, step, id, location);
      }
    }
    return out;
  }
  const ModuleSummary& summary = context.summary(ref.module);
  const std::string_view method = summary.name(access.method);
  const rules::ContainerOp* row =
      rules::container_op(location.type.container, method, argument_count(summary, access));
  if (row == nullptr || row->atomic == rules::Atomic::Yes) return out;
  const std::string name = context.program.location_name(id);
  const std::string code = context.code(ref, 48);
  out.effects = kStructural;
  out.message = fmt::format("`{}` relies on being one step on {}", code, name);
  out.fix = "hold one lock around every call that works on it";
  const bool sorts = method == "sort";
  if (sorts) {
    ValueId key = 0;
    bool python = user_elements(context, id, {"__lt__", "__gt__"});
    if (has_key_function(summary, access, key)) {
      const Type type = context.program.type_of(ref.module, key);
      python = python || type.kind == Type::Kind::function || type.kind == Type::Kind::bound_method;
    }
    // A reader is a conflict as well: it sees the list empty while it is sorted.
    out.rule = RuleCode::nonatomic_call;
    out.effects = kStructural | kReads | kWritesItem;
    out.window = one_call_window(context.program, code, python, false, access.range);
    out.harm =
        "the list looks empty to other threads while it is sorted; what they append "
        "meanwhile is lost or raises ValueError";
    return out;
  }
  if (location.type.container == Container::Counter && row->atomic == rules::Atomic::No &&
      row->effect == rules::Effect::Structural) {
    // update() and subtract() read, add and store count by count. Counting the items of an iterable
    // is one call of C (Modules/_collectionsmodule.c, _count_elements); all else is a loop in
    // Python (Lib/collections/__init__.py).
    const ValueId operand = argument(summary, access, 0);
    bool loop = operand == 0 || method == "subtract";
    bool unknown = false;
    if (!loop) {
      const Type type = context.program.type_of(ref.module, operand);
      loop = rules::is_mapping(type.container);
      const ValueKind kind = summary.values[operand].kind;
      unknown = type.container == Container::Unknown && kind != ValueKind::comprehension &&
                kind != ValueKind::string;
    }
    out.rule = RuleCode::nonatomic_call;
    out.effects = kStructural | kWritesItem;
    out.window = one_call_window(context.program, code, loop, unknown, access.range);
    if (out.window.window == WindowClass::gil_masked_if_builtin) {
      out.window.text = fmt::format("`{}` is one GIL window unless its operand is a mapping", code);
    }
    out.harm =
        "each count is read, changed and stored again: of two threads that change one, the later "
        "store overwrites the other";
    return out;
  }
  if (row->atomic == rules::Atomic::IfBuiltinOperand) {
    // update(generator), extend(generator): only the target is locked, between the items it is not.
    const ValueId operand = argument(summary, access, 0);
    if (operand == 0) return out;
    const Type type = context.program.type_of(ref.module, operand);
    const bool generator =
        summary.values[operand].kind == ValueKind::comprehension &&
        summary.values[operand].a == static_cast<std::uint32_t>(Builtin::generator);
    const bool user =
        generator || type.container == Container::Generator || (type.kind == Type::Kind::instance);
    if (!user) return out;
    out.rule = RuleCode::nonatomic_call;
    out.window = one_call_window(context.program, code, true, false, access.range);
    out.harm =
        "other threads see it half updated: the operand's own Python code runs between the "
        "items";
    return out;
  }
  if (row->atomic == rules::Atomic::IfBuiltinKey) {
    if (!user_key(context, ref.module, access.key)) return out;
    out.rule = RuleCode::nonatomic_call;
    out.window = one_call_window(context.program, code, true, false, access.range);
    out.harm = "the key's own __eq__ or __hash__ runs inside the call and other threads with it";
    out.cap = Confidence::low;
    return out;
  }
  if (row->atomic == rules::Atomic::IfBuiltinElement) {
    if (!user_elements(context, id, {"__eq__"}) && !user_key(context, ref.module, access.key)) {
      return out;
    }
    out.rule = RuleCode::nonatomic_call;
    out.window = one_call_window(context.program, code, true, false, access.range);
    out.harm =
        "__eq__ written in Python runs inside the call; the list changes under it and the "
        "wrong item is found or removed";
    return out;
  }
  return out;
}

}  // namespace

void find_iterations(const DetectContext& context, FunctionIndex index,
                     std::vector<Candidate>& out) {
  const FunctionInfo& info = context.program.functions()[index];
  if (info.import_time) return;
  const Function& function = context.program.function(index);
  const ModuleSummary& summary = context.summary(info.module);
  for (AccessId id = function.accesses.first; id < function.accesses.end(); ++id) {
    const Access& access = summary.accesses[id];
    const bool element = access.op == AccessOp::contains || access.op == AccessOp::item_load ||
                         access.op == AccessOp::item_store || access.op == AccessOp::item_del;
    if (access.op != AccessOp::iterate && access.op != AccessOp::whole &&
        access.op != AccessOp::method && !element) {
      continue;
    }
    const LocationId location_id = context.program.location_of(info.module, id);
    if (location_id == kNone || context.facts[location_id].accesses.empty()) continue;
    if (context.concurrency.under_construction(location_id, {info.module, id, index})) continue;
    const Location& location = context.program.locations()[location_id];
    const AccessRef ref{info.module, id, index};
    Verdict verdict;
    switch (access.op) {
      case AccessOp::iterate:
        verdict = judge_iteration(context, ref, access, location_id, location);
        break;
      case AccessOp::whole:
        verdict = judge_whole(context, ref, access, location_id, location);
        break;
      case AccessOp::method:
        verdict = judge_method(context, ref, access, location_id, location);
        break;
      default: {
        if (access.op == AccessOp::contains && location.type.container == Container::List &&
            user_elements(context, location_id, {"__eq__"})) {
          verdict.rule = RuleCode::nonatomic_call;
          verdict.effects = kRemoves | kReplaces;
          const std::string code = context.code(ref, 48);
          verdict.window = one_call_window(context.program, code, true, false, access.range);
          verdict.message = fmt::format("`{}` relies on being one step on {}", code,
                                        context.program.location_name(location_id));
          verdict.harm = "__eq__ written in Python runs inside; the list changes under it";
          verdict.fix = "hold one lock around every operation on it";
          verdict.cap = Confidence::medium;
        }
        break;
      }
    }
    if (verdict.rule == RuleCode::none) continue;
    const Protection held = protection(context, index, access.held, access, location_id);
    if (!held.sure.empty()) continue;
    bool maybe = false;
    Candidate made;
    made.conflicts = conflicting(context, location_id, ref, ref, verdict.effects, {}, maybe);
    if (verdict.rule == RuleCode::nonatomic_call && (verdict.effects & kReads) != 0 &&
        made.conflicts.empty()) {
      for (const AccessFacts& other : context.facts[location_id].accesses) {
        if (other.ref == ref || other.ref.function == index) continue;
        if (context.concurrency.may_run_in_parallel(location_id, ref, other.ref)) {
          made.conflicts.push_back(other.ref);
          break;
        }
      }
    }
    if (made.conflicts.empty()) continue;
    const LocationFacts& facts = context.facts[location_id];
    // A list that only ever grows is iterated safely: the new items are seen or not.
    if (verdict.rule == RuleCode::iteration && location.type.container == Container::List &&
        !facts.removed) {
      verdict.cap = Confidence::low;
    }
    const Sharing& sharing = context.concurrency.sharing(location_id);
    made.rule = verdict.rule;
    made.confidence = at_most(sharing.strength, verdict.cap);
    if (held.possible) made.confidence = Confidence::low;
    // `except RuntimeError` around a walk expects just this.
    if (verdict.rule == RuleCode::iteration && location.type.container != Container::List &&
        expects(summary, access.block, kCatchesRuntimeError)) {
      made.benign = true;
      made.confidence = Confidence::low;
    }
    made.window = verdict.window;
    made.module = info.module;
    made.function = index;
    made.location = location_id;
    made.primary = access.range;
    made.region = {ref};
    made.confidence = at_most(made.confidence, pair_strength(context, made));
    made.message = std::move(verdict.message);
    made.harm = std::move(verdict.harm);
    made.fix = std::move(verdict.fix);
    if (held.useless != kNone) {
      blame_useless_lock(context, held.useless, made);
    } else if (facts.guarded != 0) {
      made.guard = facts.main_lock;
    }
    out.push_back(std::move(made));
  }
}

}  // namespace gilcheck::analyzer
