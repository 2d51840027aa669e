#include "analyzer/extract/flow.h"

#include <algorithm>
#include <array>

namespace gilcheck::analyzer {

namespace {
constexpr std::size_t kMostDeps = 12;
constexpr std::size_t kMostFacts = 16;
}  // namespace

void FlowLists::clear() {
  dep_data_.clear();
  dep_lists_.assign(1, Range{});
  fact_data_.clear();
  fact_lists_.assign(1, Range{});
}

DepsId FlowLists::dep(AccessId access) {
  dep_lists_.push_back({static_cast<std::uint32_t>(dep_data_.size()), 1});
  dep_data_.push_back(access);
  return static_cast<DepsId>(dep_lists_.size() - 1);
}

std::pair<const AccessId*, const AccessId*> FlowLists::deps(DepsId id) const {
  const Range range = dep_lists_[id];
  const AccessId* begin = dep_data_.data() + range.first;
  return {begin, begin + range.count};
}

DepsId FlowLists::join(DepsId a, DepsId b) {
  if (a == b || b == 0) return a;
  if (a == 0) return b;
  std::array<AccessId, 2 * kMostDeps> merged{};
  const auto [a_begin, a_end] = deps(a);
  const auto [b_begin, b_end] = deps(b);
  const auto end = std::set_union(a_begin, a_end, b_begin, b_end, merged.begin());
  auto begin = merged.begin();
  const auto count = static_cast<std::size_t>(end - begin);
  if (count == static_cast<std::size_t>(a_end - a_begin)) return a;
  if (count == static_cast<std::size_t>(b_end - b_begin)) return b;
  if (count > kMostDeps) begin = end - kMostDeps;
  dep_lists_.push_back(
      {static_cast<std::uint32_t>(dep_data_.size()), static_cast<std::uint32_t>(end - begin)});
  dep_data_.insert(dep_data_.end(), begin, end);
  return static_cast<DepsId>(dep_lists_.size() - 1);
}

FactsId FlowLists::facts(const std::vector<Fact>& facts) {
  if (facts.empty()) return 0;
  const std::size_t count = std::min(facts.size(), kMostFacts);
  fact_lists_.push_back(
      {static_cast<std::uint32_t>(fact_data_.size()), static_cast<std::uint32_t>(count)});
  fact_data_.insert(fact_data_.end(), facts.begin(),
                    facts.begin() + static_cast<std::ptrdiff_t>(count));
  return static_cast<FactsId>(fact_lists_.size() - 1);
}

std::pair<const Fact*, const Fact*> FlowLists::facts(FactsId id) const {
  const Range range = fact_lists_[id];
  const Fact* begin = fact_data_.data() + range.first;
  return {begin, begin + range.count};
}

FactsId FlowLists::join_facts(FactsId a, FactsId b) {
  if (a == b || b == 0) return a;
  if (a == 0) return b;
  std::vector<Fact> merged;
  const auto [a_begin, a_end] = facts(a);
  const auto [b_begin, b_end] = facts(b);
  merged.assign(a_begin, a_end);
  for (const Fact* fact = b_begin; fact != b_end; ++fact) {
    if (std::find(merged.begin(), merged.end(), *fact) == merged.end()) merged.push_back(*fact);
  }
  return facts(merged);
}

}  // namespace gilcheck::analyzer
