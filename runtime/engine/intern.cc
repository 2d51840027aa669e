#include "engine/intern.h"

#include <algorithm>

namespace gilcheck::runtime {

LockSetId LockSetTable::intern(std::vector<LockId> locks) {
  if (locks.empty()) return 0;
  const std::scoped_lock held(lock_);
  const auto [found, inserted] = ids_.try_emplace(locks, static_cast<LockSetId>(sets_.size()));
  if (inserted) sets_.push_back(std::move(locks));
  return found->second;
}

std::vector<LockId> LockSetTable::locks(LockSetId set) {
  if (set == 0) return {};
  const std::scoped_lock held(lock_);
  return sets_[set];
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

bool LockSetTable::contains(LockSetId set, LockId lock) {
  if (set == 0) return false;
  const std::scoped_lock held(lock_);
  return std::ranges::binary_search(sets_[set], lock);
}

bool LockSetTable::intersect(LockSetId left, LockSetId right) {
  if (left == 0 || right == 0) return false;
  if (left == right) return true;
  const std::scoped_lock held(lock_);
  const auto& some = sets_[left];
  return std::ranges::any_of(
      some, [&](LockId lock) { return std::ranges::binary_search(sets_[right], lock); });
}

}  // namespace gilcheck::runtime
