#pragma once
// Ctrl-C while something long runs that has to be cleaned up after.

#include <exception>

namespace gilcheck::project {

/// Thrown where a step ended because of a signal. Everything that step started has ended by then.
class Interrupted : public std::exception {
 public:
  explicit Interrupted(int number) : signal_(number) {}
  const char* what() const noexcept override { return "interrupted"; }
  /// SIGINT, SIGTERM or SIGHUP. Whoever catches this should, once done, end by the same signal.
  int signal() const { return signal_; }

 private:
  int signal_;
};

/// While it lives, SIGINT, SIGTERM and SIGHUP are noted instead of ending the process. One at a
/// time.
class InterruptionGuard {
 public:
  InterruptionGuard();
  ~InterruptionGuard();
  InterruptionGuard(const InterruptionGuard&) = delete;
  InterruptionGuard& operator=(const InterruptionGuard&) = delete;

  /// The signal that came last, or 0.
  static int noted();
  /// Throws Interrupted if one came.
  static void check();

 private:
  struct Saved;
  Saved* saved_;
};

}  // namespace gilcheck::project
