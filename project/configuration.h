#pragma once
// From a directory to settings: finding and reading `gilcheck.toml` or `[tool.gilcheck]`.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "project/settings.h"

namespace gilcheck::project {

/// What the command line says about where settings come from.
struct ConfigurationRequest {
  std::string working_directory;     ///< absolute
  std::vector<std::string> targets;  ///< as given; empty means the working directory
  std::optional<std::string> root;   ///< --root
  std::vector<std::string> config;   ///< --config: one file and any number of key=value
  bool isolated = false;             ///< look at no file
};

/// The settings before any other flag of the command line is applied. The configuration is that of
/// the closest directory, from the one that holds all targets upwards, with a gilcheck.toml or a
/// pyproject.toml that has [tool.gilcheck]; a gilcheck.toml wins over a pyproject.toml next to it.
/// One file holds for the whole run, since findings are about the whole program.
///
/// The root is the directory of that file, else the root of the repository, else the working
/// directory if it holds all targets, else the deepest directory that does.
///
/// Throws UserError for files that are not TOML, unknown keys and bad values.
Settings load_settings(const ConfigurationRequest& request);

/// Applies one TOML document to the settings. `name` starts the messages; `base` is the directory
/// relative names belong to. With `pyproject`, only [tool.gilcheck] counts; returns whether there
/// was one.
bool apply_toml(Settings& settings, std::string_view text, std::string_view name,
                const std::string& base, bool pyproject);

}  // namespace gilcheck::project
