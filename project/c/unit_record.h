#pragma once
// What a run wants to know about a translation unit without loading it: kept beside it in the
// cache.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/position.h"
#include "project/c/both_builds.h"
#include "project/content_hash.h"
#include "project/file_facts.h"
#include "project/file_reader.h"

namespace gilcheck::project {

/// A file that was read to make the unit, and its content then.
struct Dependency {
  std::string path;
  FileStamp stamp;
  bool settled = false;
  Hash128 content;
  bool gil_conditional = false;  ///< see has_gil_conditional
};

struct UnitProblem {
  bool missing_header = false;
  std::string text;
  std::string path;  ///< relative
  Span span;
};

struct UnitRecord {
  std::uint32_t lines = 0;
  bool has_python = false;
  std::string generator;
  std::uint32_t errors = 0;              ///< besides missing headers
  std::vector<UnitProblem> problems;     ///< every missing header, and the first error
  std::vector<Dependency> dependencies;  ///< the main file first
  struct File {
    std::string path;  ///< relative
    std::vector<Directive> directives;
  };
  std::vector<File> files;  ///< those that hold directives
  /// The unit's own files have conditionals on Py_GIL_DISABLED: it is worth reading without, too.
  bool gil_conditional = false;
  /// Of a unit read as the build with the GIL: what it and the free-threaded one do not share.
  BuildLines lines_of_builds;
  bool missing_headers() const;
};

std::string write(const UnitRecord& record);
std::optional<UnitRecord> read_unit_record(std::string_view bytes);

}  // namespace gilcheck::project
