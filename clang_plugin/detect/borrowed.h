#pragma once
// GIL503, GIL504 and GIL508: what is borrowed from a container that other threads can change, and
// the walk over its storage.

#include "clang_plugin/detect/candidate.h"

namespace gilcheck::clang_plugin {

void borrowed_from_container(const Context& context, FunctionIndex function,
                             std::vector<Candidate>& out);

}  // namespace gilcheck::clang_plugin
