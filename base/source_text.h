#pragma once
// The text of one Python file: bytes as read, decoded to UTF-8, with a line index.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/position.h"

namespace gilcheck {

/// UTF-8 text with a line index. Lines end at LF, CR LF or a lone CR, as in Python's tokenizer;
/// a form feed does not end a line. Immutable after construction; safe to read concurrently.
class SourceText {
 public:
  SourceText() = default;
  explicit SourceText(std::string utf8);

  std::string_view text() const { return text_; }
  std::string_view slice(ByteRange range) const;
  /// Number of lines; a last line without a line break counts, an empty file has none.
  std::uint32_t line_count() const;
  /// Line `line` (1-based) without its line break; empty when out of range.
  std::string_view line(std::uint32_t line) const;
  /// 1-based line that holds `offset`; offsets past the end give the last line.
  std::uint32_t line_of(std::uint32_t offset) const;
  /// Lines and code-point columns of a byte range.
  Span span(ByteRange range) const;

 private:
  std::string text_;
  std::vector<std::uint32_t> starts_;  // byte offset of each line; starts_[0] == 0
};

struct DecodedSource {
  std::string utf8;
  std::string encoding;  ///< canonical name: "utf-8", "latin-1", ...
  std::string error;     ///< empty, or why the text is only an approximation
  bool usable = true;    ///< false: nothing sensible could be made of the bytes
};

/// Decodes as Python does (PEP 263): byte order mark, then a coding comment in the first two
/// lines, else UTF-8. Bytes that do not decode become U+FFFD and `error` says so; an unknown
/// encoding is read as Latin-1 with `error` set. NUL bytes become U+FFFD. Never throws on bad
/// input.
DecodedSource decode_python_source(std::string bytes);

}  // namespace gilcheck
