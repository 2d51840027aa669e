#include "project/c/source_scan.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

namespace gilcheck::project {

namespace {

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\f' || c == '\v' || c == '\r';
}

std::string_view next_name(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  std::size_t size = 0;
  while (size < text.size() && is_name_character(text[size])) ++size;
  const auto out = text.substr(0, size);
  text.remove_prefix(size);
  return out;
}

bool names_python(std::string_view header) {
  return header == "Python.h" || header.ends_with("/Python.h");
}

/// Follows the text up to Python.h for the preamble, and to the end for the includes.
class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  SourceScan run() {
    bool line_start = true;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        line_start = true;
        ++at_;
      } else if (is_blank(c)) {
        ++at_;
      } else if (starts("//")) {
        skip_line();
      } else if (starts("/*")) {
        skip_comment();
      } else if (starts("\\\n")) {
        at_ += 2;
      } else if (c == '#' && line_start) {
        ++at_;
        directive(logical_line());
      } else {
        code(c);
        line_start = false;
      }
    }
    out_.preamble.simple = found_python_ && simple_;
    return std::move(out_);
  }

 private:
  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  void skip_line() {
    while (at_ < text_.size() && text_[at_] != '\n') {
      at_ += text_[at_] == '\\' && at_ + 1 < text_.size() ? 2 : 1;
    }
  }
  void skip_comment() {
    const auto end = text_.find("*/", at_ + 2);
    at_ = end == std::string_view::npos ? text_.size() : end + 2;
  }
  void skip_literal(char quote) {
    for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    at_ = std::min(at_ + 1, text_.size());
  }
  void skip_raw_string() {
    const auto open = text_.find('(', at_);
    constexpr std::size_t kLongestDelimiter = 18;
    if (open == std::string_view::npos || open - at_ > kLongestDelimiter) return skip_literal('"');
    const std::string end = ")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"";
    const auto close = text_.find(end, open);
    at_ = close == std::string_view::npos ? text_.size() : close + end.size();
  }

  void code(char c) {
    if (!found_python_) simple_ = false;
    if (c == '"') {
      const bool raw = at_ > 0 && text_[at_ - 1] == 'R';
      return raw ? skip_raw_string() : skip_literal('"');
    }
    // 1'000'000 is a number, not two characters.
    if (c == '\'' && (at_ == 0 || !is_name_character(text_[at_ - 1]))) return skip_literal('\'');
    ++at_;
  }

  /// The rest of the line without comments, continued lines joined.
  std::string logical_line() {
    std::string line;
    while (at_ < text_.size() && text_[at_] != '\n') {
      if (starts("/*")) {
        skip_comment();
        line.push_back(' ');
      } else if (starts("//") && line.find('<') == std::string::npos &&
                 line.find('"') == std::string::npos) {
        skip_line();
      } else if (starts("\\\n")) {
        at_ += 2;
      } else if (starts("\\\r\n")) {
        at_ += 3;
      } else {
        line.push_back(text_[at_++]);
      }
    }
    return line;
  }

  void directive(const std::string& line) {
    std::string_view rest = line;
    const std::string_view word = next_name(rest);
    if (word == "include" || word == "include_next" || word == "import") {
      include(rest);
    } else if (!found_python_) {
      before_python(word, rest);
    }
  }

  void include(std::string_view rest) {
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
    const bool quoted = rest.starts_with('"');
    const auto end = rest.size() < 2 || (!quoted && rest.front() != '<')
                         ? std::string_view::npos
                         : rest.find(quoted ? '"' : '>', 1);
    if (end == std::string_view::npos) {
      if (!found_python_) simple_ = false;
      return;
    }
    const std::string name(rest.substr(1, end - 1));
    out_.includes.push_back({name, quoted});
    if (found_python_) return;
    if (names_python(name)) {
      found_python_ = true;
      simple_ = simple_ && conditions_.empty() && name == "Python.h";
    } else if (quoted || !is_standard_header(name)) {
      simple_ = false;
    }
  }

  void before_python(std::string_view word, std::string_view rest) {
    if (word == "define" || word == "undef") {
      const std::string name(next_name(rest));
      if (name != "PY_SSIZE_T_CLEAN") {
        out_.preamble.names.push_back(name);
      } else if (word == "undef" || std::any_of(conditions_.begin(), conditions_.end(),
                                                [&](const auto& c) { return c != name; })) {
        simple_ = false;
      } else {
        out_.preamble.size_t_clean = true;
      }
    } else if (word == "ifndef") {
      conditions_.emplace_back(next_name(rest));
    } else if (word == "if" || word == "ifdef") {
      conditions_.emplace_back();
    } else if (word == "endif") {
      if (!conditions_.empty()) conditions_.pop_back();
    } else if (word == "else" || word == "elif") {
      if (!conditions_.empty()) conditions_.back().clear();
    } else if (word != "error" && word != "warning" && !word.empty()) {
      simple_ = false;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  SourceScan out_;
  bool found_python_ = false;
  bool simple_ = true;
  std::vector<std::string> conditions_;  ///< the X of #ifndef X, else ""
};

}  // namespace

SourceScan scan_source(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return Scan(text).run();
}

bool is_standard_header(std::string_view name) {
  static const std::unordered_set<std::string_view> kC = {
      "assert.h",   "complex.h",  "ctype.h",  "errno.h",       "fenv.h",    "float.h",
      "inttypes.h", "iso646.h",   "limits.h", "locale.h",      "math.h",    "setjmp.h",
      "signal.h",   "stdalign.h", "stdarg.h", "stdatomic.h",   "stdbool.h", "stddef.h",
      "stdint.h",   "stdio.h",    "stdlib.h", "stdnoreturn.h", "string.h",  "tgmath.h",
      "threads.h",  "time.h",     "uchar.h",  "wchar.h",       "wctype.h"};
  // Those of C++ have no ending and no directory.
  const bool cplusplus = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
  });
  return cplusplus || kC.contains(name);
}

}  // namespace gilcheck::project
