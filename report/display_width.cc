#include "report/display_width.h"

#include <algorithm>
#include <iterator>

#include "report/utf8.h"

namespace gilcheck::report {

namespace {

struct CodeRange {
  char32_t first;
  char32_t last;
};

#include "report/width_tables.inc"

constexpr char32_t kJoiner = 0x200D;
constexpr char32_t kEmojiStyle = 0xFE0F;

template <std::size_t N>
bool contains(const CodeRange (&table)[N], char32_t code) {
  const auto* after =
      std::upper_bound(std::begin(table), std::end(table), code,
                       [](char32_t value, const CodeRange& range) { return value < range.first; });
  return after != std::begin(table) && code <= std::prev(after)->last;
}

std::size_t base_width(char32_t code) {
  if (code < 0x300) return 1;
  if (contains(kZeroWidth, code)) return 0;
  return contains(kWide, code) ? 2 : 1;
}

/// What stands for a code point on the screen.
char32_t shown_as(char32_t code) {
  if (code < 0x20) return 0x2400 + code;  // CONTROL PICTURES
  if (code == 0x7F) return 0x2421;
  if (code >= 0x80 && code < 0xA0) return kReplacement;       // C1 controls: CSI, OSC, ...
  if (code == 0x2028 || code == 0x2029) return kReplacement;  // line and paragraph separators
  if (code == 0x061C || code == 0x200E || code == 0x200F) return kReplacement;
  if (code >= 0x202A && code <= 0x202E) return kReplacement;  // embeddings and overrides
  if (code >= 0x2066 && code <= 0x2069) return kReplacement;  // isolates
  if (code == 0xFEFF) return kReplacement;                    // byte order mark inside the text
  return code;
}

/// Width of each code point, given the ones before it.
class Measure {
 public:
  std::size_t next(char32_t code) {
    std::size_t width = base_width(code);
    if (joined_ && width == 2) {
      width = 0;  // the part of a ZWJ sequence after the joiner
    } else if (code == kEmojiStyle && base_ >= 0xA9 && base_width_ == 1) {
      width = 1;  // turns a text symbol into an emoji of two cells
    } else if (code >= 0x1F3FB && code <= 0x1F3FF && base_width_ == 2) {
      width = 0;  // skin tone of the emoji before
    }
    joined_ = code == kJoiner && base_width_ == 2;
    if (width != 0) {
      base_width_ = code == kEmojiStyle ? 2 : width;
      base_ = code;
    }
    return width;
  }

 private:
  char32_t base_ = 0;
  std::size_t base_width_ = 0;
  bool joined_ = false;
};

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) append_code_point(out, shown_as(take_code_point(text)));
  return out;
}

std::size_t display_width(std::string_view text) {
  Measure measure;
  std::size_t width = 0;
  while (!text.empty()) width += measure.next(shown_as(take_code_point(text)));
  return width;
}

DisplayLine::DisplayLine(std::string_view line) {
  Measure measure;
  std::size_t cell = 0;
  bool blank = true;
  while (!line.empty()) {
    const char32_t code = take_code_point(line);
    const auto begin = static_cast<std::uint32_t>(shown_.size());
    std::size_t width = 0;
    if (code == '\t') {
      width = kTabWidth - cell % kTabWidth;
      shown_.append(width, ' ');
      measure = {};
    } else {
      const char32_t shown = shown_as(code);
      width = measure.next(shown);
      append_code_point(shown_, shown);
    }
    if (blank && code != ' ' && code != '\t' && code != '\f') {
      blank = false;
      indent_ = cell;
    }
    pieces_.push_back({begin, static_cast<std::uint32_t>(cell), static_cast<std::uint32_t>(width)});
    cells_.push_back(cell);
    cell += width;
  }
  cells_.push_back(cell);
  if (blank) indent_ = cell;
}

std::size_t DisplayLine::cell_of(std::uint32_t column) const {
  const std::size_t index = column == 0 ? 0 : column - 1;
  return cells_[std::min(index, cells_.size() - 1)];
}

std::string DisplayLine::slice(std::size_t begin, std::size_t end) const {
  std::string out;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const auto& piece = pieces_[i];
    const std::size_t first = piece.cell;
    const std::size_t last = first + piece.width;
    if (first > end) break;
    if (piece.width == 0) {  // goes with the character before it
      if (first <= begin && first != 0) continue;
    } else if (last <= begin || first >= end) {
      continue;
    }
    const std::size_t text_end = i + 1 < pieces_.size() ? pieces_[i + 1].text_begin : shown_.size();
    if (piece.width != 0 && (first < begin || last > end)) {
      out.append(std::min(last, end) - std::max(first, begin), ' ');
    } else {
      out.append(shown_, piece.text_begin, text_end - piece.text_begin);
    }
  }
  return out;
}

}  // namespace gilcheck::report
