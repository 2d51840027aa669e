// gilcheck debug: print an intermediate form.

#include <CLI/CLI.hpp>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analyzer.h"
#include "clang_plugin/clang_plugin.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/settings_flags.h"
#include "project/session.h"
#include "project/user_error.h"
#include "report/paint.h"
#include "report/phrases.h"

namespace gilcheck::cli {

namespace {

constexpr const char* kExamples = R"(Examples:
  gilcheck debug syntax stats.py        the syntax tree
  gilcheck debug summary stats.py       what is kept of one file: accesses, regions, locks, calls
  gilcheck debug callgraph src          who calls whom, across files
  gilcheck debug threads src            thread roots, and what they reach
  gilcheck debug locks src              which lock guards which location
  gilcheck debug unit spam.c            control-flow graphs, types and tables of a C file
  gilcheck debug exports src            which C function has which name in Python
  gilcheck debug globals src            every static and global of the C files, with its class)";

struct Form {
  const char* name;
  const char* description;
  bool per_file;
  bool of_c = false;
};

constexpr std::array<Form, 8> kForms = {{
    {"syntax", "The syntax tree of each file", true},
    {"summary", "The summary of each file, as later phases see it", true},
    {"callgraph", "The linked program: calls and their targets", false},
    {"threads", "Thread roots and what runs in parallel", false},
    {"locks", "Locks and the locations they guard", false},
    {"unit", "Control-flow graphs, types and tables of each C or C++ file", true, true},
    {"exports", "C functions and the names Python knows them by", false, true},
    {"globals", "Statics and globals of C and C++ files, with their class", false, true},
}};

struct DebugArguments {
  SettingsFlags flags;
  std::vector<std::string> paths;
};

std::string print_files(const project::Session& session, std::string_view form) {
  const auto modules = session.modules();
  std::string out;
  for (std::size_t i = 0; i < modules.size(); ++i) {
    if (modules.size() > 1) out += (i == 0 ? "== " : "\n== ") + modules[i]->path + "\n";
    const SourceText& source = session.source_of_module(i);
    out += form == "syntax" ? analyzer::debug_syntax(source)
                            : analyzer::debug_summary(*modules[i], source);
    if (!out.ends_with('\n')) out += '\n';
  }
  return out;
}

std::string print_program(const project::Session& session, std::string_view form) {
  const auto modules = session.modules();
  analyzer::AnalysisOptions options;
  options.assume = session.settings().assume;
  options.python_version = session.settings().python_version;
  const auto source_of = [&](std::size_t i) -> const SourceText& {
    return session.source_of_module(i);
  };
  if (form == "callgraph") return analyzer::debug_callgraph(modules, options, source_of);
  if (form == "threads") return analyzer::debug_threads(modules, options, source_of);
  return analyzer::debug_locks(modules, options, source_of);
}

std::string print_c(const project::Session& session, std::string_view form) {
  const auto units = session.c_units();
  if (form == "exports") return clang_plugin::debug_exports(units);
  if (form == "globals") return clang_plugin::debug_globals(units);
  std::string out;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units.size() > 1) out += (i == 0 ? "== " : "\n== ") + units[i]->path + "\n";
    out += clang_plugin::debug_unit(*units[i]);
    if (!out.ends_with('\n')) out += '\n';
  }
  return out;
}

ExitStatus run(const Form& form, const DebugArguments& arguments) {
  project::Session session(arguments.flags.settings_for(arguments.paths));
  if (form.of_c) {
    session.load_c(arguments.paths);
  } else {
    session.load(arguments.paths);
  }
  const report::Painter paint(use_color(ColorChoice::automatic, Stream::error));
  for (const auto& diagnostic : session.diagnostics()) {
    write_error(report::diagnostic_line(diagnostic, paint) + "\n");
  }
  if (form.of_c) {
    write_out(print_c(session, form.name));
    return session.notes().named_path_failed ? ExitStatus::error : ExitStatus::clean;
  }
  if (session.modules().empty()) {
    if (!session.notes().named_path_failed) say_warning("no Python files found");
    return session.notes().named_path_failed ? ExitStatus::error : ExitStatus::clean;
  }
  write_out(form.per_file ? print_files(session, form.name) : print_program(session, form.name));
  return session.notes().named_path_failed ? ExitStatus::error : ExitStatus::clean;
}

}  // namespace

void add_debug_command(CLI::App& app, Action& chosen) {
  CLI::App* debug = app.add_subcommand("debug", "Print an intermediate form of the analysis");
  debug->footer(kExamples);
  debug->callback([&chosen, debug] {
    if (!debug->get_subcommands().empty()) return;
    chosen = []() -> ExitStatus {
      throw project::UserError("which form?",
                               "choose one of syntax, summary, callgraph, threads, locks, unit, "
                               "exports and globals: `gilcheck debug summary FILE`");
    };
  });
  for (const auto& form : kForms) {
    auto arguments = std::make_shared<DebugArguments>();
    CLI::App* command = debug->add_subcommand(form.name, form.description);
    command->add_option("PATHS", arguments->paths, "Files and directories")->required();
    arguments->flags.declare_beliefs(*command);
    arguments->flags.declare_files(*command);
    if (form.of_c) arguments->flags.declare_c(*command);
    arguments->flags.declare_sources(*command);
    arguments->flags.declare_execution(*command);
    command->callback([&chosen, &form, arguments] {
      chosen = [&form, arguments] { return run(form, *arguments); };
    });
  }
}

}  // namespace gilcheck::cli
