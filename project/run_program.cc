#include "project/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "project/paths.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace gilcheck::project {

namespace {

constexpr std::size_t kMostOutput = 64U << 10U;

bool is_executable(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

/// Reads until the end of the stream; false when the time is up or there is too much.
bool read_all(int fd, std::chrono::steady_clock::time_point deadline, std::string& out) {
  std::array<char, 4096> buffer;
  while (out.size() <= kMostOutput) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd ready{fd, POLLIN, 0};
    const int got = ::poll(&ready, 1, static_cast<int>(left.count()));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n == 0;
    out.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return false;
}

}  // namespace

std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): never set here
  return value == nullptr ? std::string() : std::string(value);
}

std::vector<char*> exec_pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const auto& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

std::string user_cache_directory() {
  std::string cache = environment_variable("XDG_CACHE_HOME");
  if (!cache.starts_with('/')) {
    const std::string home = environment_variable("HOME");
    if (!home.starts_with('/')) return {};
    cache = join(home, ".cache");
  }
  return join(cache, "gilcheck");
}

std::string find_on_path(const std::string& name) {
  if (name.find('/') != std::string::npos) return is_executable(name) ? name : std::string();
  const std::string path = environment_variable("PATH");
  std::string_view rest = path;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    const std::string_view directory = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 1));
    // A relative entry would make the outcome depend on where one stands.
    if (!directory.starts_with('/')) continue;
    const std::string candidate = join(directory, name);
    if (is_executable(candidate)) return candidate;
  }
  return {};
}

std::optional<std::string> output_of(const std::vector<std::string>& arguments, int seconds) {
  const std::string program = find_on_path(arguments.at(0));
  if (program.empty()) return std::nullopt;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;

  const std::vector<char*> argv = exec_pointers(arguments);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::string out;
  bool ok = error == 0;
  if (ok) {
    ok = read_all(ends[0], std::chrono::steady_clock::now() + std::chrono::seconds(seconds), out);
    if (!ok) ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    ok = ok && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  ::close(ends[0]);
  if (!ok) return std::nullopt;
  return out;
}

}  // namespace gilcheck::project
