#include "cli/install_progress.h"

#include <array>
#include <cstdio>
#include <string_view>

#include "cli/console.h"

namespace gilcheck::cli {

namespace {

constexpr auto kFrame = std::chrono::milliseconds(90);
constexpr std::array<std::string_view, 4> kSpinner = {"-", "\\", "|", "/"};
constexpr std::string_view kClearLine = "\r\x1b[K";

std::chrono::seconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start);
}

}  // namespace

std::string duration_text(std::chrono::seconds duration) {
  const auto seconds = duration.count();
  if (seconds < 60) return std::to_string(seconds) + " s";
  std::array<char, 32> buffer;
  std::snprintf(buffer.data(), buffer.size(), "%lld min %02lld s",
                static_cast<long long>(seconds / 60), static_cast<long long>(seconds % 60));
  return buffer.data();
}

std::string install_progress_text(const project::InstallProgress& progress,
                                  std::chrono::seconds in_phase) {
  std::string out(progress.phase);
  out += ": ";
  if (progress.fraction) {
    out += std::to_string(static_cast<int>(*progress.fraction * 100)) + " %, ";
  }
  return out + duration_text(in_phase);
}

InstallProgressView::InstallProgressView(bool terminal)
    : terminal_(terminal),
      start_(std::chrono::steady_clock::now()),
      phase_start_(start_),
      last_drawn_(start_ - kFrame) {}

void InstallProgressView::show(const project::InstallProgress& progress) {
  const auto now = std::chrono::steady_clock::now();
  const bool fresh = progress.phase != phase_;
  if (fresh) {
    phase_ = progress.phase;
    phase_start_ = now;
  }
  if (!terminal_) {
    if (fresh) write_error(phase_ + " ...\n");
    return;
  }
  if (!fresh && now - last_drawn_ < kFrame) return;
  last_drawn_ = now;
  drawn_ = true;
  write_error(std::string(kClearLine) + std::string(kSpinner[frame_++ % kSpinner.size()]) + " " +
              install_progress_text(progress, since(phase_start_)));
}

void InstallProgressView::clear() {
  if (drawn_) write_error(kClearLine);
  drawn_ = false;
}

std::chrono::seconds InstallProgressView::elapsed() const {
  return since(start_);
}

}  // namespace gilcheck::cli
