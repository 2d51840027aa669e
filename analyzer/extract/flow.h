#pragma once
// What flows through one function while it is read in order of execution: values of locals, the
// reads that a value depends on, the tests that control a statement, the switch points passed.

#include <cstdint>
#include <utility>
#include <vector>

#include "analyzer/summary.h"

namespace gilcheck::analyzer {

/// Index into the function's dependency lists; 0 is the empty list.
using DepsId = std::uint32_t;
/// Index into the function's fact lists; 0 is the empty list.
using FactsId = std::uint32_t;

/// "The access `access` came out as `test` says."
struct Fact {
  AccessId access = 0;
  Test test = Test::none;
  friend bool operator==(const Fact&, const Fact&) = default;
};

/// An abstract value of an expression.
struct Val {
  ValueId value = 0;      ///< what it is
  DepsId deps = 0;        ///< the reads of shared locations it was made from
  FactsId when_true = 0;  ///< what holds if it is truthy, beyond "its deps are truthy"
  FactsId when_false = 0;
  FactsId choice = 0;       ///< tests that chose between alternatives (`x or y`, `x if c else y`)
  AccessId loaded = kNone;  ///< the access that loaded it just now, not through a local
  SectionId acquired = kNone;  ///< a lock held only if it comes out as `acquired_if`
  bool acquired_if = true;
  bool derived = false;  ///< computed from its deps rather than being what was read
  bool tested = false;   ///< when_true / when_false are meant, even if empty
};

/// Statements that run only because of earlier reads.
struct Guard {
  FactsId facts = 0;
  RegionKind kind = RegionKind::control;
  ByteRange condition;
};

/// A possible switch point, in order.
struct PassedSwitch {
  SwitchKind kind = SwitchKind::call;
  ByteRange range;
  ValueId value = 0;
  ValueId value2 = 0;
  BlockId block = 0;
  AccessId after = 0;  ///< number of accesses emitted before it
};

/// Dependency and fact lists of one function; handed out by index, freed together.
class FlowLists {
 public:
  FlowLists() { clear(); }
  void clear();

  DepsId dep(AccessId access);
  /// Union; keeps the most recent reads when it grows beyond a bound.
  DepsId join(DepsId a, DepsId b);
  std::pair<const AccessId*, const AccessId*> deps(DepsId id) const;

  FactsId facts(const std::vector<Fact>& facts);
  FactsId join_facts(FactsId a, FactsId b);
  std::pair<const Fact*, const Fact*> facts(FactsId id) const;

 private:
  std::vector<AccessId> dep_data_;
  std::vector<Range> dep_lists_;
  std::vector<Fact> fact_data_;
  std::vector<Range> fact_lists_;
};

}  // namespace gilcheck::analyzer
