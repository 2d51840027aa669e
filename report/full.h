#pragma once

#include <iosfwd>

#include "base/finding.h"
#include "report/report.h"

namespace gilcheck::report {

/// For people: header, code frames, the argument row by row, and a summary at the end.
void render_full(std::ostream& out, const CheckResult& result, const RenderOptions& options);

}  // namespace gilcheck::report
