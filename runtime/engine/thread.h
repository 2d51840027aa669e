#pragma once
// A thread as the detector knows it: its orders, the locks it holds, and what the functions it is
// in have read so far.
//
// Thread contract: a Thread belongs to the thread it stands for; only `mutex` guards what others
// read.

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "engine/access.h"
#include "engine/lock_order.h"

namespace gilcheck::runtime {

/// What one function activation has read at one place that can open a region.
struct Opening {
  ObjectId object = 0;  ///< 0: nothing yet
  SlotId slot = 0;
  SiteId site = 0;
  LockSetId locks = 0;
  std::uint32_t serial = 0;  ///< the thread's acquisitions before
  std::uint32_t calls = 0;   ///< Thread::calls then
  std::uint32_t writes = 0;  ///< of the location by then
  std::uint64_t moment = 0;  ///< orders the openings of one thread
  std::uint8_t note = 0;     ///< the caller's: what the location is
  bool torn = false;         ///< `other` is a write that may as well come after this read
  bool relaxed = false;      ///< `other` is ordered before this read by a value handed over
  Entry other;
};

/// An access that may belong together with a later one of the same call.
struct PairEnd {
  std::uint64_t activation = 0;  ///< its id
  ObjectId object = 0;
  SlotId slot = 0;
  SiteId site = 0;
  std::uint32_t serial = 0;  ///< the thread's acquisitions before
  std::uint32_t group = 0;   ///< of a write: AccessSite::group
};

/// A new object that a call stored where others find it.
struct Publication {
  ObjectId object = 0;
  SiteId site = 0;
  std::uint64_t activation = 0;
  std::uint64_t moment = 0;
};

/// Calls made before, by hash: most are made again and again.
class KnownCalls {
 public:
  struct Call {
    StackId caller = 0;
    SiteId site = 0;
    StackId stack = 0;  ///< 0: none
  };
  [[nodiscard]] Call& place(StackId caller, SiteId site) {
    const std::uint64_t key = ((std::uint64_t{caller} << 32U) | site) * 0x9E3779B97F4A7C15U;
    return calls_[key >> (64U - kBits)];
  }

 private:
  static constexpr unsigned kBits = 6;
  std::array<Call, std::size_t{1} << kBits> calls_;
};

/// One call of a function of the program under test.
struct Activation {
  std::uint64_t id = 0;  ///< counts the thread's
  const void* frame = nullptr;
  const void* code = nullptr;
  StackId caller = 0;
  bool has_caller = false;
  std::uint32_t started = 0;       ///< Thread::started when the call began
  std::uint32_t constructors = 0;  ///< calls of constructors among this one and its callers
  std::uint32_t first = 0;         ///< in Thread::openings
  std::uint32_t count = 0;
};

struct Thread {
  ThreadSlot slot = 0;
  int number = 0;  ///< for people: "Thread-3"; 0 is the main thread
  Step step = 1;
  Step released = 0;  ///< the step of the last release: what came later is unknown to others
  Orders orders;
  std::uint64_t moment = 0;
  std::uint64_t activated = 0;  ///< activations so far
  std::uint32_t serial = 0;
  std::uint32_t calls = 0;    ///< of functions under test, so far
  std::uint32_t started = 0;  ///< threads it started
  /// How often it ordered what it had done before what other threads do, in every schedule.
  std::uint32_t handed_on = 0;
  bool unpublished = true;  ///< `orders` is newer than `published`
  LockSetId locks = 0;
  std::vector<HeldLock> held;
  std::vector<Activation> activations;
  std::vector<Opening> openings;
  std::array<PairEnd, 8> pair_ends;  ///< the latest, in a ring
  std::uint8_t next_pair_end = 0;
  std::array<Publication, 4> publications;
  std::uint8_t next_publication = 0;
  /// What generators and coroutines have read that this thread may go on with.
  struct Suspended {
    const void* frame = nullptr;
    const void* code = nullptr;
    std::vector<Opening> openings;
  };
  std::vector<Suspended> suspended;  ///< the latest last
  StackId started_at = 0;            ///< the stack that started it
  int started_by = 0;                ///< that thread's number
  std::mutex mutex;                  ///< guards published
  Orders published;  ///< `orders` as of the last release, for whoever reads a value of this thread

  /// Found locations, by hash: most accesses are of few. With the last read there that is recorded
  /// and met no write but such that are ordered before: while nobody writes, the same again says
  /// nothing new.
  struct alignas(64) Cached {  // a line of the processor's cache
    ObjectId object = 0;
    SlotId slot = 0;
    struct Shadow* shadow = nullptr;
    Step step = 0;  ///< 0: no such read
    std::uint32_t version = 0;
    std::uint32_t writes = 0;
    SiteId site = 0;
    StackId stack = 0;
    LockSetId locks = 0;
  };
  /// Small as long as few locations are in use, since there may be many threads.
  class Cache {
   public:
    [[nodiscard]] Cached& place(ObjectId object, SlotId slot) {
      const std::uint64_t hash = ((object >> 4U) ^ slot) * 0x9E3779B97F4A7C15U;
      return places_[hash >> shift_];
    }
    /// To be called when a place had another location. True if that made places change.
    bool missed() {
      if (++misses_ < 4 * places_.size() || shift_ <= 64U - kMostBits) return false;
      misses_ = 0;
      shift_ -= 2;
      std::vector<Cached> grown(std::size_t{1} << (64U - shift_));
      places_.swap(grown);
      for (const Cached& old : grown) {
        if (old.object != 0) place(old.object, old.slot) = old;
      }
      return true;
    }

   private:
    static constexpr unsigned kFewestBits = 8;
    static constexpr unsigned kMostBits = 14;
    unsigned shift_ = 64U - kFewestBits;
    std::size_t misses_ = 0;
    std::vector<Cached> places_{std::size_t{1} << kFewestBits};
  };
  Cache cache;
  KnownCalls known_calls;
  KnownEdges known_edges;

  [[nodiscard]] bool holds(LockId lock) const {
    return std::ranges::find(held, lock, &HeldLock::lock) != held.end();
  }
};

}  // namespace gilcheck::runtime
