#include "analyzer/detect/detect.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "analyzer/detect/candidate.h"
#include "analyzer/detect/external_calls.h"
#include "base/fingerprint.h"

namespace gilcheck::analyzer {

namespace {

/// Which rule says most about a region: the first wins (docs/architecture.md).
int precedence(RuleCode rule) {
  switch (rule) {
    case RuleCode::useless_lock: return 0;
    case RuleCode::broken_double_check: return 1;
    case RuleCode::split_section: return 2;
    case RuleCode::lazy_initialisation: return 3;
    case RuleCode::check_then_act: return 4;
    case RuleCode::shared_iterator: return 5;
    case RuleCode::read_modify_write: return 6;
    case RuleCode::nonatomic_call: return 7;
    case RuleCode::iteration: return 8;
    case RuleCode::torn_update: return 9;
    case RuleCode::inconsistent_guard: return 10;
    case RuleCode::none: break;
  }
  return 99;
}

/// Keeps one candidate per region: overlapping regions of one function on one location are parts of
/// one argument.
std::vector<Candidate> merge(std::vector<Candidate> candidates) {
  // A test guards everything below it; the first act that depends on it is the region.
  std::map<std::tuple<FunctionIndex, LocationId, AccessId, RuleCode>, AccessId> nearest;
  const auto key = [](const Candidate& c) {
    return std::tuple(c.function, c.location, c.region.front().access, c.rule);
  };
  for (const Candidate& c : candidates) {
    if (!c.changes || c.benign || c.confidence == Confidence::low) continue;
    const AccessId last = c.region.back().access;
    const auto [at, added] = nearest.try_emplace(key(c), last);
    if (!added) at->second = std::min(at->second, last);
  }
  std::erase_if(candidates, [&](const Candidate& c) {
    const auto found = nearest.find(key(c));
    return c.changes && found != nearest.end() && c.region.back().access > found->second;
  });

  std::stable_sort(
      candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        const auto span = [](const Candidate& c) {
          return c.region.back().access - c.region.front().access;
        };
        // What is not shown by default must not hide what is.
        const auto rank = [&](const Candidate& c) {
          return std::tuple(c.benign, c.confidence == Confidence::low, precedence(c.rule),
                            -static_cast<std::int64_t>(span(c)), -static_cast<int>(c.confidence),
                            c.module, c.region.front().access);
        };
        return rank(a) < rank(b);
      });
  std::vector<Candidate> kept;
  std::map<std::pair<FunctionIndex, LocationId>, std::vector<std::pair<AccessId, AccessId>>> taken;
  for (Candidate& candidate : candidates) {
    auto& intervals = taken[{candidate.function, candidate.location}];
    const AccessId first = candidate.region.front().access;
    const AccessId last = candidate.region.back().access;
    const bool overlaps = std::any_of(intervals.begin(), intervals.end(), [&](const auto& other) {
      return first <= other.second && other.first <= last;
    });
    if (overlaps) continue;
    intervals.emplace_back(first, last);
    kept.push_back(std::move(candidate));
  }
  return kept;
}

}  // namespace

std::vector<Finding> detect(const Program& program, const Concurrency& concurrency,
                            const ParallelFor& parallel, const SourceOf& source_of,
                            Coverage& coverage) {
  const auto locations = program.locations();
  std::vector<LocationFacts> facts(locations.size());
  std::vector<LocationId> shared;
  for (LocationId id = 0; id < locations.size(); ++id) {
    if (concurrency.sharing(id).reason != Sharing::Reason::none) shared.push_back(id);
  }
  coverage.shared_locations = shared.size();
  constexpr std::size_t kChunk = 64;
  const auto chunks = [](std::size_t count) { return (count + kChunk - 1) / kChunk; };
  parallel(chunks(shared.size()), [&](std::size_t chunk) {
    const std::size_t end = std::min(shared.size(), (chunk + 1) * kChunk);
    for (std::size_t i = chunk * kChunk; i < end; ++i) {
      facts[shared[i]] = facts_of(program, concurrency, shared[i]);
    }
  });

  const DetectContext context{program, concurrency, facts, source_of};
  // Only functions that touch a shared location can have anything to report.
  std::vector<char> touches(program.functions().size(), 0);
  for (const LocationId id : shared) {
    for (const AccessFacts& access : facts[id].accesses) touches[access.ref.function] = 1;
  }
  std::vector<FunctionIndex> interesting;
  for (FunctionIndex index = 0; index < touches.size(); ++index) {
    if (touches[index] != 0) interesting.push_back(index);
  }
  const std::size_t function_chunks = chunks(interesting.size());
  const std::size_t location_chunks = chunks(shared.size());
  std::vector<std::vector<Candidate>> found(function_chunks + location_chunks + 1);
  parallel(found.size(), [&](std::size_t chunk) {
    auto& out = found[chunk];
    if (chunk < function_chunks) {
      const std::size_t end = std::min(interesting.size(), (chunk + 1) * kChunk);
      for (std::size_t i = chunk * kChunk; i < end; ++i) {
        find_regions(context, interesting[i], out);
        find_iterations(context, interesting[i], out);
      }
    } else if (chunk < function_chunks + location_chunks) {
      const std::size_t start = (chunk - function_chunks) * kChunk;
      const std::size_t end = std::min(shared.size(), start + kChunk);
      for (std::size_t i = start; i < end; ++i) find_unguarded_writes(context, shared[i], out);
    } else {
      find_torn_updates(context, out);
    }
  });
  std::vector<Candidate> all;
  for (auto& part : found) {
    all.insert(all.end(), std::make_move_iterator(part.begin()),
               std::make_move_iterator(part.end()));
  }
  all = merge(std::move(all));

  std::vector<Finding> findings(all.size());
  parallel(all.size(), [&](std::size_t i) { findings[i] = argue(context, all[i]); });
  auto external = find_external_calls(context);
  findings.insert(findings.end(), std::make_move_iterator(external.begin()),
                  std::make_move_iterator(external.end()));
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.path, a.span, a.rule, a.location.name, a.fingerprint) <
           std::tie(b.path, b.span, b.rule, b.location.name, b.fingerprint);
  });
  number_equal_fingerprints(findings);
  for (const FunctionInfo& info : program.functions()) {
    coverage.regions += program.modules()[info.module]->functions[info.id].regions.count;
  }
  return findings;
}

}  // namespace gilcheck::analyzer
