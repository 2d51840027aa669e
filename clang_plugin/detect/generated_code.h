#pragma once
// What is reported of code that Cython generated: that which its author can change.

#include <string_view>

#include "clang_plugin/detect/candidate.h"

namespace gilcheck::clang_plugin {

/// Leaves out candidates about the generator's own code: its support functions, variables and
/// tables, and the C API calls that it chose. What the author declared or called by name stays.
void drop_generated(const Context& context, std::vector<Candidate>& all);

/// How an author of Cython mends it; "" where what C code does is said in the same words.
std::string_view cython_fix(std::string_view rule);

}  // namespace gilcheck::clang_plugin
