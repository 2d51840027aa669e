#pragma once
// What the whole program does to one shared location: who changes it, how, and under which locks.
// Computed once per shared location, before the rules run.

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/evidence/concurrency.h"
#include "analyzer/link/program.h"

namespace gilcheck::analyzer {

/// What an access does to the location, as bits.
enum Effect : std::uint16_t {
  kBinds = 1,         ///< the binding gets another object
  kBindsNone = 2,     ///< ... namely None, or is deleted
  kBindsUnknown = 4,  ///< ... that may be None
  kInserts = 8,       ///< adds a slot to the container
  kRemoves = 16,      ///< removes a slot
  kReplaces = 32,     ///< the whole content at once (clear, sort, slice assignment)
  kWritesItem = 64,   ///< stores into a slot
  kAdvances = 128,    ///< advances an iterator
  kReads = 256,
};
inline constexpr std::uint16_t kMutatesContent = kInserts | kRemoves | kReplaces | kWritesItem;
inline constexpr std::uint16_t kStructural = kInserts | kRemoves | kReplaces;
inline constexpr std::uint16_t kChanges = kBinds | kMutatesContent | kAdvances;

struct AccessFacts {
  AccessRef ref;
  std::uint16_t effect = 0;
  bool outside = false;          ///< neither construction nor import time
  bool possibly_locked = false;  ///< something that may be a lock is held
  std::vector<LockId> locks;     ///< sure locks with an identity
};

struct LocationFacts {
  std::vector<AccessFacts> accesses;  ///< as in Location::accesses, only those outside
                                      ///< construction and import time
  std::vector<std::size_t> changes;   ///< indices into accesses: those with kChanges
  struct LockUse {
    LockId lock = kNone;
    std::uint32_t accesses = 0;
    std::uint32_t changes = 0;
  };
  std::vector<LockUse> locks;  ///< every lock that some access holds
  LockId main_lock = kNone;    ///< the lock under which most changes are made
  std::uint32_t guarded = 0;   ///< how many accesses hold it
  std::uint32_t guarded_changes = 0;
  bool rebound = false;  ///< the binding changes after construction
  bool removed = false;  ///< slots are removed somewhere
};

/// The effect of one access, judged by the container's type where it is known.
std::uint16_t effect_of(const Program& program, ModuleIndex module, AccessId access,
                        const Location& location);

/// Number of arguments of the call an access stands for; -1 if it is none or has stars.
int argument_count(const ModuleSummary& summary, const Access& access);

LocationFacts facts_of(const Program& program, const Concurrency& concurrency, LocationId location);

/// Whether holding `lock` excludes other threads from the state at `location`: a lock per call
/// never does, a lock per instance does not protect what all instances share.
bool protects(const Program& program, LockId lock, LocationId location);

/// The same for one access: a lock per instance has to be that of the instance accessed
/// (`with other._lock: self.balance -= 1` holds the wrong one).
bool guards(const Program& program, ModuleIndex module, const HeldLock& held, const Access& access,
            LocationId location);

}  // namespace gilcheck::analyzer
