#pragma once
// How text looks in the cells of a terminal. Pure functions; safe to call concurrently.
//
// Anything that could move the cursor, reorder text or hide it (control characters, escape
// sequences, bidirectional overrides) is replaced by a visible sign, so that neither a source file
// nor a file name can forge what gilcheck prints.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gilcheck::report {

/// The text with control characters as U+2400 pictures, other dangerous code points and bytes that
/// are not UTF-8 as U+FFFD. Tabs become `␉`, line breaks `␊`: the result is one line.
std::string printable(std::string_view text);

/// Terminal cells that `printable` text takes: combining marks none, East Asian wide characters and
/// emoji two; emoji joined by ZERO WIDTH JOINER count once.
std::size_t display_width(std::string_view text);

/// One source line as it is shown: tabs run to the next multiple of `kTabWidth`, everything else
/// as in `printable`.
class DisplayLine {
 public:
  static constexpr std::size_t kTabWidth = 4;

  explicit DisplayLine(std::string_view line);

  std::size_t width() const { return cells_.back(); }
  /// Cells left of the 1-based code point column; columns past the end give the end.
  std::size_t cell_of(std::uint32_t column) const;
  /// Cells before the first character that is not blank; `width()` for a blank line.
  std::size_t indent() const { return indent_; }
  /// What is shown of cells [begin, end). A wide character cut in half becomes a space.
  std::string slice(std::size_t begin, std::size_t end) const;

 private:
  struct Piece {
    std::uint32_t text_begin;
    std::uint32_t cell;
    std::uint32_t width;
  };
  std::string shown_;
  std::vector<Piece> pieces_;       // one per code point, in order
  std::vector<std::size_t> cells_;  // cells_[i]: cells before code point i; one more than pieces
  std::size_t indent_ = 0;
};

}  // namespace gilcheck::report
