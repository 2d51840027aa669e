#include "cli/settings_flags.h"

#include <CLI/CLI.hpp>

#include "project/configuration.h"
#include "project/paths.h"
#include "project/setting_values.h"

namespace gilcheck::cli {

namespace {

/// `--flag A,B` and `--flag A --flag B`, but never `--flag A B`: B is a path.
void add_list(CLI::App& command, const char* name, std::vector<std::string>& target,
              const char* type, const char* help, const char* group, bool commas = true) {
  auto* option = command.add_option(name, target, help);
  option->type_name(type)->allow_extra_args(false)->group(group);
  if (commas) option->delimiter(',');
}

std::vector<project::ExcludePattern> patterns_in(const std::vector<std::string>& patterns,
                                                 const std::string& base) {
  std::vector<project::ExcludePattern> out;
  for (const auto& pattern : patterns) out.push_back({base, pattern});
  return out;
}

}  // namespace

void SettingsFlags::declare_sources(CLI::App& command) {
  add_list(command, "--config", config, "FILE|KEY=VALUE",
           "Use this configuration file, or set one key: --config 'max-file-size=\"8MB\"'",
           "Configuration", false);
  command.add_flag("--isolated", isolated, "Use no configuration file")->group("Configuration");
  command.add_option("--root", root, "Directory to which paths in the output are relative")
      ->type_name("DIR")
      ->group("Configuration");
}

void SettingsFlags::declare_beliefs(CLI::App& command) {
  command
      .add_option("--assume", assume,
                  "Who calls the code from several threads: auto (what is seen, and owners of "
                  "locks), threaded (anybody; for libraries), single (only threads in sight)")
      ->type_name("WHO")
      ->group("What is believed");
  command
      .add_option("--python-version", python_version,
                  "CPython whose switch points count, for example 3.9 [3.14]")
      ->type_name("X.Y")
      ->group("What is believed");
}

void SettingsFlags::declare_files(CLI::App& command) {
  add_list(command, "--exclude", exclude, "PATTERN",
           "Leave out what matches, instead of the configured or default patterns", "Files");
  add_list(command, "--extend-exclude", extend_exclude, "PATTERN", "Leave out what matches, too",
           "Files");
  command.add_flag("--no-respect-gitignore", no_respect_gitignore, "Look into ignored files, too")
      ->group("Files");
  command.add_flag("--respect-gitignore", respect_gitignore, "Leave out ignored files (default)")
      ->group("Files");
  command
      .add_flag("--force-exclude", force_exclude, "Apply exclude patterns to the PATHS themselves")
      ->group("Files");
}

void SettingsFlags::declare_c(CLI::App& command) {
  constexpr const char* kGroup = "C and C++";
  command.add_flag("--no-c", no_c, "Leave out C and C++ sources")->group(kGroup);
  command
      .add_option(
          "--python", python,
          "Interpreter whose Python.h counts [the newest of the environment's, PATH's, ...]")
      ->type_name("INTERPRETER")
      ->group(kGroup);
  command
      .add_option(
          "--compile-commands", compile_commands,
          "Compile database with the flags of C sources [looked for in the root and build/]")
      ->type_name("FILE|DIR")
      ->group(kGroup);
  command.add_option("--libclang", libclang, "Library that parses C sources [looked for]")
      ->type_name("PATH")
      ->group(kGroup);
  command.add_option("--unit-timeout", unit_timeout, "Most seconds for parsing one C source [60]")
      ->type_name("SECONDS")
      ->check(CLI::Range(1U, project::kLongestUnitTimeout).description(""))
      ->group(kGroup);
}

void SettingsFlags::declare_selection(CLI::App& command) {
  constexpr const char* kGroup = "Rules and findings";
  add_list(command, "--select", select, "RULE",
           "Report these rules only: codes, prefixes, names or ALL", kGroup);
  add_list(command, "--extend-select", extend_select, "RULE", "Report these rules, too", kGroup);
  add_list(command, "--ignore", ignore, "RULE", "Do not report these rules", kGroup);
  command
      .add_option("--confidence", confidence,
                  "Least confidence that is shown: high, medium or low [medium]")
      ->type_name("LEVEL")
      ->group(kGroup);
}

void SettingsFlags::declare_execution(CLI::App& command) {
  constexpr unsigned kMostJobs = 1024;
  command.add_option("-j,--jobs", jobs, "Threads that work; 0 is one per processor [0]")
      ->type_name("N")
      ->check(CLI::Range(0U, kMostJobs).description(""))
      ->group("Execution");
  command.add_flag("--no-cache", no_cache, "Neither read nor write the cache")->group("Execution");
  declare_cache_dir(command);
}

void SettingsFlags::declare_cache_dir(CLI::App& command) {
  command.add_option("--cache-dir", cache_dir, "Where the cache is kept")
      ->type_name("DIR")
      ->group("Execution");
}

project::Settings SettingsFlags::settings_for(const std::vector<std::string>& targets) const {
  project::ConfigurationRequest request;
  request.working_directory = project::current_directory();
  request.targets = targets;
  request.config = config;
  request.isolated = isolated;
  if (!root.empty()) request.root = root;
  project::Settings out = project::load_settings(request);
  const std::string& here = request.working_directory;

  project::check_selectors("--select", select);
  project::check_selectors("--extend-select", extend_select);
  project::check_selectors("--ignore", ignore);
  if (!select.empty()) {
    out.select = select;
    out.extend_select.clear();
    out.ignore.clear();
  }
  out.extend_select.insert(out.extend_select.end(), extend_select.begin(), extend_select.end());
  out.ignore.insert(out.ignore.end(), ignore.begin(), ignore.end());
  if (!confidence.empty()) out.confidence = project::parse_confidence("--confidence", confidence);
  if (!assume.empty()) out.assume = project::parse_assume("--assume", assume);
  if (!python_version.empty()) {
    out.python_version = project::parse_python_version("--python-version", python_version);
  }
  if (!exclude.empty()) out.exclude = patterns_in(exclude, here);
  const auto more = patterns_in(extend_exclude, here);
  out.extend_exclude.insert(out.extend_exclude.end(), more.begin(), more.end());
  if (no_respect_gitignore) out.respect_gitignore = false;
  if (respect_gitignore) out.respect_gitignore = true;
  if (force_exclude) out.force_exclude = true;
  if (no_c) out.c = false;
  if (!python.empty()) {
    out.python =
        python.find('/') == std::string::npos ? python : project::absolute_path(python, here);
  }
  if (!compile_commands.empty()) {
    out.compile_commands = project::absolute_path(compile_commands, here);
  }
  if (!libclang.empty()) out.libclang = project::absolute_path(libclang, here);
  if (unit_timeout) out.unit_timeout = *unit_timeout;
  // The program starts itself for its workers; this name works even after an upgrade replaced it.
  out.program = "/proc/self/exe";
  if (jobs) out.jobs = *jobs;
  if (no_cache) out.cache = false;
  if (!cache_dir.empty()) out.cache_dir = project::absolute_path(cache_dir, here);
  return out;
}

}  // namespace gilcheck::cli
