#pragma once
// Include directories worked out from where a project keeps its headers.

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "project/c/source_scan.h"

namespace gilcheck::project {

/// Where headers may lie that are not the project's.
struct HeaderPlaces {
  std::vector<std::string> system;    ///< searched by the compiler anyway
  std::vector<std::string> python;    ///< Python's own
  std::vector<std::string> packages;  ///< site-packages, for headers of installed packages
};

/// What one source reaches by including.
struct Reached {
  std::vector<std::string> directories;          ///< -I, in the order they were needed
  std::vector<std::string> package_directories;  ///< -isystem: numpy's, pybind11's, ...
  bool python = false;                           ///< Python.h, directly or not
  std::vector<std::string> sources;              ///< other source files it includes
};

/// One thread.
class IncludeLayout {
 public:
  /// `headers`: every header file of the project, absolute.
  IncludeLayout(const std::vector<std::string>& headers, HeaderPlaces places);

  /// Follows the includes of a source: names are looked for beside the includer, then among the
  /// project's headers (the one whose directory is closest to the includer), then in installed
  /// packages. `scan` is the source's own.
  Reached follow(const std::string& source, const SourceScan& scan);

 private:
  const SourceScan& scan_of(const std::string& header);
  /// The directory to search so that `name` finds a header of the project; "" if none has it.
  std::string directory_with(std::string_view name, const std::string& includer) const;
  bool elsewhere(const std::string& name);
  std::string package_with(const std::string& name);

  HeaderPlaces places_;
  std::unordered_map<std::string, std::vector<std::string>> by_name_;  ///< last part -> paths
  std::unordered_set<std::string> headers_;
  std::unordered_map<std::string, SourceScan> scans_;
  std::unordered_map<std::string, bool> elsewhere_;
  std::unordered_map<std::string, std::string> packages_;
};

}  // namespace gilcheck::project
