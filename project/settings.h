#pragma once
// Everything a run can be told, after defaults, configuration file and command line were merged.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/analyzer.h"
#include "base/finding.h"
#include "project/discovery.h"

namespace gilcheck::project {

enum class OutputFormat : std::uint8_t { full, concise, json, sarif, github };

std::string_view to_string(OutputFormat format);
std::string_view to_string(analyzer::Assume assume);

struct PerFileIgnore {
  ExcludePattern files;
  std::vector<std::string> selectors;
};

/// In seconds.
inline constexpr unsigned kLongestUnitTimeout = 86'400;

/// A plain value; see `options()` in option_table.h for the meaning of each field.
struct Settings {
  std::vector<std::string> select = {"ALL"};
  std::vector<std::string> extend_select;
  std::vector<std::string> ignore;
  std::vector<PerFileIgnore> per_file_ignores;
  Confidence confidence = Confidence::medium;
  analyzer::Assume assume = analyzer::Assume::automatic;
  analyzer::PythonVersion python_version;

  std::optional<std::vector<ExcludePattern>> exclude;  ///< nothing: the default names
  std::vector<ExcludePattern> extend_exclude;
  bool respect_gitignore = true;
  bool force_exclude = false;
  std::vector<std::string> src;  ///< absolute directories
  std::uint64_t max_file_size = std::uint64_t{64} << 20U;

  bool c = true;                 ///< the C pass
  std::string python;            ///< whose headers C sources are compiled against; "": chosen
  std::string compile_commands;  ///< absolute file or directory; "": looked for
  std::string libclang;          ///< absolute file or directory; "": looked for
  unsigned unit_timeout = 60;    ///< seconds for one translation unit
  std::string program;  ///< absolute; this program, to be started for workers. "": there are none

  OutputFormat output_format = OutputFormat::full;
  bool cache = true;
  std::string cache_dir;  ///< absolute; empty: chosen by the session
  unsigned jobs = 0;      ///< 0: one per processor

  std::string root;               ///< absolute; paths in the output are relative to it
  std::string working_directory;  ///< absolute
  std::string config_file;        ///< absolute; empty when none was used

  std::vector<Diagnostic> warnings;  ///< what in the configuration can have no effect
};

/// The names that are left out unless `exclude` says otherwise.
const std::vector<std::string>& default_excludes();

/// What discovery needs of the settings.
DiscoveryOptions discovery_options(const Settings& settings);

}  // namespace gilcheck::project
