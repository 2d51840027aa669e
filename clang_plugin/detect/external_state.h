#pragma once
// What each function that Python can call does to unprotected state, for the Python pass.

#include <span>
#include <vector>

#include "base/external_state.h"
#include "clang_plugin/detect/candidate.h"

namespace gilcheck::clang_plugin {

/// From the candidates about static variables, module state and objects (GIL505, 506, 507, 508,
/// 516) that are at least of medium confidence. Sorted; one row per Python name, state and C
/// function.
std::vector<ExternalState> external_state(const Context& context,
                                          std::span<const Candidate> candidates,
                                          const SourceByPath& source_of);

}  // namespace gilcheck::clang_plugin
