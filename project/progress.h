#pragma once
// How far a run has come, for whoever wants to show it.

#include <atomic>
#include <cstdint>

namespace gilcheck::project {

enum class Phase : std::uint8_t { starting, finding_files, reading, linking, finishing };

/// Written by the session, read by any thread at any time. The numbers are for display: they need
/// not be consistent with each other.
struct Progress {
  std::atomic<Phase> phase{Phase::starting};
  std::atomic<std::uint64_t> files_total{0};
  std::atomic<std::uint64_t> files_done{0};
};

}  // namespace gilcheck::project
