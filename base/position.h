#pragma once
// Positions in source text as people and protocols see them. All types here are plain values.

#include <compare>
#include <cstdint>
#include <string>

namespace gilcheck {

/// A stretch of text in one file. Lines and columns count from 1; columns count Unicode code
/// points (not bytes, not UTF-16 units); the end column is exclusive.
struct Span {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;

  friend auto operator<=>(const Span&, const Span&) = default;
};

/// A half-open byte range [begin, end) into the UTF-8 text of one file, as the phases use it.
struct ByteRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  friend auto operator<=>(const ByteRange&, const ByteRange&) = default;
};

/// A span in a named file. `path` is relative to the directory the run was started for, with
/// forward slashes, so that it is the same on every machine.
struct Site {
  std::string path;
  Span span;

  friend auto operator<=>(const Site&, const Site&) = default;
};

}  // namespace gilcheck
