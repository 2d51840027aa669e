// gilcheck check: find code that relies on the GIL.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <optional>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/progress_line.h"
#include "cli/settings_flags.h"
#include "cli/shown_paths.h"
#include "project/option_table.h"
#include "project/paths.h"
#include "project/session.h"
#include "project/setting_values.h"
#include "project/user_error.h"
#include "report/paint.h"
#include "report/phrases.h"
#include "report/report.h"

namespace gilcheck::cli {

namespace {

constexpr const char* kExamples = R"(Examples:
  gilcheck check                           the current directory
  gilcheck check src tests/conftest.py     directories and files
  gilcheck check --assume threaded src     a library: its users may call it from any thread
  gilcheck check --confidence low .        also what may well be harmless
  gilcheck check --select GIL1,GIL203 .    some rules only (`gilcheck rule --all` lists them)
  gilcheck check --output-format sarif --output-file gilcheck.sarif .
  git show HEAD:app.py | gilcheck check - --stdin-filename app.py

A comment silences a finding:  # gilcheck: ignore[GIL101] why it is harmless
Exit status: 0 nothing to report, 1 findings, 2 wrong usage, configuration or input.)";

/// What the arguments say; see the help texts.
struct CheckArguments {
  SettingsFlags flags;
  std::vector<std::string> paths;
  std::string stdin_filename;
  std::string output_format;
  std::string output_file;
  std::string color = "auto";
  bool statistics = false;
  bool exit_zero = false;
  bool show_files = false;
  bool show_settings = false;
  bool quiet = false;
};

void declare(CLI::App& command, CheckArguments& arguments) {
  command.add_option("PATHS", arguments.paths,
                     "Files and directories to check, or - for standard input [.]");
  command
      .add_option("--stdin-filename", arguments.stdin_filename,
                  "Name of the file that standard input holds")
      ->type_name("FILE");
  arguments.flags.declare_selection(command);
  arguments.flags.declare_beliefs(command);
  arguments.flags.declare_files(command);
  arguments.flags.declare_c(command);
  constexpr const char* kOutput = "Output";
  command
      .add_option("--output-format", arguments.output_format,
                  "full, concise, json, sarif or github; also GILCHECK_OUTPUT_FORMAT [full]")
      ->type_name("FORMAT")
      ->group(kOutput);
  command.add_option("-o,--output-file", arguments.output_file, "Write to this file")
      ->type_name("FILE")
      ->group(kOutput);
  command
      .add_flag("--statistics", arguments.statistics,
                "Count findings per rule, and what was covered, instead of listing them")
      ->group(kOutput);
  command.add_option("--color", arguments.color, "auto, always or never [auto]")
      ->type_name("WHEN")
      ->group(kOutput);
  command.add_flag("-q,--quiet", arguments.quiet, "Findings only: no summary, no warnings")
      ->group(kOutput);
  command.add_flag("--exit-zero", arguments.exit_zero, "Exit with 0 even if there are findings")
      ->group(kOutput);
  command
      .add_flag("--show-files", arguments.show_files,
                "List the files that would be checked, and exit")
      ->group(kOutput);
  command
      .add_flag("--show-settings", arguments.show_settings,
                "Print the settings in effect, as TOML, and exit")
      ->group(kOutput);
  arguments.flags.declare_sources(command);
  arguments.flags.declare_execution(command);
}

bool is_text(project::OutputFormat format) {
  return format == project::OutputFormat::full || format == project::OutputFormat::concise;
}

report::Format renderer_of(project::OutputFormat format) {
  using project::OutputFormat;
  switch (format) {
    case OutputFormat::full: return report::Format::full;
    case OutputFormat::concise: return report::Format::concise;
    case OutputFormat::json: return report::Format::json;
    case OutputFormat::sarif: return report::Format::sarif;
    case OutputFormat::github: return report::Format::github;
  }
  return report::Format::full;
}

/// One run of the command.
class Check {
 public:
  explicit Check(const CheckArguments& arguments) : arguments_(arguments) {}

