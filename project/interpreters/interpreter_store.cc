#include "project/interpreters/interpreter_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <tuple>

#include "project/file_reader.h"
#include "project/paths.h"
#include "project/run_program.h"
#include "project/user_error.h"

namespace gilcheck::project {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kManifest = "gilcheck-interpreter.json";
constexpr std::uint64_t kLargestManifest = 1U << 20U;

std::uintmax_t size_of(const std::string& path) {
  std::uintmax_t out = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(path, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code ignored;
    if (!it->is_regular_file(ignored) || it->is_symlink(ignored)) continue;
    const auto size = it->file_size(ignored);
    if (!ignored) out += size;
  }
  return out;
}

}  // namespace

std::string interpreters_directory() {
  const std::string cache = user_cache_directory();
  if (cache.empty()) {
    throw UserError("there is no place for interpreters: neither XDG_CACHE_HOME nor HOME is set",
                    "set XDG_CACHE_HOME to a directory with 1 GB of room");
  }
  return absolute_path(join(cache, "interpreters"), "/");
}

std::string write_manifest(const InterpreterManifest& manifest) {
  const Json value = {{"name", manifest.name},
                      {"version", manifest.version},
                      {"source", manifest.source},
                      {"configure", manifest.configure},
                      {"compiler", manifest.compiler}};
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<InterpreterManifest> read_manifest(std::string_view json) {
  const Json value = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!value.is_object()) return std::nullopt;
  try {
    return InterpreterManifest{value.at("name").get<std::string>(),
                               value.at("version").get<std::string>(),
                               value.at("source").get<std::string>(),
                               value.at("configure").get<std::vector<std::string>>(),
                               value.at("compiler").get<std::string>()};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::optional<InstalledInterpreter> installed_interpreter(const ManagedName& name) {
  InstalledInterpreter out;
  out.name = name;
  out.directory = join(interpreters_directory(), name.text());
  out.executable = join(out.directory, "bin/python" + name.version());
  const ReadResult file = read_regular_file(join(out.directory, kManifest), kLargestManifest);
  if (!file.ok() || find_on_path(out.executable).empty()) return std::nullopt;
  auto manifest = read_manifest(file.bytes);
  if (!manifest) return std::nullopt;
  out.manifest = std::move(*manifest);
  return out;
}

std::vector<InstalledInterpreter> installed_interpreters() {
  std::vector<InstalledInterpreter> out;
  std::error_code error;
  for (fs::directory_iterator it(interpreters_directory(), error), end; !error && it != end;
       it.increment(error)) {
    const std::string word = it->path().filename().string();
    if (!looks_like_managed_name(word)) continue;
    try {
      const ManagedName name = parse_managed_name(word);
      if (name.text() != word) continue;
      if (auto found = installed_interpreter(name)) out.push_back(std::move(*found));
    } catch (const UserError&) {
      continue;  // somebody else's
    }
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.name.minor, a.name.text()) < std::tuple(b.name.minor, b.name.text());
  });
  return out;
}

BuildPlace::BuildPlace(const ManagedName& name)
    : root(interpreters_directory()),
      final(join(root, name.text())),
      sources(join(root, ".sources")),
      apt(join(root, ".apt")),
      work(join(root, ".work/" + name.text())),
      tree(join(work, "source")),
      build(join(work, "build")),
      stage(join(work, "stage")),
      log(join(work, "install.log")),
      lock(join(root, ".work/" + name.text() + ".lock")) {}

std::optional<std::uintmax_t> remove_interpreter(const ManagedName& name) {
  const BuildPlace place(name);
  std::optional<std::uintmax_t> bytes;
  for (const auto& directory : {place.final, place.work}) {
    std::error_code error;
    if (!fs::exists(fs::symlink_status(directory, error))) continue;
    bytes = bytes.value_or(0) + size_of(directory);
    // Out of the way at once: a half removed interpreter must not pass for one.
    const std::string trash = place.lock + ".trash";
    fs::remove_all(trash, error);
    fs::rename(directory, trash, error);
    if (!error) fs::remove_all(trash, error);
    if (error) {
      throw UserError("cannot remove '" + displayable(directory) + "': " + error.message());
    }
  }
  return bytes;
}

FileLock::FileLock(const std::string& path) {
  std::error_code error;
  fs::create_directories(std::string(parent_of(path)), error);
  // Inherited on purpose, see the header.
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT, 0666);  // NOLINT(android-cloexec-open)
  if (fd_ < 0) {
    throw UserError("cannot write '" + displayable(path) +
                        "': " + std::generic_category().message(error ? error.value() : errno),
                    "XDG_CACHE_HOME chooses another place");
  }
}

FileLock::~FileLock() {
  ::close(fd_);
}

bool FileLock::try_lock() {
  return ::flock(fd_, LOCK_EX | LOCK_NB) == 0;
}

}  // namespace gilcheck::project
