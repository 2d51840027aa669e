// GIL201: a location whose compound operations are guarded by one lock is written here without it.
// The write can fall inside the guarded region, so the region's guard does not hold.

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/detect/candidate.h"

namespace gilcheck::analyzer {

namespace {

/// A region, or an iteration, that runs under `lock` from its first access to its last.
struct Guarded {
  FunctionIndex function;
  ModuleIndex module;
  const Region* region;  ///< null for an iteration
  AccessId first;
  AccessId last;
  std::uint16_t effects;  ///< what tears it
};

/// A loop over a list sees what is appended meanwhile or not; nothing moves under it.
bool adds_at_end(const DetectContext& context, LocationId id, const AccessFacts& change) {
  const Location& location = context.program.locations()[id];
  const Access& access = context.access(change.ref);
  if (location.type.kind != Type::Kind::builtin ||
      location.type.container != rules::Container::List || access.op != AccessOp::method) {
    return false;
  }
  const std::string_view method = context.summary(change.ref.module).name(access.method);
  return method == "append" || method == "extend";
}

std::vector<Guarded> guarded_regions(const DetectContext& context, LocationId id, LockId lock) {
  std::vector<Guarded> out;
  const LocationFacts& facts = context.facts[id];
  const auto holds = [&](FunctionIndex function, HeldId held) {
    const auto locks = context.program.locks_held(function, held);
    return std::any_of(locks.begin(), locks.end(), [&](const HeldLock& at) {
      return at.lock == lock && at.strength == HeldLock::Strength::sure;
    });
  };
  FunctionIndex seen = kNone;
  for (const AccessFacts& access : facts.accesses) {
    if (std::find(access.locks.begin(), access.locks.end(), lock) == access.locks.end()) continue;
    const ModuleSummary& summary = context.summary(access.ref.module);
    if (summary.accesses[access.ref.access].op == AccessOp::iterate) {
      out.push_back({access.ref.function, access.ref.module, nullptr, access.ref.access,
                     access.ref.access, kStructural});
    }
    if (access.ref.function == seen) continue;
    seen = access.ref.function;
    const Function& function = context.program.function(seen);
    for (std::uint32_t i = function.regions.first; i < function.regions.end(); ++i) {
      const Region& region = summary.regions[i];
      if (region.first == region.last) continue;
      if (context.program.location_of(access.ref.module, region.first) != id ||
          context.program.location_of(access.ref.module, region.last) != id) {
        continue;
      }
      if (!holds(seen, region.common_held)) continue;
      const Access& last = summary.accesses[region.last];
      std::uint16_t effects = kBinds;
      if (last.op == AccessOp::load) {
        effects = kBindsNone | kBindsUnknown;
      } else if (last.op != AccessOp::store && last.op != AccessOp::del) {
        effects = kBinds | kMutatesContent;
        if (last.op == AccessOp::item_load) effects = kBinds | kRemoves | kReplaces;
      }
      out.push_back({seen, access.ref.module, &region, region.first, region.last, effects});
    }
  }
  return out;
}

}  // namespace

void find_unguarded_writes(const DetectContext& context, LocationId id,
                           std::vector<Candidate>& out) {
  const LocationFacts& facts = context.facts[id];
  if (facts.main_lock == kNone || facts.guarded < 1) return;
  const LockId lock = facts.main_lock;
  std::vector<const AccessFacts*> unguarded;
  for (const std::size_t index : facts.changes) {
    const AccessFacts& change = facts.accesses[index];
    if (std::find(change.locks.begin(), change.locks.end(), lock) != change.locks.end()) continue;
    // Guarded by another lock: which of the two is wrong is the regions' argument.
    if (!change.locks.empty()) continue;
    unguarded.push_back(&change);
  }
  if (unguarded.empty()) return;
  const std::vector<Guarded> regions = guarded_regions(context, id, lock);
  if (regions.empty()) return;
  const Sharing& sharing = context.concurrency.sharing(id);
  const std::string name = context.program.location_name(id);
  const std::string lock_name = context.program.locks()[lock].name;
  for (const AccessFacts* change : unguarded) {
    const Access& access = context.access(change->ref);
    for (const Guarded& region : regions) {
      if ((change->effect & region.effects) == 0) continue;
      if (region.region == nullptr && adds_at_end(context, id, *change)) continue;
      const AccessRef first{region.module, region.first, region.function};
      const AccessRef last{region.module, region.last, region.function};
      if (first == change->ref || last == change->ref) continue;
      if (!may_be_one_object(context, id, first, change->ref) ||
          !context.concurrency.may_run_in_parallel(id, first, change->ref) ||
          shut_out(context, id, change->ref, first)) {
        continue;
      }
      Candidate made;
      made.rule = RuleCode::inconsistent_guard;
      made.confidence = sharing.strength;
      if (change->possibly_locked) made.confidence = Confidence::low;
      // That the write is meant to be guarded is inferred: it may be ordered by the life cycle of
      // the object (set-up, shutdown), or one lock against many unguarded changes may be a habit.
      made.confidence =
          at_most(made.confidence,
                  facts.guarded_changes < unguarded.size() ? Confidence::low : Confidence::medium);
      made.module = change->ref.module;
      made.function = change->ref.function;
      made.location = id;
      made.primary = access.range;
      made.region = {change->ref};
      made.conflicts =
          first == last ? std::vector<AccessRef>{first} : std::vector<AccessRef>{first, last};
      made.guard = lock;
      if (region.region != nullptr) {
        made.window = judge_window(context.program, region.module, *region.region,
                                   context.source(region.module));
      } else {
        made.window.window = WindowClass::already_racy;
        made.window.has_switch = true;
        made.window.kind = "backward-jump";
        made.window.text = "the guarded loop jumps back after each item";
        made.window.range = context.access(first).range;
      }
      // The switch point lies in the guarded region; the finding's window is that region's.
      made.message = fmt::format("`{}` changes {} without {}, which guards it elsewhere",
                                 context.code(change->ref, 48), name, lock_name);
      if (region.region == nullptr) {
        made.harm =
            "the loop under the lock sees the container change: an exception, or items "
            "skipped or seen twice";
      } else if (region.region->kind == RegionKind::data) {
        made.harm = "it can fall between the guarded read and write, which then overwrites it";
      } else {
        made.harm = "it can fall between the guarded test and the act that relies on it";
      }
      made.fix = fmt::format("hold {} here too", lock_name);
      made.confidence = at_most(made.confidence, pair_strength(context, made));
      out.push_back(std::move(made));
      break;
    }
  }
}

}  // namespace gilcheck::analyzer
