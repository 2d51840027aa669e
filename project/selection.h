#pragma once
// Which rules are reported, everywhere and per file.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "project/ignore_patterns.h"
#include "project/settings.h"

namespace gilcheck::project {

/// Decides for rule codes and files. Immutable; may be read concurrently.
class Selection {
 public:
  explicit Selection(const Settings& settings);

  /// Whether the rule is reported at all.
  bool enabled(std::string_view code) const;
  /// Whether per-file-ignores let the rule pass in this file; `relative` is relative to the root.
  bool enabled_in(std::string_view code, const std::string& relative) const;

 private:
  struct FileRule {
    std::string base;  ///< absolute
    IgnorePatterns patterns;
    bool inverted = false;
    std::vector<std::string> selectors;
  };
  std::string root_;
  std::vector<std::string> selected_;
  std::vector<std::string> ignored_;
  std::unordered_map<std::string_view, bool> enabled_;
  std::vector<FileRule> file_rules_;
};

}  // namespace gilcheck::project
