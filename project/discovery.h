#pragma once
// Which files a run is about: the paths a person gave, walked, filtered and sorted.

#include <string>
#include <string_view>
#include <vector>

#include "base/finding.h"

namespace gilcheck::project {

/// One exclude pattern (gitignore syntax) and the directory it is relative to.
struct ExcludePattern {
  std::string base;  ///< absolute
  std::string pattern;
};

struct DiscoveryOptions {
  std::string root;               ///< absolute; relative names are relative to it
  std::string working_directory;  ///< absolute; targets are relative to it
  std::vector<ExcludePattern> exclude;
  bool respect_gitignore = true;
  bool force_exclude = false;  ///< exclude patterns apply to the targets themselves too
  bool c_sources = true;       ///< look for C and C++ sources as well
};

struct FoundFile {
  std::string path;      ///< absolute native name
  std::string relative;  ///< to the root, forward slashes, fit for display; unique in one run
  bool named = false;    ///< given on the command line, not found by walking
};

struct Discovery {
  std::vector<FoundFile> files;         ///< Python files, sorted by `relative`
  std::vector<FoundFile> c_files;       ///< C and C++ sources, sorted by `relative`
  std::vector<std::string> headers;     ///< absolute, sorted; empty if there are no `c_files`
  std::vector<Diagnostic> diagnostics;  ///< what could not be entered or is not a Python file
  bool named_file_unreadable = false;   ///< one of the targets exists and cannot be analysed
};

/// Whether the name ends as a C or C++ source does: `.c`, `.cc`, `.cpp`, `.cxx`.
bool is_c_source(std::string_view name);

/// Finds the Python files (`.py`, `.pyw`) and the C and C++ sources below the targets, and all
/// headers below the root for the latter. What is left out, in directories:
///   - names that an exclude pattern matches;
///   - with `respect_gitignore`, what .gitignore, .ignore (wins over .gitignore) and the
///   repository's
///     info/exclude say, from the repository's root down;
///   - directories that hold a `pyvenv.cfg`: virtual environments;
///   - symbolic links to directories, so that no link can make a loop, and links to files that are
///     found under their own name anyway.
/// A file given as target is taken whatever it matches (but see `force_exclude`), if it has one of
/// the endings or a `#!` line that names python. FIFOs, sockets and devices are never opened.
///
/// Throws UserError for a target that does not exist. Reads directories and ignore files; one
/// thread.
Discovery discover(const std::vector<std::string>& targets, const DiscoveryOptions& options);

/// Whether the file would be analysed if found by walking from `root`: `force_exclude` for a file
/// that need not exist (standard input).
bool is_excluded(const std::string& absolute, const DiscoveryOptions& options);

}  // namespace gilcheck::project
