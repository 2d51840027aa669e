#pragma once
// Phase 5: rules over linked facts.

#include <vector>

#include "analyzer/analyzer.h"
#include "analyzer/evidence/concurrency.h"
#include "analyzer/link/program.h"

namespace gilcheck::analyzer {

/// All findings of all rules, merged so that one region gives one finding, sorted by path, position
/// and rule. Does not depend on the order in which `parallel` runs things.
std::vector<Finding> detect(const Program& program, const Concurrency& concurrency,
                            const ParallelFor& parallel, const SourceOf& source_of,
                            Coverage& coverage);

}  // namespace gilcheck::analyzer
