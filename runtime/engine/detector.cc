#include "engine/detector.h"

#include <algorithm>
#include <optional>

namespace gilcheck::runtime {
namespace {

/// Openings of regions that a read or write may close, latest first wins.
Opening* latest(Thread& thread, const Activation& activation,
                std::span<const std::uint16_t> candidates, const Operation& operation) {
  Opening* best = nullptr;
  for (const std::uint16_t index : candidates) {
    if (index >= activation.count) continue;
    Opening& opening = thread.openings[activation.first + index];
    if (opening.object != operation.object || opening.slot != operation.slot) continue;
    if (best == nullptr || opening.moment > best->moment) best = &opening;
  }
  return best;
}

/// A write after which a test that held before may not hold any more.
bool takes_away(const Entry& write) {
  return write.has(traits::removal) || write.value == ValueKind::none ||
         write.value == ValueKind::removed || write.value == ValueKind::falsy;
}

bool is_flag(ValueKind value) {
  return value == ValueKind::flag || value == ValueKind::falsy || value == ValueKind::none;
}

bool same_value(const Entry& left, const Entry& right) {
  if (left.value != right.value || left.digest != right.digest) return false;
  switch (left.value) {
    case ValueKind::none:
    case ValueKind::falsy:
    case ValueKind::flag:
    case ValueKind::constant: return true;
    case ValueKind::unknown:
    case ValueKind::removed:
    case ValueKind::empty:
    case ValueKind::object: return false;
  }
  return false;
}

}  // namespace

Detector::Detector() = default;

// ------------------------------------------------------------------------------------- threads

std::shared_ptr<Detector::ThreadToken> Detector::starting(Thread& parent, StackId stack) {
  several_.store(true, std::memory_order_relaxed);
  auto token = std::make_shared<ThreadToken>();
  parent.orders.raise(parent.slot, parent.step);
  token->orders = parent.orders;
  token->started_at = stack;
  token->started_by = parent.number;
  parent.released = parent.step++;
  ++parent.started;
  ++parent.handed_on;
  return token;
}

std::unique_ptr<Thread> Detector::begin(ThreadToken* token) {
  auto thread = std::make_unique<Thread>();
  const std::scoped_lock held(threads_mutex_);
  if (threads_started_ > 0) several_.store(true, std::memory_order_relaxed);
  constexpr std::size_t kMostSlots = 4096;
  std::size_t slot = slots_.size();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const SlotState& state = slots_[i];
    if (!state.free) continue;
    const bool ordered = token != nullptr &&
                         state.last <= token->orders.strict.of(static_cast<ThreadSlot>(i)) &&
                         state.last <= token->orders.hard.of(static_cast<ThreadSlot>(i));
    // Beyond the limit an old thread's accesses count as the new one's own: a miss, no false
    // report.
    if (ordered || slots_.size() >= kMostSlots) {
      slot = i;
      break;
    }
  }
  if (slot == slots_.size()) {
    slots_.emplace_back();
    origins_.emplace_back();
  }
  SlotState& state = slots_[slot];
  state.free = false;
  state.thread = thread.get();
  thread->slot = static_cast<ThreadSlot>(slot);
  thread->step = state.last + 1;
  thread->released = state.last;
  thread->number = threads_started_++;
  if (token != nullptr) {
    thread->orders = token->orders;
    thread->started_at = token->started_at;
    thread->started_by = token->started_by;
    token->slot = thread->slot;
  }
  thread->orders.raise(thread->slot, state.last);
  auto& origins = origins_[slot];
  constexpr std::size_t kKept = 16;
  if (origins.size() >= kKept) origins.erase(origins.begin());
  origins.push_back({thread->step, thread->number, thread->started_by, thread->started_at});
  return thread;
}

void Detector::end(Thread& thread, ThreadToken* token) {
  thread.orders.raise(thread.slot, thread.step);
  if (token != nullptr) {
    const std::scoped_lock held(token->mutex);
    token->end = thread.orders;
    token->last = thread.step;
    token->ended = true;
  }
  const std::scoped_lock held(threads_mutex_);
  SlotState& state = slots_[thread.slot];
  state.thread = nullptr;
  state.last = thread.step;
  state.free = true;
}

