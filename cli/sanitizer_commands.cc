// gilcheck run --tsan: a command under ThreadSanitizer. gilcheck tsan-env: what to build extension
// modules with for it.

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/sanitizer_commands.h"
#include "project/sanitizer/sanitizer_run.h"
#include "report/sanitizer_report_text.h"

namespace gilcheck::cli {

namespace {

constexpr const char* kExamples = R"TEXT(Examples:
  gilcheck interpreter install 3.13t-tsan      once: the interpreter with ThreadSanitizer
  gilcheck tsan-env pip install .              build the extension module with it
  gilcheck run --tsan -- pytest                run its tests, and see which memory threads race for
  eval "$(gilcheck tsan-env)"; cmake -B build  the variables for the rest of a shell

The command gets CC, CXX, their flags, LDFLAGS and PATH, so that `python` and `pip` are the interpreter's.
Packages that the build depends on are as they come: ThreadSanitizer does not see into them.)TEXT";

std::string shell_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

ExitStatus build(const std::string& python, const std::vector<std::string>& words) {
  const auto interpreter = project::choose_sanitized_interpreter(python);
  if (!words.empty())
    return static_cast<ExitStatus>(project::run_sanitized_build(words, interpreter));
  std::string out;
  for (const auto& [name, value] : project::sanitizer_build_variables(interpreter))
    out += "export " + name + "=" + shell_quoted(value) + "\n";
  write_out(out);
  return ExitStatus::clean;
}

}  // namespace

ExitStatus run_with_sanitizer(const std::string& python, const std::vector<std::string>& command,
                              const RunOutput& output, bool information) {
  const auto interpreter = project::choose_sanitized_interpreter(python);
  const project::SanitizedRun run = project::run_sanitized(command, interpreter);
  const auto found = static_cast<std::size_t>(std::ranges::count(
      run.reports, project::CodeOwner::extension, &project::SanitizerReport::owner));
  report::RaceSources sources;
  hand_out(output.as_text() ? report::sanitizer_text(run, output.color(), information)
           : output.as_json()
               ? report::sanitizer_json(run, project::described(interpreter.facts), command)
               : as_findings(report::sanitizer_findings(run), output, sources),
           output);
  const std::size_t elsewhere = run.reports.size() - found;
  write_error(fmt::format(
      "gilcheck: {} found in extension modules{}, {} process{} under ThreadSanitizer ({})\n",
      races(found),
      elsewhere == 0 ? ""
                     : fmt::format(", {} in the interpreter or system libraries (--info shows {})",
                                   elsewhere, elsewhere == 1 ? "it" : "them"),
      run.processes, run.processes == 1 ? "" : "es", project::described(interpreter.facts)));
  if (run.processes == 0) {
    say_warning(
        "no Python process ran under ThreadSanitizer to its end, so little can be said",
        "is the command a Python program run by the chosen interpreter? `python`, `pytest` are");
    if (run.status == 0) return ExitStatus::error;
  }
  return status_of_run(run.status, found, output);
}

void add_sanitizer_command(CLI::App& app, Action& chosen) {
  auto python = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("tsan-env", "Build extension modules for `gilcheck run --tsan`");
  command->footer(kExamples);
  command
      ->add_option("--python", *python,
                   "Interpreter with ThreadSanitizer; the managed 3.13t-tsan if not given")
      ->type_name("PATH|NAME");
  command->prefix_command();  // the rest is the build command, with its own options
  command->callback([&chosen, python, command] {
    std::vector<std::string> words = command->remaining();
    if (!words.empty() && words.front() == "--") words.erase(words.begin());
    chosen = [python, words] { return build(*python, words); };
  });
}

}  // namespace gilcheck::cli
