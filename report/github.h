#pragma once

#include <iosfwd>

#include "base/finding.h"
#include "report/report.h"

namespace gilcheck::report {

/// GitHub workflow commands (`::warning file=...::message`), one per finding and diagnostic.
void render_github(std::ostream& out, const CheckResult& result, const RenderOptions& options);

}  // namespace gilcheck::report
