// Read-modify-write, check-then-act, lazy initialisation, and what locks do not do for them:
// GIL101, 102, 103, 202, 203, 204.

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/detect/protection.h"
#include "analyzer/detect/region_view.h"
#include "analyzer/detect/stored_value.h"
#include "rules/tables.h"

namespace gilcheck::analyzer {

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

bool mutable_container(const Location& location) {
  return location.type.kind == Type::Kind::builtin &&
         rules::is_mutable_container(location.type.container);
}

namespace {

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
                               context.program.location_name(view.id),
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
    made.message = fmt::format(
        "{} is tested without {} and set under it, but not tested again inside",
        context.program.location_name(view.id), context.program.locks()[made.guard].name);
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

}  // namespace

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
