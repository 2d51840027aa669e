#pragma once
// Which interpreter the runtime uses: what `python` means in `gilcheck run -- python ...`.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "project/interpreters/interpreter_facts.h"

namespace gilcheck::project {

enum class InterpreterOrigin : std::uint8_t {
  named,        ///< --python
  environment,  ///< the active virtual or conda environment
  path,         ///< python3 or python on PATH
  managed,      ///< 3.13t of `gilcheck interpreter install`
};

struct ChosenInterpreter {
  InterpreterFacts facts;
  InterpreterOrigin origin = InterpreterOrigin::named;
  /// Where it was found, for people: "python3 on PATH", "VIRTUAL_ENV", "--python 3.13t".
  std::string where;
  std::string
      command;  ///< what to execute: of an environment its own python, not the one behind it
};

/// A place that was looked at before the chosen one, and why it would not do.
struct PassedOver {
  std::string where;  ///< "python3 on PATH"
  std::string why;    ///< "CPython 3.11.2, older than 3.13"
};

struct InterpreterChoice {
  std::optional<ChosenInterpreter> chosen;
  std::vector<PassedOver> passed_over;
};

/// `named` decides if it is not empty: a path, a command name, or the name of a managed
/// interpreter; throws UserError if that does not exist or is unfit (why_unfit). Otherwise the
/// first that is fit of: the active environment (VIRTUAL_ENV, CONDA_PREFIX), `python3` and `python`
/// on PATH, the managed 3.13t. Starts each that it looks at once. Reads the environment.
InterpreterChoice look_for_interpreter(const std::string& named);

/// The same; throws UserError that says what was looked at and offers to install one if none is
/// fit.
ChosenInterpreter choose_interpreter(const std::string& named);

}  // namespace gilcheck::project
