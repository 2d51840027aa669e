#pragma once
// Races as findings, so that the formats of `gilcheck check` show them as well.

#include <deque>
#include <map>
#include <string>

#include "base/finding.h"
#include "base/source_text.h"
#include "project/runtime/instrumented_run.h"
#include "report/report.h"

namespace gilcheck::report {

/// The sources of places in reports, read at the first question. One thread.
class RaceSources {
 public:
  /// Null if the file cannot be read.
  const SourceText* of(const std::string& path);

 private:
  std::map<std::string, const SourceText*> known_;
  std::deque<SourceText> texts_;
};

/// One of them as a finding, without its fingerprint's number among equal ones.
Finding race_finding(const nlohmann::json& report, RaceSources& sources);

/// The errors and warnings of a run. Each has the rule whose pattern it is an instance of, both
/// stacks as evidence, and the status `predicted`. Paths are relative to the current directory.
CheckResult race_findings(const project::RunResult& result, RaceSources& sources);

}  // namespace gilcheck::report
