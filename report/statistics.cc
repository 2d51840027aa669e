// The `--statistics` table.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "report/display_width.h"
#include "report/paint.h"
#include "report/report.h"

namespace gilcheck::report {

namespace {

using Cells = std::vector<std::string>;

/// Columns of a table: the first to the left, the others to the right.
std::string aligned(const std::vector<Cells>& rows, const Painter& paint) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i]));
  }
  std::string out;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line = "  ";
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      const auto& cell = rows[r][i];
      const std::string pad(widths[i] - display_width(cell), ' ');
      if (i != 0) line += "  ";
      line += i == 0 ? cell + pad : pad + cell;
    }
    while (line.ends_with(' ')) line.pop_back();
    out += r == 0 ? paint(Ink::faint, line) : line;
    out += '\n';
  }
  return out;
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  // Rounded down, so that only everything is 100 %.
  const auto permille = part * 1000 / whole;
  return fmt::format("{}.{} %", permille / 10, permille % 10);
}

struct RuleCounts {
  std::string_view name;
  std::array<std::uint64_t, 3> confidence{};
  std::array<std::uint64_t, 4> window{};
  std::uint64_t suppressed = 0;

  std::uint64_t shown() const { return confidence[0] + confidence[1] + confidence[2]; }
  void add(const RuleCounts& other) {
    for (std::size_t i = 0; i < confidence.size(); ++i) confidence[i] += other.confidence[i];
    for (std::size_t i = 0; i < window.size(); ++i) window[i] += other.window[i];
    suppressed += other.suppressed;
  }
  Cells row(std::string title) const {
    Cells cells{std::move(title), std::to_string(shown())};
    for (const auto i : {2U, 1U, 0U}) cells.push_back(std::to_string(confidence[i]));
    for (const auto i : {1U, 2U, 3U}) cells.push_back(std::to_string(window[i]));
    cells.push_back(std::to_string(suppressed));
    return cells;
  }
};

}  // namespace

std::string statistics(const CheckResult& result, const RenderOptions& options) {
  const Painter paint(options.color);
  std::map<std::string_view, RuleCounts> rules;
  for (const auto& finding : result.findings) {
    auto& counts = rules[finding.rule];
    counts.name = finding.name;
    if (finding.suppressed) {
      ++counts.suppressed;
      continue;
    }
    ++counts.confidence[static_cast<std::size_t>(finding.confidence)];
    ++counts.window[static_cast<std::size_t>(finding.window)];
  }
  std::string out = paint(Ink::emphasis, "Findings") + '\n';
  std::vector<Cells> table{{"rule", "shown", "high", "medium", "low", "gil-masked", "already-racy",
                            "if-builtin", "suppressed"}};
  RuleCounts total;
  for (const auto& [code, counts] : rules) {
    table.push_back(counts.row(printable(fmt::format("{} {}", code, counts.name))));
    total.add(counts);
  }
  table.push_back(total.row("total"));
  out += aligned(table, paint);

  const auto& c = result.coverage;
  out += '\n' + paint(Ink::emphasis, "Coverage") + '\n';
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  out += aligned(
      {
          {"what", "seen", "covered", "share"},
          {"files found, analysed", number(c.files_found), number(c.files_analysed),
           percent(c.files_analysed, c.files_found)},
          {"files analysed, without syntax errors", number(c.files_analysed),
           number(c.files_analysed - std::min(c.files_analysed, c.files_with_syntax_errors)),
           percent(c.files_analysed - std::min(c.files_analysed, c.files_with_syntax_errors),
                   c.files_analysed)},
          {"files not readable", number(c.files_failed)},
          {"files from the cache", number(c.files_from_cache)},
          {"lines", number(c.lines)},
          {"bytes", number(c.bytes)},
          {"classes", number(c.classes)},
          {"functions", number(c.functions)},
          {"calls, resolved", number(c.calls_seen), number(c.calls_resolved),
           percent(c.calls_resolved, c.calls_seen)},
          {"accesses, resolved", number(c.accesses_seen), number(c.accesses_resolved),
           percent(c.accesses_resolved, c.accesses_seen)},
          {"locks", number(c.locks)},
          {"thread roots", number(c.thread_roots)},
          {"shared locations", number(c.shared_locations)},
          {"regions examined", number(c.regions)},
      },
      paint);
  if (c.c.units_found == 0) return out;
  const auto& units = c.c;
  const auto complete =
      units.units_analysed - std::min(units.units_analysed, units.units_missing_headers);
  out += '\n' + paint(Ink::emphasis, "Coverage of C and C++") + '\n';
  out += aligned(
      {
          {"what", "seen", "covered", "share"},
          {"translation units found, analysed", number(units.units_found),
           number(units.units_analysed), percent(units.units_analysed, units.units_found)},
          {"units analysed, with all headers", number(units.units_analysed), number(complete),
           percent(complete, units.units_analysed)},
          {"units with errors", number(units.units_with_errors)},
          {"units given up", number(units.units_failed)},
          {"units from the cache", number(units.units_from_cache)},
          {"units with conditionals on Py_GIL_DISABLED, in both builds",
           number(units.units_gil_conditional), number(units.units_both_builds),
           percent(units.units_both_builds, units.units_gil_conditional)},
          {"lines", number(units.lines)},
          {"functions", number(units.functions)},
          {"entry points", number(units.entry_points)},
          {"statics and globals", number(units.globals)},
      },
      paint);
  if (!units.python_headers.empty()) {
    out += "  headers of Python: " + printable(units.python_headers) + '\n';
  }
  if (!units.left_out.empty()) out += "  left out: " + printable(units.left_out) + '\n';
  return out;
}

}  // namespace gilcheck::report
