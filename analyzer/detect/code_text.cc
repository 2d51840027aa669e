#include "analyzer/detect/code_text.h"

#include <algorithm>
#include <utility>

namespace gilcheck::analyzer {

namespace {

/// The length of the string that begins with the quote at the front.
std::size_t string_length(std::string_view text) {
  const char quote = text[0];
  const bool triple = text.size() >= 3 && text[1] == quote && text[2] == quote;
  for (std::size_t at = triple ? 3 : 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (!triple) return at + 1;
      if (text.substr(at, 3) == text.substr(0, 3)) return at + 3;
    }
  }
  return text.size();
}

/// Collects characters until there are enough.
class Line {
 public:
  explicit Line(std::size_t most) : most_(most) {}

  void blank() { space_ = !text_.empty(); }
  /// False when there was no room; the text is complete then.
  bool add(char c) {
    const bool starts_point = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (starts_point && count_ + (space_ ? 1u : 0u) >= most_) {
      text_ += "...";
      return false;
    }
    if (space_) {
      text_ += ' ';
      ++count_;
      space_ = false;
    }
    text_ += c;
    if (starts_point) ++count_;
    return true;
  }
  std::string take() { return std::move(text_); }

 private:
  std::size_t most_;
  std::string text_;
  std::size_t count_ = 0;
  bool space_ = false;
};

}  // namespace

std::string code_text(const SourceText& source, ByteRange range, std::size_t most) {
  const std::string_view text = source.slice(range);
  Line line(most);
  std::size_t string_end = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool in_string = at < string_end;
    if (!in_string && c == '#') {
      at = std::min(text.find_first_of("\r\n", at), text.size());
      line.blank();
      continue;
    }
    if (!in_string && (c == '"' || c == '\'')) string_end = at + string_length(text.substr(at));
    const bool joins_lines =
        c == '\\' && at + 1 < text.size() && (text[at + 1] == '\n' || text[at + 1] == '\r');
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || joins_lines) {
      line.blank();
    } else if (!line.add(c)) {
      break;
    }
  }
  return line.take();
}

}  // namespace gilcheck::analyzer
