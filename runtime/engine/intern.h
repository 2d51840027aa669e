#pragma once
// Values of which many records hold the same: call stacks and sets of locks, kept once and named by
// a number. Numbers are never reused; 0 is the empty value.
//
// Thread contract: any thread, each table has a lock of its own.

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "engine/spin_lock.h"

namespace gilcheck::runtime {

using StackId = std::uint32_t;
using LockSetId = std::uint32_t;
using LockId = std::uint32_t;
/// A place in the code: an instruction of a code object (code_map.h).
using SiteId = std::uint32_t;

/// Call stacks as a tree: a node is the call of a place in its caller's stack.
class StackTable {
 public:
  struct Node {
    StackId caller = 0;
    SiteId site = 0;  ///< where the caller stands
  };

  /// At most this many; later stacks lose their outer frames, so that memory stays bounded.
  static constexpr std::size_t kMost = 4'000'000;

  StackId call(StackId caller, SiteId site) {
    const std::uint64_t key = (std::uint64_t{caller} << 32) | site;
    const std::scoped_lock held(lock_);
    const auto [found, inserted] = ids_.try_emplace(key, static_cast<StackId>(nodes_.size()));
    if (inserted) {
      if (nodes_.size() >= kMost) {
        ids_.erase(found);
        return 0;
      }
      nodes_.push_back({caller, site});
    }
    return found->second;
  }
  /// The innermost frame of a stack.
  Node top(StackId id) {
    const std::scoped_lock held(lock_);
    return nodes_[id];
  }
  /// Sites from the innermost frame outwards.
  std::vector<SiteId> sites(StackId id) {
    const std::scoped_lock held(lock_);
    std::vector<SiteId> result;
    for (; id != 0; id = nodes_[id].caller) result.push_back(nodes_[id].site);
    return result;
  }

 private:
  SpinLock lock_;
  std::unordered_map<std::uint64_t, StackId> ids_;
  std::deque<Node> nodes_{Node{}};
};

/// A lock that is held, and which of its acquisitions by this thread it is.
struct HeldLock {
  LockId lock = 0;
  std::uint32_t serial = 0;  ///< counts the thread's acquisitions of any lock
  StackId acquired_at = 0;   ///< where, if code under test acquired it; else 0

  bool operator==(const HeldLock&) const = default;
};

/// Sorted sets of locks. Who has a set's number may read it without a lock: the set was complete
/// before anybody got the number.
class LockSetTable {
 public:
  LockSetTable();
  LockSetTable(const LockSetTable&) = delete;
  LockSetTable& operator=(const LockSetTable&) = delete;
  ~LockSetTable();
  LockSetId add(LockSetId set, LockId lock);
  LockSetId remove(LockSetId set, LockId lock);
  std::vector<LockId> locks(LockSetId set);
  bool intersect(LockSetId left, LockSetId right);

 private:
  using Set = std::vector<LockId>;
  static constexpr std::size_t kBlock = 1024;
  static constexpr std::size_t kBlocks = 65536;

  /// 0, as if no lock were held, once there are as many sets as there can be.
  LockSetId intern(Set locks);
  [[nodiscard]] const Set& set(LockSetId id) const {
    return blocks_[id / kBlock].load(std::memory_order_acquire)[id % kBlock];
  }

  struct Hash {
    std::size_t operator()(const std::vector<LockId>& locks) const {
      std::size_t hash = locks.size();
      for (const LockId lock : locks) hash = hash * 0x9E3779B97F4A7C15U + lock;
      return hash;
    }
  };
  SpinLock lock_;
  std::unordered_map<std::vector<LockId>, LockSetId, Hash> ids_;
  /// Never moved once there: readers hold no lock.
  std::unique_ptr<std::atomic<Set*>[]> blocks_{new std::atomic<Set*>[kBlocks]()};
  LockSetId next_ = 1;
};

}  // namespace gilcheck::runtime
