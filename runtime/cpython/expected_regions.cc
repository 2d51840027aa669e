#include "cpython/expected_regions.h"

#include <tuple>
#include <unordered_map>

namespace gilcheck::runtime {
namespace {

std::unordered_map<std::string, std::vector<ExpectedRegion>>& by_file() {
  static auto* all = new std::unordered_map<std::string, std::vector<ExpectedRegion>>;
  return *all;  // outlives the interpreter's shutdown
}

}  // namespace

bool SourceRange::contains(const SourceRange& other) const {
  return std::tuple(line, column) <= std::tuple(other.line, other.column) &&
         std::tuple(other.end_line, other.end_column) <= std::tuple(end_line, end_column);
}

void expect_region(const std::string& file, const ExpectedRegion& region) {
  by_file()[file].push_back(region);
  region_runs().expect(region.number);
}

const std::vector<ExpectedRegion>& expected_regions(const std::string& file) {
  static const std::vector<ExpectedRegion> none;
  const auto found = by_file().find(file);
  return found == by_file().end() ? none : found->second;
}

RegionRuns& region_runs() {
  static auto* all = new RegionRuns;
  return *all;
}

}  // namespace gilcheck::runtime