void Detector::joined(Thread& waiter, ThreadToken& token) {
  const std::scoped_lock held(token.mutex);
  if (!token.ended) return;
  waiter.orders.join(token.end);
  waiter.unpublished = true;
}

// ----------------------------------------------------------------------------- synchronisation

void Detector::release_to(Thread& thread, SyncVariable& variable, bool mutex) {
  thread.orders.raise(thread.slot, thread.step);
  {
    const std::scoped_lock held(variable.mutex);
    if (mutex) {
      variable.orders.join_mutex(thread.orders);
    } else {
      variable.orders.join(thread.orders);
      ++thread.handed_on;
    }
  }
  if (thread.unpublished) {
    const std::scoped_lock held(thread.mutex);
    thread.published = thread.orders;
    thread.unpublished = false;
  }
  thread.released = thread.step++;
}

void Detector::acquire_from(Thread& thread, SyncVariable& variable) {
  const std::scoped_lock held(variable.mutex);
  thread.orders.join(variable.orders);
  thread.unpublished = true;
}

void Detector::lock_acquired(Thread& thread, LockId lock, StackId stack) {
  thread.held.push_back({lock, ++thread.serial, stack});
  thread.locks = lock_sets_.add(thread.locks, lock);
}

void Detector::lock_released(Thread& thread, LockId lock) {
  const auto found = std::ranges::find(thread.held, lock, &HeldLock::lock);
  if (found == thread.held.end()) return;
  thread.held.erase(found);
  thread.locks = lock_sets_.remove(thread.locks, lock);
}

void Detector::lock_wanted(Thread& thread, LockId lock, StackId stack) {
  if (stack == 0 || thread.held.empty() || !several_.load(std::memory_order_relaxed)) return;
  // Acquired again: it goes on at once, or never whoever else there is.
  if (thread.holds(lock)) return;
  for (const HeldLock& held : thread.held) {
    if (held.acquired_at == 0) continue;
    if (thread.known_edges.knows({held.lock, lock, thread.locks, thread.handed_on})) continue;
    for (LockCycle& cycle : lock_order_.wait(thread, held, lock, stack)) report(std::move(cycle));
  }
}

void Detector::lock_is_signal(LockId lock) {
  if (!lock_order_.is_signal(lock)) return;
  const std::scoped_lock held(reports_mutex_);
  std::erase_if(reports_, [&](const auto& known) {
    return std::ranges::find(known.second.cycle, lock, &Waiting::holds) != known.second.cycle.end();
  });
}

LockSetId Detector::held_since(const Thread& thread, std::uint32_t serial) {
  // Locks are mostly taken before both ends, or between them.
  if (thread.held.empty() || thread.serial <= serial) return thread.locks;
  LockSetId result = 0;
  for (const HeldLock& lock : thread.held) {
    if (lock.serial <= serial) result = lock_sets_.add(result, lock.lock);
  }
  return result;
}

void Detector::take_value(Thread& thread, const Entry& write) {
  Orders theirs;
  {
    const std::scoped_lock held(threads_mutex_);
    if (Thread* writer = slots_[write.thread].thread; writer != nullptr) {
      const std::scoped_lock own(writer->mutex);
      theirs.relaxed = writer->published.relaxed;
    }
  }
  thread.orders.relaxed.join(theirs.relaxed);
  thread.orders.relaxed.raise(static_cast<ThreadSlot>(write.thread), write.step);
  thread.unpublished = true;
}

// ------------------------------------------------------------------------------------ accesses

Thread::Cached& Detector::cached(Thread& thread, ObjectId object, SlotId slot) {
  Thread::Cached& entry = thread.cache.place(object, slot);
  if (entry.object == object && entry.slot == slot && entry.shadow->is(object, slot)) return entry;
  Thread::Cached& place = thread.cache.missed() ? thread.cache.place(object, slot) : entry;
  place = {};
  place.object = object;
  place.slot = slot;
  place.shadow = &shadows_.find(object, slot);
  return place;
}

