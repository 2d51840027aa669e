#pragma once
// The .gitignore and .ignore files that apply to one directory, and what they say about its
// entries.

#include <memory>
#include <string>
#include <string_view>

#include "project/ignore_patterns.h"

namespace gilcheck::project {

/// One directory's ignore files, chained to those of its parents. Immutable; shared by the
/// directories below it.
class IgnoreLevel {
 public:
  using Pointer = std::shared_ptr<const IgnoreLevel>;

  /// Reads the ignore files of `directory` (absolute). Files that cannot be read are taken as
  /// empty.
  static Pointer enter(const std::string& directory, Pointer parent);

  /// The chain for a directory to start from: from the repository's root if the directory lies in
  /// one, else from `root` if it lies below that, else from the directory itself.
  static Pointer enter_from_top(const std::string& directory, const std::string& root);

  /// Whether the entry is to be left out. Per kind of file the deepest that says anything decides;
  /// .ignore wins over .gitignore, which wins over info/exclude. The .gitignore files outside of a
  /// nested repository do not concern it.
  bool ignores(std::string_view absolute, bool is_directory) const;

 private:
  std::string directory_;
  IgnorePatterns git_;
  IgnorePatterns plain_;
  IgnorePatterns repository_;  ///< info/exclude
  bool repository_top_ = false;
  Pointer parent_;
};

}  // namespace gilcheck::project
