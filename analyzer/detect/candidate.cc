#include "analyzer/detect/candidate.h"

#include <algorithm>
#include <optional>

#include "analyzer/detect/code_text.h"

namespace gilcheck::analyzer {

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

}  // namespace gilcheck::analyzer
