#include "project/interpreters/build_needs.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "project/paths.h"
#include "project/run_program.h"

namespace gilcheck::project {

namespace {

namespace fs = std::filesystem;

constexpr int kCompilerSeconds = 20;

struct Library {
  const char* name;
  const char* header;
  const char* package;
  const char* without;
  bool essential;
};

/// What the library's modules need (CPython 3.13, configure.ac: PY_STDLIB_MOD). Not here: what
/// CPython carries itself (expat, libmpdec) and what no test suite needs (tkinter, dbm).
constexpr std::array<Library, 8> kLibraries = {{
    {"zlib", "zlib.h", "zlib1g-dev", "no zlib, and so no pip", true},
    {"OpenSSL", "openssl/ssl.h", "libssl-dev", "no ssl, and so no packages over https", false},
    {"libffi", "ffi.h", "libffi-dev", "no ctypes", false},
    {"SQLite", "sqlite3.h", "libsqlite3-dev", "no sqlite3", false},
    {"bzip2", "bzlib.h", "libbz2-dev", "no bz2", false},
    {"liblzma", "lzma.h", "liblzma-dev", "no lzma", false},
    {"readline", "readline/readline.h", "libreadline-dev", "no line editing", false},
    {"libuuid", "uuid/uuid.h", "uuid-dev", "uuid falls back to slower code", false},
}};

bool has_header(const std::string& compiler, const std::string& header) {
  // readline's headers use FILE without including <stdio.h>.
  return output_of({compiler, "-E", "-x", "c", "-include", "stdio.h", "-include", header, "-o",
                    "/dev/null", "/dev/null"},
                   kCompilerSeconds)
      .has_value();
}

bool has_sanitizer_runtime(const std::string& compiler) {
  const auto said = output_of({compiler, "-print-resource-dir"}, kCompilerSeconds);
  if (!said) return false;
  // lib/linux/libclang_rt.tsan-x86_64.a or lib/x86_64-unknown-linux-gnu/libclang_rt.tsan.a
  const std::string directory = join(said->substr(0, said->find('\n')), "lib");
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().filename().string().starts_with("libclang_rt.tsan")) return true;
  }
  return false;
}

}  // namespace

std::string build_compiler(const ManagedName& name) {
  if (!name.thread_sanitizer) {
    // CC may hold a launcher or flags; those are configure's business.
    const std::string chosen = environment_variable("CC");
    const std::string program = chosen.substr(0, chosen.find(' '));
    if (!program.empty()) return find_on_path(program).empty() ? "" : program;
    for (const char* candidate : {"cc", "gcc", "clang"}) {
      if (!find_on_path(candidate).empty()) return candidate;
    }
    return {};
  }
  for (const char* candidate : {"clang-19", "clang-20", "clang-21", "clang-18", "clang"}) {
    if (!find_on_path(candidate).empty()) return candidate;
  }
  return {};
}

std::vector<BuildNeed> build_needs(const ManagedName& name) {
  std::vector<BuildNeed> out;
  const std::string compiler = build_compiler(name);
  if (name.thread_sanitizer) {
    out.push_back({"clang", !compiler.empty(), true, find_on_path(compiler), "clang-19"});
    const bool there = !compiler.empty() && has_sanitizer_runtime(compiler);
    out.push_back({"ThreadSanitizer", there, true, there ? "clang's runtime" : "no runtime library",
                   "libclang-rt-19-dev"});
  } else {
    out.push_back({"C compiler", !compiler.empty(), true, find_on_path(compiler), "gcc"});
  }
  for (const auto& [program, package] :
       {std::pair("make", "make"), std::pair("tar", "tar"), std::pair("xz", "xz-utils")}) {
    const std::string path = find_on_path(program);
    out.push_back({program, !path.empty(), true, path, package});
  }
  if (compiler.empty()) return out;
  if (!has_header(compiler, "stdlib.h")) {
    out.push_back({"C library", false, true, "no headers", "libc6-dev"});
    return out;
  }
  for (const auto& library : kLibraries) {
    const bool there = has_header(compiler, library.header);
    out.push_back({library.name, there, library.essential,
                   there ? "headers there" : library.without, library.package});
  }
  return out;
}

std::uintmax_t room_for_build(const ManagedName& name) {
  // Measured with 3.13.15: sources 0.2 GB, build and installed copy 0.5 GB, 0.9 GB with clang's
  // instrumentation.
  return (name.thread_sanitizer ? 1500ULL : 1000ULL) * 1000 * 1000;
}

std::uintmax_t free_room(const std::string& directory) {
  std::string at = directory;
  std::error_code error;
  while (!fs::exists(at, error) && at != "/") at = parent_of(at);
  const auto space = fs::space(at, error);
  return error ? 0 : space.available;
}

std::string how_to_get(const std::vector<BuildNeed>& needs, bool essential_only) {
  std::string packages;
  for (const auto& need : needs) {
    if (!need.there && (need.essential || !essential_only)) packages += " " + need.package;
  }
  if (packages.empty()) return {};
  return std::string(::geteuid() == 0 ? "" : "sudo ") + "apt-get install" + packages;
}

}  // namespace gilcheck::project
