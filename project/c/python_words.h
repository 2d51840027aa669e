#pragma once
// Precompiled Python.h: when it can stand in for the file's own #include.

#include <string>
#include <unordered_set>
#include <vector>

#include "project/c/source_scan.h"

namespace gilcheck::project {

/// Every identifier in Python's own headers. Read on first use; one thread.
class PythonWords {
 public:
  explicit PythonWords(std::vector<std::string> directories);
  /// Whether a macro of this name, defined or tested before Python.h, could change what it means.
  bool may_matter(const std::string& name);

 private:
  std::vector<std::string> directories_;
  bool read_ = false;
  std::unordered_set<std::string> words_;
};

/// Whether a header precompiled on its own means the same as the file's #include of it.
bool can_precompile(const PythonPreamble& preamble, PythonWords& words);

}  // namespace gilcheck::project
