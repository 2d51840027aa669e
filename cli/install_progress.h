#pragma once
// How an installation shows how far it is.

#include <chrono>
#include <cstddef>
#include <string>

#include "project/interpreters/install.h"

namespace gilcheck::cli {

/// On a terminal one line that is redrawn, elsewhere a line per phase; on standard error. Used by
/// one thread.
class InstallProgressView {
 public:
  explicit InstallProgressView(bool terminal);
  ~InstallProgressView() { clear(); }
  InstallProgressView(const InstallProgressView&) = delete;
  InstallProgressView& operator=(const InstallProgressView&) = delete;

  void show(const project::InstallProgress& progress);
  /// Takes the line away, so that something else can be written.
  void clear();
  /// Since it was made.
  std::chrono::seconds elapsed() const;

 private:
  bool terminal_;
  bool drawn_ = false;
  std::size_t frame_ = 0;
  std::string phase_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point phase_start_;
  std::chrono::steady_clock::time_point last_drawn_;
};

/// "47 s", "2 min 05 s".
std::string duration_text(std::chrono::seconds duration);
/// "compiling: 45 %, 1 min 02 s"; without percentage where there is none.
std::string install_progress_text(const project::InstallProgress& progress,
                                  std::chrono::seconds in_phase);

}  // namespace gilcheck::cli
