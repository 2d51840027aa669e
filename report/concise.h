#pragma once

#include <iosfwd>

#include "base/finding.h"
#include "report/report.h"

namespace gilcheck::report {

/// One line per finding and diagnostic, `path:line:col: GIL101 [high, gil-masked] message`, and the
/// summary.
void render_concise(std::ostream& out, const CheckResult& result, const RenderOptions& options);

}  // namespace gilcheck::report
