#pragma once
// Which Python.h the C sources are compiled against.

#include <cstdint>
#include <string>
#include <vector>

#include "base/finding.h"

namespace gilcheck::project {

struct PythonHeaders {
  std::vector<std::string> directories;  ///< to search, Python.h's own first; empty: none found
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  bool of_project = false;     ///< the project is Python itself
  std::uint64_t identity = 0;  ///< changes with the place and the version of the headers
  bool found() const { return !directories.empty(); }
  /// Only since 3.13 do the headers know Py_GIL_DISABLED, PyMutex and critical sections.
  bool free_threaded() const { return major > 3 || (major == 3 && minor >= 13); }
};

/// The headers in a directory that holds Python.h; not `found` if it does not.
PythonHeaders python_headers_in(const std::string& directory);

/// Those of `interpreter` (a path or a command name) if it is not empty, whatever their version.
/// Otherwise those of the active virtual environment, of the `python3` on PATH, of the system and
/// of the user's cache (`gilcheck/python-headers/`): the first in this order that is 3.13 or newer,
/// else the newest. May run the interpreter. Throws UserError for an interpreter that does not
/// exist or has no headers.
PythonHeaders find_python_headers(const std::string& interpreter);

/// Directories of installed packages that may bring headers (numpy, pybind11, nanobind): of the
/// interpreter, else of the active virtual environment.
std::vector<std::string> package_directories(const std::string& interpreter);

}  // namespace gilcheck::project
