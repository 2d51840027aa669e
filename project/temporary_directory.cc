#include "project/temporary_directory.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace gilcheck::project {

namespace fs = std::filesystem;

TemporaryDirectory::TemporaryDirectory() {
  std::error_code error;
  // What mkdtemp() replaces.
  std::string pattern = (fs::temp_directory_path(error) / "gilcheck-XXXXXX").string();
  if (!error && ::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace gilcheck::project
