#pragma once
// compile_commands.json: which flags a build system compiles each file with.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/finding.h"

namespace gilcheck::project {

struct CompileCommand {
  std::string directory;               ///< absolute
  std::vector<std::string> arguments;  ///< filtered, see compiler_flags.h
};

/// Immutable once read; may be asked concurrently.
class CompileDatabase {
 public:
  /// The file `compile_commands.json` in `directory`, its build directories or their children; ""
  /// if there is none.
  static std::string find_in(const std::string& directory);

  /// Reads a database; what is wrong with it becomes diagnostics that name it relative to `root`. A
  /// file that is no database gives an empty one and an error.
  static CompileDatabase read(const std::string& path, const std::string& root,
                              std::vector<Diagnostic>& diagnostics);

  /// The first command for the file, or null.
  const CompileCommand* find(const std::string& absolute) const;
  std::size_t size() const { return commands_.size(); }

 private:
  std::unordered_map<std::string, CompileCommand> commands_;
};

}  // namespace gilcheck::project
