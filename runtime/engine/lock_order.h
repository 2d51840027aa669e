#pragma once
// Which locks are waited for while which others are held, as a graph: a cycle in it of several
// threads is a deadlock that some schedule leads to, whether this run came to it or not. Goodlock:
// Havelund, "Using runtime analysis to guide model checking of Java programs", SPIN 2000. As there,
// a cycle counts only if each of its edges is another thread's and no lock is held at two of them
// (a gate lock: who has it is alone in the cycle); and, what Goodlock did not have, if no schedule
// orders two of the edges one after the other (start, join, queues).
//
// Only what can wait for ever is an edge. A try-lock and an acquisition with a limit of time go on
// without the lock; held is what they got all the same.
//
// Knows nothing of Python. Thread contract: any thread, a lock of its own.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/clock.h"
#include "engine/intern.h"

namespace gilcheck::runtime {

struct Thread;

/// An edge of the graph: a thread that holds one lock and waits for another.
struct Waiting {
  LockId holds = 0;
  LockId wants = 0;
  StackId held_at = 0;    ///< where it acquired the one, innermost frame on top
  StackId wanted_at = 0;  ///< where it waits for the other
  LockSetId locks = 0;    ///< all that it holds then
  ThreadSlot slot = 0;
  Step step = 0;
  /// What is ordered before, in every schedule. Shared: it changes more seldom than edges come.
  std::shared_ptr<const VectorClock> before;
  std::uint32_t handed_on = 0;  ///< Thread::handed_on then
  int thread = 0;               ///< Thread::number
  int started_by = 0;
  StackId started_at = 0;
};

/// Each waits for what the next one holds, the last for the first's.
using LockCycle = std::vector<Waiting>;

class LockOrder {
 public:
  /// Longer cycles are not looked for.
  static constexpr std::size_t kLongest = 8;
  /// Edges of one pair of locks that are kept, by thread and locks held; the oldest go first.
  static constexpr std::size_t kMostOfPair = 16;
  /// Pairs of locks that live at one time. Beyond, new ones are missed.
  static constexpr std::size_t kMostPairs = 200'000;

  explicit LockOrder(LockSetTable& lock_sets) : lock_sets_(lock_sets) {}

  /// The thread, which holds `held`, is about to wait for `lock` at `stack`. Returns the cycles
  /// that this closes, the shortest only and not all of many.
  std::vector<LockCycle> wait(const Thread& thread, const HeldLock& held, LockId lock,
                              StackId stack);
  /// The lock is gone, and its number is not used again.
  void died(LockId lock);
  /// A thread released the lock that had not acquired it: it orders threads, and nobody holds it.
  /// True if this is new; what was reported of it is then wrong.
  bool is_signal(LockId lock);
  /// In a forked child: the threads whose edges these are do not exist there.
  void forget();
  /// Pairs of locks, for tests.
  [[nodiscard]] std::size_t pairs();

 private:
  struct Pair {
    LockId wants = 0;
    std::deque<Waiting> edges;
  };
  struct Node {
    std::vector<Pair> out;  ///< what was waited for while the lock was held
    std::vector<LockId> in;
  };

  void remove(LockId lock);
  std::shared_ptr<const VectorClock> clock_of(const Thread& thread);
  bool may_meet(const Waiting& earlier, const Waiting& later);
  using Distances = std::unordered_map<LockId, std::size_t>;
  Distances distances_to(LockId home, int& budget) const;
  void search(LockCycle& path, std::size_t length, const Distances& distances, int& budget,
              std::vector<LockCycle>& found);

  LockSetTable& lock_sets_;
  std::mutex mutex_;
  std::unordered_map<LockId, Node> nodes_;
  std::unordered_set<LockId> signals_;
  std::vector<std::shared_ptr<const VectorClock>> clocks_;  ///< the latest of each thread slot
  std::size_t pairs_ = 0;
};

/// Edges that a thread has recorded, by hash: most are of few pairs, again and again.
class KnownEdges {
 public:
  struct Edge {
    LockId holds = 0;
    LockId wants = 0;
    LockSetId locks = 0;
    std::uint32_t handed_on = 0;  ///< Thread::handed_on then
  };
  /// True if the edge says nothing new: neither is it another one, nor has its thread, since it
  /// was recorded, ordered anything before what other threads do.
  bool knows(const Edge& edge) {
    const std::uint64_t key =
        ((std::uint64_t{edge.holds} << 32U) | edge.wants) * 0x9E3779B97F4A7C15U;
    Edge& known = edges_[key >> (64U - kBits)];
    if (known.holds == edge.holds && known.wants == edge.wants && known.locks == edge.locks &&
        known.handed_on == edge.handed_on) {
      return true;
    }
    known = edge;
    return false;
  }
  void forget() { edges_ = {}; }

 private:
  static constexpr unsigned kBits = 5;
  std::array<Edge, std::size_t{1} << kBits> edges_;
};

}  // namespace gilcheck::runtime
