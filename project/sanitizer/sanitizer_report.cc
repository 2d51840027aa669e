#include "project/sanitizer/sanitizer_report.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "project/paths.h"

namespace gilcheck::project {

namespace {

constexpr std::string_view kRule = "==================";
constexpr std::string_view kWarning = "WARNING: ThreadSanitizer: ";
constexpr std::string_view kFrame = "    #";

int number(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// A line in kStackFormat; nothing if it is none.
std::optional<NativeFrame> frame_of(std::string_view line) {
  if (!line.starts_with(kFrame)) return std::nullopt;
  std::array<std::string_view, 6> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t end = i + 1 < parts.size() ? line.find('\t') : line.size();
    if (end == std::string_view::npos) return std::nullopt;
    parts.at(i) = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  const auto known = [](std::string_view text) {
    return text == "<null>" || text == "(null)" ? std::string() : std::string(text);
  };
  return NativeFrame{known(parts[1]), known(parts[2]), number(parts[3]), number(parts[4]),
                     known(parts[5])};
}

/// Without what differs from run to run: " at 0x7b0400001230", " (0x7ffd1234)", "(tid=12,
/// running)".
std::string without_addresses(std::string_view text) {
  std::string out(text);
  for (const std::string_view mark : {" at 0x", " (0x", " (tid=", "+0x"}) {
    for (std::size_t at = out.find(mark); at != std::string::npos; at = out.find(mark)) {
      const bool bracket = mark[1] == '(';
      std::size_t end = at + mark.size();
      while (end < out.size() && (bracket ? out[end] != ')' : std::isxdigit(out[end]) != 0)) ++end;
      out.erase(at, end + (bracket && end < out.size() ? 1 : 0) - at);
    }
  }
  return out;
}

/// A heading ends with a colon where a stack follows; without it and the blanks.
std::string heading_of(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  if (line.ends_with(':')) line.remove_suffix(1);
  return without_addresses(line);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

CodeOwner owner_of(const NativeFrame& frame, const InterpreterFacts& interpreter) {
  const std::string& module = frame.module;
  if (module.empty()) return CodeOwner::system_library;
  const std::string library = join(interpreter.base_prefix, "lib");
  if (module == real_path(interpreter.executable) || module == interpreter.executable ||
      module.find("/lib-dynload/") != std::string::npos ||
      (is_within(module, library) && last_part(module).starts_with("libpython"))) {
    return CodeOwner::interpreter;
  }
  for (const char* place : {"/lib", "/lib64", "/usr/lib", "/usr/lib64"}) {
    if (is_within(module, place)) return CodeOwner::system_library;
  }
  return CodeOwner::extension;
}

/// Frames that say nothing of who races: the sanitizer's own (it lies in the executable, whose
/// other frames have a source), and inline functions of Python's headers.
bool is_plumbing(const NativeFrame& frame, const InterpreterFacts& interpreter) {
  if (frame.function.empty()) return true;
  const bool sanitizer = frame.path.empty() || frame.path.find("compiler-rt") != std::string::npos;
  if (sanitizer && owner_of(frame, interpreter) == CodeOwner::interpreter) return true;
  return frame.path.find("/Include/") != std::string::npos ||
         (!interpreter.include.empty() && is_within(frame.path, interpreter.include));
}

auto order(const NativeFrame& frame) {
  return std::tie(frame.path, frame.line, frame.function, frame.module);
}

}  // namespace

std::string_view to_string(CodeOwner owner) {
  switch (owner) {
    case CodeOwner::extension: return "extension";
    case CodeOwner::interpreter: return "interpreter";
    case CodeOwner::system_library: return "system library";
  }
  return {};
}

std::vector<SanitizerReport> parse_sanitizer_log(std::string_view log) {
  std::vector<SanitizerReport> reports;
  std::optional<SanitizerReport> current;
  for (const std::string_view line : lines_of(log)) {
    if (line.starts_with(kWarning)) {
      current.emplace();
      std::string_view kind = line.substr(kWarning.size());
      current->kind = kind.substr(0, kind.find(" (pid="));
    } else if (!current) {
      continue;
    } else if (line.starts_with(kRule)) {
      reports.push_back(std::move(*current));
      current.reset();
    } else if (const auto frame = frame_of(line)) {
      if (!current->sections.empty()) current->sections.back().stack.push_back(*frame);
    } else if (line.starts_with("  ") && line.find_first_not_of(' ') != std::string_view::npos) {
      current->sections.push_back({heading_of(line), {}});
    }
  }
  return reports;
}

void attribute(SanitizerReport& report, const InterpreterFacts& interpreter) {
  report.places.clear();
  for (const ReportSection& section : report.sections) {
    if (report.places.size() == 2) break;
    if (section.stack.empty()) continue;
    const auto place = std::ranges::find_if_not(
        section.stack, [&](const NativeFrame& frame) { return is_plumbing(frame, interpreter); });
    report.places.push_back(place != section.stack.end() ? *place : section.stack.front());
  }
  report.owner = CodeOwner::system_library;
  for (const NativeFrame& place : report.places)
    report.owner = std::min(report.owner, owner_of(place, interpreter));
}

std::vector<SanitizerReport> merge_sanitizer_reports(const std::vector<SanitizerReport>& reports) {
  using Place = std::tuple<std::string, int, std::string, std::string>;
  std::map<std::tuple<CodeOwner, std::vector<Place>, std::string>, SanitizerReport> merged;
  for (const SanitizerReport& report : reports) {
    std::vector<Place> places;
    for (const NativeFrame& place : report.places) places.emplace_back(order(place));
    std::ranges::sort(places);
    const auto [known, fresh] =
        merged.try_emplace({report.owner, std::move(places), report.kind}, report);
    if (!fresh) ++known->second.count;
  }
  std::vector<SanitizerReport> out;
  out.reserve(merged.size());
  for (auto& [key, report] : merged) out.push_back(std::move(report));
  return out;
}

}  // namespace gilcheck::project
