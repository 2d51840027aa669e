#pragma once
// One region with what is known about its ends, and the judgements of its two kinds. Split over
// read_modify_write.cc, check_then_act.cc and early_publication.cc; regions.cc puts them together.

#include "analyzer/detect/candidate.h"

namespace gilcheck::analyzer {

struct RegionView {
  ModuleIndex module;
  FunctionIndex function;
  const Region& region;
  const Access& first;
  const Access& last;
  LocationId id;
  const Location& location;
  const Sharing& sharing;
  AccessRef first_ref;
  AccessRef last_ref;
};

/// The test came out as "not there yet": what follows fills in, it does not use.
bool unset_test(const Region& region);

/// The location is seen to keep a container that can be changed in place.
bool mutable_container(const Location& location);

/// Fills in a read-modify-write; false if it is none. `effects` are those that break it.
bool judge_update(const DetectContext& context, const RegionView& view, Candidate& out,
                  std::uint16_t& effects);

/// Fills in a check-then-act or lazy initialisation; false if it is none.
bool judge_test(const DetectContext& context, const RegionView& view, Candidate& out,
                std::uint16_t& effects);

/// What the act raises when the test has become wrong, as bits of CaughtFlag; 0 if it goes on.
std::uint8_t raised_by_act(const DetectContext& context, const RegionView& view);

/// `self._x = X(); self._x.setup()` under the lock of a double-checked initialisation.
void judge_early_publication(const DetectContext& context, const RegionView& view,
                             std::vector<Candidate>& out);

}  // namespace gilcheck::analyzer
