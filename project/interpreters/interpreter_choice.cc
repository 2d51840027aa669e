#include "project/interpreters/interpreter_choice.h"

#include <algorithm>
#include <cstdlib>

#include "project/interpreters/interpreter_store.h"
#include "project/interpreters/managed_name.h"
#include "project/paths.h"
#include "project/run_program.h"
#include "project/user_error.h"

namespace gilcheck::project {

namespace {

std::string install_hint(const ManagedName& name) {
  return "`gilcheck interpreter install " + name.text() + "` builds it from source (about " +
         (name.thread_sanitizer ? "8" : "2") + " minutes on 2 cores)";
}

/// The command to start for --python.
std::string command_named(const std::string& named) {
  if (looks_like_managed_name(named)) {
    const ManagedName name = parse_managed_name(named);
    const auto there = installed_interpreter(name);
    if (!there) {
      throw UserError("the interpreter " + name.text() + " is not installed", install_hint(name));
    }
    return there->executable;
  }
  const std::string command = find_on_path(named);
  if (command.empty()) {
    throw UserError("there is no interpreter '" + displayable(named) + "'",
                    "--python wants a path, a command on PATH or the name of a managed interpreter "
                    "(`gilcheck interpreter list`)");
  }
  return absolute_path(command, current_directory());
}

ChosenInterpreter named_interpreter(const std::string& named) {
  const std::string command = command_named(named);
  auto facts = ask_interpreter(command);
  if (!facts) {
    throw UserError("'" + displayable(named) + "' does not start as a Python interpreter",
                    "`" + displayable(command) + " -I -c pass` shows why");
  }
  if (const std::string why = why_unfit(*facts); !why.empty()) {
    throw UserError("'" + displayable(named) + "' is " + described(*facts) + ": " + why,
                    "the runtime needs CPython 3.13 or newer, free-threaded or not; " +
                        install_hint(kDefaultInterpreter));
  }
  return {std::move(*facts), InterpreterOrigin::named, "--python " + displayable(named), command};
}

struct Candidate {
  std::string where;
  std::string command;
  InterpreterOrigin origin;
};

std::vector<Candidate> candidates() {
  std::vector<Candidate> out;
  for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    const std::string environment = environment_variable(name);
    if (!environment.starts_with('/')) continue;
    const std::string command = join(environment, "bin/python");
    if (!find_on_path(command).empty()) {
      out.push_back({name, command, InterpreterOrigin::environment});
    }
  }
  for (const char* name : {"python3", "python"}) {
    const std::string command = find_on_path(name);
    const bool seen = std::any_of(out.begin(), out.end(),
                                  [&](const Candidate& other) { return other.command == command; });
    if (!command.empty() && !seen) {
      out.push_back({std::string(name) + " on PATH", command, InterpreterOrigin::path});
    }
  }
  if (const auto managed = installed_interpreter(kDefaultInterpreter)) {
    out.push_back(
        {"managed " + kDefaultInterpreter.text(), managed->executable, InterpreterOrigin::managed});
  }
  return out;
}

}  // namespace

InterpreterChoice look_for_interpreter(const std::string& named) {
  InterpreterChoice out;
  if (!named.empty()) {
    out.chosen = named_interpreter(named);
    return out;
  }
  for (auto& candidate : candidates()) {
    auto facts = ask_interpreter(candidate.command);
    if (!facts) {
      out.passed_over.push_back({std::move(candidate.where), "does not start"});
      continue;
    }
    if (const std::string why = why_unfit(*facts); !why.empty()) {
      out.passed_over.push_back({std::move(candidate.where), described(*facts) + ", " + why});
      continue;
    }
    out.chosen = ChosenInterpreter{std::move(*facts), candidate.origin, std::move(candidate.where),
                                   std::move(candidate.command)};
    return out;
  }
  return out;
}

ChosenInterpreter choose_interpreter(const std::string& named) {
  InterpreterChoice choice = look_for_interpreter(named);
  if (choice.chosen) return std::move(*choice.chosen);
  std::string looked;
  for (const auto& place : choice.passed_over) {
    looked += (looked.empty() ? "" : "; ") + place.where + " is " + place.why;
  }
  throw UserError("there is no CPython 3.13 or newer to run with" +
                      (looked.empty() ? std::string() : " (" + looked + ")"),
                  install_hint(kDefaultInterpreter) +
                      "; --python PATH names one that you have, free-threaded or not");
}

}  // namespace gilcheck::project
