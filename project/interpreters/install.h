#pragma once
// Building a managed interpreter.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "project/interpreters/interpreter_store.h"
#include "project/user_error.h"

namespace gilcheck::project {

struct InstallRequest {
  ManagedName name;
  std::string source;  ///< a source tree or an archive of one; "": the distribution's package
  bool again = false;  ///< also if it is there
  unsigned jobs = 0;   ///< of make; 0: one per processor
};

/// How far an installation is. Called from the thread that runs it, about ten times a second and at
/// least once per phase.
struct InstallProgress {
  std::string_view phase;          ///< "compiling"
  std::optional<double> fraction;  ///< of the phase, 0 to 1, where that is known
};
using OnInstallProgress = std::function<void(const InstallProgress&)>;

struct InstallResult {
  InstalledInterpreter interpreter;
  bool built = false;  ///< false: it was there
  std::string note;    ///< what it lacks, and how to get that: pytest, modules of the library
};

/// A phase failed. what() says which; the hint where the log is.
class InstallFailed : public UserError {
 public:
  InstallFailed(const std::string& message, const std::string& hint, std::string tail)
      : UserError(message, hint), log_tail(std::move(tail)) {}
  std::string log_tail;  ///< the last lines of the log, indented
};

/// Gets the sources, configures, compiles and installs into a staging directory, adds pip and
/// pytest, starts the result to see that it is what it should be, and renames it into place. Until
/// then nothing is there under its name (with `again`: the old one). An attempt that failed or was
/// interrupted is taken up where it stopped. Waits while another process installs the same.
///
/// Throws UserError (InstallFailed where there is a log), Interrupted. Not while another
/// installation runs in this process.
InstallResult install_interpreter(const InstallRequest& request,
                                  const OnInstallProgress& on_progress);

}  // namespace gilcheck::project
