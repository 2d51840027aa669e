#pragma once
// A finding in the making: program indices instead of text, so that rules stay cheap and can be
// compared and merged before anything is written down.

#include <string>
#include <vector>

#include "analyzer/detect/location_facts.h"
#include "analyzer/detect/window.h"

namespace gilcheck::analyzer {

enum class RuleCode : std::uint16_t {
  none = 0,
  read_modify_write = 101,
  check_then_act = 102,
  lazy_initialisation = 103,
  torn_update = 104,
  iteration = 105,
  shared_iterator = 106,
  nonatomic_call = 107,
  inconsistent_guard = 201,
  split_section = 202,
  broken_double_check = 203,
  useless_lock = 204,
};

struct Candidate {
  RuleCode rule = RuleCode::none;
  Confidence confidence = Confidence::low;
  Window window;
  ModuleIndex module = 0;
  FunctionIndex function = 0;
  LocationId location = kNone;
  ByteRange primary;                 ///< what is underlined
  std::vector<AccessRef> region;     ///< in order
  std::vector<AccessRef> conflicts;  ///< in other threads, the most telling first
  LockId guard = kNone;              ///< the lock that protects it elsewhere, or fails to
  std::string message;
  std::string harm;
  std::string fix;
  std::string guard_text;  ///< replaces the usual "n of m accesses" row
  bool changes = false;    ///< the region ends in a write, not in another read
  bool benign = false;     ///< kept only for --confidence low
};

/// What rules read. Shared by all modules' detection; concurrent reads only.
struct DetectContext {
  const Program& program;
  const Concurrency& concurrency;
  const std::vector<LocationFacts>& facts;  ///< by LocationId; empty for locations not shared
  const SourceOf& source_of;

  const ModuleSummary& summary(ModuleIndex module) const { return *program.modules()[module]; }
  const Access& access(const AccessRef& ref) const {
    return program.modules()[ref.module]->accesses[ref.access];
  }
  const SourceText& source(ModuleIndex module) const { return source_of(module); }
  std::string code(const AccessRef& ref, std::size_t most = 60) const {
    return code_of(ref.module, access(ref).range, most);
  }
  std::string code_of(ModuleIndex module, ByteRange range, std::size_t most = 60) const;
};

inline Confidence at_most(Confidence value, Confidence cap) {
  return value < cap ? value : cap;
}

/// What the evidence for threads allows: that of the surest of region and conflicts, and high only
/// if the region and its first conflict are reached by two threads that are both seen, not by one
/// and by whoever calls in the main thread.
Confidence pair_strength(const DetectContext& context, const Candidate& candidate);

/// The lock is meant to guard what the function does: it is taken there, or by every caller and
/// belongs to the function's own class. A caller of another class holds its lock for its own state.
bool meant_here(const DetectContext& context, FunctionIndex function, const HeldLock& held);

/// A try statement around the block expects one of the exceptions (bits of CaughtFlag).
bool expects(const ModuleSummary& summary, BlockId block, std::uint8_t exceptions);

/// False if the two are never about one object: they stand in functions that exclude each other, or
/// reach the location through `self` of classes that no object is both of.
bool may_be_one_object(const DetectContext& context, LocationId location, const AccessRef& a,
                       const AccessRef& b);

/// The other access cannot come after `after`: before it, `after`'s function sets a flag for good
/// under a lock, and the other access runs only where the flag was seen unset under that lock, in
/// the same section (`shutdown()` against `submit()`).
bool shut_out(const DetectContext& context, LocationId location, const AccessRef& after,
              const AccessRef& other);

/// Changes of `location` with an effect in `effects` that may run between the ends of a region of
/// `self`, in another thread, without one of `locks`. At most `most`, the region's own function
/// last.
std::vector<AccessRef> conflicting(const DetectContext& context, LocationId location,
                                   const AccessRef& first, const AccessRef& last,
                                   std::uint16_t effects, const std::vector<LockId>& locks,
                                   bool& possibly_locked);

// One function per family; each appends what it finds in one function.
void find_regions(const DetectContext& context, FunctionIndex function,
                  std::vector<Candidate>& out);  // 101 102 103 202 203 204
void find_iterations(const DetectContext& context, FunctionIndex function,
                     std::vector<Candidate>& out);  // 105 106 107 (204)
void find_torn_updates(const DetectContext& context, std::vector<Candidate>& out);  // 104
void find_unguarded_writes(const DetectContext& context, LocationId location,
                           std::vector<Candidate>& out);  // 201

/// Writes a candidate down as a finding; the fingerprint's occurrence number is added later.
Finding argue(const DetectContext& context, const Candidate& candidate);

}  // namespace gilcheck::analyzer
