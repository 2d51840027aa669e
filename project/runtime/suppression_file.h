#pragma once
// Races that a file names as known and accepted: for code that cannot carry a comment.

#include <string>
#include <vector>

#include "base/finding.h"
#include "project/ignore_patterns.h"

namespace gilcheck::project {

/// One `[[race]]` of a suppression file. What is not given matches everything.
struct RaceSuppression {
  std::string place;               ///< "file:line", for messages
  std::string rule;                ///< a code
  std::string location, function;  ///< patterns with `*`, `?` and `[...]`
  IgnorePatterns path;             ///< relative to the current directory
  std::string reason;              ///< never empty
  bool used = false;

  /// Whether it names the race: its location, and a function and file in which one of the region's
  /// ends or the access that tears it lies.
  [[nodiscard]] bool matches(const Finding& race) const;
};

/// Throws UserError for a file that cannot be read, is no TOML, or says something we do not
/// understand: a suppression that is not what its author meant would hide the next race.
std::vector<RaceSuppression> read_suppression_file(const std::string& path);

}  // namespace gilcheck::project
