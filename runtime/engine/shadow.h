#pragma once
// What is remembered about objects: for each location the latest accesses that matter.
//
// Thread contract: any thread. A Shadow has a lock; find() returns one that stays valid memory for
// ever, though it may come to stand for another location, so whoever holds its lock asks is()
// again.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "engine/access.h"
#include "engine/spin_lock.h"

namespace gilcheck::runtime {

struct Shadow {
  std::atomic<ObjectId> object{0};
  std::atomic<SlotId> slot{0};
  SpinLock lock;
  std::atomic<bool> exclusive{true};      ///< one thread has been here so far
  std::atomic<std::uint32_t> version{0};  ///< grows with each write, and when it is forgotten
  std::uint32_t writes = 0;
  ThreadSlot last_writer = 0;
  std::vector<Entry> entries;

  [[nodiscard]] bool is(ObjectId wanted, SlotId part) const {
    return object.load(std::memory_order_relaxed) == wanted &&
           slot.load(std::memory_order_relaxed) == part;
  }
};

class ShadowMemory {
 public:
  /// The shadow of a location, made if there is none.
  Shadow& find(ObjectId object, SlotId slot);
  /// Whether there are shadows of the object, for sure if not.
  [[nodiscard]] bool may_have(ObjectId object) const {
    return filter_[filter_index(object)].load(std::memory_order_relaxed) != 0;
  }
  /// Forgets an object that is about to be freed. Cheap for objects nobody accessed.
  void object_died(ObjectId object) {
    if (may_have(object)) forget(object);
  }
  /// The shadows of an object's locations that stand for names, keys or positions.
  std::vector<Shadow*> parts(ObjectId object);
  /// Locations remembered now.
  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kStripes = 256;
  static constexpr std::size_t kFilter = std::size_t{1} << 20U;

  struct Parts {
    std::vector<Shadow*> all;
    std::unordered_map<SlotId, Shadow*> index;  ///< of objects with many parts, else empty
  };
  struct Stripe {
    SpinLock lock;
    std::unordered_map<ObjectId, Parts> objects;
    std::vector<Shadow*> spare;
    std::vector<std::unique_ptr<Shadow[]>> blocks;
  };

  static std::uint64_t mix(ObjectId object) { return (object >> 4U) * 0x9E3779B97F4A7C15U; }
  static std::size_t filter_index(ObjectId object) { return mix(object) >> 44U; }
  Stripe& stripe(ObjectId object) { return stripes_[(mix(object) >> 32U) % kStripes]; }
  Shadow* allocate(Stripe& stripe);
  void forget(ObjectId object);

  std::array<Stripe, kStripes> stripes_;
  /// How many objects with shadows hash to each place: most objects that die have none.
  std::unique_ptr<std::atomic<std::uint16_t>[]> filter_{new std::atomic<std::uint16_t>[kFilter]()};
  std::atomic<std::size_t> size_{0};
};

}  // namespace gilcheck::runtime
