#pragma once
// The compiler flags of each translation unit: from a compile database, else worked out.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/finding.h"
#include "clang_plugin/clang_plugin.h"
#include "project/c/build_hints.h"
#include "project/c/compile_database.h"
#include "project/c/include_layout.h"
#include "project/c/python_headers.h"
#include "project/c/toolchain.h"
#include "project/discovery.h"

namespace gilcheck::project {

/// Which headers of Python win where a compile database names its own.
enum class PythonChoice : std::uint8_t {
  found,  ///< those of the database, unless they are older than 3.13
  asked,  ///< those asked for (--python)
};

/// One thread.
class UnitFlags {
 public:
  UnitFlags(std::string root, CompileDatabase database, PythonHeaders python, PythonChoice choice,
            Toolchain toolchain);

  bool in_database(const std::string& source) const;
  /// The job for a source; `reached`: what it includes. The headers of Python are those its compile
  /// database names if they know the free-threaded build (3.13 and newer), else those of `python`.
  clang_plugin::Job job(const FoundFile& file, const Reached& reached);
  /// The same as the build with the GIL.
  static clang_plugin::Job with_gil(clang_plugin::Job job);
  /// The headers of Python that a job finds; not `found` if there are none.
  const PythonHeaders& python_of(const clang_plugin::Job& job);
  /// Whether a Python.h precompiled without the project's include directories means the same: not
  /// after a forced include, nor where another directory holds a Python.h.
  bool can_share(const clang_plugin::Job& job);
  /// Headers of Python that a database names and that were not used, with the number of sources.
  struct Replaced {
    PythonHeaders headers;
    std::size_t sources = 0;
  };
  const std::map<std::string, Replaced>& replaced() const { return replaced_; }
  /// The job that precompiles `header` for files that are compiled as `job` is.
  static clang_plugin::Job precompile_job(const clang_plugin::Job& job, const std::string& header);

 private:
  const BuildHints& hints_for(const std::string& directory);
  std::vector<std::string> from_database(const CompileCommand& command);
  bool must_replace(const PythonHeaders& theirs) const;
  const PythonHeaders& headers_in(const std::string& directory);
  std::vector<std::string> worked_out(const FoundFile& file, const Reached& reached);

  std::string root_;
  CompileDatabase database_;
  PythonHeaders python_;
  PythonChoice choice_;
  Toolchain toolchain_;
  std::map<std::string, BuildHints> hints_;
  std::map<std::string, PythonHeaders> headers_;  // by directory
  std::map<std::string, Replaced> replaced_;      // by directory
};

bool is_cplusplus(std::string_view path);

}  // namespace gilcheck::project