Shadow& Detector::shadow_of(Thread& thread, ObjectId object, SlotId slot) {
  return *cached(thread, object, slot).shadow;
}

void Detector::close_regions(Thread& thread, const AccessSite& site, Opening* made_from,
                             Opening* decided, Shadow& shadow, Entry& mine,
                             std::vector<Found>& found) {
  const bool writes = mine.has(traits::write);
  const auto close = [&](Opening& opening, Pattern pattern) {
    const LockSetId guard = held_since(thread, opening.serial);
    mine.traits |= traits::closes;
    if (pattern == Pattern::lost_update) mine.traits |= traits::dependent;
    if (opening.calls != thread.calls) mine.traits |= traits::runs_python;
    mine.opened = opening.site;
    mine.guard = guard;

    const auto tear = [&](const Entry& other, bool handed_over) {
      // Who waited for the other in between knows what it did.
      handed_over = handed_over || other.before(thread.orders.hard);
      if (!writes && !takes_away(other) && pattern != Pattern::iteration) return;
      if (!kept_out(guard, other))
        found.push_back({pattern, opening.site, mine, other, true, handed_over});
    };
    if (opening.torn) {
      tear(opening.other, opening.relaxed);
    } else if (shadow.writes != opening.writes && shadow.last_writer != thread.slot) {
      // It came between the two ends in this very run.
      for (const Entry& entry : shadow.entries) {
        if (entry.thread != shadow.last_writer || !entry.has(traits::write)) continue;
        tear(entry, false);
        break;
      }
    }
  };

  if (mine.has(traits::iteration)) {
    if (made_from != nullptr) close(*made_from, Pattern::iteration);
    return;
  }
  if (!writes) {
    Opening* opening = made_from != nullptr ? made_from : decided;
    if (opening != nullptr && opening->site != site.origin)
      close(*opening, Pattern::check_then_use);
    return;
  }
  if (decided != nullptr && decided != made_from) close(*decided, Pattern::check_then_act);
  if (made_from != nullptr) close(*made_from, Pattern::lost_update);
}

