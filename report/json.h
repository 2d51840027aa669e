#pragma once

#include <iosfwd>

#include "base/finding.h"
#include "report/report.h"

namespace gilcheck::report {

/// One JSON object (docs/schema/findings.schema.json), one finding per line.
void render_json(std::ostream& out, const CheckResult& result, const RenderOptions& options);

}  // namespace gilcheck::report
