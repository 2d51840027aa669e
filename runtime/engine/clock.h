#pragma once
// Logical time. Every thread counts its own recorded steps; a vector clock says, for each thread,
// up to which step everything it did is ordered before now. One unit serves all three orders the
// detector keeps (Orders below): FastTrack's epochs (Flanagan and Freund, PLDI 2009) with a finer
// count, so that a value that is read can order just what its writer did before it.
//
// Thread contract: plain values; whoever shares one guards it.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace gilcheck::runtime {

/// Index of a thread in vector clocks. Reused once a thread's end is ordered before the new one's
/// start.
using ThreadSlot = std::uint16_t;
/// A thread's own count of steps; 0 is before its first.
using Step = std::uint64_t;

class VectorClock {
 public:
  [[nodiscard]] Step of(ThreadSlot slot) const { return slot < steps_.size() ? steps_[slot] : 0; }
  void raise(ThreadSlot slot, Step step) {
    if (slot >= steps_.size()) steps_.resize(slot + 1U);
    steps_[slot] = std::max(steps_[slot], step);
  }
  /// Takes the later step of each thread. Returns whether anything changed.
  bool join(const VectorClock& other) {
    if (steps_.size() < other.steps_.size()) steps_.resize(other.steps_.size());
    bool changed = false;
    for (std::size_t i = 0; i < other.steps_.size(); ++i) {
      if (other.steps_[i] <= steps_[i]) continue;
      steps_[i] = other.steps_[i];
      changed = true;
    }
    return changed;
  }
  void clear() { steps_.clear(); }
  bool operator==(const VectorClock&) const = default;

 private:
  std::vector<Step> steps_;
};

/// What is ordered before a point of the program, by three notions of order.
struct Orders {
  /// Explicit synchronisation, mutexes included: release to the next acquisition.
  VectorClock strict;
  /// Without mutexes: what is ordered however threads are scheduled (start, join, queues, events).
  VectorClock hard;
  /// `hard`, and whoever acts on a value comes after its writer. What is ordered only here is a
  /// hand-over by flag.
  VectorClock relaxed;

  void join(const Orders& other) {
    strict.join(other.strict);
    hard.join(other.hard);
    relaxed.join(other.relaxed);
  }
  void join_mutex(const Orders& other) { strict.join(other.strict); }
  void raise(ThreadSlot slot, Step step) {
    strict.raise(slot, step);
    hard.raise(slot, step);
    relaxed.raise(slot, step);
  }
};

}  // namespace gilcheck::runtime
