#include "project/c/c_directives.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace gilcheck::project {

namespace {

using analyzer::DirectiveKind;

constexpr std::uint32_t kLongestStatement = 100;  // lines

/// Length of the UTF-8 sequence at `at`; 0 if there is none.
std::size_t sequence_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(at);
  std::size_t size = 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) size = 2;
  if (first >= 0xE0 && first <= 0xEF) size = 3;
  if (first >= 0xF0 && first <= 0xF4) size = 4;
  if (size == 0) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned second = byte(at + 1);
  const bool bad = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                   (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return bad ? 0 : size;
}

std::uint32_t code_point_column(std::string_view line, std::uint32_t byte_column) {
  std::uint32_t column = 1;
  const std::size_t end =
      std::min<std::size_t>(line.size(), byte_column == 0 ? 0 : byte_column - 1);
  for (std::size_t i = 0; i < end; ++i) {
    if ((static_cast<unsigned char>(line[i]) & 0xC0U) != 0x80U) ++column;
  }
  // Past the end, as far as it was said to be.
  return column + static_cast<std::uint32_t>(byte_column - 1 - end);
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Follows code line by line, over comments and literals.
class Statement {
 public:
  /// The last line of the statement that begins at or after `line`, and its first.
  static std::pair<std::uint32_t, std::uint32_t> after(const SourceText& source,
                                                       std::uint32_t line) {
    Statement walk;
    std::uint32_t first = 0;
    for (std::uint32_t at = line; at <= source.line_count(); ++at) {
      const std::string_view text = source.line(at);
      const bool directive = trimmed(text).starts_with('#');
      walk.code_ = walk.ends_ = false;
      walk.follow(text);
      if (first == 0 && !walk.code_) continue;
      if (first == 0) first = at;
      const bool continued = text.ends_with('\\');
      if (directive ? !continued : walk.ends_) return {first, at};
      if (at - first >= kLongestStatement) break;
    }
    return {first, first};
  }

 private:
  void follow(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      const std::string_view rest = text.substr(i);
      if (in_comment_) {
        if (rest.starts_with("*/")) {
          in_comment_ = false;
          ++i;
        }
      } else if (rest.starts_with("/*")) {
        in_comment_ = true;
        ++i;
      } else if (rest.starts_with("//")) {
        return;
      } else if (c == '"' || c == '\'') {
        code_ = true;
        for (++i; i < text.size() && text[i] != c; ++i) {
          if (text[i] == '\\') ++i;
        }
      } else if (std::isspace(static_cast<unsigned char>(c)) == 0) {
        code_ = true;
        if (c == '(' || c == '[') ++depth_;
        if ((c == ')' || c == ']') && depth_ > 0) --depth_;
        if (depth_ == 0 && (c == ';' || c == '{' || c == '}')) ends_ = true;
      }
    }
  }
  bool in_comment_ = false;
  bool code_ = false;
  bool ends_ = false;
  int depth_ = 0;
};

Directive malformed(Directive directive, std::string why) {
  directive.kind = DirectiveKind::malformed;
  directive.codes.clear();
  directive.reason = std::move(why);
  return directive;
}

bool is_annotation(std::string_view word) {
  constexpr std::array<std::string_view, 5> kWords = {"guarded-by", "init-only", "confined",
                                                      "benign", "holds"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

/// Whether nothing but other comments stands before the comment on its line.
bool on_own_line(const SourceText& source, const clang_plugin::Pos& pos) {
  const std::string_view line = source.line(pos.line);
  const auto before =
      line.substr(0, std::min<std::size_t>(line.size(), pos.column == 0 ? 0 : pos.column - 1));
  return trimmed(before).empty();
}

/// A comment of a source that C was generated from: Python's, which ends with its line.
bool is_python_comment(const SourceText& source, const clang_plugin::Pos& pos) {
  const std::string_view line = source.line(pos.line);
  return pos.column != 0 && pos.column <= line.size() && line[pos.column - 1] == '#';
}

/// The first line with code at or after `line`; 0 if there is none.
std::uint32_t python_code_after(const SourceText& source, std::uint32_t line) {
  for (; line <= source.line_count(); ++line) {
    const std::string_view text = trimmed(source.line(line));
    if (!text.empty() && !text.starts_with('#')) return line;
  }
  return 0;
}

}  // namespace

SourceText c_source_text(std::string bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t size = sequence_at(bytes, i);
    if (size == 0 || bytes[i] == '\0') {
      bytes[i++] = '?';
    } else {
      i += size;
    }
  }
  return SourceText(std::move(bytes));
}

