#pragma once

#include <iosfwd>

#include "base/finding.h"
#include "report/report.h"

namespace gilcheck::report {

/// SARIF 2.1.0, one result per line. Kept within the limits of GitHub code scanning: the best
/// 25,000 results, and a notification that says how many were left out.
void render_sarif(std::ostream& out, const CheckResult& result, const RenderOptions& options);

}  // namespace gilcheck::report
