#include "project/c/python_headers.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "project/content_hash.h"
#include "project/file_reader.h"
#include "project/paths.h"
#include "project/run_program.h"
#include "project/user_error.h"

namespace gilcheck::project {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestHeader = 4U << 20U;
constexpr int kInterpreterSeconds = 10;

/// The number after `#define NAME`, or 0.
std::uint32_t defined_number(std::string_view text, std::string_view name) {
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto line = text.rfind('\n', at) + 1;
    const auto before = text.substr(line, at - line);
    if (!before.starts_with("#") || before.find("define") == std::string_view::npos) continue;
    auto rest = text.substr(at + name.size());
    const auto start = rest.find_first_not_of(" \t");
    if (start == std::string_view::npos || start == 0) continue;
    rest.remove_prefix(start);
    std::uint32_t number = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), number);
    return number;
  }
  return 0;
}

std::vector<std::string> children(const std::string& directory, std::string_view prefix = {}) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (it->path().filename().string().starts_with(prefix)) out.push_back(it->path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool newer(const PythonHeaders& a, const PythonHeaders& b) {
  return std::pair(a.major, a.minor) > std::pair(b.major, b.minor);
}

/// `include/python3.13` and the like below an installation's prefix; the newest, unless `name` (the
/// interpreter's, "python3.11") decides.
PythonHeaders headers_below(const std::string& prefix, std::string_view name) {
  PythonHeaders best;
  for (const auto& directory : children(join(prefix, "include"), "python3")) {
    PythonHeaders found = python_headers_in(directory);
    if (!found.found()) continue;
    if (last_part(directory) == name) return found;
    if (!best.found() || newer(found, best)) best = std::move(found);
  }
  // A name such as python3.11 speaks for itself: other versions' headers are not its own.
  return name.starts_with("python3.") ? PythonHeaders() : best;
}

/// The prefix of the installation a virtual environment was made from, or "".
std::string base_of_environment(const std::string& environment) {
  const ReadResult file = read_regular_file(join(environment, "pyvenv.cfg"), kLargestHeader);
  if (!file.ok()) return {};
  std::string_view rest = file.bytes;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 1));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || !line.starts_with("home")) continue;
    line.remove_prefix(equals + 1);
    const auto first = line.find_first_not_of(" \t");
    const auto last = line.find_last_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return std::string(parent_of(absolute_path(line.substr(first, last - first + 1), "/")));
  }
  return {};
}

/// What the interpreter itself says.
PythonHeaders headers_it_names(const std::string& interpreter) {
  const auto said = output_of({interpreter, "-I", "-c",
                               "import sysconfig as s\n"
                               "print(s.get_path('include'))\nprint(s.get_path('platinclude'))\n"},
                              kInterpreterSeconds);
  if (!said) return {};
  const auto end = said->find('\n');
  PythonHeaders out = python_headers_in(said->substr(0, end));
  if (!out.found() || end == std::string::npos) return out;
  std::string platform = said->substr(end + 1);
  while (!platform.empty() && (platform.back() == '\n' || platform.back() == '\r')) {
    platform.pop_back();
  }
  if (platform.starts_with('/') && platform != out.directories[0]) {
    out.directories.push_back(std::move(platform));
  }
  return out;
}

PythonHeaders headers_of(const std::string& interpreter) {
  const std::string real = real_path(interpreter);
  const std::string bin(parent_of(interpreter));
  std::vector<std::string> prefixes;
  const std::string environment_base = base_of_environment(std::string(parent_of(bin)));
  if (!environment_base.empty()) prefixes.push_back(environment_base);
  prefixes.emplace_back(parent_of(parent_of(real)));
  for (const auto& prefix : prefixes) {
    if (PythonHeaders found = headers_below(prefix, last_part(real)); found.found()) return found;
  }
  return headers_it_names(interpreter);
}

/// Directories that hold Python.h, at most three levels deep.
void collect(const std::string& directory, int depth, std::vector<PythonHeaders>& out) {
  if (PythonHeaders here = python_headers_in(directory); here.found()) {
    out.push_back(std::move(here));
    return;
  }
  if (depth == 0) return;
  for (const auto& child : children(directory)) {
    std::error_code ignored;
    if (fs::is_directory(child, ignored)) collect(child, depth - 1, out);
  }
}

}  // namespace

