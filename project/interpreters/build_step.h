#pragma once
// Running the programs that build an interpreter, one after another, with one log.

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gilcheck::project {

/// One program to run.
struct BuildStep {
  std::string phase;                   ///< for people: "compiling"
  std::vector<std::string> arguments;  ///< arguments[0] is looked for on PATH
  std::string directory;               ///< to run it in
  /// Variables to set. Variables that would steer Python or make (PYTHON*, MAKEFLAGS, VIRTUAL_ENV)
  /// are taken out of the environment, LC_ALL is C.
  std::vector<std::pair<std::string, std::string>> environment;
  bool fixed_layout = false;  ///< without address space randomisation, where the system allows that
};

/// A step failed: exit status, signal, or it could not be started.
class StepFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;  ///< what(): "make ended with exit status 2"
};

/// Called about ten times a second while a step runs, with what the step has written since the last
/// call, whole lines only.
using OnOutput = std::function<void(std::string_view lines)>;

/// Runs it to its end, its output appended to the file `log`. The program runs in a process group
/// of its own; if a signal comes (InterruptionGuard), the group is ended and Interrupted thrown.
/// Throws StepFailed. File descriptors without FD_CLOEXEC are inherited.
void run_step(const BuildStep& step, const std::string& log, const OnOutput& on_output);

/// The last `count` lines of a file that are not empty, indented by four spaces.
std::string last_lines(const std::string& path, std::size_t count);

}  // namespace gilcheck::project
