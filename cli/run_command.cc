// gilcheck run: a command under the race detector.

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/run_output.h"
#include "cli/sanitizer_commands.h"
#include "project/file_reader.h"
#include "project/interpreters/interpreter_choice.h"
#include "project/paths.h"
#include "project/runtime/instrumented_run.h"
#include "project/runtime/runtime_build.h"
#include "project/runtime/suppression_file.h"
#include "project/user_error.h"
#include "report/race_findings.h"
#include "report/race_report.h"
#include "report/race_suppressions.h"

namespace gilcheck::cli {

namespace {

constexpr const char* kExamples = R"(Examples:
  gilcheck run -- pytest                     the test suite, in the active environment's Python, 3.13 or newer
  gilcheck run --python 3.13t -- pytest -x   in a managed free-threaded interpreter
  gilcheck run -- python -m mypackage        a program
  gilcheck run --output-format json --output-file races.json -- python script.py
  gilcheck run --findings found.json -- pytest   which findings can be seen to happen: of a file that
                                             `gilcheck check --output-format json` wrote
  gilcheck run --tsan -- pytest              races in extension modules (`gilcheck tsan-env --help`)

Races that are accepted have a comment, as findings of `gilcheck check` have (`# gilcheck: ignore[GIL101] why`),
or an entry in a file that --suppressions names:

  [[race]]
  rule = "GIL101"            # these four as needed; patterns with *
  location = "Stats.*"
  function = "Stats.bump"
  path = "src/legacy/"
  reason = "for the log only, an increment lost does no harm"

One run is enough: what is reported could happen in some schedule, whether it did or not. Exit status: that
of the command; 66 if the command passed and something was found.)";

struct RunArguments {
  std::string python;
  std::vector<std::string> include, exclude, suppressions, findings, command;
  RunOutput output;
  bool info = false;
  bool tsan = false;
};

std::vector<std::string> absolute(const std::vector<std::string>& paths) {
  std::vector<std::string> result;
  for (const std::string& path : paths) {
    result.push_back(
        project::real_path(project::absolute_path(path, project::current_directory())));
  }
  return result;
}

ExitStatus run(const RunArguments& arguments) {
  if (arguments.command.empty()) {
    throw project::UserError("no command to run", "as in `gilcheck run -- pytest`");
  }
  if (arguments.tsan) {
    return run_with_sanitizer(arguments.python, arguments.command, arguments.output,
                              arguments.info);
  }
  const RunOutput& output = arguments.output;
  std::vector<project::RaceSuppression> suppressions;
  for (const std::string& file : arguments.suppressions)
    std::ranges::move(project::read_suppression_file(file), std::back_inserter(suppressions));
  std::size_t in_c = 0;
  std::size_t gone = 0;
  project::InstrumentedCommand command;
  for (const std::string& file : arguments.findings) {
    project::StaticFindings read = project::read_static_findings(file);
    std::ranges::move(read.all, std::back_inserter(command.findings));
    in_c += read.in_c;
    gone += read.gone;
  }
  command.words = arguments.command;
  command.interpreter = project::choose_interpreter(arguments.python);
  const project::InterpreterFacts& facts = command.interpreter.facts;
  command.runtime = project::build_runtime(facts, [&] {
                      write_error("compiling the runtime for " + project::described(facts) +
                                  " (once, about a minute)\n");
                    }).directory;
  command.included =
      absolute(arguments.include.empty() ? std::vector<std::string>{"."} : arguments.include);
  command.excluded = absolute(arguments.exclude);
  // What is installed is not under test, also where an environment lies within the project.
  for (auto* paths : {&command.included, &command.excluded}) {
    for (std::string& path : *paths) path += project::is_file(path) ? "" : "/";
  }
  command.excluded.push_back(facts.prefix + "/lib/");
  command.excluded.push_back(facts.base_prefix + "/lib/");

  project::RunResult result = project::run_instrumented(command);
  report::RaceSources sources;
  report::suppress_races(result, sources, suppressions);
  const std::size_t found = result.errors + (output.fail_on == "warn" ? result.warnings : 0);
  const std::string text =
      output.as_text()   ? report::race_text(result, output.color(), arguments.info)
      : output.as_json() ? report::race_json(result, project::described(facts), arguments.command)
                         : as_findings(report::race_findings(result, sources), output, sources);
  hand_out(text, output);
  for (const std::string& trouble : result.troubles)
    say_warning("a process was not instrumented: " + trouble);
  for (const std::string& process : result.cut_short) {
    say_warning("a process crashed or was killed: " + process,
                "what it had found by then is in the report; without the GIL a race can crash the "
                "interpreter");
  }
  for (const std::string& process : result.still_running) {
    say_warning("a process was still running when the command had ended: " + process,
                "what it had found by then is in the report");
  }
  for (const project::RaceSuppression& entry : suppressions) {
    if (entry.used) continue;
    say_warning(entry.place + ": no race is suppressed by this entry",
                "it can go, unless the code it is about was not run");
  }
  if (gone != 0) {
    say_warning(fmt::format("of {} the source is not here or has changed",
                            gone == 1 ? "1 finding" : fmt::format("{} findings", gone)),
                "run `gilcheck check` again");
  }
  if (in_c != 0) {
    write_error(fmt::format("gilcheck: {} in C code, which the race detector does not see\n",
                            in_c == 1 ? "1 finding is" : fmt::format("{} findings are", in_c)));
  }
  const std::string accepted =
      result.suppressed == 0 ? "" : fmt::format("{} suppressed, ", result.suppressed);
  write_error(fmt::format("gilcheck: {} found, {}{} process{} instrumented ({})\n", races(found),
                          accepted, result.processes, result.processes == 1 ? "" : "es",
                          project::described(facts)));
  if (result.processes == 0) {
    say_warning(
        "no Python process was instrumented, so nothing can be said",
        "is the command a Python program run by the chosen interpreter? `python`, `pytest` are");
    if (result.status == 0) return ExitStatus::error;
  }
  return status_of_run(result.status, found, output);
}

}  // namespace

