#pragma once
// The flags that change settings, shared by the commands that read a project.

#include <optional>
#include <string>
#include <vector>

#include "project/settings.h"

namespace CLI {
class App;
}

namespace gilcheck::cli {

/// Filled in while arguments are parsed; lives as long as the application.
struct SettingsFlags {
  // Where settings come from.
  std::vector<std::string> config;
  bool isolated = false;
  std::string root;

  // What is believed.
  std::string assume;
  std::string python_version;

  // Which files.
  std::vector<std::string> exclude;
  std::vector<std::string> extend_exclude;
  bool no_respect_gitignore = false;
  bool respect_gitignore = false;
  bool force_exclude = false;

  // How C sources are compiled.
  bool no_c = false;
  std::string python;
  std::string compile_commands;
  std::string libclang;
  std::optional<unsigned> unit_timeout;

  // Which findings.
  std::vector<std::string> select;
  std::vector<std::string> extend_select;
  std::vector<std::string> ignore;
  std::string confidence;

  // How it runs.
  std::optional<unsigned> jobs;
  bool no_cache = false;
  std::string cache_dir;

  void declare_sources(CLI::App& command);
  void declare_beliefs(CLI::App& command);
  void declare_files(CLI::App& command);
  void declare_c(CLI::App& command);
  void declare_selection(CLI::App& command);
  void declare_execution(CLI::App& command);
  void declare_cache_dir(CLI::App& command);

  /// Defaults, configuration file, `--config key=value`, then these flags. Throws UserError.
  project::Settings settings_for(const std::vector<std::string>& targets) const;
};

}  // namespace gilcheck::cli
