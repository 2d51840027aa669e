#include "cli/progress_line.h"

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "cli/console.h"

namespace gilcheck::cli {

namespace {

constexpr auto kPatience = std::chrono::seconds(1);
constexpr auto kFrame = std::chrono::milliseconds(100);
constexpr std::array<std::string_view, 4> kSpinner = {"-", "\\", "|", "/"};
constexpr std::string_view kClearLine = "\r\x1b[K";

}  // namespace

std::string progress_text(const project::Progress& progress) {
  using project::Phase;
  switch (progress.phase.load()) {
    case Phase::starting: return "starting";
    case Phase::finding_files: return "looking for files";
    case Phase::reading:
      return "reading " + std::to_string(progress.files_done.load()) + " of " +
             std::to_string(progress.files_total.load()) + " files";
    case Phase::linking:
      return "analysing " + std::to_string(progress.files_total.load()) + " files";
    case Phase::finishing: return "finishing";
  }
  return "";
}

ProgressLine::ProgressLine(const project::Progress& progress, bool enabled) : progress_(progress) {
  if (enabled) thread_ = std::thread([this] { run(); });
}

ProgressLine::~ProgressLine() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void ProgressLine::run() {
  std::unique_lock lock(mutex_);
  const auto stopped = [this] { return stop_; };
  if (wake_.wait_for(lock, kPatience, stopped)) return;
  for (std::size_t frame = 0;; ++frame) {
    write_error(std::string(kClearLine) + std::string(kSpinner[frame % kSpinner.size()]) + " " +
                progress_text(progress_));
    if (wake_.wait_for(lock, kFrame, stopped)) break;
  }
  write_error(kClearLine);
}

}  // namespace gilcheck::cli