void Detector::meet_others(Thread& thread, const Operation& operation, Shadow& shadow,
                           const Entry& mine, const AccessSite& site, Opening* opening,
                           std::vector<Found>& found) {
  const bool writes = mine.has(traits::write);
  if (!writes && opening != nullptr) {
    for (const Entry& use : shadow.entries) {
      if (use.thread == thread.slot || use.opened != site.origin || !use.has(traits::closes) ||
          use.has(traits::write | traits::iteration) || use.before(thread.orders.hard) ||
          kept_out(use.guard, mine)) {
        continue;
      }
      // That call went on to take away what it had tested; so would this one, had it come before.
      const bool took = std::ranges::any_of(shadow.entries, [&](const Entry& entry) {
        return entry.thread == use.thread &&
               (entry.opened == use.opened || entry.opened == use.site) &&
               entry.has(traits::closes) && entry.has(traits::write) && takes_away(entry);
      });
      if (!took) continue;
      const bool handed = use.before(thread.orders.relaxed);
      found.push_back({Pattern::check_then_use, use.opened, use, mine, false, handed});
    }
  }
  const bool reads = !writes && !mine.has(traits::completes) && operation.slot != kCursor;
  std::erase_if(shadow.entries, [&](const Entry& entry) {
    if (entry.thread == thread.slot) return false;
    // Two reads have nothing to do with each other, unless one finds a new object incomplete.
    if (reads && !entry.has(traits::write | traits::completes)) return false;
    const bool ordered = entry.before(thread.orders.hard);
    const bool handed = entry.before(thread.orders.relaxed);
    // Read first: a store by every thread would be the cost of every meeting.
    if (!ordered && (writes || entry.has(traits::write)) && !met_.load(std::memory_order_relaxed))
      met_.store(true, std::memory_order_relaxed);
    if (!ordered && entry.has(traits::closes) && !kept_out(entry.guard, mine)) {
      const Pattern pattern = entry.has(traits::iteration)   ? Pattern::iteration
                              : !entry.has(traits::write)    ? Pattern::check_then_use
                              : entry.has(traits::dependent) ? Pattern::lost_update
                                                             : Pattern::check_then_act;
      if (writes) {
        if (entry.has(traits::write) || takes_away(mine) || entry.has(traits::iteration)) {
          found.push_back({pattern, entry.opened, entry, mine, false, handed});
        }
      } else if (opening != nullptr && entry.has(traits::write) && entry.opened == site.origin) {
        // Had this read come before that region's end, it would have been answered as the region's
        // own was, and this thread would go on to write as well.
        found.push_back({pattern, entry.opened, entry, mine, false, handed});
      }
    }
    const bool apart = !lock_sets_.intersect(entry.locks, thread.locks);
    if (!ordered && apart) {
      // What cannot fail takes an object that is not complete for what it is.
      if (!writes && !mine.has(traits::tolerant) && entry.has(traits::completes)) {
        found.push_back({Pattern::publication, entry.opened, entry, mine, false, handed});
      } else if (!entry.has(traits::write | traits::tolerant) && mine.has(traits::completes)) {
        found.push_back({Pattern::publication, mine.opened, mine, entry, true, handed});
      }
    }
    if (operation.slot == kCursor) {
      if (!ordered && apart)
        found.push_back({Pattern::iterator, entry.site, mine, entry, true, handed});
      return writes && ordered;
    }
    if (!ordered && apart && (writes || entry.has(traits::write))) {
      if (mine.has(traits::compound)) {
        found.push_back({writes ? Pattern::compound_call : Pattern::iteration, mine.site, mine,
                         entry, true, handed});
      } else if (entry.has(traits::compound)) {
        found.push_back({entry.has(traits::write) ? Pattern::compound_call : Pattern::iteration,
                         entry.site, entry, mine, false, handed});
      }
    }
    if (entry.has(traits::write) && !entry.has(traits::initial) && !ordered) {
      // Kept with the read: whether the locks keep it out is known at the region's other end. One
      // that holds no lock of ours is the better witness.
      if (opening != nullptr &&
          (!opening->torn || (opening->relaxed && !handed) ||
           (apart && lock_sets_.intersect(opening->other.locks, thread.locks) &&
            opening->relaxed == handed))) {
        opening->torn = true;
        opening->relaxed = handed;
        opening->other = entry;
      }
      if (writes && apart && !mine.has(traits::atomic) && !same_value(entry, mine)) {
        found.push_back({Pattern::unordered, entry.site, mine, entry, true, handed});
      }
    }
    return writes && ordered;
  });
}

