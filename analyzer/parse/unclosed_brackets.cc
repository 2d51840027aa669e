#include "analyzer/parse/unclosed_brackets.h"

#include <algorithm>
#include <array>

namespace gilcheck::analyzer {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\f';
}

/// Keywords that no expression contains, and that need no earlier clause. Sorted.
constexpr std::array<std::string_view, 15> kStatements = {
    "assert",   "break", "class", "continue", "def", "del",   "global", "import",
    "nonlocal", "pass",  "raise", "return",   "try", "while", "with"};

class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  std::vector<ByteRange> run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      switch (c) {
        case '(':
        case '[':
        case '{':
          ++depth_;
          ++at_;
          break;
        case ')':
        case ']':
        case '}':
          if (depth_ > 0) --depth_;
          ++at_;
          break;
        case '#': at_ = end_of_line(at_); break;
        case '"':
        case '\'': string(c); break;
        case '\\':  // also joins lines
          at_ += at_ + 2 < text_.size() && text_[at_ + 1] == '\r' && text_[at_ + 2] == '\n' ? 3 : 2;
          break;
        case '\r':
        case '\n':
          ++at_;
          line();
          break;
        default: ++at_; break;
      }
    }
    if (depth_ > 0) give_up(text_.size());
    return std::move(found_);
  }

 private:
  std::size_t end_of_line(std::size_t from) const {
    return std::min(text_.find_first_of("\r\n", from), text_.size());
  }

  std::size_t first_of_line(std::size_t from) const {
    while (from < text_.size() && is_blank(text_[from])) ++from;
    return from;
  }

  void string(char quote) {
    const std::string_view triple = quote == '"' ? "\"\"\"" : "'''";
    std::size_t at = at_ + 1;
    if (text_.substr(at_, 3) == triple) {
      for (at = at_ + 3; at < text_.size(); ++at) {
        if (text_[at] == '\\') {
          ++at;
        } else if (text_[at] == quote && text_.substr(at, 3) == triple) {
          at_ = at + 3;
          return;
        }
      }
      // Unclosed: three quotes that mean nothing, as tree-sitter takes them. No others follow that
      // would have the rest of the text looked through again.
      at_ += 3;
      return;
    }
    for (; at < text_.size() && text_[at] != quote; ++at) {
      if (text_[at] == '\\') {
        ++at;
      } else if (text_[at] == '\n' || text_[at] == '\r') {
        break;
      }
    }
    at_ = std::min(at, text_.size());
    if (at_ < text_.size() && text_[at_] == quote) ++at_;
  }

  /// A line begins at `at_`.
  void line() {
    if (depth_ == 0) {
      statement_ = at_;
      decorators_ = kNone;
      return;
    }
    const std::size_t first = first_of_line(at_);
    if (first == text_.size() || first - at_ > first_of_line(statement_) - statement_) return;
    // What may stand between a decorator and what it decorates.
    static constexpr std::string_view kNothingNew = "\r\n#)]}";
    if (kNothingNew.find(text_[first]) != kNothingNew.npos) return;
    // Decorators belong to what they stand before. In an expression `@` multiplies matrices.
    if (text_[first] == '@') {
      if (decorators_ == kNone) decorators_ = at_;
      return;
    }
    const std::size_t resume = decorators_ != kNone ? decorators_ : at_;
    decorators_ = kNone;
    if (!starts_statement(first)) return;
    give_up(resume);
    depth_ = 0;
    statement_ = at_;
  }

  bool starts_statement(std::size_t first) const {
    std::size_t end = first;
    while (end < text_.size() && is_word(text_[end])) ++end;
    const std::string_view word = text_.substr(first, end - first);
    const std::string_view rest = text_.substr(end, end_of_line(end) - end);
    if (word == "async") return rest.starts_with(" def ") || rest.starts_with(" with ");
    if (word == "from") return rest.find(" import ") != rest.npos;
    return std::binary_search(kStatements.begin(), kStatements.end(), word);
  }

  /// The statement is taken out of the text, up to `end`.
  void give_up(std::size_t end) {
    const std::size_t begin = first_of_line(statement_);
    while (end > begin &&
           (is_blank(text_[end - 1]) || text_[end - 1] == '\n' || text_[end - 1] == '\r')) {
      --end;
    }
    found_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
  }

  static constexpr std::size_t kNone = std::string_view::npos;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t statement_ = 0;       // where the line begins that the statement begins with
  std::size_t decorators_ = kNone;  // where decorators begin, if nothing else came since
  std::vector<ByteRange> found_;
};

}  // namespace

std::vector<ByteRange> unclosed_statements(std::string_view text) {
  return Scan(text).run();
}

}  // namespace gilcheck::analyzer
