#include "report/race_suppressions.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "project/paths.h"
#include "project/selection.h"
#include "project/settings.h"
#include "project/suppressions.h"

namespace gilcheck::report {

namespace {

using nlohmann::json;

/// What the comments of the files in which regions lie say of them.
void apply_comments(std::vector<Finding>& findings, RaceSources& sources) {
  std::map<std::string, std::vector<project::Directive>> directives;  // sorted by path
  for (const Finding& finding : findings) {
    for (const AccessRecord& access : finding.region) {
      const std::string& path = access.site.path;
      const auto [place, fresh] = directives.try_emplace(path);
      const SourceText* text =
          fresh ? sources.of(project::absolute_path(path, project::current_directory())) : nullptr;
      if (text != nullptr) place->second = project::directives_of(path, *text);
    }
  }
  std::vector<project::FileDirectives> files;
  files.reserve(directives.size());
  for (const auto& [path, all] : directives) files.push_back({path, &all});
  // What a comment silences that did not run, or that the static pass finds, cannot be told from
  // here: what is wrong with comments is said by `gilcheck check`.
  project::apply_suppressions(findings, files, project::Selection(project::Settings()));
}

}  // namespace

void suppress_races(project::RunResult& result, RaceSources& sources,
                    std::span<project::RaceSuppression> entries) {
  std::vector<Finding> findings;
  std::vector<json*> reports;
  for (json& report : result.reports) {
    if (report.value("severity", "info") == "info") continue;
    findings.push_back(race_finding(report, sources));
    // Which of a cycle's threads is the first says nothing.
    if (report.contains("cycle")) {
      Finding& finding = findings.back();
      finding.region.insert(finding.region.end(), finding.conflicts.begin(),
                            finding.conflicts.end());
    }
    reports.push_back(&report);
  }
  apply_comments(findings, sources);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    Finding& finding = findings[i];
    std::string by = finding.suppressed ? "comment" : "";
    for (project::RaceSuppression& entry : entries) {
      if (!entry.matches(finding)) continue;
      entry.used = true;
      if (!by.empty()) continue;
      by = "file";
      finding.suppression_reason = entry.reason;
    }
    if (by.empty()) continue;
    json& report = *reports[i];
    report["suppressed"] = {{"by", by}, {"reason", finding.suppression_reason}};
    ++result.suppressed;
    --(report.value("severity", "") == "error" ? result.errors : result.warnings);
  }
}

}  // namespace gilcheck::report
