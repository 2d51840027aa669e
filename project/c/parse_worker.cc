#include "project/c/parse_worker.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <memory>
#include <new>
#include <string>

#include "clang_plugin/clang_plugin.h"
#include "project/c/parse_protocol.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GILCHECK_ADDRESS_SANITIZER 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define GILCHECK_ADDRESS_SANITIZER 1
#endif

namespace gilcheck::project {

namespace {

/// Parsing and lowering recurse over the nesting of the source. Only touched pages cost memory.
constexpr std::size_t kStackSize = std::size_t{256} << 20U;
/// Far more than any translation unit takes; below what would bring a machine to its knees.
constexpr rlim_t kAddressSpace = rlim_t{12} << 30U;

void limit_resources() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
#ifndef GILCHECK_ADDRESS_SANITIZER
  rlimit space{};
  if (::getrlimit(RLIMIT_AS, &space) == 0 &&
      (space.rlim_cur == RLIM_INFINITY || space.rlim_cur > kAddressSpace)) {
    space.rlim_cur = kAddressSpace;
    ::setrlimit(RLIMIT_AS, &space);
  }
#endif
}

class Worker {
 public:
  explicit Worker(int socket) : socket_(socket) {}

  void run() {
    std::string bytes;
    while (receive_frame(socket_, bytes, std::nullopt) == Transfer::done) {
      const auto request = read_parse_request(bytes);
      if (!request) return;
      ParseReply reply;
      try {
        reply = answer(*request);
      } catch (const std::bad_alloc&) {
        ::_exit(3);
      } catch (const std::exception& error) {
        reply = {false, error.what()};
      }
      if (send_frame(socket_, write(reply), std::nullopt) != Transfer::done) return;
    }
  }

 private:
  ParseReply answer(const ParseRequest& request) {
    ParseReply out;
    if (request.question == ParseQuestion::load) {
      frontend_ = clang_plugin::Frontend::load(request.candidates, out.text);
      out.ok = frontend_ != nullptr;
      if (out.ok) out.text = frontend_->version();
      return out;
    }
    if (frontend_ == nullptr) return {false, "libclang is not loaded"};
    if (request.question == ParseQuestion::precompile) {
      std::vector<std::string> inputs;
      out.ok = frontend_->precompile(request.job, request.output, inputs, out.text);
      if (out.ok) out.text = join_list(inputs);
      return out;
    }
    const auto unit = frontend_->lower(request.job, out.text);
    out.ok = unit != nullptr;
    if (out.ok) out.text = clang_plugin::serialize(*unit);
    return out;
  }

  int socket_;
  std::unique_ptr<clang_plugin::Frontend> frontend_;
};

void* run_on_large_stack(void* worker) {
  static_cast<Worker*>(worker)->run();
  // Without destructors: libclang's own have nothing to add.
  ::_exit(0);
}

/// Returns when the other side has closed the socket, also while a unit is being parsed: a worker
/// must not outlive its session.
void wait_for_the_end(int socket) {
  while (true) {
    pollfd watched{socket, POLLRDHUP, 0};
    if (::poll(&watched, 1, -1) < 0 && errno != EINTR) return;
    if ((watched.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0) return;
  }
}

}  // namespace

int run_parse_worker() {
  int type = 0;
  socklen_t size = sizeof type;
  if (::getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &size) != 0) return 2;
  // What libclang prints must not reach the person, nor the protocol.
  const int socket = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (socket < 0 || nowhere < 0) return 2;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, fd);
  limit_resources();
  // A crash shall end this process rather than leave it in an unknown state, and parsing shall use
  // the stack that is made for it below.
  ::setenv("LIBCLANG_DISABLE_CRASH_RECOVERY", "1", 1);  // NOLINT(concurrency-mt-unsafe): one thread
  ::setenv("LIBCLANG_NOTHREADS", "1", 1);               // NOLINT(concurrency-mt-unsafe)
  Worker worker(socket);
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, kStackSize);
  pthread_t thread{};
  if (::pthread_create(&thread, &attributes, run_on_large_stack, &worker) != 0) return 2;
  wait_for_the_end(socket);
  ::_exit(0);
}

}  // namespace gilcheck::project
