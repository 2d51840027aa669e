#include "analyzer/parse/blank_continuations.h"

namespace gilcheck::analyzer {

namespace {

/// The length of a `\` and the line break behind it, or 0.
std::size_t continuation(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at, 3);
  if (rest.starts_with("\\\n")) return 2;
  return rest == "\\\r\n" ? 3 : 0;
}

/// One past the line break if a line of blanks and a `\` begins at `at`, else `at`.
std::size_t end_of_blank_continuation(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
  const std::size_t length = end < text.size() ? continuation(text, end) : 0;
  return length == 0 ? at : end + length;
}

}  // namespace

std::string join_blank_continuations(std::string_view text) {
  constexpr std::size_t kMany = 100;
  std::string out;
  std::size_t at = 0;
  while ((at = text.find('\\', at)) != text.npos) {
    const std::size_t length = continuation(text, at);
    if (length == 0) {
      ++at;
      continue;
    }
    // One such line stays: a `\` in front of it may belong to a comment, and joins nothing then.
    const std::size_t begin = end_of_blank_continuation(text, at + length);
    std::size_t end = begin;
    std::size_t count = 0;
    for (std::size_t next = 0; (next = end_of_blank_continuation(text, end)) != end; end = next) {
      ++count;
    }
    if (count >= kMany) {
      if (out.empty()) out = text;
      out.replace(begin, end - begin, end - begin, ' ');
    }
    at = end;
  }
  return out;
}

}  // namespace gilcheck::analyzer
