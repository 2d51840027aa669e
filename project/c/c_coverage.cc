#include "project/c/c_coverage.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace gilcheck::project {

namespace {

void warn(std::vector<Diagnostic>& out, const char* code, std::string message,
          const UnitProblem& problem) {
  out.push_back({Severity::warning, code, std::move(message), problem.path, problem.span});
}

void add_failure(std::vector<Diagnostic>& out, const CUnit& unit, const char* more) {
  if (unit.failure_code.empty()) return;
  out.push_back({Severity::warning, unit.failure_code, unit.failure + more, unit.file.relative,
                 std::nullopt});
}

/// What is wrong with a unit as the build with the GIL only.
void describe_with_gil(const CUnit& unit, CoverageOfC& c, std::vector<Diagnostic>& out) {
  const CUnit* other = unit.with_gil.get();
  if (other == nullptr) return;
  ++c.units_gil_conditional;
  c.units_both_builds += other->state == UnitState::known ? 1 : 0;
  add_failure(out, *other, ", as the build with the GIL");
  for (const UnitProblem& problem : other->record.problems) {
    const auto& known = unit.record.problems;
    const bool both = std::any_of(known.begin(), known.end(), [&](const UnitProblem& same) {
      return same.text == problem.text && same.path == problem.path;
    });
    if (both) continue;
    warn(out, problem.missing_header ? "missing-header" : "c-error",
         problem.text + ", in the build with the GIL", problem);
  }
}

}  // namespace

void describe_units(const std::vector<std::unique_ptr<CUnit>>& units, CoverageOfC& c,
                    std::vector<Diagnostic>& out) {
  c.units_found = units.size();
  c.units_analysed = c.units_failed = c.units_missing_headers = c.units_with_errors = 0;
  c.units_from_cache = c.units_gil_conditional = c.units_both_builds = c.lines = 0;
  /// Headers that are missing, and the units that want them.
  struct Missing {
    Diagnostic first;
    std::vector<const CUnit*> units;
  };
  std::map<std::string, Missing> missing;
  for (const auto& unit : units) {
    if (unit->state == UnitState::failed) {
      ++c.units_failed;
      add_failure(out, *unit, "");
    }
    if (unit->state != UnitState::known) continue;
    const UnitRecord& record = unit->record;
    ++c.units_analysed;
    const bool other_from_cache = unit->with_gil == nullptr || unit->with_gil->from_cache;
    c.units_from_cache += unit->from_cache && other_from_cache ? 1 : 0;
    c.units_missing_headers += record.missing_headers() ? 1 : 0;
    c.units_with_errors += record.errors != 0 ? 1 : 0;
    c.lines += record.lines;
    describe_with_gil(*unit, c, out);
    for (const UnitProblem& problem : record.problems) {
      if (!problem.missing_header) {
        warn(out, "c-error",
             record.errors == 1 ? problem.text
                                : problem.text + ", the first of " + std::to_string(record.errors) +
                                      " errors; the rest is analysed as far as it is understood",
             problem);
        continue;
      }
      Missing& here = missing[problem.text];
      if (here.units.empty()) {
        here.first = {Severity::warning, "missing-header", problem.text, problem.path,
                      problem.span};
      }
      if (here.units.empty() || here.units.back() != unit.get()) here.units.push_back(unit.get());
    }
  }
  for (auto& [text, header] : missing) {
    if (header.units.size() > 1) {
      header.first.message +=
          ", needed by " + std::to_string(header.units.size()) + " translation units";
    }
    out.push_back(std::move(header.first));
  }
}

}  // namespace gilcheck::project
