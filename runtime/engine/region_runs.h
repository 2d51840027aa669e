#pragma once
// How far regions came that somebody expects: whether they ran, and on a location that several
// threads ran them on.
//
// Thread contract: any thread, a lock of its own.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "engine/access.h"

namespace gilcheck::runtime {

using RegionNumber = std::uint16_t;

class RegionRuns {
 public:
  enum class Reach : std::uint8_t { nowhere, ran, shared };
  /// Objects that are remembered at one time; of more it is not known that they are shared.
  static constexpr std::size_t kMostObjects = 65'536;

  void expect(RegionNumber region) {
    if (region >= reach_.size()) reach_.resize(region + std::size_t{1});
  }
  /// The region's last access was made. `object`: 0 if no other thread can have it.
  void ran(RegionNumber region, int thread, ObjectId object, SlotId slot) {
    const std::scoped_lock held(mutex_);
    Reach& reach = reach_[region];
    if (reach == Reach::shared) return;
    reach = Reach::ran;
    if (object == 0) return;
    const auto known = objects_.find(object);
    if (known == objects_.end() && objects_.size() >= kMostObjects) return;
    std::vector<Run>& runs = known == objects_.end() ? objects_[object] : known->second;
    remembers_.store(true, std::memory_order_relaxed);
    for (const Run& run : runs) {
      if (run.region != region || run.slot != slot) continue;
      if (run.thread != thread) reach = Reach::shared;
      return;
    }
    runs.push_back({region, thread, slot});
  }
  /// Its address may become another object's.
  void object_died(ObjectId object) {
    if (!remembers_.load(std::memory_order_relaxed)) return;
    const std::scoped_lock held(mutex_);
    objects_.erase(object);
  }
  /// By number, of those expected.
  std::vector<Reach> reach() {
    const std::scoped_lock held(mutex_);
    return reach_;
  }

 private:
  struct Run {
    RegionNumber region = 0;
    int thread = 0;
    SlotId slot = 0;
  };
  std::mutex mutex_;
  std::atomic<bool> remembers_{false};
  std::vector<Reach> reach_;
  std::unordered_map<ObjectId, std::vector<Run>> objects_;
};

}  // namespace gilcheck::runtime
