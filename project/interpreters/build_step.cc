#include "project/interpreters/build_step.h"

#include <fcntl.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <deque>
#include <fstream>
#include <system_error>
#include <thread>

#include "project/interpreters/interruption.h"
#include "project/paths.h"
#include "project/run_program.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace gilcheck::project {

namespace {

constexpr auto kTick = std::chrono::milliseconds(100);
/// Between the polite and the firm request to end.
constexpr auto kGrace = std::chrono::seconds(3);

bool steers_the_build(std::string_view variable) {
  constexpr std::array<std::string_view, 9> kNames = {
      "MAKEFLAGS=",   "MFLAGS=", "MAKELEVEL=", "MAKEOVERRIDES=", "GNUMAKEFLAGS=",
      "VIRTUAL_ENV=", "LC_ALL=", "DESTDIR=",   "LANGUAGE="};
  return variable.starts_with("PYTHON") ||
         std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view name) { return variable.starts_with(name); });
}

std::vector<std::string> environment_of(const BuildStep& step) {
  std::vector<std::string> out;
  for (char** at = environ; *at != nullptr; ++at) {
    if (!steers_the_build(*at)) out.emplace_back(*at);
  }
  out.emplace_back("LC_ALL=C");
  for (const auto& [name, value] : step.environment) {
    std::erase_if(out, [&](const std::string& entry) { return entry.starts_with(name + "="); });
    out.push_back(name + "=" + value);
  }
  return out;
}

/// The child's half. Only async-signal-safe calls: other threads may have held locks at the fork.
[[noreturn]] void become(const char* program, const BuildStep& step, int log, char* const* argv,
                         char* const* environment) {
  ::setpgid(0, 0);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action{};
    action.sa_handler = SIG_DFL;
    ::sigaction(number, &action, nullptr);
  }
  const int null = ::open("/dev/null", O_RDONLY);  // NOLINT(android-cloexec-open)
  if (null < 0 || ::dup2(null, 0) < 0 || ::dup2(log, 1) < 0 || ::dup2(log, 2) < 0 ||
      ::chdir(step.directory.c_str()) != 0) {
    ::_exit(126);
  }
  if (null > 2) ::close(null);
  if (step.fixed_layout) ::personality(ADDR_NO_RANDOMIZE);
  ::execve(program, argv, environment);
  ::_exit(127);
}

/// A child that leads a process group; ended with all its descendants unless it has been waited
/// for.
class Group {
 public:
  explicit Group(pid_t leader) : leader_(leader) {}
  ~Group() {
    if (leader_ == 0) return;
    ::kill(-leader_, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + kGrace;
    while (!ended() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(kTick);
    }
    // Also when the leader has gone: a child of it may not have taken the hint.
    ::kill(-group_, SIGKILL);
    while (leader_ != 0 && !ended()) std::this_thread::sleep_for(kTick / 10);
  }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  bool ended() {
    if (leader_ == 0) return true;
    const pid_t got = ::waitpid(leader_, &status_, WNOHANG);
    if (got == 0 || (got < 0 && errno == EINTR)) return false;
    leader_ = 0;
    return true;
  }
  int status() const { return status_; }

 private:
  pid_t leader_;
  pid_t group_ = leader_;
  int status_ = 0;
};

/// The lines that are added to a file.
class Follower {
 public:
  explicit Follower(const std::string& path) : file_(path, std::ios::binary) {
    file_.seekg(0, std::ios::end);
  }
  std::string whole_lines() {
    std::array<char, 16384> buffer;
    file_.clear();
    while (file_.read(buffer.data(), buffer.size()) || file_.gcount() > 0) {
      pending_.append(buffer.data(), static_cast<std::size_t>(file_.gcount()));
    }
    const auto end = pending_.rfind('\n');
    if (end == std::string::npos) return {};
    std::string out = pending_.substr(0, end + 1);
    pending_.erase(0, end + 1);
    return out;
  }

 private:
  std::ifstream file_;
  std::string pending_;
};

std::string outcome(const std::string& program, int status) {
  const std::string name(last_part(program));
  if (WIFSIGNALED(status)) {
    const char* signal = ::sigabbrev_np(WTERMSIG(status));
    return name + " was ended by " + (signal == nullptr ? "a signal" : "SIG" + std::string(signal));
  }
  return name + " ended with exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

void run_step(const BuildStep& step, const std::string& log, const OnOutput& on_output) {
  InterruptionGuard::check();
  const std::string program = find_on_path(step.arguments.at(0));
  if (program.empty()) throw StepFailed(step.arguments[0] + " is not there");
  const int fd = ::open(log.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) {
    throw StepFailed("cannot write " + displayable(log) + ": " +
                     std::generic_category().message(errno));
  }
  std::string heading = "\n==> " + step.phase + ":";
  for (const auto& argument : step.arguments) heading += " " + argument;
  heading += '\n';
  (void)!::write(fd, heading.data(), heading.size());
  Follower follower(log);

  const auto argv = exec_pointers(step.arguments);
  const auto variables = environment_of(step);
  const auto environment = exec_pointers(variables);
  const pid_t child = ::fork();
  if (child == 0) {
    become(program.c_str(), step, fd, argv.data(), environment.data());
  }
  const int error = errno;
  ::close(fd);
  if (child < 0) {
    throw StepFailed("cannot start " + program + ": " + std::generic_category().message(error));
  }
  ::setpgid(child, child);  // in the child too: whoever comes first
  Group group(child);
  while (!group.ended()) {
    InterruptionGuard::check();
    on_output(follower.whole_lines());
    std::this_thread::sleep_for(kTick);
  }
  on_output(follower.whole_lines());
  // What ended because of the signal that we got too is no failure of its own.
  InterruptionGuard::check();
  if (!WIFEXITED(group.status()) || WEXITSTATUS(group.status()) != 0) {
    throw StepFailed(outcome(program, group.status()));
  }
}

std::string last_lines(const std::string& path, std::size_t count) {
  std::ifstream file(path, std::ios::binary);
  std::deque<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) continue;
    lines.push_back(std::move(line));
    if (lines.size() > count) lines.pop_front();
  }
  std::string out;
  for (const auto& line : lines) {
    // Compiler commands are long and say little; bytes that are no text would spoil the terminal.
    constexpr std::size_t kWidest = 160;
    const std::string shown = displayable(line);
    out += "    " + (shown.size() <= kWidest ? shown : shown.substr(0, kWidest) + "...") + "\n";
  }
  return out;
}

}  // namespace gilcheck::project