Span span_of(const clang_plugin::Pos& pos, const SourceText& source) {
  Span out;
  out.line = std::max(pos.line, 1U);
  out.column = code_point_column(source.line(pos.line), std::max(pos.column, 1U));
  out.end_line = std::max(pos.end_line, out.line);
  out.end_column = code_point_column(source.line(out.end_line), std::max(pos.end_column, 1U));
  if (out.end_line == out.line) out.end_column = std::max(out.end_column, out.column);
  return out;
}

std::vector<Directive> c_directives(const clang_plugin::Unit& unit, clang_plugin::FileId file,
                                    const SourceText& source) {
  std::vector<Directive> out;
  for (const auto& comment : unit.comments) {
    if (comment.pos.file != file) continue;
    std::string_view text = trimmed(unit.text(comment.text));
    Directive directive;
    directive.span = span_of(comment.pos, source);
    directive.first_line = directive.last_line = comment.pos.line;
    if (text.starts_with("noqa:")) {
      if (trimmed(text.substr(5)).starts_with("borrowed-ref OK")) {
        directive.codes = {"GIL503", "GIL504"};
        directive.reason = "noqa: borrowed-ref OK";
        directive.foreign = true;
        out.push_back(std::move(directive));
      }
      continue;
    }
    if (!text.starts_with("gilcheck:")) continue;
    text = trimmed(text.substr(9));
    const auto open = text.find('[');
    const std::string_view word = text.substr(0, std::min(open, text.find_first_of(" [(")));
    if (is_annotation(word)) continue;
    if (word != "ignore" && word != "file-ignore") {
      out.push_back(malformed(std::move(directive),
                              "'" + std::string(word) +
                                  "' is not a directive; write ignore[GIL505] reason or "
                                  "file-ignore[GIL505] reason"));
      continue;
    }
    const auto close = text.find(']');
    if (open == text.npos || close == text.npos || close < open) {
      out.push_back(malformed(std::move(directive), "name the rules it is about: " +
                                                        std::string(word) + "[GIL505] reason"));
      continue;
    }
    std::string_view list = text.substr(open + 1, close - open - 1);
    while (!list.empty()) {
      const auto comma = std::min(list.find(','), list.size());
      if (const auto code = trimmed(list.substr(0, comma)); !code.empty()) {
        directive.codes.emplace_back(code);
      }
      list.remove_prefix(std::min(list.size(), comma + 1));
    }
    if (directive.codes.empty()) {
      out.push_back(malformed(std::move(directive),
                              "name at least one rule: " + std::string(word) + "[GIL505] reason"));
      continue;
    }
    std::string_view reason = text.substr(close + 1);
    while (!reason.empty() && (reason.front() == ' ' || reason.front() == ':')) {
      reason.remove_prefix(1);
    }
    directive.reason = std::string(trimmed(reason));
    if (word == "file-ignore") {
      directive.kind = DirectiveKind::file_ignore;
      directive.first_line = directive.last_line = 0;
    } else if (is_python_comment(source, comment.pos)) {
      const std::uint32_t line = on_own_line(source, comment.pos)
                                     ? python_code_after(source, comment.pos.line + 1)
                                     : comment.pos.line;
      if (line != 0) directive.first_line = directive.last_line = line;
    } else if (on_own_line(source, comment.pos)) {
      const auto [first, last] =
          Statement::after(source, std::max(comment.pos.end_line, comment.pos.line) + 1);
      if (first != 0) {
        directive.first_line = first;
        directive.last_line = last;
      }
    }
    out.push_back(std::move(directive));
  }
  return out;
}

}  // namespace gilcheck::project
