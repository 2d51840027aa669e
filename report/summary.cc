// The closing lines of the text formats.

#include <fmt/format.h>

#include <array>
#include <set>

#include "report/paint.h"
#include "report/phrases.h"
#include "report/report.h"
#include "report/wrap.h"

namespace gilcheck::report {

namespace {

template <typename Level>
void append_counts(std::string& out,
                   std::initializer_list<std::pair<Level, std::uint64_t>> counts) {
  const auto before = out.size();
  for (const auto& [level, number] : counts) {
    if (number == 0) continue;
    out += out.size() == before ? "" : ", ";
    out += fmt::format("{} {}", number, to_string(level));
  }
}

std::string paragraph(const std::string& text, std::size_t width) {
  std::string out;
  for (const auto& line : wrap(text, width)) out += line + '\n';
  return out;
}

std::string covered(const Coverage& c) {
  std::string out = fmt::format("{} of {} examined in {}", count(c.regions, "region", "regions"),
                                count(c.shared_locations, "shared location", "shared locations"),
                                count(c.functions, "function", "functions"));
  out += fmt::format("; {} and {} seen", count(c.locks, "lock", "locks"),
                     count(c.thread_roots, "thread root", "thread roots"));
  if (c.calls_seen != 0) {
    out += fmt::format("; {} of {} calls resolved", c.calls_resolved, c.calls_seen);
  }
  return out;
}

std::string not_seen(const Coverage& c) {
  std::string out;
  const auto add = [&](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
  if (c.files_failed != 0) add(count(c.files_failed, "file", "files") + " could not be read");
  if (c.files_with_syntax_errors != 0) {
    add(count(c.files_with_syntax_errors, "file has", "files have") +
        " syntax errors (the rest is analysed)");
  }
  const CoverageOfC& units = c.c;
  if (!units.left_out.empty()) {
    add(units.left_out);
  } else if (units.units_failed != 0) {
    add(count(units.units_failed, "C file", "C files") + " could not be parsed");
  }
  if (units.units_missing_headers != 0) {
    add(count(units.units_missing_headers, "C file lacks", "C files lack") +
        " headers (the rest is analysed)");
  }
  if (units.units_with_errors != 0) {
    add(count(units.units_with_errors, "C file has", "C files have") +
        " errors (the rest is analysed)");
  }
  return out;
}

std::string covered_in_c(const CoverageOfC& c) {
  return fmt::format(
      "{} with {}, {} that Python calls, {}", count(c.units_analysed, "C file", "C files"),
      count(c.functions, "function", "functions"), count(c.entry_points, "function", "functions"),
      count(c.globals, "static or global variable", "static and global variables"));
}

/// "3 files", "3 files and 2 C files".
std::string files_of(const Coverage& c) {
  std::string python = count(c.files_analysed, "file", "files");
  const std::string units = count(c.c.units_analysed, "C file", "C files");
  if (c.c.units_analysed == 0) return python;
  return c.files_analysed == 0 ? units : python + " and " + units;
}

}  // namespace

std::string summary(const CheckResult& result, const RenderOptions& options) {
  const Painter paint(options.color);
  std::array<std::uint64_t, 3> by_confidence{};
  std::array<std::uint64_t, 4> by_window{};
  std::uint64_t shown = 0;
  std::uint64_t suppressed = 0;
  std::set<std::string_view> files;
  for (const auto& finding : result.findings) {
    if (finding.suppressed) {
      ++suppressed;
      continue;
    }
    ++shown;
    ++by_confidence[static_cast<std::size_t>(finding.confidence)];
    ++by_window[static_cast<std::size_t>(finding.window)];
    files.insert(finding.path);
  }
  const auto& c = result.coverage;
  const auto of_confidence = [&](Confidence level) {
    return std::pair(level, by_confidence[static_cast<std::size_t>(level)]);
  };
  const auto of_window = [&](WindowClass window) {
    return std::pair(window, by_window[static_cast<std::size_t>(window)]);
  };

  std::string out;
  if (shown != 0) {
    std::string line = count(shown, "finding", "findings") + " (";
    append_counts(line, {of_confidence(Confidence::high), of_confidence(Confidence::medium),
                         of_confidence(Confidence::low)});
    if (by_window[0] != shown) line += "; ";
    append_counts(line, {of_window(WindowClass::gil_masked), of_window(WindowClass::already_racy),
                         of_window(WindowClass::gil_masked_if_builtin)});
    // In C a finding may stand in a header, which is none of the files counted.
    line += c.c.units_analysed == 0
                ? fmt::format(") in {} of {}", files.size(), files_of(c))
                : fmt::format(") in {}; checked: {}", count(files.size(), "file", "files"),
                              files_of(c));
    out += paint(Ink::emphasis, line) + '\n';
  } else if (c.files_analysed == 0 && c.c.units_analysed == 0) {
    out +=
        paint(Ink::emphasis, c.c.units_found == 0 ? "No findings, for no Python file was analysed"
                                                  : "No findings, for no file was analysed") +
        '\n';
  } else {
    out += paint(Ink::emphasis, "No findings in " + files_of(c)) + '\n';
    if (c.files_analysed != 0) out += paragraph("Covered: " + covered(c), options.width);
    if (c.c.units_analysed != 0) {
      out += paragraph("Covered in C: " + covered_in_c(c.c), options.width);
    }
  }

  std::string aside;
  if (suppressed != 0) aside = fmt::format("{} suppressed", suppressed);
  if (options.hidden != 0) {
    aside += fmt::format("{}{} below {} confidence not shown (--confidence low)",
                         aside.empty() ? "" : ", ", options.hidden, to_string(options.shown));
  }
  if (!aside.empty()) out += paragraph("Also: " + aside, options.width);
  if (const auto lost = not_seen(c); !lost.empty())
    out += paragraph("Not seen: " + lost, options.width);
  if (shown == 0 && c.files_analysed != 0 && options.no_concurrency_in_sight) {
    out += paragraph(
        "No lock and no thread root is in sight, so nothing was taken to run concurrently. To ask "
        "what breaks when users call this code from several threads, run with --assume threaded",
        options.width);
  }
  return out;
}

}  // namespace gilcheck::report
