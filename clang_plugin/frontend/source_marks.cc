#include "clang_plugin/frontend/source_marks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

namespace gilcheck::clang_plugin {

namespace {

namespace fs = std::filesystem;

// What Cython puts behind the line that the C below it was made from (Compiler/Code.py).
constexpr std::string_view kArrow = "# <<<<<<<<<<<<<<";

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The version as a hexadecimal number: 0x030301F0 is 3.3.1.
std::string cython_version(std::string_view text) {
  constexpr std::string_view kMacro = "#define CYTHON_HEX_VERSION 0x";
  const auto at = text.find(kMacro);
  if (at == text.npos) return "";
  std::uint32_t number = 0;
  const char* digits = text.data() + at + kMacro.size();
  std::from_chars(digits, text.data() + text.size(), number, 16);
  return fmt::format("Cython {}.{}.{}", number >> 24U, number >> 16U & 0xFFU, number >> 8U & 0xFFU);
}

class Marks {
 public:
  Marks(UnitBuilder& builder, const std::string& path, const std::string& root)
      : builder_(builder), path_(path), root_(root) {}

  void collect(std::string_view text) {
    constexpr std::string_view kOpen = "/* \"";
    std::uint32_t line = 1;
    std::size_t counted = 0;
    for (auto at = text.find(kOpen); at != text.npos; at = text.find(kOpen, at + 1)) {
      const auto close = text.find("*/", at);
      if (close == text.npos) break;
      line += static_cast<std::uint32_t>(
          std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                     text.begin() + static_cast<std::ptrdiff_t>(close), '\n'));
      counted = close;
      mark(text.substr(at + kOpen.size(), close - at - kOpen.size()), line + 1);
    }
  }

 private:
  /// `NAME":LINE`, then the lines around it, the line itself with an arrow.
  void mark(std::string_view comment, std::uint32_t next_line) {
    const auto quote = comment.find("\":");
    const auto arrow = comment.find(kArrow);
    if (quote == comment.npos || arrow == comment.npos || quote > arrow) return;
    SourceMark out;
    out.line = next_line;
    const char* digits = comment.data() + quote + 2;
    if (std::from_chars(digits, comment.data() + comment.size(), out.source_line).ec !=
        std::errc{}) {
      return;
    }
    std::string_view quoted = comment.substr(0, arrow);
    quoted = trimmed(quoted.substr(quoted.rfind('\n') + 1));
    if (quoted.starts_with('*')) quoted = trimmed(quoted.substr(1));
    const Source& source = source_of(comment.substr(0, quote));
    out.file = source.file;
    out.source_text = builder_.intern(quoted);
    // It was changed since: what stands at that line now is something else.
    if (out.file != 0 && out.file != kNone && !says(source, out.source_line, quoted)) {
      out.file = kNone;
    }
    builder_.unit().marks.push_back(out);
  }

  struct Source {
    FileId file = kNone;
    std::string text;
    std::vector<std::size_t> starts;  // of lines
  };

  static bool says(const Source& source, std::uint32_t line, std::string_view quoted) {
    if (line == 0 || line > source.starts.size()) return false;
    const std::string_view rest = std::string_view(source.text).substr(source.starts[line - 1]);
    // Cython writes "*[inserted by cython to avoid comment closer]/" and the like.
    return trimmed(rest.substr(0, rest.find('\n'))) == quoted ||
           quoted.find("[inserted by cython") != quoted.npos;
  }