void Detector::access(Thread& thread, Activation& activation, const AccessSite& site,
                      const Operation& operation, const LocationNamer& namer) {
  const bool writes = (operation.traits & traits::write) != 0;
  ++thread.moment;
  Opening* opening =
      site.opening >= 0 && static_cast<std::uint32_t>(site.opening) < activation.count
          ? &thread.openings[activation.first + static_cast<std::uint32_t>(site.opening)]
          : nullptr;
  const auto open = [&](std::uint32_t writes_so_far) {
    if (opening == nullptr) return;
    opening->object = operation.object;
    opening->slot = operation.slot;
    opening->site = site.origin;
    opening->locks = thread.locks;
    opening->serial = thread.serial;
    opening->calls = thread.calls;
    opening->moment = thread.moment;
    opening->writes = writes_so_far;
    opening->torn = opening->relaxed = false;
  };
  if (!several_.load(std::memory_order_relaxed)) {
    open(0);
    return;
  }
  Thread::Cached& known = cached(thread, operation.object, operation.slot);
  Shadow& shadow = *known.shadow;
  Opening* made_from = latest(thread, activation, site.depends.data, operation);
  Opening* decided = latest(thread, activation, site.depends.control, operation);
  const bool closes = made_from != nullptr || decided != nullptr;
  const bool plain =
      !closes && (operation.traits & (traits::write | traits::compound | traits::iteration)) == 0;
  if (plain && known.step > thread.released && known.site == site.site &&
      known.stack == activation.caller && known.locks == thread.locks &&
      known.version == shadow.version.load(std::memory_order_acquire)) {
    open(known.writes);
    return;
  }
  static thread_local std::vector<Found> found;
  found.clear();
  static thread_local std::vector<Entry> taken;
  taken.clear();
  {
    const std::scoped_lock own(shadow.lock);
    Entry mine;
    mine.thread = thread.slot;
    mine.step = thread.step & ((Step{1} << 48U) - 1);
    mine.site = site.site;
    mine.stack = activation.caller;
    mine.locks = thread.locks;
    mine.digest = operation.digest;
    mine.traits = operation.traits;
    mine.value = operation.value;

    if (site.decides && !writes) mine.traits |= traits::decided;
    if (site.published != 0) {
      mine.traits |= traits::completes;
      mine.opened = site.published;
    }
    if (closes) close_regions(thread, site, made_from, decided, shadow, mine, found);
    open(shadow.writes);
    const bool alone = shadow.exclusive.load(std::memory_order_relaxed) &&
                       (shadow.entries.empty() || shadow.entries.front().thread == thread.slot);
    if (!alone) {
      shadow.exclusive.store(false, std::memory_order_relaxed);
      if (writes && is_flag(operation.value)) {
        // Whoever saw the flag as it was, under this lock, did what it let him do before now.
        const bool seen = std::ranges::any_of(shadow.entries, [&](const Entry& entry) {
          return entry.thread != thread.slot && entry.has(traits::decided) &&
                 lock_sets_.intersect(entry.locks, thread.locks);
        });
        if (seen) {
          thread.orders.relaxed.join(thread.orders.strict);
          thread.unpublished = true;
        }
      }
      if (!writes) {
        std::optional<Entry> latest_written;
        for (const Entry& entry : shadow.entries) {
          if (!entry.has(traits::write) || entry.thread == thread.slot) continue;
          const bool whole = entry.value == ValueKind::object || entry.value == ValueKind::empty;
          const bool flag =
              site.decides && (is_flag(entry.value) || entry.value == ValueKind::removed);
          // What is read under the lock it was written under is the program's own way to hand over.
          const bool told = site.decides && lock_sets_.intersect(entry.locks, thread.locks);
          if ((whole || flag || told) && !entry.before(thread.orders.relaxed)) {
            // Under a lock, the value is made of all that was written before.
            if (told) {
              taken.push_back(entry);
            } else {
              latest_written = entry;
            }
          }
        }
        if (latest_written) taken.push_back(*latest_written);
      }
      meet_others(thread, operation, shadow, mine, site, opening, found);
    }
    if (writes) {
      ++shadow.writes;
      shadow.version.fetch_add(1, std::memory_order_release);
      shadow.last_writer = thread.slot;
      if (opening != nullptr) opening->writes = shadow.writes;
    }

    constexpr std::uint16_t kKind = traits::write | traits::closes;
    Entry* kept = nullptr;
    for (Entry& entry : shadow.entries) {
      if (entry.thread == thread.slot && (entry.traits & kKind) == (mine.traits & kKind)) {
        kept = &entry;
        break;
      }
    }
    if (kept == nullptr) {
      shadow.entries.push_back(mine);
      thread.step++;
    } else if (!alone || kept->step <= thread.released || kept->site != mine.site || writes) {
      *kept = mine;
      thread.step++;
    } else {
      mine.step = kept->step;
    }
    known.step = 0;
    const auto settled = [&](const Entry& entry) {
      return entry.thread == thread.slot || !entry.has(traits::write) ||
             entry.before(thread.orders.hard);
    };
    if (plain && std::ranges::all_of(shadow.entries, settled)) {
      known.step = mine.step;
      known.version = shadow.version.load(std::memory_order_relaxed);
      known.writes = shadow.writes;
      known.site = mine.site;
      known.stack = mine.stack;
      known.locks = mine.locks;
    }
  }
  for (const Entry& write : taken) take_value(thread, write);
  for (const Found& one : found) report(one, namer);
}

