#include "clang_plugin/frontend/comments.h"

namespace gilcheck::clang_plugin {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '*' ||
                           text.front() == '/' || text.front() == '!' || text.front() == '<')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' ||
                           text.back() == '\n')) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

void collect_comments(UnitBuilder& builder, FileId id) {
  const std::string_view text = builder.contents(id);
  // Nearly all files have none: do not look at their comments at all.
  if (text.find("gilcheck:") == text.npos && text.find("noqa:") == text.npos) return;
  std::uint32_t line = 1;
  std::size_t line_start = 0;
  const auto add = [&](std::size_t begin, std::size_t end, std::uint32_t from, std::size_t start,
                       std::size_t marks) {
    const std::string_view said = trimmed(text.substr(begin + 2, end - marks - begin - 2));
    if (!said.starts_with("gilcheck:") && !said.starts_with("noqa:")) return;
    Comment out;
    out.text = builder.intern(said);
    out.pos.file = id;
    out.pos.line = from;
    out.pos.column = static_cast<std::uint32_t>(begin - start + 1);
    out.pos.end_line = line;
    out.pos.end_column = static_cast<std::uint32_t>(end - line_start + 1);
    const std::string_view before = text.substr(start, begin - start);
    const auto code = before.find_first_not_of(" \t");
    out.own_line = code == before.npos || before.substr(code).starts_with("/*") ? 1 : 0;
    builder.unit().comments.push_back(out);
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      ++line;
      line_start = i + 1;
    } else if (c == '"' || c == '\'') {
      for (++i; i < text.size() && text[i] != c && text[i] != '\n'; ++i) {
        if (text[i] == '\\') ++i;
      }
      if (i < text.size() && text[i] == '\n') --i;
    } else if (c == '/' && i + 1 < text.size() && text[i + 1] == '/') {
      const std::size_t begin = i;
      i = std::min(text.find('\n', i), text.size());
      add(begin, i, line, line_start, 0);
      --i;
    } else if (c == '/' && i + 1 < text.size() && text[i + 1] == '*') {
      const std::size_t begin = i;
      const std::uint32_t from = line;
      const std::size_t start = line_start;
      const std::size_t close = text.find("*/", i + 2);
      const std::size_t end = close == text.npos ? text.size() : close + 2;
      for (; i < end; ++i) {
        if (text[i] != '\n') continue;
        ++line;
        line_start = i + 1;
      }
      add(begin, end, from, start, close == text.npos ? 0 : 2);
      --i;
    }
  }
}

}  // namespace gilcheck::clang_plugin
