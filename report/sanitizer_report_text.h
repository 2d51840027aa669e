#pragma once
// What a run under ThreadSanitizer found, for people and for programs.

#include <string>
#include <vector>

#include "base/finding.h"
#include "project/sanitizer/sanitizer_run.h"

namespace gilcheck::report {

/// Each report as a block of lines. `information`: those of the interpreter and of system libraries
/// too. Reads the sources quoted.
std::string sanitizer_text(const project::SanitizedRun& run, bool color, bool information);

/// One JSON document, docs/schema/native-races.schema.json.
std::string sanitizer_json(const project::SanitizedRun& run, const std::string& interpreter,
                           const std::vector<std::string>& command);

/// Those of extension modules, as GIL904. Paths are relative to the current directory.
CheckResult sanitizer_findings(const project::SanitizedRun& run);

}  // namespace gilcheck::report
