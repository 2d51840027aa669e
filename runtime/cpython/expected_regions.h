#pragma once
// Regions that `gilcheck check` found in the source, by the file they are in.
//
// Thread contract: expect_region() before instrumentation starts; the rest from any thread.

#include <string>
#include <vector>

#include "engine/region_runs.h"

namespace gilcheck::runtime {

/// As CPython counts: lines from 1, columns in bytes of UTF-8 from 0, the end exclusive.
struct SourceRange {
  int line = 0;
  int column = 0;
  int end_line = 0;
  int end_column = 0;

  bool operator==(const SourceRange&) const = default;
  [[nodiscard]] bool contains(const SourceRange& other) const;
};

struct ExpectedRegion {
  RegionNumber number = 0;
  SourceRange first;  ///< the statement or expression that opens it
  SourceRange last;   ///< the one that closes it; may be the same
};

void expect_region(const std::string& file, const ExpectedRegion& region);
/// Those in the file, as its code objects name it.
const std::vector<ExpectedRegion>& expected_regions(const std::string& file);
RegionRuns& region_runs();

}  // namespace gilcheck::runtime
