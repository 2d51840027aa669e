#include "cli/program.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <exception>
#include <new>
#include <stdexcept>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/help_format.h"
#include "cli/usage.h"
#include "project/user_error.h"
#include "rules/catalogue.h"
#include "rules/tables.h"

namespace gilcheck::cli {

namespace {

constexpr const char* kDescription =
    "Finds Python code that relies on the GIL: what breaks without it, and what is broken already.";

constexpr const char* kExamples = R"(Examples:
  gilcheck check .                     check a program
  gilcheck check --assume threaded .   check a library
  gilcheck rule GIL101                 explain a rule
  gilcheck config                      list what can be configured
  gilcheck interpreter doctor          is there an interpreter to run tests with?)";

/// `gilcheck help check` is what people type.
void understand_help(std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() != "help") return;
  arguments.erase(arguments.begin());
  arguments.emplace_back("--help");
}

void check_knowledge() {
  std::string defects(rules::catalogue_error());
  defects += rules::load_error();
  if (!defects.empty()) throw std::logic_error("the rules this program was built with: " + defects);
}

ExitStatus parse_and_run(std::vector<std::string> arguments) {
  CLI::App app(kDescription, "gilcheck");
  app.footer(kExamples);
  app.formatter(make_help_format());
  app.set_help_flag("-h,--help", "Print this help");
  app.fallthrough(false);
  Action chosen;
  add_check_command(app, chosen);
  add_rule_command(app, chosen);
  add_config_command(app, chosen);
  add_debug_command(app, chosen);
  add_clean_command(app, chosen);
  add_interpreter_command(app, chosen);
  add_run_command(app, chosen);
  add_sanitizer_command(app, chosen);
  add_version_command(app, chosen);

  understand_help(arguments);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    write_out(app.help());
    return ExitStatus::clean;
  } catch (const CLI::ParseError& error) {
    explain_usage_error(app, error, arguments);
    return ExitStatus::error;
  }
  if (!chosen) {
    say_error("what shall be done?",
              "`gilcheck check .` checks the current directory; "
              "`gilcheck --help` lists the commands");
    return ExitStatus::error;
  }
  check_knowledge();
  return chosen();
}

}  // namespace

ExitStatus run(std::vector<std::string> arguments) {
  if (!arguments.empty()) arguments.erase(arguments.begin());
  try {
    return parse_and_run(std::move(arguments));
  } catch (const project::UserError& error) {
    say_error(error.what(), error.hint());
  } catch (const OutputError& error) {
    if (!error.reader_gone) say_error(error.what());
  } catch (const std::bad_alloc&) {
    say_error("out of memory", "check fewer files at once, or use fewer threads (-j 1)");
  } catch (const std::exception& error) {
    say_error(std::string("internal error: ") + error.what(),
              "this is a defect of gilcheck; `--no-cache -j 1` and single files help to find the "
              "input that causes it");
  } catch (...) {
    say_error("internal error of unknown kind");
  }
  return ExitStatus::error;
}

}  // namespace gilcheck::cli