PythonHeaders python_headers_in(const std::string& directory) {
  PythonHeaders out;
  const std::string patchlevel = join(directory, "patchlevel.h");
  if (!is_file(join(directory, "Python.h"))) return out;
  const ReadResult file = read_regular_file(patchlevel, kLargestHeader);
  if (!file.ok()) return out;
  out.major = defined_number(file.bytes, "PY_MAJOR_VERSION");
  out.minor = defined_number(file.bytes, "PY_MINOR_VERSION");
  if (out.major != 3) return PythonHeaders();
  out.directories.push_back(directory);
  HashStream identity;
  identity.add(directory).add(file.bytes);
  // A source tree has its headers in Include/ and, once configured, pyconfig.h beside it.
  for (const auto& place : {directory, std::string(parent_of(directory))}) {
    const ReadResult configuration = read_regular_file(join(place, "pyconfig.h"), kLargestHeader);
    if (!configuration.ok()) continue;
    if (place != directory) out.directories.push_back(place);
    identity.add(configuration.bytes);
    break;
  }
  out.identity = identity.finish().low;
  return out;
}

PythonHeaders find_python_headers(const std::string& interpreter) {
  if (!interpreter.empty()) {
    std::error_code ignored;
    // A directory of headers, or an installation, will do as well.
    if (fs::is_directory(interpreter, ignored)) {
      PythonHeaders found = python_headers_in(interpreter);
      if (!found.found()) found = headers_below(interpreter, "");
      if (found.found()) return found;
      throw UserError("--python: '" + displayable(interpreter) + "' holds no Python.h",
                      "give an interpreter, or the directory of its headers");
    }
    const std::string path = find_on_path(interpreter);
    if (path.empty()) {
      throw UserError("--python: there is no interpreter '" + displayable(interpreter) + "'",
                      "give the path of an interpreter, or a command such as python3.13");
    }
    PythonHeaders found = headers_of(path);
    if (!found.found()) {
      throw UserError("--python: '" + displayable(interpreter) + "' comes without Python.h",
                      "install its headers (Debian: python3-dev), or choose another interpreter");
    }
    return found;
  }
  std::vector<PythonHeaders> candidates;
  const auto consider = [&](PythonHeaders found) {
    const bool good = found.found() && found.free_threaded();
    if (found.found()) candidates.push_back(std::move(found));
    return good;
  };
  if (const std::string environment = environment_variable("VIRTUAL_ENV");
      environment.starts_with('/')) {
    const std::string python = find_on_path(join(environment, "bin/python3"));
    if (!python.empty() && consider(headers_of(python))) return candidates.back();
  }
  if (const std::string python = find_on_path("python3"); !python.empty()) {
    if (consider(headers_of(python))) return candidates.back();
  }
  std::vector<PythonHeaders> more;
  for (const std::string_view prefix : {"/usr/local", "/usr"}) {
    if (PythonHeaders found = headers_below(std::string(prefix), ""); found.found()) {
      more.push_back(std::move(found));
    }
  }
  const std::string cache = user_cache_directory();
  if (!cache.empty()) collect(join(cache, "python-headers"), 4, more);
  std::stable_sort(more.begin(), more.end(), newer);
  for (auto& found : more) consider(std::move(found));
  const auto best = std::find_if(candidates.begin(), candidates.end(),
                                 [](const auto& found) { return found.free_threaded(); });
  if (best != candidates.end()) return *best;
  return candidates.empty()
             ? PythonHeaders()
             : *std::max_element(candidates.begin(), candidates.end(),
                                 [](const auto& a, const auto& b) { return newer(b, a); });
}

std::vector<std::string> package_directories(const std::string& interpreter) {
  std::vector<std::string> prefixes;
  if (!interpreter.empty()) {
    const std::string path = find_on_path(interpreter);
    if (!path.empty()) {
      prefixes.emplace_back(parent_of(parent_of(path)));
      prefixes.emplace_back(parent_of(parent_of(real_path(path))));
    }
  } else if (std::string environment = environment_variable("VIRTUAL_ENV");
             environment.starts_with('/')) {
    prefixes.push_back(std::move(environment));
  }
  std::vector<std::string> out;
  for (const auto& prefix : prefixes) {
    for (const auto& library : children(join(prefix, "lib"), "python3")) {
      std::string packages = join(library, "site-packages");
      std::error_code ignored;
      if (fs::is_directory(packages, ignored) &&
          std::find(out.begin(), out.end(), packages) == out.end()) {
        out.push_back(std::move(packages));
      }
    }
  }
  return out;
}

}  // namespace gilcheck::project
