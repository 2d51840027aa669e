#pragma once
// What a run says about its C units: figures, and what is wrong with them.

#include <memory>
#include <vector>

#include "base/finding.h"
#include "project/c/c_unit.h"

namespace gilcheck::project {

/// Adds up the figures that the session knows, and appends one diagnostic per thing that is wrong:
/// a header that several units miss is one. `units`: all of them, sorted by path.
void describe_units(const std::vector<std::unique_ptr<CUnit>>& units, CoverageOfC& coverage,
                    std::vector<Diagnostic>& diagnostics);

}  // namespace gilcheck::project
