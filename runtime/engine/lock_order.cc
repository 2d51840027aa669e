#include "engine/lock_order.h"

#include <algorithm>

#include "engine/thread.h"

namespace gilcheck::runtime {

namespace {

/// Edges looked at for one that is new: a graph with more is full of cycles already found.
constexpr int kMostSteps = 4096;
constexpr std::size_t kMostFound = 4;

}  // namespace

std::shared_ptr<const VectorClock> LockOrder::clock_of(const Thread& thread) {
  if (thread.slot >= clocks_.size()) clocks_.resize(thread.slot + 1U);
  auto& latest = clocks_[thread.slot];
  if (latest == nullptr || *latest != thread.orders.hard)
    latest = std::make_shared<const VectorClock>(thread.orders.hard);
  return latest;
}

/// Whether two threads can stand at the two edges at once.
bool LockOrder::may_meet(const Waiting& earlier, const Waiting& later) {
  return earlier.slot != later.slot && earlier.step > later.before->of(earlier.slot) &&
         later.step > earlier.before->of(later.slot) &&
         !lock_sets_.intersect(earlier.locks, later.locks);
}

/// How many edges it takes from each lock to `home`, of those that are near enough for a cycle.
LockOrder::Distances LockOrder::distances_to(LockId home, int& budget) const {
  Distances distances;
  std::vector<LockId> reached{home};
  for (std::size_t distance = 1; distance < kLongest && !reached.empty(); ++distance) {
    std::vector<LockId> next;
    for (const LockId lock : reached) {
      const auto node = nodes_.find(lock);
      if (node == nodes_.end()) continue;
      for (const LockId holder : node->second.in) {
        if (--budget < 0) return distances;
        if (holder != home && distances.try_emplace(holder, distance).second)
          next.push_back(holder);
      }
    }
    reached = std::move(next);
  }
  return distances;
}

/// `path` leads from the lock that its first edge holds; goes on to `length` edges.
void LockOrder::search(LockCycle& path, std::size_t length, const Distances& distances, int& budget,
                       std::vector<LockCycle>& found) {
  const auto node = nodes_.find(path.back().wants);
  if (node == nodes_.end()) return;
  const LockId home = path.front().holds;
  const std::size_t left = length - path.size() - 1;
  for (const Pair& pair : node->second.out) {
    if ((left == 0) != (pair.wants == home)) continue;
    if (left != 0) {
      const auto distance = distances.find(pair.wants);
      if (distance == distances.end() || distance->second > left) continue;
      // A lock met twice would be a shorter cycle.
      if (std::ranges::find(path, pair.wants, &Waiting::wants) != path.end()) continue;
    }
    for (const Waiting& edge : pair.edges) {
      if (--budget < 0 || found.size() >= kMostFound) return;
      if (!std::ranges::all_of(path, [&](const Waiting& other) { return may_meet(edge, other); })) {
        continue;
      }
      path.push_back(edge);
      if (left == 0) {
        found.push_back(path);
      } else {
        search(path, length, distances, budget, found);
      }
      path.pop_back();
      if (left == 0) break;  // other threads at the same place say nothing more
    }
  }
}

std::vector<LockCycle> LockOrder::wait(const Thread& thread, const HeldLock& held, LockId lock,
                                       StackId stack) {
  const std::scoped_lock guard(mutex_);
  if (signals_.contains(held.lock) || signals_.contains(lock)) return {};
  auto& out = nodes_[held.lock].out;
  auto pair = std::ranges::find(out, lock, &Pair::wants);
  if (pair == out.end()) {
    if (pairs_ >= kMostPairs) return {};
    ++pairs_;
    out.push_back({lock, {}});
    pair = std::prev(out.end());
    nodes_[lock].in.push_back(held.lock);  // nodes keep their place
  }
  auto& edges = pair->edges;
  const auto same = std::ranges::find_if(edges, [&](const Waiting& other) {
    return other.thread == thread.number && other.locks == thread.locks;
  });
  // As in KnownEdges, which has forgotten it.
  if (same != edges.end() && same->handed_on == thread.handed_on) return {};
  Waiting edge;
  edge.holds = held.lock;
  edge.wants = lock;
  edge.held_at = held.acquired_at;
  edge.wanted_at = stack;
  edge.locks = thread.locks;
  edge.slot = thread.slot;
  edge.step = thread.step;
  edge.handed_on = thread.handed_on;
  edge.before = clock_of(thread);
  edge.thread = thread.number;
  edge.started_by = thread.started_by;
  edge.started_at = thread.started_at;
  if (same != edges.end()) {
    *same = edge;
  } else {
    if (edges.size() >= kMostOfPair) edges.pop_front();
    edges.push_back(edge);
  }
  std::vector<LockCycle> found;
  // Mostly there is no way back, and that is all.
  if (nodes_.find(lock)->second.out.empty() || nodes_.find(held.lock)->second.in.empty())
    return found;
  int budget = kMostSteps;
  const Distances distances = distances_to(held.lock, budget);
  const auto nearest = distances.find(lock);
  if (nearest == distances.end()) return found;
  LockCycle path{edge};
  for (std::size_t length = nearest->second + 1; length <= kLongest && found.empty() && budget > 0;
       ++length) {
    search(path, length, distances, budget, found);
  }
  return found;
}

void LockOrder::remove(LockId lock) {
  const auto found = nodes_.find(lock);
  if (found == nodes_.end()) return;
  const Node node = std::move(found->second);
  nodes_.erase(found);
  pairs_ -= node.out.size();
  for (const Pair& pair : node.out) {
    if (const auto other = nodes_.find(pair.wants); other != nodes_.end())
      std::erase(other->second.in, lock);
  }
  for (const LockId holder : node.in) {
    const auto other = nodes_.find(holder);
    if (other == nodes_.end()) continue;
    pairs_ -=
        std::erase_if(other->second.out, [&](const Pair& pair) { return pair.wants == lock; });
  }
}

void LockOrder::died(LockId lock) {
  const std::scoped_lock guard(mutex_);
  remove(lock);
  signals_.erase(lock);
}

bool LockOrder::is_signal(LockId lock) {
  const std::scoped_lock guard(mutex_);
  if (!signals_.insert(lock).second) return false;
  remove(lock);
  return true;
}

void LockOrder::forget() {
  const std::scoped_lock guard(mutex_);
  nodes_.clear();
  clocks_.clear();
  pairs_ = 0;
}

std::size_t LockOrder::pairs() {
  const std::scoped_lock guard(mutex_);
  return pairs_;
}

}  // namespace gilcheck::runtime
