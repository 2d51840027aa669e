#include "project/c/toolchain.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "project/file_reader.h"
#include "project/paths.h"
#include "project/run_program.h"
#include "project/user_error.h"

namespace gilcheck::project {

namespace {

namespace fs = std::filesystem;

constexpr int kCompilerSeconds = 5;

std::vector<std::string> children(const std::string& directory, std::string_view prefix) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (it->path().filename().string().starts_with(prefix)) out.push_back(it->path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// Shared libraries named libclang, not libclang-cpp, in a directory.
std::vector<std::string> libraries_in(const std::string& directory) {
  std::vector<std::string> out;
  for (const auto& path : children(directory, "libclang")) {
    const std::string_view name = last_part(path);
    const bool shared = name.find(".so") != std::string_view::npos || name.ends_with(".dylib");
    if (shared && !name.starts_with("libclang-cpp") && is_file(path)) out.push_back(path);
  }
  return out;
}

/// Where `pip install libclang` puts it below a prefix.
void add_packaged(const std::string& prefix, std::vector<std::string>& out) {
  for (const auto& library : children(join(prefix, "lib"), "python3")) {
    for (auto& path : libraries_in(join(library, "site-packages/clang/native"))) {
      out.push_back(std::move(path));
    }
  }
}

std::vector<std::string> default_candidates() {
  std::vector<std::string> out;
  for (const std::string_view name :
       {"/usr/lib/llvm-19/lib/libclang-19.so.1", "/usr/lib/llvm-19/lib/libclang.so.1"}) {
    if (is_file(std::string(name))) out.emplace_back(name);
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) add_packaged(std::string(parent_of(parent_of(program.string()))), out);
  if (const std::string at = environment_variable("VIRTUAL_ENV"); at.starts_with('/'))
    add_packaged(at, out);
  if (const std::string home = environment_variable("HOME"); home.starts_with('/')) {
    add_packaged(join(home, ".local"), out);
  }
  for (const std::string_view version : {"18", "20", "21", "17"}) {
    const std::string base = "/usr/lib/llvm-" + std::string(version) + "/lib";
    for (const auto& path : libraries_in(base)) {
      out.push_back(path);
      break;
    }
  }
  // Wherever else the loader looks.
  for (const char* name : {"libclang-19.so.19", "libclang-19.so.1", "libclang.so.19",
                           "libclang-18.so.18", "libclang-18.so.1", "libclang.so.18"}) {
    out.emplace_back(name);
  }
  return out;
}

/// `lib/clang/19` that belongs to a library in `lib/`, or of any LLVM of the system.
std::string resource_directory(const std::string& library) {
  std::vector<std::string> bases;
  if (library.starts_with('/')) bases.push_back(join(parent_of(real_path(library)), "clang"));
  for (const std::string_view version : {"19", "18", "20", "17", "16", "15", "14"}) {
    bases.push_back("/usr/lib/llvm-" + std::string(version) + "/lib/clang");
  }
  for (const auto& base : bases) {
    auto versions = children(base, "");
    std::reverse(versions.begin(), versions.end());
    for (const auto& directory : versions) {
      if (is_file(join(directory, "include/stddef.h"))) return directory;
    }
  }
  return {};
}

std::string compiler_headers() {
  for (const char* compiler : {"cc", "gcc", "clang"}) {
    auto said = output_of({compiler, "-print-file-name=include"}, kCompilerSeconds);
    if (!said) continue;
    while (!said->empty() && (said->back() == '\n' || said->back() == '\r')) said->pop_back();
    if (said->starts_with('/') && is_file(join(*said, "stddef.h"))) return *said;
  }
  return {};
}

}  // namespace

Toolchain find_toolchain(const std::string& chosen) {
  Toolchain out;
  if (!chosen.empty()) {
    out.named = true;
    std::error_code ignored;
    if (fs::is_directory(chosen, ignored)) {
      out.candidates = libraries_in(chosen);
    } else if (is_file(chosen)) {
      out.candidates.push_back(chosen);
    }
    if (out.candidates.empty()) {
      throw UserError("--libclang: there is no library '" + displayable(chosen) + "'",
                      "give the path of libclang.so, or of the directory it lies in");
    }
  } else {
    out.candidates = default_candidates();
  }
  // The first that is a file is the one that will be loaded, unless it is broken.
  std::string library;
  for (const auto& candidate : out.candidates) {
    if (library.empty() && candidate.starts_with('/')) library = candidate;
    out.identity += candidate;
    if (const StampResult stamp = stamp_of(candidate); stamp.ok()) {
      out.identity +=
          ':' + std::to_string(stamp.stamp.size) + ':' + std::to_string(stamp.stamp.mtime_ns);
    }
    out.identity += '\n';
  }
  if (const std::string directory = resource_directory(library); !directory.empty()) {
    out.arguments = {"-resource-dir=" + directory};
    out.system_directories.push_back(join(directory, "include"));
  } else if (const std::string headers = compiler_headers(); !headers.empty()) {
    out.arguments = {"-isystem" + headers};
    out.system_directories.push_back(headers);
  }
  out.system_directories.emplace_back("/usr/local/include");
  out.system_directories.emplace_back("/usr/include");
  for (const auto& directory : children("/usr/include", "")) {
    if (last_part(directory).ends_with("-linux-gnu")) out.system_directories.push_back(directory);
  }
  return out;
}

}  // namespace gilcheck::project
