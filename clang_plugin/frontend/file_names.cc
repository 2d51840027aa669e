#include "clang_plugin/frontend/file_names.h"

#include <filesystem>
#include <system_error>

namespace gilcheck::clang_plugin {

std::string file_named(const std::string& name, const std::string& directory) {
  const std::filesystem::path path = std::filesystem::path(directory) / name;
  std::filesystem::path normal = path.lexically_normal();
  if (("/" + name).find("/../") == std::string::npos) return normal.string();
  std::error_code error;
  if (!std::filesystem::equivalent(path, normal, error) || error) {
    const std::filesystem::path real = std::filesystem::canonical(path, error);
    if (!error) normal = real;
  }
  return normal.string();
}

}  // namespace gilcheck::clang_plugin
