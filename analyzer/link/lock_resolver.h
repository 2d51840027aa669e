#pragma once
// What a section holds: the locks behind a `with` statement or an acquire().

#include <vector>

#include "analyzer/link/evaluator.h"
#include "analyzer/link/model.h"

namespace gilcheck::analyzer {

/// A lock before it has a number.
struct FoundLock {
  HeldLock::Strength strength = HeldLock::Strength::possible;
  Lock::Scope scope = Lock::Scope::program;
  LocationId location = kNone;  ///< where it is kept
  std::uint32_t parameter = kNone;
  PathId object = 0;        ///< whose attribute it is, in the module of the section
  bool identified = false;  ///< location, parameter or freshness tells which lock it is
};

/// One per thread; reads the model only.
class LockResolver {
 public:
  /// `canonical`: by location, the location of the lock it stands for (see canonical_locks).
  LockResolver(const Model& model, ModuleIndex m, const std::vector<LocationId>& canonical)
      : model_(model), m_(m), s_(model.summary(m)), evaluator_(model), canonical_(canonical) {}

  std::vector<FoundLock> section(SectionId id) { return section(id, 0); }

 private:
  std::vector<FoundLock> section(SectionId id, int depth);
  std::vector<FoundLock> held(HeldId id, int depth);
  /// An object entered or acquired: by its type and where it is kept.
  std::vector<FoundLock> object(const Type& type, LocationId location, PathId owner, bool acquired,
                                CallId constructed, int depth);
  std::vector<FoundLock> by_call(CallId call, bool acquired, int depth);
  std::vector<FoundLock> by_path(PathId path, bool acquired, int depth);
  std::vector<FoundLock> by_function(FunctionIndex f, PathId receiver, bool acquired, int depth);
  /// What a function that is called for it leaves held.
  std::vector<FoundLock> by_helper(CallId call, int depth);
  /// The lock that the object at `path` is, or answers for.
  std::vector<FoundLock> owned(PathId path, int depth);
  std::vector<FoundLock> wrapper(ClassIndex klass, LocationId location, PathId owner, bool acquired,
                                 CallId constructed, int depth);
  std::vector<FoundLock> builtin(const Type& type, LocationId location, PathId owner);
  FoundLock at(LocationId location, PathId owner, HeldLock::Strength strength) const;
  LocationId location_of_value(ModuleIndex m, ValueId v);
  bool is_first_param(ModuleIndex m, PathId path) const;

  const Model& model_;
  ModuleIndex m_;
  const ModuleSummary& s_;
  Evaluator evaluator_;
  const std::vector<LocationId>& canonical_;
};

/// Condition(lock), aliases and injected locks followed to the location of the lock itself; for
/// everything else the location itself.
std::vector<LocationId> canonical_locks(const Model& model);

}  // namespace gilcheck::analyzer
