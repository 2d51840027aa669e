#pragma once
// The command that a run is about.

#include <string>
#include <vector>

namespace gilcheck::project {

/// The words with `python`, `python3`, `pytest`, `py.test` and `pip` as the interpreter's.
std::vector<std::string> with_interpreter(std::vector<std::string> words,
                                          const std::string& interpreter);

/// Runs the command to its end with our standard streams and these environment variables. Signals
/// that a terminal sends go to the command; we outlive it. Processes that it leaves behind have
/// three seconds to end. The status as a shell gives it: 128 + signal for one that was killed.
/// Throws UserError if it cannot be started.
int run_to_end(const std::vector<std::string>& words, const std::vector<std::string>& variables);

}  // namespace gilcheck::project
