#pragma once
// Calls of extension modules that rely on a C function being one step (GIL107 across languages).

#include <vector>

#include "analyzer/detect/candidate.h"

namespace gilcheck::analyzer {

/// One finding for each pair of a Python function and a C function: the call, the C function's
/// unlocked access, and why two threads can be there at once. In no particular order.
std::vector<Finding> find_external_calls(const DetectContext& context);

}  // namespace gilcheck::analyzer
