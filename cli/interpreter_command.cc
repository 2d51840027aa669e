// gilcheck interpreter: the interpreters that the runtime uses, and building them.

#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/install_progress.h"
#include "cli/interpreter_doctor.h"
#include "project/interpreters/install.h"
#include "project/interpreters/interpreter_facts.h"
#include "project/interpreters/interpreter_store.h"
#include "project/interpreters/interruption.h"
#include "project/paths.h"
#include "project/user_error.h"

namespace gilcheck::cli {

namespace {

constexpr const char* kExamples = R"(Examples:
  gilcheck interpreter install 3.13t           build the free-threaded interpreter (2 minutes)
  gilcheck interpreter install 3.13t-tsan      with ThreadSanitizer, for extension modules (8 minutes)
  gilcheck interpreter install 3.14t --source Python-3.14.3.tar.xz
  gilcheck interpreter doctor                  what is there, what works, what to do next
  $(gilcheck interpreter path 3.13t) -m pip install mypackage)";

struct InstallArguments {
  std::string name;
  std::string source;
  bool again = false;
  unsigned jobs = 0;
};

/// Ends as the signal would have ended us, so that shells and `make` see what happened.
[[noreturn]] void end_by(int signal) {
  ::signal(signal, SIG_DFL);
  ::raise(signal);
  ::_exit(128 + signal);
}

ExitStatus install(const InstallArguments& arguments) {
  project::InstallRequest request;
  request.name = project::parse_managed_name(arguments.name);
  request.source = arguments.source;
  request.again = arguments.again || !arguments.source.empty();
  request.jobs = arguments.jobs;
  InstallProgressView view(is_terminal(Stream::error));
  try {
    const auto result = project::install_interpreter(
        request, [&](const project::InstallProgress& progress) { view.show(progress); });
    view.clear();
    const auto& there = result.interpreter;
    write_out((result.built ? "Installed " : "Already there: ") + there.name.text() + " (CPython " +
              there.manifest.version + ") at " + project::displayable(there.directory) +
              (result.built ? ", in " + duration_text(view.elapsed()) : std::string()) + "\n");
    if (!result.note.empty()) say_warning(result.note);
    return ExitStatus::clean;
  } catch (const project::Interrupted& interrupted) {
    view.clear();
    say_error("interrupted; nothing was installed",
              "`gilcheck interpreter install " + request.name.text() +
                  "` goes on where it stopped, `gilcheck interpreter remove " +
                  request.name.text() + "` clears what there is of it");
    end_by(interrupted.signal());
  } catch (const project::InstallFailed& failure) {
    view.clear();
    write_error(failure.log_tail);
    throw;
  }
}

ExitStatus list() {
  const auto all = project::installed_interpreters();
  std::string out;
  for (const auto& item : all) {
    std::string name = item.name.text();
    name.resize(std::max<std::size_t>(name.size(), 10), ' ');
    out += name + "  CPython " + item.manifest.version + "  " +
           project::displayable(item.executable) + "\n";
  }
  if (all.empty()) {
    out = "No managed interpreters; `gilcheck interpreter install 3.13t` builds the usual one\n";
  }
  write_out(out);
  return ExitStatus::clean;
}

ExitStatus path(const std::string& word) {
  const auto name = project::parse_managed_name(word);
  const auto there = project::installed_interpreter(name);
  if (!there) {
    throw project::UserError("the interpreter " + name.text() + " is not installed",
                             "`gilcheck interpreter install " + name.text() + "` builds it");
  }
  write_out(there->executable + "\n");
  return ExitStatus::clean;
}

ExitStatus remove(const std::string& word) {
  const auto name = project::parse_managed_name(word);
  project::FileLock lock(project::BuildPlace(name).lock);
  if (!lock.try_lock()) {
    throw project::UserError(name.text() + " is being installed just now",
                             "wait until that has ended, or stop it with Ctrl-C");
  }
  const auto bytes = project::remove_interpreter(name);
  if (!bytes) {
    throw project::UserError("the interpreter " + name.text() + " is not installed",
                             "`gilcheck interpreter list` shows those that are");
  }
  write_out("Removed " + name.text() + " (" + std::to_string(*bytes / 1'000'000) + " MB)\n");
  return ExitStatus::clean;
}

void add_install(CLI::App& parent, Action& chosen) {
  auto arguments = std::make_shared<InstallArguments>();
  CLI::App* command = parent.add_subcommand("install", "Build an interpreter from source");
  command->footer(kExamples);
  command->add_option("NAME", arguments->name, "3.13t, 3.13t-tsan, 3.14t, ...")->required();
  command
      ->add_option("--source", arguments->source,
                   "Build this tree or archive instead of the distribution's source package")
      ->type_name("DIR|TARBALL");
  command->add_flag("--again", arguments->again, "Build it even if it is there");
  command->add_option("-j,--jobs", arguments->jobs, "Processes of make [one per processor]")
      ->type_name("N")
      ->check(CLI::Range(1, 1024).description(""));
  command->callback([&chosen, arguments] { chosen = [arguments] { return install(*arguments); }; });
}

/// A subcommand with one name as its only argument.
void add_named(CLI::App& parent, Action& chosen, const char* verb, const char* description,
               ExitStatus (*action)(const std::string&)) {
  auto name = std::make_shared<std::string>();
  CLI::App* command = parent.add_subcommand(verb, description);
  command->add_option("NAME", *name, "As `gilcheck interpreter list` shows it")->required();
  command->callback([&chosen, name, action] { chosen = [name, action] { return action(*name); }; });
}

}  // namespace

void add_interpreter_command(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("interpreter", "Manage interpreters for the runtime");
  command->footer(kExamples);
  command->callback([&chosen, command] {
    if (!command->get_subcommands().empty()) return;
    chosen = []() -> ExitStatus {
      throw project::UserError(
          "what about interpreters?",
          "choose one of install, list, path, remove and doctor: `gilcheck interpreter doctor`");
    };
  });
  add_install(*command, chosen);
  CLI::App* list_command = command->add_subcommand("list", "List the managed interpreters");
  list_command->callback([&chosen] { chosen = list; });
  add_named(*command, chosen, "path", "Print the executable of a managed interpreter", path);
  add_named(*command, chosen, "remove", "Remove a managed interpreter", remove);
  auto python = std::make_shared<std::string>();
  CLI::App* doctor_command =
      command->add_subcommand("doctor", "Say what is there, what works and what to do next");
  doctor_command
      ->add_option("--python", *python, "Look at this interpreter instead of choosing one")
      ->type_name("PATH|NAME");
  doctor_command->callback(
      [&chosen, python] { chosen = [python] { return diagnose_interpreters(*python); }; });
}

}  // namespace gilcheck::cli
