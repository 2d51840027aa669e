#pragma once
// The dotted name under which Python would import a file.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gilcheck::project {

struct ModuleName {
  std::string dotted;
  bool is_package = false;  ///< an `__init__.py`
  std::string origin;       ///< absolute; the directory from which the name counts
};

/// Names modules; remembers what it has asked the file system. One thread.
///
/// A file below a source root is named by its path from there. Source roots are, the deepest first:
/// the `src` setting's directories, every `src` directory next to a pyproject.toml, setup.py or
/// setup.cfg, and the directory of such a file. Elsewhere, a package starts at the topmost
/// directory with an `__init__.py`; directories above it count as namespace packages as long as
/// they hold no module of their own, have a name that could be imported, and lie below the root. A
/// file in no package is named by its path from the root, as far as that could be imported.
class ModuleNamer {
 public:
  /// `root` and `source_roots` are absolute.
  ModuleNamer(std::string root, std::vector<std::string> source_roots);

  ModuleName name(const std::string& absolute_path);

 private:
  struct DirectoryFacts {
    bool has_init = false;
    bool has_modules = false;  ///< any .py file directly inside
    bool is_project = false;   ///< pyproject.toml, setup.py or setup.cfg
  };
  const DirectoryFacts& facts(const std::string& directory);
  /// The directory below which the dotted name starts.
  std::string origin_of(const std::string& directory);

  std::string root_;
  std::vector<std::string> source_roots_;
  std::unordered_map<std::string, DirectoryFacts> facts_;
  std::unordered_map<std::string, std::string> origins_;
};

/// Tells apart what has the same name: where two origins hold modules of one name (two vendored
/// copies of a package, a `main.py` in each of two folders), every module of these origins is named
/// by its path from `root`. Relative imports and imports of neighbours work as before; an absolute
/// import of such a module is left open, for which of them it means cannot be known.
void tell_apart(std::vector<ModuleName>& names, const std::string& root);

bool is_identifier(std::string_view name);

}  // namespace gilcheck::project
