#pragma once
// The C pass as its callers see it: a source file to its unit (per file, in worker processes), then
// units to findings (whole program). No JSON, no protocol; files are read by libclang only.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/external_state.h"
#include "base/finding.h"
#include "base/source_text.h"
#include "clang_plugin/unit.h"

namespace gilcheck::clang_plugin {

/// One file to compile, as a compile database or the session's own inference gives it.
struct Job {
  std::string path;                    ///< absolute
  std::string relative;                ///< as findings carry it
  std::string root;                    ///< absolute; files below it are the project's
  std::string directory;               ///< working directory of the command, absolute
  std::vector<std::string> arguments;  ///< compiler flags, without compiler, -c, -o and the file
  std::string pch;                     ///< a precompiled header to include, or ""
};

/// libclang, loaded at run time. Thread contract: const members may be called concurrently.
class Frontend {
 public:
  /// Loads the first of `candidates` (paths or sonames) that works; null, and why, otherwise.
  static std::unique_ptr<Frontend> load(std::span<const std::string> candidates, std::string& why);
  ~Frontend();
  /// As the library states it: "Debian clang version 19.1.7".
  std::string version() const;
  /// Parses and lowers. Never throws on input; problems stand in the unit. Null, and why, only if
  /// libclang gave no tree at all.
  std::unique_ptr<Unit> lower(const Job& job, std::string& why) const;
  /// Precompiles a header file for `lower`; false, and why, if that failed. `inputs`: absolute
  /// paths of the files it was made of, which the units that use it do not name themselves.
  bool precompile(const Job& header, const std::string& output, std::vector<std::string>& inputs,
                  std::string& why) const;

 private:
  struct Impl;
  explicit Frontend(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Flat bytes for the cache and for the pipe between worker and session, and back. `deserialize`
/// checks every index and range and returns null for bytes that are truncated, foreign or corrupt.
std::string serialize(const Unit& unit);
std::unique_ptr<Unit> deserialize(std::string_view bytes);
/// Changes whenever units written by an older program must not be read.
std::uint64_t unit_format_version();

using ParallelFor =
    std::function<void(std::size_t count, const std::function<void(std::size_t)>& body)>;
/// Text of a file by the relative path findings carry. May be called concurrently.
using SourceByPath = std::function<const SourceText&(std::string_view path)>;

struct CoverageC {
  std::uint64_t units = 0;           ///< translation units seen
  std::uint64_t units_complete = 0;  ///< without missing headers or errors
  std::uint64_t functions = 0;       ///< defined in the project
  std::uint64_t entry_points = 0;    ///< functions Python can call
  std::uint64_t globals = 0;         ///< static and global variables
};

struct Analysis {
  std::vector<Finding> findings;  ///< every confidence; no suppression applied, no selection made
  /// What Python's calls reach of the state in `findings`.
  std::vector<ExternalState> external_state;
  CoverageC coverage;
};

/// All later phases over the units of a project, sorted by path. The result does not depend on the
/// order in which `parallel` runs things.
Analysis analyze(std::span<const Unit* const> units, const ParallelFor& parallel,
                 const SourceByPath& source_of);

/// Intermediate forms for `gilcheck debug`, as stable, readable text: every static and global with
/// its class; the map from C functions to Python names.
std::string debug_globals(std::span<const Unit* const> units);
std::string debug_exports(std::span<const Unit* const> units);

}  // namespace gilcheck::clang_plugin