void Detector::access_pairs(Thread& thread, const Activation& activation, const AccessSite& site,
                            const Operation& operation, const LocationNamer& namer) {
  const bool writes = (operation.traits & traits::write) != 0;
  // Pairs of what one thread only reads so far are of no interest.
  const bool alone = !several_.load(std::memory_order_relaxed) ||
                     (!writes && shadow_of(thread, operation.object, operation.slot)
                                     .exclusive.load(std::memory_order_relaxed));
  // A flag behind a value says that the value is there; a reset says nothing.
  const bool resets = is_flag(operation.value) || operation.value == ValueKind::empty;
  if (!alone && !(writes && resets)) {
    for (const PairEnd& first : thread.pair_ends) {
      if (first.activation != activation.id || first.object != operation.object ||
          first.slot == operation.slot || first.group != site.group) {
        continue;
      }
      if (!writes && std::ranges::find(site.combined, first.site) == site.combined.end()) continue;
      access_pair(thread, activation, site, operation, first, namer);
    }
  }
  thread.pair_ends[thread.next_pair_end] = {activation.id, operation.object, operation.slot,
                                            site.site,     thread.serial,    site.group};
  thread.next_pair_end =
      static_cast<std::uint8_t>((thread.next_pair_end + 1U) % thread.pair_ends.size());
}

void Detector::access_pair(Thread& thread, const Activation& activation, const AccessSite& site,
                           const Operation& operation, const PairEnd& first,
                           const LocationNamer& namer) {
  const SlotId both = (first.slot + operation.slot) * 0x9E3779B97F4A7C15U;  // in either order
  Shadow& shadow = shadow_of(thread, operation.object, kPair | (both & (kPair - 1)));
  const bool writes = (operation.traits & traits::write) != 0;
  Entry mine;
  mine.thread = thread.slot;
  mine.step = thread.step & ((Step{1} << 48U) - 1);
  mine.site = site.site;
  mine.stack = activation.caller;
  mine.opened = first.site;
  mine.traits = static_cast<std::uint16_t>(operation.traits & traits::write);
  mine.locks = held_since(thread, first.serial);
  std::vector<Found> found;
  {
    const std::scoped_lock own(shadow.lock);
    Entry* kept = nullptr;
    for (Entry& entry : shadow.entries) {
      if (entry.has(traits::write) == writes) {
        if (entry.thread == thread.slot) kept = &entry;
        continue;
      }
      if (entry.thread == thread.slot || entry.before(thread.orders.hard) ||
          lock_sets_.intersect(entry.locks, mine.locks)) {
        continue;
      }
      const bool handed = entry.before(thread.orders.relaxed);
      const Entry& write = writes ? mine : entry;
      found.push_back(
          {Pattern::torn_pair, write.opened, write, writes ? entry : mine, writes, handed});
    }
    if (kept != nullptr) {
      *kept = mine;
    } else {
      shadow.entries.push_back(mine);
    }
    thread.step++;
  }
  for (const Found& one : found) report(one, namer);
}

void Detector::access_all(Thread& thread, Activation& activation, const AccessSite& site,
                          const Operation& operation, const LocationNamer& namer) {
  for (const Shadow* part : shadows_.parts(operation.object)) {
    Operation one = operation;
    one.slot = part->slot.load(std::memory_order_relaxed);
    AccessSite closing = site;
    closing.opening = -1;
    access(thread, activation, closing, one, namer);
  }
}

// ------------------------------------------------------------------------------------- reports

