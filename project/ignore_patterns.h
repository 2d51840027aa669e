#pragma once
// Patterns in the language of gitignore(5), used for .gitignore, .ignore and the exclude settings.

#include <string>
#include <string_view>
#include <vector>

namespace gilcheck::project {

/// An ordered list of patterns that belong to one directory; the last one that matches decides.
/// Immutable once filled; may be read concurrently. Matching is linear in pattern and path, so a
/// hostile pattern costs no more than a long one.
class IgnorePatterns {
 public:
  enum class Verdict : unsigned char {
    none,     ///< no pattern matches
    ignored,  ///< the last one that matches excludes
    kept,     ///< the last one that matches starts with `!`
  };

  /// The patterns of a whole file: one per line, `#` comments, a byte order mark and CR LF allowed.
  static IgnorePatterns parse(std::string_view text);

  /// Adds one line; blank lines and comments add nothing.
  void add(std::string_view line);

  /// `path` is relative to the directory the patterns belong to, with `/` between its parts and
  /// none at either end. A match of a parent directory is not considered: whoever walks does not
  /// descend into an ignored directory.
  Verdict match(std::string_view path, bool is_directory) const;

  /// Whether the patterns name the file or a directory above it.
  bool covers(std::string_view path) const;

  bool empty() const { return patterns_.empty(); }

 private:
  struct Pattern {
    std::vector<std::string> segments;  ///< "**" stands alone
    bool negated = false;
    bool directory_only = false;
    bool anchored = false;  ///< against the whole path, else against its last part
  };
  std::vector<Pattern> patterns_;
};

/// Whether one path part matches a pattern part with `*`, `?`, `[...]` and `\` escapes.
bool matches_segment(std::string_view pattern, std::string_view name);

}  // namespace gilcheck::project
