#pragma once
// A directory of our own for as long as it is needed.

#include <string>

namespace gilcheck::project {

/// Made below TMPDIR and removed, with all that is in it, when the object goes. Thread contract: a
/// plain value.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  /// "" if none could be made.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace gilcheck::project