Severity Detector::severity_of(const Found& found) {
  if (found.handed_over) return Severity::info;
  const Entry& closing = found.closing;
  switch (found.pattern) {
    case Pattern::lost_update:
      // The same object stored back, changed in place.
      if (closing.value == ValueKind::object && found.other.value == ValueKind::object &&
          closing.digest == found.other.digest) {
        return Severity::info;
      }
      if (!closing.has(traits::removal)) return Severity::error;
      [[fallthrough]];
    case Pattern::check_then_act: {
      if (closing.has(traits::tolerant) ||
          (closing.has(traits::removal) && closing.has(traits::caught)))
        return Severity::info;
      // Stored twice, the same value is the same; but what else the test let through happens twice.
      // A thread that only read stands for one that would store what the other did.
      const bool same = found.other.has(traits::write)
                            ? same_value(closing, found.other)
                            : !closing.has(traits::varies) && same_value(closing, closing);
      if (!same) return Severity::error;
      return is_flag(closing.value) && closing.has(traits::decides_more) ? Severity::error
                                                                         : Severity::info;
    }
    case Pattern::check_then_use:
      return closing.has(traits::tolerant) || closing.has(traits::caught) ? Severity::info
                                                                          : Severity::error;
    case Pattern::iteration:
      return found.other.has(traits::append) ? Severity::info : Severity::error;
    case Pattern::iterator:
    case Pattern::compound_call:
    case Pattern::torn_pair:
    case Pattern::publication:
    case Pattern::lock_order: return Severity::error;
    case Pattern::unordered: return Severity::info;
  }
  return Severity::info;
}

Side Detector::side_of(const Entry& entry) {
  Side side;
  side.entry = entry;
  const std::scoped_lock held(threads_mutex_);
  for (const Origin& origin : origins_[entry.thread]) {
    if (origin.from > entry.step) break;
    side.thread = origin.number;
    side.started_by = origin.started_by;
    side.started_at = origin.started_at;
  }
  return side;
}

void Detector::report(const Found& found, const LocationNamer& namer) {
  const Severity severity = severity_of(found);
  const Key key{found.pattern, found.opened, found.closing.site,
                found.pattern == Pattern::unordered ? found.other.site : 0};
  {
    const std::scoped_lock held(reports_mutex_);
    const auto known = reports_.find(key);
    if (known != reports_.end() && known->second.severity >= severity) {
      ++known->second.count;
      return;
    }
  }
  Report report;
  report.pattern = found.pattern;
  report.severity = severity;
  report.opened = found.opened;
  report.closing = side_of(found.closing);
  report.other = side_of(found.other);
  report.other_first = found.other_first;
  report.handed_over = found.handed_over;
  report.runs_python =
      found.closing.has(traits::runs_python) || found.other.has(traits::runs_python);
  report.location = namer.name();
  const std::scoped_lock held(reports_mutex_);
  const auto [place, fresh] = reports_.try_emplace(key);
  Report& kept = place->second;
  if (!fresh) {
    if (kept.severity >= severity) {  // another thread was faster
      ++kept.count;
      return;
    }
    report.count = kept.count + 1;
  }
  report.news = news_.fetch_add(1, std::memory_order_relaxed) + 1;
  kept = std::move(report);
}

void Detector::report(LockCycle cycle) {
  // The same places in another rotation are the same cycle: the order begins with the least.
  const auto places = [&](const Waiting& edge) {
    return std::pair(stacks_.top(edge.held_at).site, stacks_.top(edge.wanted_at).site);
  };
  std::ranges::rotate(cycle, std::ranges::min_element(cycle, {}, places));
  SiteId rest = 0;
  for (std::size_t i = 1; i < cycle.size(); ++i) {
    const auto [held, wanted] = places(cycle[i]);
    constexpr SiteId kSpread = 0x9E3779B1U;
    rest = (rest * kSpread + held) * kSpread + wanted;
  }
  const auto [held, wanted] = places(cycle.front());
  const std::scoped_lock guard(reports_mutex_);
  const auto [place, fresh] = reports_.try_emplace({Pattern::lock_order, held, wanted, rest});
  Report& kept = place->second;
  if (!fresh) {
    ++kept.count;
    return;
  }
  kept.pattern = Pattern::lock_order;
  kept.severity = Severity::error;
  kept.cycle = std::move(cycle);
  kept.news = news_.fetch_add(1, std::memory_order_relaxed) + 1;
}

std::vector<Report> Detector::reports(std::uint64_t since) {
  const std::scoped_lock held(reports_mutex_);
  std::vector<Report> result;
  for (const auto& [key, report] : reports_) {
    if (report.news > since) result.push_back(report);
  }
  return result;
}

void Detector::forget_reports() {
  const std::scoped_lock held(reports_mutex_);
  reports_.clear();
  lock_order_.forget();
}

}  // namespace gilcheck::runtime
