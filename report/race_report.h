#pragma once
// What an instrumented run found, for people and for programs.

#include <string>
#include <string_view>
#include <vector>

#include "project/runtime/instrumented_run.h"

namespace gilcheck::report {

struct RaceWords {
  std::string headline;
  std::string harm;
};
/// What to call a report of a pattern, as named in the JSON.
RaceWords words_of(std::string_view pattern);

/// Each report as a block of lines: the region, the access that tears it, both stacks, the locks
/// and where the threads were started; not of what is suppressed. `information`: the harmless ones
/// too. Reads the sources quoted.
std::string race_text(const project::RunResult& result, bool color, bool information);

/// One JSON document, docs/runtime.md says of what.
std::string race_json(const project::RunResult& result, const std::string& interpreter,
                      const std::vector<std::string>& command);

}  // namespace gilcheck::report
