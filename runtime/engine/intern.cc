#include "engine/intern.h"

#include <algorithm>

namespace gilcheck::runtime {

LockSetTable::LockSetTable() {
  blocks_[0].store(new Set[kBlock], std::memory_order_release);
}

LockSetTable::~LockSetTable() {
  for (std::size_t i = 0; i < kBlocks; ++i) delete[] blocks_[i].load(std::memory_order_relaxed);
}

LockSetId LockSetTable::intern(Set locks) {
  if (locks.empty()) return 0;
  const std::scoped_lock held(lock_);
  const auto [found, inserted] = ids_.try_emplace(locks, next_);
  if (!inserted) return found->second;
  if (next_ == kBlock * kBlocks) {
    ids_.erase(found);
    return 0;
  }
  const LockSetId id = next_++;
  auto& block = blocks_[id / kBlock];
  if (block.load(std::memory_order_relaxed) == nullptr)
    block.store(new Set[kBlock], std::memory_order_release);
  block.load(std::memory_order_relaxed)[id % kBlock] = std::move(locks);
  return id;
}

std::vector<LockId> LockSetTable::locks(LockSetId set) {
  return this->set(set);
}

LockSetId LockSetTable::add(LockSetId set, LockId lock) {
  std::vector<LockId> all = locks(set);
  const auto place = std::ranges::lower_bound(all, lock);
  if (place != all.end() && *place == lock) return set;
  all.insert(place, lock);
  return intern(std::move(all));
}

LockSetId LockSetTable::remove(LockSetId set, LockId lock) {
  std::vector<LockId> all = locks(set);
  const auto place = std::ranges::lower_bound(all, lock);
  if (place == all.end() || *place != lock) return set;
  all.erase(place);
  return intern(std::move(all));
}

bool LockSetTable::intersect(LockSetId left, LockSetId right) {
  if (left == 0 || right == 0) return false;
  if (left == right) return true;
  const Set& others = set(right);
  return std::ranges::any_of(set(left),
                             [&](LockId lock) { return std::ranges::binary_search(others, lock); });
}

}  // namespace gilcheck::runtime
