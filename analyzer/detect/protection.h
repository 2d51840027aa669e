#pragma once
// The locks under which a region or an access runs, seen from the location it touches.

#include <vector>

#include "analyzer/detect/candidate.h"

namespace gilcheck::analyzer {

struct Protection {
  std::vector<LockId> sure;  ///< that protect this location
  LockId useless = kNone;    ///< held but excludes nobody from this location
  bool possible = false;     ///< something that may be a lock is held
};

/// What holding `held` in `function` is worth to `access`, which is one to `location`.
Protection protection(const DetectContext& context, FunctionIndex function, HeldId held,
                      const Access& access, LocationId location);

/// The locks that protect `location` at one access.
std::vector<LockId> sure_locks(const DetectContext& context, FunctionIndex function,
                               const Access& access, LocationId location);

/// Makes the candidate a GIL204: `lock` is held there and excludes nobody.
void blame_useless_lock(const DetectContext& context, LockId lock, Candidate& made);

}  // namespace gilcheck::analyzer
