#include "project/c/parse_workers.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace gilcheck::project {

namespace {

/// Loading reads a hundred megabytes from a disk that may be slow.
constexpr std::chrono::seconds kLoading{60};

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) {
    const char* name = ::sigabbrev_np(WTERMSIG(status));
    return name == nullptr ? "a signal" : "SIG" + std::string(name);
  }
  return "exit status " + std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : 0);
}

}  // namespace

/// One child and the socket to it. Killed when destroyed.
class ParseWorkers::Process {
 public:
  ~Process() { end(); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  static std::unique_ptr<Process> start(const std::string& program, std::string& why) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      why = std::generic_category().message(errno);
      return nullptr;
    }
    std::string name = "gilcheck";
    std::string command(kParseWorkerCommand);
    std::array<char*, 3> argv = {name.data(), command.data(), nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
    pid_t child = 0;
    const int error =
        ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error != 0) {
      ::close(ends[0]);
      why = std::generic_category().message(error);
      return nullptr;
    }
    return std::unique_ptr<Process>(new Process(child, ends[0]));
  }

  Transfer ask(const ParseRequest& request, Deadline deadline, std::optional<ParseReply>& reply) {
    const Transfer sent = send_frame(socket_, write(request), deadline);
    if (sent != Transfer::done) return sent;
    std::string bytes;
    const Transfer got = receive_frame(socket_, bytes, deadline);
    if (got == Transfer::done) reply = read_parse_reply(bytes);
    return got == Transfer::done && !reply ? Transfer::closed : got;
  }

  /// Kills it if it still lives; how it ended.
  std::string end() {
    if (child_ == 0) return {};
    ::close(socket_);
    ::kill(child_, SIGKILL);
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    child_ = 0;
    return how_it_ended(status);
  }
  /// The same for one that has closed its end: its own way to end counts, not ours.
  std::string end_of_dead() {
    int status = 0;
    for (int tries = 0; tries < 100; ++tries) {
      const pid_t got = ::waitpid(child_, &status, WNOHANG);
      if (got == child_) {
        ::close(socket_);
        child_ = 0;
        return how_it_ended(status);
      }
      if (got < 0 && errno != EINTR) break;
      ::usleep(10'000);
    }
    return end();
  }

 private:
  Process(pid_t child, int socket) : child_(child), socket_(socket) {}
  pid_t child_;
  int socket_;
};

ParseWorkers::ParseWorkers(std::string program, std::vector<std::string> libraries,
                           std::uint32_t seconds)
    : program_(std::move(program)), libraries_(std::move(libraries)), seconds_(seconds) {}

ParseWorkers::~ParseWorkers() = default;

std::unique_ptr<ParseWorkers::Process> ParseWorkers::take(std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto out = std::move(idle_.back());
      idle_.pop_back();
      return out;
    }
  }
  if (program_.empty()) {
    why = "this program cannot start workers";
    return nullptr;
  }
  auto out = Process::start(program_, why);
  if (!out) return nullptr;
  ParseRequest request;
  request.question = ParseQuestion::load;
  request.candidates = libraries_;
  std::optional<ParseReply> reply;
  const Transfer got = out->ask(request, std::chrono::steady_clock::now() + kLoading, reply);
  if (reply && reply->ok) return out;
  if (reply) {
    why = reply->text;
  } else if (got == Transfer::late) {
    why = "it takes longer than " + std::to_string(kLoading.count()) + " seconds to load";
  } else {
    why = "loading it ended the worker: " + out->end_of_dead();
  }
  return nullptr;
}

void ParseWorkers::give_back(std::unique_ptr<Process> process) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(process));
}

std::string ParseWorkers::start() {
  std::string why;
  auto process = take(why);
  if (!process) return why.empty() ? "it cannot be loaded" : why;
  give_back(std::move(process));
  return {};
}

ParseResult ParseWorkers::ask(const ParseRequest& request) {
  ParseResult out;
  auto process = take(out.text);
  if (!process) return out;
  std::optional<ParseReply> reply;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds_);
  switch (process->ask(request, deadline, reply)) {
    case Transfer::late: out.outcome = ParseOutcome::late; return out;
    case Transfer::closed:
      out.outcome = ParseOutcome::crashed;
      out.text = process->end_of_dead();
      return out;
    case Transfer::done: break;
  }
  if (!reply) return out;
  out.outcome = reply->ok ? ParseOutcome::parsed : ParseOutcome::refused;
  out.text = std::move(reply->text);
  give_back(std::move(process));
  return out;
}

ParseResult ParseWorkers::lower(const clang_plugin::Job& job) {
  ParseRequest request;
  request.question = ParseQuestion::lower;
  request.job = job;
  return ask(request);
}

std::string ParseWorkers::precompile(const clang_plugin::Job& header, const std::string& output,
                                     std::vector<std::string>& inputs) {
  ParseRequest request;
  request.question = ParseQuestion::precompile;
  request.job = header;
  request.output = output;
  ParseResult result = ask(request);
  if (result.outcome == ParseOutcome::parsed) {
    inputs = split_list(result.text);
    return {};
  }
  return result.text.empty() ? "it takes too long" : result.text;
}

}  // namespace gilcheck::project
