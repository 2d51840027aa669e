#include "project/interpreters/interruption.h"

#include <array>
#include <atomic>
#include <csignal>

namespace gilcheck::project {

namespace {

constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};
std::atomic<int> last_signal{0};
static_assert(std::atomic<int>::is_always_lock_free);  // or a handler may not write it

void note(int number) {
  last_signal = number;
}

}  // namespace

struct InterruptionGuard::Saved {
  std::array<struct sigaction, kSignals.size()> actions;
};

InterruptionGuard::InterruptionGuard() : saved_(new Saved) {
  last_signal = 0;
  struct sigaction action{};
  action.sa_handler = note;  // no SA_RESTART: waiting calls return
  ::sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &saved_->actions[i]);
    // What was ignored from the start (nohup) stays so.
    if (saved_->actions[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
  }
}

InterruptionGuard::~InterruptionGuard() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], &saved_->actions[i], nullptr);
  }
  delete saved_;
}

int InterruptionGuard::noted() {
  return last_signal;
}

void InterruptionGuard::check() {
  if (const int number = noted(); number != 0) throw Interrupted(number);
}

}  // namespace gilcheck::project
