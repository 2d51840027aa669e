#pragma once
// One line on a terminal that says how far a long run is.

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "project/progress.h"

namespace gilcheck::cli {

/// While it lives, and not before a second has passed, redraws a line on standard error; removes it
/// when destroyed. Does nothing when `enabled` is false. `progress` must outlive it.
class ProgressLine {
 public:
  ProgressLine(const project::Progress& progress, bool enabled);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void run();

  const project::Progress& progress_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

/// What the line says, without the spinner: "reading 812 of 1805 files".
std::string progress_text(const project::Progress& progress);

}  // namespace gilcheck::cli
