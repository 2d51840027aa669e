#include "engine/shadow.h"

namespace gilcheck::runtime {

Shadow* ShadowMemory::allocate(Stripe& stripe) {
  constexpr std::size_t kBlock = 64;
  if (stripe.spare.empty()) {
    auto& block = stripe.blocks.emplace_back(new Shadow[kBlock]);
    for (std::size_t i = 0; i < kBlock; ++i) stripe.spare.push_back(&block[i]);
  }
  Shadow* shadow = stripe.spare.back();
  stripe.spare.pop_back();
  return shadow;
}

Shadow& ShadowMemory::find(ObjectId object, SlotId slot) {
  Stripe& home = stripe(object);
  const std::scoped_lock held(home.lock);
  auto [place, fresh] = home.objects.try_emplace(object);
  if (fresh) filter_[filter_index(object)].fetch_add(1, std::memory_order_relaxed);
  Parts& parts = place->second;
  constexpr std::size_t kMany = 16;
  if (parts.index.empty()) {
    for (Shadow* shadow : parts.all) {
      if (shadow->slot.load(std::memory_order_relaxed) == slot) return *shadow;
    }
  } else if (const auto found = parts.index.find(slot); found != parts.index.end()) {
    return *found->second;
  }
  Shadow* shadow = allocate(home);
  {
    const std::scoped_lock own(shadow->lock);
    shadow->exclusive.store(true, std::memory_order_relaxed);
    shadow->writes = 0;
    shadow->slot.store(slot, std::memory_order_relaxed);
    shadow->object.store(object, std::memory_order_release);
  }
  parts.all.push_back(shadow);
  if (!parts.index.empty()) {
    parts.index.emplace(slot, shadow);
  } else if (parts.all.size() > kMany) {
    for (Shadow* one : parts.all)
      parts.index.emplace(one->slot.load(std::memory_order_relaxed), one);
  }
  size_.fetch_add(1, std::memory_order_relaxed);
  return *shadow;
}

void ShadowMemory::forget(ObjectId object) {
  Stripe& home = stripe(object);
  const std::scoped_lock held(home.lock);
  const auto found = home.objects.find(object);
  if (found == home.objects.end()) return;
  for (Shadow* shadow : found->second.all) {
    const std::scoped_lock own(shadow->lock);
    shadow->object.store(0, std::memory_order_relaxed);
    shadow->version.fetch_add(1, std::memory_order_release);
    std::vector<Entry>().swap(shadow->entries);
    home.spare.push_back(shadow);
  }
  size_.fetch_sub(found->second.all.size(), std::memory_order_relaxed);
  home.objects.erase(found);
  filter_[filter_index(object)].fetch_sub(1, std::memory_order_relaxed);
}

std::vector<Shadow*> ShadowMemory::parts(ObjectId object) {
  Stripe& home = stripe(object);
  const std::scoped_lock held(home.lock);
  const auto found = home.objects.find(object);
  std::vector<Shadow*> result;
  if (found == home.objects.end()) return result;
  for (Shadow* shadow : found->second.all) {
    if (shadow->slot.load(std::memory_order_relaxed) >= kIndexed) result.push_back(shadow);
  }
  return result;
}

}  // namespace gilcheck::runtime
