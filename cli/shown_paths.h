#pragma once
// Paths as a person in the working directory would write them.

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/finding.h"

namespace gilcheck::cli {

/// Findings name files relative to the root, so that they are the same from everywhere. On a
/// terminal a path should work where the person stands: below the working directory it becomes
/// relative to that, elsewhere absolute. The mapping back is kept for looking up source text.
class ShownPaths {
 public:
  ShownPaths(std::string root, std::string working_directory);

  /// Rewrites every path of the result.
  void apply(CheckResult& result);
  /// The root-relative path behind a shown one.
  std::string_view original(std::string_view shown) const;

 private:
  const std::string& shown(const std::string& relative);
  void rewrite(std::string& path);
  void rewrite(AccessRecord& access);

  std::string root_;
  std::string working_directory_;
  std::unordered_map<std::string, std::string> shown_;
  std::unordered_map<std::string_view, std::string_view> original_;  ///< into `shown_`
};

}  // namespace gilcheck::cli