  ExitStatus run() {
    const auto color = color_from(arguments_.color);
    if (!color) {
      throw project::UserError("--color: '" + arguments_.color + "' is no choice",
                               "choose one of auto, always and never");
    }
    color_ = *color;
    const bool standard_input =
        std::find(arguments_.paths.begin(), arguments_.paths.end(), "-") != arguments_.paths.end();
    if (standard_input && arguments_.paths.size() != 1) {
      throw project::UserError("standard input (-) cannot be checked together with other paths",
                               "check them in two runs");
    }
    if (!standard_input && !arguments_.stdin_filename.empty()) {
      throw project::UserError("--stdin-filename: standard input is not checked",
                               "give - as the path: gilcheck check - --stdin-filename " +
                                   project::displayable(arguments_.stdin_filename));
    }
    targets_ = standard_input ? std::vector{stdin_name()} : arguments_.paths;
    if (targets_.empty()) targets_ = {"."};
    project::Settings settings = arguments_.flags.settings_for(targets_);
    settings.output_format = output_format(settings.output_format);
    if (arguments_.show_settings) return show_settings(settings);

    project::Progress progress;
    project::Session session(std::move(settings), &progress);
    if (arguments_.show_files) return show_files(session);
    CheckResult result;
    {
      const ProgressLine line(progress, !arguments_.quiet && is_terminal(Stream::error));
      result = standard_input ? check_standard_input(session) : session.check(targets_);
    }
    return report(session, std::move(result));
  }

 private:
  std::string stdin_name() const {
    return arguments_.stdin_filename.empty() ? "stdin.py" : arguments_.stdin_filename;
  }

  /// Command line over environment over file.
  project::OutputFormat output_format(project::OutputFormat configured) const {
    if (!arguments_.output_format.empty()) {
      return project::parse_output_format("--output-format", arguments_.output_format);
    }
    const char* variable = std::getenv("GILCHECK_OUTPUT_FORMAT");  // NOLINT(concurrency-mt-unsafe)
    if (variable != nullptr && *variable != '\0') {
      return project::parse_output_format("GILCHECK_OUTPUT_FORMAT", variable);
    }
    return configured;
  }

  CheckResult check_standard_input(project::Session& session) const {
    const auto limit = session.settings().max_file_size;
    auto bytes = read_standard_input(limit);
    if (!bytes) {
      throw project::UserError(
          "standard input is larger than max-file-size (" + std::to_string(limit) + " bytes)",
          "raise it with --config 'max-file-size=\"1GB\"'");
    }
    return session.check_bytes(std::move(*bytes), stdin_name());
  }

  ExitStatus show_settings(const project::Settings& settings) const {
    std::string text = "# " +
                       (settings.config_file.empty() ? "no configuration file"
                                                     : project::displayable(settings.config_file)) +
                       "\n# root: " + project::displayable(settings.root) + "\n";
    for (const auto& option : project::options()) {
      text += std::string(option.key) + " = " + project::value_of(settings, option) + "\n";
    }
    write_out(text);
    if (!arguments_.quiet) say_diagnostics(settings.warnings);
    return ExitStatus::clean;
  }

  ExitStatus show_files(project::Session& session) const {
    const auto found = session.discover(targets_);
    std::string text;
    std::vector<project::FoundFile> files = found.files;
    files.insert(files.end(), found.c_files.begin(), found.c_files.end());
    std::sort(files.begin(), files.end(),
              [](const auto& a, const auto& b) { return a.relative < b.relative; });
    for (const auto& file : files) {
      const auto& here = session.settings().working_directory;
      text += project::displayable(project::is_within(file.path, here)
                                       ? project::relative_to(file.path, here)
                                       : file.path) +
              "\n";
    }
    write_out(text);
    return ExitStatus::clean;
  }

