#pragma once
// The compiler flags of each translation unit: from a compile database, else worked out.

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

/// One thread.
class UnitFlags {
 public:
  UnitFlags(std::string root, CompileDatabase database, PythonHeaders python, Toolchain toolchain);

  bool in_database(const std::string& source) const;
  /// The job for a source; `reached`: what it includes. The headers of Python are those of
  /// `python`, also where a database names older ones: only 3.13 and newer declare what a
  /// free-threaded build compiles.
  clang_plugin::Job job(const FoundFile& file, const Reached& reached);
  /// Whether a Python.h precompiled without the project's include directories means the same: not
  /// after a forced include, nor where another directory holds a Python.h.
  static bool can_share(const clang_plugin::Job& job, const PythonHeaders& python);
  /// The job that precompiles `header` for files that are compiled as `job` is.
  static clang_plugin::Job precompile_job(const clang_plugin::Job& job, const std::string& header);

 private:
  const BuildHints& hints_for(const std::string& directory);
  std::vector<std::string> from_database(const CompileCommand& command) const;
  std::vector<std::string> worked_out(const FoundFile& file, const Reached& reached);

  std::string root_;
  CompileDatabase database_;
  PythonHeaders python_;
  Toolchain toolchain_;
  std::map<std::string, BuildHints> hints_;
};

bool is_cplusplus(std::string_view path);

}  // namespace gilcheck::project
