#pragma once
// Running a command with the race detector in every Python process it starts.

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "project/interpreters/interpreter_choice.h"
#include "project/runtime/static_findings.h"

namespace gilcheck::project {

struct InstrumentedCommand {
  std::vector<std::string> words;  ///< the command, see with_interpreter()
  ChosenInterpreter interpreter;
  std::string runtime;                  ///< RuntimeBuild::directory
  std::vector<std::string> included;    ///< directories and files under test; absolute
  std::vector<std::string> excluded;    ///< of these, what is not
  std::vector<StaticFinding> findings;  ///< whose regions are expected
};

struct RunResult {
  int status = 0;  ///< as a shell gives it: 128 + signal for one that was killed
  std::vector<nlohmann::json> reports;  ///< of all processes, equal ones merged, worst first
  std::size_t processes = 0;            ///< that were instrumented
  std::size_t errors = 0;               ///< reports of that severity
  std::size_t warnings = 0;
  std::vector<StaticFinding> findings;  ///< the command's, with their status; a report has the
                                        ///< fingerprints of those it is about as `confirms`
  std::size_t suppressed = 0;           ///< reports that are accepted; not counted above
  std::vector<std::string> cut_short;  ///< processes that crashed or were killed, as commands; what
                                       ///< they had found by then is among `reports`
  std::vector<std::string> still_running;  ///< as `cut_short`: those that outlive the command
  std::vector<std::string> troubles;       ///< processes that could not be, and why
};

/// Runs the command to its end with our standard streams. Signals that a terminal sends go to the
/// command; we outlive it. Processes that it leaves behind have three seconds to end. Throws
/// UserError if it cannot be started.
RunResult run_instrumented(const InstrumentedCommand& command);

/// The reports of several processes as one list: those of one region and one place are one, their
/// counts added; errors first, then by place. For tests.
std::vector<nlohmann::json> merge_reports(const std::vector<nlohmann::json>& processes);

}  // namespace gilcheck::project
