#pragma once
// What `gilcheck check` found in Python code, for a run that is to look at it: the race detector
// expects those regions, and says of each how far it came on the confirmation ladder.

#include <string>
#include <tuple>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/finding.h"

namespace gilcheck::project {

/// As CPython counts: lines from 1, columns in bytes of UTF-8 from 0, the end exclusive.
struct SourceRange {
  int line = 0;
  int column = 0;
  int end_line = 0;
  int end_column = 0;

  [[nodiscard]] bool meets(const SourceRange& other) const {
    return std::tuple(line, column) < std::tuple(other.end_line, other.end_column) &&
           std::tuple(other.line, other.column) < std::tuple(end_line, end_column);
  }
};

struct StaticFinding {
  std::string rule;
  std::string fingerprint;
  std::string location;                ///< for people
  std::string path;                    ///< as the file of findings has it
  std::string file;                    ///< the same, absolute, without links
  std::vector<SourceRange> region;     ///< its accesses in that file, in order; at least one
  std::vector<SourceRange> conflicts;  ///< accesses in that file that can come in between
  Status status = Status::unexecuted;
};

struct StaticFindings {
  std::vector<StaticFinding> all;
  std::size_t in_c = 0;  ///< findings in C and C++ code, which the race detector does not see
  std::size_t gone = 0;  ///< findings whose source is not here, or has changed its lines
};

/// From the JSON of `gilcheck check`. Suppressed findings are left out. Throws UserError for a file
/// that cannot be read or is something else.
StaticFindings read_static_findings(const std::string& path);

/// Whether the report, as the runtime writes it, is about the finding's region: both of its ends
/// lie in it, or one does and what falls in between is a conflict that the finding names.
bool confirms(const nlohmann::json& report, const StaticFinding& finding);

}  // namespace gilcheck::project