void add_run_command(CLI::App& app, Action& chosen) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = app.add_subcommand("run", "Run a command under the race detector");
  command->footer(kExamples);
  command->add_option(
      "--python", arguments->python,
      "Interpreter that `python` and `pytest` stand for: a path, a command, or the name of a "
      "managed one (`gilcheck interpreter list`)");
  CLI::Option* include = command->add_option(
      "--include", arguments->include,
      "Directory or file under test; may be repeated. Default: the current directory");
  CLI::Option* exclude = command->add_option("--exclude", arguments->exclude,
                                             "Directory or file that is not; may be repeated");
  command->add_option("--output-format", arguments->output.format, "text, json, sarif or github")
      ->check(CLI::IsMember({"text", "json", "sarif", "github"}));
  command->add_option("--output-file", arguments->output.file, "Write the reports there");
  command
      ->add_option("--fail-on", arguments->output.fail_on,
                   "What makes the exit status 66 if the command passed: error, warn or never")
      ->check(CLI::IsMember({"error", "warn", "never"}));
  CLI::Option* suppressions =
      command->add_option("--suppressions", arguments->suppressions,
                          "File with races that are accepted, and why; may be repeated");
  CLI::Option* findings =
      command
          ->add_option(
              "--findings", arguments->findings,
              "What `gilcheck check --output-format json` wrote: these regions are looked at "
              "whatever the bytecode says, and of each it is said how far it came; may be "
              "repeated")
          ->type_name("FILE");
  command->add_flag(
      "--info", arguments->info,
      "Show also what is most likely harmless: values handed over by a flag, equal values");
  command
      ->add_flag("--tsan", arguments->tsan,
                 "Instead, look for races in native code, with ThreadSanitizer: extension modules "
                 "that were built by `gilcheck tsan-env`")
      ->excludes(include)
      ->excludes(exclude)
      ->excludes(suppressions)
      ->excludes(findings);
  command->add_option("command", arguments->command, "The command, after --")->required();
  command->positionals_at_end();
  command->callback([&chosen, arguments] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace gilcheck::cli
