// GIL104: two locations that belong together are written one after the other, or read one after the
// other, while another thread does the opposite: it sees, or leaves, a mixed pair.

#include <fmt/format.h>
#include <tsl/robin_map.h>

#include <algorithm>

#include "analyzer/detect/candidate.h"

namespace gilcheck::analyzer {

namespace {

struct Pair {
  AccessRef first;
  AccessRef second;
  LocationId a;  ///< the smaller id
  LocationId b;
  bool writes;
};

/// Locks held continuously over both accesses.
std::vector<LockId> common_locks(const DetectContext& context, const Pair& pair) {
  const auto first =
      context.program.locks_held(pair.first.function, context.access(pair.first).held);
  const auto second =
      context.program.locks_held(pair.second.function, context.access(pair.second).held);
  std::vector<LockId> out;
  for (const HeldLock& x : first) {
    for (const HeldLock& y : second) {
      if (x.lock == kNone || x.lock != y.lock || x.section != y.section) continue;
      if (x.strength == HeldLock::Strength::sure &&
          guards(context.program, pair.first.module, x, context.access(pair.first), pair.a)) {
        out.push_back(x.lock);
      }
    }
  }
  return out;
}

bool maybe_locked(const DetectContext& context, const AccessRef& ref) {
  for (const HeldLock& held : context.program.locks_held(ref.function, context.access(ref).held)) {
    if (held.strength == HeldLock::Strength::possible ||
        (held.strength == HeldLock::Strength::sure && held.lock == kNone)) {
      return true;
    }
  }
  return false;
}

/// Stores a constant, or a new empty container (`{}`, `set()`).
bool resets(const DetectContext& context, const AccessRef& ref) {
  const ModuleSummary& summary = context.summary(ref.module);
  const ValueNode* node = &summary.values[context.access(ref).value];
  while (node->kind == ValueKind::annotated) node = &summary.values[node->b];
  if (node->kind == ValueKind::constant) return true;
  if (node->kind == ValueKind::display) {
    // What is unpacked into a display is not among its elements.
    const std::string text = context.code_of(ref.module, context.access(ref).range);
    return node->c == 0 && text.find('*') == std::string::npos;
  }
  if (node->kind != ValueKind::call || summary.calls[node->a].args.count != 0) return false;
  const Type type = context.program.type_of(ref.module, context.access(ref).value);
  return type.kind == Type::Kind::builtin && type.container >= rules::Container::List &&
         type.container <= rules::Container::Deque;
}

/// The write publishes: the flag is set last and the reader looks at it first, so that what it sees
/// of the other is at least as new.
bool published_by_flag(const DetectContext& context, const Pair& write, const Pair& read) {
  const ModuleSummary& summary = context.summary(write.first.module);
  const ValueNode* node = &summary.values[context.access(write.second).value];
  while (node->kind == ValueKind::annotated) node = &summary.values[node->b];
  if (node->kind != ValueKind::constant || node->a != static_cast<std::uint32_t>(Builtin::bool_)) {
    return false;
  }
  const auto location = [&](const AccessRef& ref) {
    return context.program.location_of(ref.module, ref.access);
  };
  return location(write.second) == location(read.first) &&
         location(write.first) == location(read.second) &&
         write.first.access < write.second.access && read.first.access < read.second.access;
}

bool intersects(const std::vector<LockId>& a, const std::vector<LockId>& b) {
  return std::any_of(a.begin(), a.end(),
                     [&](LockId lock) { return std::find(b.begin(), b.end(), lock) != b.end(); });
}

}  // namespace

void find_torn_updates(const DetectContext& context, std::vector<Candidate>& out) {
  std::vector<Pair> writes;
  tsl::robin_map<std::uint64_t, std::vector<Pair>> reads;
  const auto functions = context.program.functions();
  for (FunctionIndex index = 0; index < functions.size(); ++index) {
    const FunctionInfo& info = functions[index];
    if (info.import_time) continue;
    const Function& function = context.program.function(index);
    const ModuleSummary& summary = context.summary(info.module);
    for (std::uint32_t i = function.pairings.first; i < function.pairings.end(); ++i) {
      const Pairing& pairing = summary.pairings[i];
      const LocationId a = context.program.location_of(info.module, pairing.first);
      const LocationId b = context.program.location_of(info.module, pairing.second);
      if (a == kNone || b == kNone ||
          context.concurrency.under_construction(a, {info.module, pairing.first, index})) {
        continue;
      }
      const Access& first_access = summary.accesses[pairing.first];
      const Access& second_access = summary.accesses[pairing.second];
      // Two named entries of one container are told apart by their keys.
      if (a == b && first_access.key == second_access.key) continue;
      if (context.facts[a].accesses.empty() || context.facts[b].accesses.empty()) continue;
      const Location& location = context.program.locations()[a];
      const Location& other = context.program.locations()[b];
      if (location.kind != other.kind || location.owner != other.owner) continue;
      Pair pair{{info.module, pairing.first, index},
                {info.module, pairing.second, index},
                std::min(a, b),
                std::max(a, b),
                pairing.writes};
      if (pair.writes) {
        writes.push_back(pair);
      } else {
        reads[(static_cast<std::uint64_t>(pair.a) << 32) | pair.b].push_back(pair);
      }
    }
  }
  for (const Pair& write : writes) {
    const auto found = reads.find((static_cast<std::uint64_t>(write.a) << 32) | write.b);
    if (found == reads.end()) continue;
    // A reset to constants has no torn state that a reader could not also see in between.
    if (resets(context, write.first) && resets(context, write.second)) continue;
    const std::vector<LockId> held = common_locks(context, write);
    for (const Pair& read : found->second) {
      if (read.first.function == write.first.function) continue;
      const std::vector<LockId> reader = common_locks(context, read);
      if (intersects(held, reader) || published_by_flag(context, write, read)) continue;
      if (!may_be_one_object(context, write.a, write.first, read.first) ||
          !context.concurrency.may_run_in_parallel(write.a, write.first, read.first) ||
          !context.concurrency.may_run_in_parallel(write.b, write.second, read.second)) {
        continue;
      }
      const LocationId first_location =
          context.program.location_of(write.first.module, write.first.access);
      const LocationId second_location =
          context.program.location_of(write.second.module, write.second.access);
      const std::string first_name = context.program.location_name(first_location);
      const std::string second_name = context.program.location_name(second_location);
      Candidate made;
      made.rule = RuleCode::torn_update;
      const Confidence strength = std::min(context.concurrency.sharing(write.a).strength,
                                           context.concurrency.sharing(write.b).strength);
      // That the two belong together, and that order matters, is inferred.
      made.confidence = at_most(strength, Confidence::medium);
      if (maybe_locked(context, write.first) || maybe_locked(context, read.first)) {
        made.confidence = Confidence::low;
      }
      const bool blame_reader = !held.empty();
      const Pair& blamed = blame_reader ? read : write;
      const Pair& other = blame_reader ? write : read;
      made.module = blamed.first.module;
      made.function = blamed.first.function;
      made.location = context.program.location_of(blamed.first.module, blamed.first.access);
      made.region = {blamed.first, blamed.second};
      made.conflicts = {other.first, other.second};
      made.primary = context.access(blamed.first).range;
      made.window.window = WindowClass::gil_masked;
      made.window.range = context.access(blamed.second).range;
      // Whether a switch point lies between the two ends.
      const ModuleSummary& summary = context.summary(blamed.first.module);
      const Function& function = context.program.function(blamed.first.function);
      for (CallId id = function.calls.first; id < function.calls.end(); ++id) {
        const Call& call = summary.calls[id];
        if (call.before > blamed.first.access && call.before <= blamed.second.access) {
          made.window.window = WindowClass::already_racy;
          made.window.has_switch = true;
          made.window.kind = "call";
          made.window.range = call.range;
          made.window.text = fmt::format("the call `{}` ends between the two",
                                         context.code_of(blamed.first.module, call.range, 48));
          break;
        }
      }
      if (blame_reader) {
        made.guard = held.front();
        made.message = fmt::format(
            "{} and {} are read together without {}, under which they are "
            "written together",
            first_name, second_name, context.program.locks()[held.front()].name);
        made.fix = fmt::format("read both under {}", context.program.locks()[held.front()].name);
      } else {
        if (!reader.empty()) made.guard = reader.front();
        made.message =
            fmt::format("{} and {} are written one after the other; other code reads them together",
                        first_name, second_name);
        made.fix = "write and read both under one lock, or keep them in one tuple that is replaced";
      }
      made.harm = "another thread sees the new value of one with the old value of the other";
      made.confidence = at_most(made.confidence, pair_strength(context, made));
      out.push_back(std::move(made));
      break;
    }
  }
}

}  // namespace gilcheck::analyzer
