#include "project/runtime/command.h"

#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <thread>

#include "project/paths.h"
#include "project/run_program.h"
#include "project/user_error.h"

namespace gilcheck::project {

namespace {

/// While it lives, what a terminal sends on Ctrl-C and the like ends the command, not us.
class SignalsLeftToCommand {
 public:
  SignalsLeftToCommand()
      : interrupt_(::signal(SIGINT, SIG_IGN)), quit_(::signal(SIGQUIT, SIG_IGN)) {}
  ~SignalsLeftToCommand() {
    ::signal(SIGINT, interrupt_);
    ::signal(SIGQUIT, quit_);
  }
  SignalsLeftToCommand(const SignalsLeftToCommand&) = delete;
  SignalsLeftToCommand& operator=(const SignalsLeftToCommand&) = delete;

 private:
  void (*interrupt_)(int);
  void (*quit_)(int);
};

/// Waits for what the command left running, as far as it became our child: multiprocessing's
/// resource tracker for one ends a moment after the program it serves, and has its report to write.
/// Servers that stay have to be left.
void await_descendants() {
  constexpr std::chrono::seconds kPatience(3);
  constexpr std::chrono::milliseconds kPause(5);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    const pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
    if (ended > 0 || (ended < 0 && errno == EINTR)) continue;
    if (ended < 0 || std::chrono::steady_clock::now() > end) return;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

std::vector<std::string> with_interpreter(std::vector<std::string> words,
                                          const std::string& interpreter) {
  const std::string first = words.front();
  if (first == "python" || first == "python3") {
    words.front() = interpreter;
  } else if (first == "pytest" || first == "py.test") {
    words.front() = interpreter;
    words.insert(words.begin() + 1, {"-m", "pytest"});
  } else if (first == "pip" || first == "pip3") {
    words.front() = interpreter;
    words.insert(words.begin() + 1, {"-m", "pip"});
  }
  return words;
}

int run_to_end(const std::vector<std::string>& words, const std::vector<std::string>& variables) {
  const auto arguments = exec_pointers(words);
  const auto surroundings = exec_pointers(variables);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t defaults;
  ::sigemptyset(&defaults);
  ::sigaddset(&defaults, SIGINT);
  ::sigaddset(&defaults, SIGQUIT);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const SignalsLeftToCommand ignored;
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // for await_descendants()
  pid_t process = 0;
  const int failed = ::posix_spawnp(&process, words.front().c_str(), nullptr, &attributes,
                                    arguments.data(), surroundings.data());
  ::posix_spawnattr_destroy(&attributes);
  if (failed != 0) {
    throw UserError("cannot start " + displayable(words.front()) + ": " +
                        std::generic_category().message(failed),
                    "after `--` comes the command to run, as in `gilcheck run -- pytest`");
  }
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  await_descendants();
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace gilcheck::project