  const Source& source_of(std::string_view name) {
    const auto known = sources_.find(name);
    if (known != sources_.end()) return known->second;
    Source& out = sources_[std::string(name)];
    const std::string extension = fs::path(name).extension().string();
    const bool header = extension == ".pxd";
    if (!header && extension != ".pyx" && extension != ".pxi" && extension != ".py") {
      out.file = 0;  // "View.MemoryView", "(tree fragment)": Cython's own, kept in strings
      return out;
    }
    const auto found = find(name);
    if (!found) {
      // Declarations of libraries come with Cython; nobody distributes C without its own.
      out.file = header ? 0 : kNone;
      return out;
    }
    std::ifstream file(*found, std::ios::binary);
    out.text.assign(std::istreambuf_iterator<char>(file), {});
    out.starts.push_back(0);
    for (auto at = out.text.find('\n'); at != out.text.npos; at = out.text.find('\n', at + 1)) {
      out.starts.push_back(at + 1);
    }
    Unit& unit = builder_.unit();
    out.file = static_cast<FileId>(unit.files.size());
    unit.files.push_back(fs::path(*found).lexically_relative(root_).generic_string());
    unit.dependencies.push_back(*found);
    comments(out);
    return out;
  }

  /// The name is relative to where Cython ran: any folder from the file's up to the project's; and
  /// the file may have been moved to another since.
  std::optional<std::string> find(std::string_view name) const {
    std::error_code ignored;
    const fs::path root(root_);
    for (fs::path tail(name); !tail.empty();) {
      for (fs::path folder = fs::path(path_).parent_path();; folder = folder.parent_path()) {
        const fs::path candidate = (folder / tail).lexically_normal();
        const fs::path inside = candidate.lexically_relative(root);
        const bool below = !inside.empty() && *inside.begin() != "..";
        if (below && fs::is_regular_file(candidate, ignored)) return candidate.string();
        if (folder == root || folder == folder.parent_path()) break;
      }
      // The last name alone says too little to be looked for in other folders than these.
      auto part = tail.begin();
      fs::path shorter;
      for (++part; part != tail.end(); ++part) shorter /= *part;
      tail = shorter;
    }
    return std::nullopt;
  }

  /// `# gilcheck: ignore[...]` in the author's source.
  void comments(const Source& source) {
    for (std::size_t i = 0; i < source.starts.size(); ++i) {
      std::string_view line = std::string_view(source.text).substr(source.starts[i]);
      line = line.substr(0, line.find('\n'));
      const auto hash = line.find("# gilcheck:");
      if (hash == line.npos) continue;
      const std::string_view before = line.substr(0, hash);
      const bool in_string = std::count(before.begin(), before.end(), '"') % 2 != 0 ||
                             std::count(before.begin(), before.end(), '\'') % 2 != 0;
      if (in_string) continue;
      Comment out;
      out.text = builder_.intern(trimmed(line.substr(hash + 1)));
      out.pos.file = source.file;
      out.pos.line = out.pos.end_line = static_cast<std::uint32_t>(i + 1);
      out.pos.column = static_cast<std::uint32_t>(hash + 1);
      out.pos.end_column = static_cast<std::uint32_t>(line.size() + 1);
      builder_.unit().comments.push_back(out);
    }
  }

  UnitBuilder& builder_;
  const std::string& path_;
  const std::string& root_;
  std::map<std::string, Source, std::less<>> sources_;
};

}  // namespace

std::string generator_of(std::string_view text) {
  // Hand-written code may quote the macros, but defines neither.
  if (text.find("#define CYTHON_ABI ") != text.npos ||
      text.find("#define __PYX_ABI_VERSION ") != text.npos ||
      text.find("#define CYTHON_HEX_VERSION 0x") != text.npos) {
    const std::string version = cython_version(text);
    return version.empty() ? "Cython" : version;
  }
  const std::string_view head = text.substr(0, 400);
  for (const std::string_view mark : {"Generated by ", "generated by "}) {
    const auto at = head.find(mark);
    if (at == head.npos) continue;
    std::string_view name = head.substr(at + mark.size());
    name = name.substr(0, std::min(name.find_first_of("*\r\n,;("), name.size()));
    // What only mentions it has none of its macros.
    return name.starts_with("Cython") ? "" : std::string(trimmed(name));
  }
  return "";
}

void collect_source_marks(UnitBuilder& builder, std::string_view text, const std::string& path,
                          const std::string& root) {
  if (!builder.unit().generator.starts_with("Cython")) return;
  Marks(builder, path, root).collect(text);
}

}  // namespace gilcheck::clang_plugin
