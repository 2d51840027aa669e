#pragma once
// Races that somebody has looked at and accepted: by a comment in the source, as findings of
// `gilcheck check` are, or by an entry of a suppression file.

#include <span>

#include "project/runtime/instrumented_run.h"
#include "project/runtime/suppression_file.h"
#include "report/race_findings.h"

namespace gilcheck::report {

/// Marks reports (`suppressed` in the JSON), takes them out of the result's counts, and marks the
/// entries that were used. A comment counts where it covers an end of the region.
void suppress_races(project::RunResult& result, RaceSources& sources,
                    std::span<project::RaceSuppression> entries);

}  // namespace gilcheck::report
