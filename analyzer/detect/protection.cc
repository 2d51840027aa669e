#include "analyzer/detect/protection.h"

#include <fmt/format.h>

namespace gilcheck::analyzer {

Protection protection(const DetectContext& context, FunctionIndex function, HeldId held,
                      const Access& access, LocationId location) {
  Protection out;
  const ModuleIndex module = context.program.functions()[function].module;
  for (const HeldLock& lock : context.program.locks_held(function, held)) {
    const bool sure = lock.strength == HeldLock::Strength::sure;
    if (lock.strength == HeldLock::Strength::possible || (sure && lock.lock == kNone)) {
      out.possible = true;
    } else if (lock.lock == kNone) {
      continue;
    } else if (sure && guards(context.program, module, lock, access, location)) {
      out.sure.push_back(lock.lock);
    } else if (meant_here(context, function, lock) &&
               !protects(context.program, lock.lock, location)) {
      out.useless = lock.lock;
    }
  }
  return out;
}

std::vector<LockId> sure_locks(const DetectContext& context, FunctionIndex function,
                               const Access& access, LocationId location) {
  return protection(context, function, access.held, access, location).sure;
}

void blame_useless_lock(const DetectContext& context, LockId id, Candidate& made) {
  const Lock& lock = context.program.locks()[id];
  made.rule = RuleCode::useless_lock;
  made.guard = id;
  made.guard_text =
      lock.scope == Lock::Scope::fresh
          ? fmt::format("{} is made anew for each call, so no two threads ever wait for it",
                        lock.name)
          : fmt::format("{} belongs to one instance; {} is shared by all of them", lock.name,
                        context.program.location_name(made.location));
  made.message += fmt::format("; the lock held there ({}) excludes nobody", lock.name);
  made.fix = "guard it with one lock that every thread uses: at module or class level";
}

}  // namespace gilcheck::analyzer