  ExitStatus report(const project::Session& session, CheckResult result) const {
    const project::Settings& settings = session.settings();
    const project::RunNotes& notes = session.notes();
    const bool text = is_text(settings.output_format);
    ShownPaths shown(settings.root, settings.working_directory);
    if (text) shown.apply(result);
    const bool found = std::any_of(result.findings.begin(), result.findings.end(),
                                   [](const Finding& finding) { return !finding.suppressed; });

    if (text) {
      // Findings are the output; what is wrong with the input must not be mistaken for one.
      if (!arguments_.quiet) say_diagnostics(result.diagnostics);
      result.diagnostics.clear();
    }
    const bool nothing = result.coverage.files_found == 0 && result.coverage.c.units_found == 0;
    if (nothing && !arguments_.quiet && !notes.named_path_failed) {
      say_warning("no Python files found under the given paths, nor C files",
                  "excluded and ignored files do not count: compare --show-files with "
                  "--no-respect-gitignore --exclude=");
    }

    report::RenderOptions options;
    options.color = use_color(arguments_.output_file.empty() || color_ != ColorChoice::automatic
                                  ? color_
                                  : ColorChoice::never,
                              Stream::out);
    options.width = arguments_.output_file.empty() ? width_of(Stream::out) : kFileWidth;
    options.tool_version = GILCHECK_VERSION;
    options.python_version = std::to_string(settings.python_version.major) + "." +
                             std::to_string(settings.python_version.minor);
    options.source_of = [&](std::string_view path) { return session.source(shown.original(path)); };
    options.shown = settings.confidence;
    options.hidden = notes.hidden;
    options.no_concurrency_in_sight = notes.no_concurrency_in_sight;
    deliver(settings.output_format, result, options);

    if (notes.named_path_failed || every_file_lost(result.coverage)) return ExitStatus::error;
    return found && !arguments_.exit_zero ? ExitStatus::findings : ExitStatus::clean;
  }

  /// There were files, and not one could be analysed: that is no clean bill. Without a libclang C
  /// files are left out on purpose.
  static bool every_file_lost(const Coverage& all) {
    return all.files_analysed == 0 && all.c.units_analysed == 0 && all.c.left_out.empty() &&
           all.files_failed + all.c.units_failed != 0;
  }

  static void say_diagnostics(const std::vector<Diagnostic>& diagnostics) {
    const report::Painter paint(use_color(ColorChoice::automatic, Stream::error));
    std::string text;
    for (const auto& diagnostic : diagnostics) {
      text += report::diagnostic_line(diagnostic, paint) + "\n";
    }
    write_error(text);
  }

  void deliver(project::OutputFormat format, const CheckResult& result,
               const report::RenderOptions& options) const {
    const bool text = is_text(format);
    std::string out;
    if (arguments_.statistics && text) {
      out = report::statistics(result, options);
    } else {
      out = report::render(renderer_of(format), result, options);
      if (text && arguments_.quiet) {
        const std::string summary = report::summary(result, options);
        if (out.ends_with(summary)) out.resize(out.size() - summary.size());
      }
      if (arguments_.statistics) {
        auto plain = options;
        plain.color = use_color(ColorChoice::automatic, Stream::error);
        write_error(report::statistics(result, plain));
      }
    }
    if (arguments_.output_file.empty()) {
      write_out(out);
    } else {
      write_output_file(arguments_.output_file, out);
    }
  }

  static constexpr std::size_t kFileWidth = 100;
  const CheckArguments& arguments_;
  ColorChoice color_ = ColorChoice::automatic;
  std::vector<std::string> targets_;
};

}  // namespace

void add_check_command(CLI::App& app, Action& chosen) {
  auto arguments = std::make_shared<CheckArguments>();
  CLI::App* command = app.add_subcommand("check", "Find code that relies on the GIL");
  command->footer(kExamples);
  declare(*command, *arguments);
  command->callback(
      [&chosen, arguments] { chosen = [arguments] { return Check(*arguments).run(); }; });
}

}  // namespace gilcheck::cli
