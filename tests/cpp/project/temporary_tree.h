#pragma once
// A directory of files that lives as long as a test.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace gilcheck::project {

class TemporaryTree {
 public:
  TemporaryTree() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gilcheck-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    root_ = std::filesystem::canonical(pattern);
  }
  ~TemporaryTree() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  TemporaryTree(const TemporaryTree&) = delete;
  TemporaryTree& operator=(const TemporaryTree&) = delete;

  std::string root() const { return root_.string(); }
  std::string path(std::string_view relative) const { return (root_ / relative).string(); }

  void write(std::string_view relative, std::string_view text = "") const {
    const auto file = root_ / relative;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  void directory(std::string_view relative) const {
    std::filesystem::create_directories(root_ / relative);
  }
  void link(std::string_view target, std::string_view relative) const {
    std::filesystem::create_directories((root_ / relative).parent_path());
    std::filesystem::create_symlink(target, root_ / relative);
  }
  /// As if written long ago, so that the file's stamp proves its content.
  void age(std::string_view relative) const {
    std::filesystem::last_write_time(
        root_ / relative, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  }

 private:
  std::filesystem::path root_;
};

}  // namespace gilcheck::project
