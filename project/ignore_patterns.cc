#include "project/ignore_patterns.h"

#include <cctype>
#include <cstddef>
#include <optional>
#include <span>

namespace gilcheck::project {

namespace {

/// One character class, starting behind its `[`: whether `c` is in it and where it ends.
struct ClassMatch {
  bool matched = false;
  std::size_t end = 0;  ///< behind the `]`
};

bool in_named_class(std::string_view name, unsigned char c) {
  if (name == "alnum") return std::isalnum(c) != 0;
  if (name == "alpha") return std::isalpha(c) != 0;
  if (name == "blank") return c == ' ' || c == '\t';
  if (name == "cntrl") return std::iscntrl(c) != 0;
  if (name == "digit") return std::isdigit(c) != 0;
  if (name == "graph") return std::isgraph(c) != 0;
  if (name == "lower") return std::islower(c) != 0;
  if (name == "print") return std::isprint(c) != 0;
  if (name == "punct") return std::ispunct(c) != 0;
  if (name == "space") return std::isspace(c) != 0;
  if (name == "upper") return std::isupper(c) != 0;
  if (name == "xdigit") return std::isxdigit(c) != 0;
  return false;
}

/// Nothing when the class is never closed: such a pattern matches nothing (as in git).
std::optional<ClassMatch> match_class(std::string_view pattern, std::size_t at, unsigned char c) {
  bool negated = false;
  if (at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^')) {
    negated = true;
    ++at;
  }
  bool matched = false;
  for (bool first = true;; first = false) {
    if (at >= pattern.size()) return std::nullopt;
    if (pattern[at] == ']' && !first) return ClassMatch{matched != negated, at + 1};
    if (pattern.substr(at).starts_with("[:")) {
      if (const auto close = pattern.find(":]", at + 2); close != std::string_view::npos) {
        matched = matched || in_named_class(pattern.substr(at + 2, close - at - 2), c);
        at = close + 2;
        continue;
      }
    }
    const auto take = [&]() -> unsigned char {
      if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
      return static_cast<unsigned char>(pattern[at++]);
    };
    const unsigned char low = take();
    unsigned char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      ++at;
      high = take();
    }
    matched = matched || (low <= c && c <= high);
  }
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// `**` matches any number of parts. Only the last `**` ever needs another try: whatever an
/// earlier one could have taken more, the later one can take too.
bool matches_path(std::span<const std::string> pattern, std::span<const std::string_view> path) {
  std::size_t p = 0;
  std::size_t s = 0;
  std::size_t retry_p = pattern.size() + 1;
  std::size_t retry_s = 0;
  while (s < path.size()) {
    if (p < pattern.size() && pattern[p] == "**") {
      // A trailing `**` means everything inside, so at least one part.
      if (p + 1 == pattern.size()) return true;
      retry_p = ++p;
      retry_s = s;
    } else if (p < pattern.size() && matches_segment(pattern[p], path[s])) {
      ++p;
      ++s;
    } else if (retry_p <= pattern.size()) {
      p = retry_p;
      s = ++retry_s;
    } else {
      return false;
    }
  }
  return p == pattern.size();
}

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

bool matches_segment(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t s = 0;
  std::size_t retry_p = std::string_view::npos;
  std::size_t retry_s = 0;
  while (s < name.size()) {
    bool matched = false;
    std::size_t next_p = p;
    std::size_t next_s = s + 1;
    if (p < pattern.size()) {
      const char c = pattern[p];
      if (c == '*') {
        while (p < pattern.size() && pattern[p] == '*') ++p;
        if (p == pattern.size()) return true;
        retry_p = p;
        retry_s = s;
        continue;
      }
      if (c == '?') {
        matched = true;
        next_p = p + 1;
        while (next_s < name.size() && is_continuation(name[next_s])) ++next_s;
      } else if (c == '[') {
        if (const auto set = match_class(pattern, p + 1, static_cast<unsigned char>(name[s]))) {
          matched = set->matched;
          next_p = set->end;
        }
      } else {
        const std::size_t literal = c == '\\' && p + 1 < pattern.size() ? p + 1 : p;
        matched = pattern[literal] == name[s];
        next_p = literal + 1;
      }
    }
    if (matched) {
      p = next_p;
      s = next_s;
    } else if (retry_p != std::string_view::npos) {
      p = retry_p;
      s = ++retry_s;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

IgnorePatterns IgnorePatterns::parse(std::string_view text) {
  IgnorePatterns out;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const auto end = text.find('\n');
    out.add(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

void IgnorePatterns::add(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  // Trailing spaces do not count unless a backslash protects them.
  while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
  if (line.empty() || line.front() == '#') return;
  Pattern pattern;
  if (line.front() == '!') {
    pattern.negated = true;
    line.remove_prefix(1);
  }
  if (line.ends_with('/')) {
    pattern.directory_only = true;
    line.remove_suffix(1);
  }
  if (line.starts_with('/')) {
    pattern.anchored = true;
    line.remove_prefix(1);
  }
  if (line.empty()) return;
  for (const auto part : split(line)) {
    // "a//b" can match nothing in git either; "**" next to another is one.
    if (part == "**" && !pattern.segments.empty() && pattern.segments.back() == "**") continue;
    pattern.segments.emplace_back(part);
  }
  pattern.anchored = pattern.anchored || pattern.segments.size() > 1;
  patterns_.push_back(std::move(pattern));
}

IgnorePatterns::Verdict IgnorePatterns::match(std::string_view path, bool is_directory) const {
  if (patterns_.empty()) return Verdict::none;
  const auto slash = path.rfind('/');
  const auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  std::vector<std::string_view> parts;
  for (auto it = patterns_.rbegin(); it != patterns_.rend(); ++it) {
    if (it->directory_only && !is_directory) continue;
    bool matched = false;
    if (!it->anchored) {
      matched = matches_segment(it->segments.front(), name);
    } else {
      if (parts.empty()) parts = split(path);
      matched = matches_path(it->segments, parts);
    }
    if (matched) return it->negated ? Verdict::kept : Verdict::ignored;
  }
  return Verdict::none;
}

bool IgnorePatterns::covers(std::string_view path) const {
  bool is_directory = false;
  while (true) {
    if (match(path, is_directory) == Verdict::ignored) return true;
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos) return false;
    path = path.substr(0, slash);
    is_directory = true;
  }
}

}  // namespace gilcheck::project
