#pragma once
// The race detector: fed with accesses and synchronisation, it says which regions of one thread
// could be torn by another. It predicts: one run in which the accesses happen in any order is
// enough.
//
// A *region* is two accesses of one location in one function call of which the second depends on
// the first. It is torn by a write of another thread that is ordered neither before its first end
// nor after its second. Both orders of observation are looked at: a write seen before the first end
// is kept with that end (Opening::other) until the second, and the second end is kept with its
// location until a later write comes. Atomicity by unserialisable triples: Lu, Tucek, Qin and Zhou,
// ASPLOS 2006.
//
// Knows nothing of Python. Thread contract: each function names whose thread it is called on;
// accesses of different threads may come at once.

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "engine/intern.h"
#include "engine/lock_order.h"
#include "engine/shadow.h"
#include "engine/thread.h"

namespace gilcheck::runtime {

/// What orders the threads that use an object of synchronisation.
struct SyncVariable {
  std::mutex mutex;
  Orders orders;
};

/// Which earlier reads of the same call an instruction depends on, as indices of openings.
struct Dependences {
  std::span<const std::uint16_t> control;  ///< they decided that it runs
  std::span<const std::uint16_t> data;     ///< its operands were made from them
};

/// An instruction about to access a location.
struct AccessSite {
  SiteId site = 0;
  SiteId origin =
      0;  ///< the first instruction made from the same source, so that loops unrolled agree
  int opening = -1;  ///< index among the call's openings, -1: opens no region
  std::uint32_t group =
      0;  ///< of a write: those that always happen together have the same; 0: none
  std::span<const SiteId> combined;  ///< of a read: those whose values meet this one's
  SiteId published = 0;              ///< of a write: where the same call published the object
  bool decides = false;  ///< what is read decides a branch, or is an item taken from a container
  Dependences depends;
};

struct Operation {
  ObjectId object = 0;
  SlotId slot = 0;
  std::uint16_t traits = 0;
  ValueKind value = ValueKind::unknown;
  std::uint32_t digest = 0;
};

enum class Severity : std::uint8_t { info, warning, error };

enum class Pattern : std::uint8_t {
  lost_update,     ///< read, then a write made from what was read
  check_then_act,  ///< read, then a write that the read decided on
  check_then_use,  ///< read, then another read that the first decided on, and what it needs is gone
  iteration,       ///< a walk over a container whose elements change
  iterator,        ///< one iterator advanced by two threads
  compound_call,   ///< a call of a builtin that takes several steps
  torn_pair,       ///< two writes of one object that another thread sees one of
  publication,     ///< an object is changed after it was stored where another thread finds it
  unordered,       ///< two writes of different values, in no order
  lock_order,      ///< threads that wait for each other's locks, in a cycle
};

/// One end of a report: an access and who made it.
struct Side {
  Entry entry;
  int thread = 0;
  int started_by = 0;
  StackId started_at = 0;
};

struct Report {
  Pattern pattern{};
  Severity severity{};
  SiteId opened = 0;         ///< the region's first end
  Side closing;              ///< the region's second end
  Side other;                ///< the access that tears it
  bool other_first = false;  ///< observed before the region's second end
  bool handed_over = false;  ///< ordered, but by a value only
  bool runs_python = false;  ///< Python code ran within the region
  std::string location;      ///< for people; of lock_order: empty
  std::uint64_t count = 1;
  std::uint64_t news = 0;  ///< Detector::news() as of when it got its severity
  /// Of lock_order, which has nothing else but `pattern` and `severity`. In no particular rotation.
  LockCycle cycle;
};

/// Gives a location a name, when there is something to report about it.
class LocationNamer {
 public:
  LocationNamer() = default;
  LocationNamer(const LocationNamer&) = delete;
  LocationNamer& operator=(const LocationNamer&) = delete;
  virtual ~LocationNamer() = default;
  [[nodiscard]] virtual std::string name() const = 0;
};

class Detector {
 public:
  Detector();

  // ---- threads. A token carries what is ordered before a thread's start, then what its end
  // orders.
  struct ThreadToken {
    Orders orders;
    StackId started_at = 0;
    int started_by = 0;
    std::mutex mutex;
    bool ended = false;
    Orders end;
    ThreadSlot slot = 0;
    Step last = 0;
  };
  std::shared_ptr<ThreadToken> starting(Thread& parent, StackId stack);
  /// Called on the new thread; without token for a thread that C code started.
  std::unique_ptr<Thread> begin(ThreadToken* token);
  void end(Thread& thread, ThreadToken* token);
  /// After the thread's end was waited for or seen.
  void joined(Thread& waiter, ThreadToken& token);

  // ---- synchronisation
  /// What comes after acquire_from() is ordered after what came before release_to(). `mutex`: in
  /// this run only, the next may take the lock the other way round.
  void release_to(Thread& thread, SyncVariable& variable, bool mutex);
  void acquire_from(Thread& thread, SyncVariable& variable);
  /// `stack`: where, if code under test does.
  void lock_acquired(Thread& thread, LockId lock, StackId stack = 0);
  void lock_released(Thread& thread, LockId lock);
  /// Code under test is about to wait for the lock, without a limit of time.
  void lock_wanted(Thread& thread, LockId lock, StackId stack);
  /// The lock was released by a thread that did not acquire it.
  void lock_is_signal(LockId lock);
  void lock_died(LockId lock) { lock_order_.died(lock); }

  // ---- accesses
  void access(Thread& thread, Activation& activation, const AccessSite& site,
              const Operation& operation, const LocationNamer& namer);
  /// A write of all parts of an object that anybody has accessed by name, key or position.
  void access_all(Thread& thread, Activation& activation, const AccessSite& site,
                  const Operation& operation, const LocationNamer& namer);
  /// The same access as one of a pair: with earlier ones of the same call to other names of the
  /// same object that it belongs together with.
  void access_pairs(Thread& thread, const Activation& activation, const AccessSite& site,
                    const Operation& operation, const LocationNamer& namer);
  void object_died(ObjectId object) { shadows_.object_died(object); }
  /// Whether a second thread was ever started. Until then accesses say nothing, beyond what a
  /// region begins with.
  [[nodiscard]] bool several_threads() const { return several_.load(std::memory_order_relaxed); }
  /// Whether a part of the object was accessed before; now and then true of one that was not.
  [[nodiscard]] bool knows(ObjectId object) const { return shadows_.may_have(object); }

  // ---- results
  /// Those that got their severity after news() was `since`.
  std::vector<Report> reports(std::uint64_t since = 0);
  /// Grows with each new report, and each that became more severe.
  [[nodiscard]] std::uint64_t news() const { return news_.load(std::memory_order_relaxed); }
  void forget_reports();
  /// Whether, since the last call, two accesses of different threads met of which one is a write
  /// and that nothing but locks orders. From any thread.
  bool take_met() { return met_.exchange(false, std::memory_order_relaxed); }
  [[nodiscard]] StackTable& stacks() { return stacks_; }
  /// StackTable::call() for who makes many.
  StackId call(Thread& thread, StackId caller, SiteId site) {
    KnownCalls::Call& known = thread.known_calls.place(caller, site);
    if (known.stack == 0 || known.caller != caller || known.site != site)
      known = {caller, site, stacks_.call(caller, site)};
    return known.stack;
  }
  [[nodiscard]] LockSetTable& lock_sets() { return lock_sets_; }
  [[nodiscard]] std::size_t locations() const { return shadows_.size(); }

 private:
  struct Found {
    Pattern pattern;
    SiteId opened;
    Entry closing;
    Entry other;
    bool other_first;
    bool handed_over;
  };

  void access_pair(Thread& thread, const Activation& activation, const AccessSite& site,
                   const Operation& operation, const PairEnd& first, const LocationNamer& namer);
  Thread::Cached& cached(Thread& thread, ObjectId object, SlotId slot);
  Shadow& shadow_of(Thread& thread, ObjectId object, SlotId slot);
  /// `made_from` and `decided`: the openings that the access closes, null for none.
  void close_regions(Thread& thread, const AccessSite& site, Opening* made_from, Opening* decided,
                     Shadow& shadow, Entry& mine, std::vector<Found>& found);
  void meet_others(Thread& thread, const Operation& operation, Shadow& shadow, const Entry& mine,
                   const AccessSite& site, Opening* opening, std::vector<Found>& found);
  /// Whether a write may fall into a region that holds `guard` from end to end.
  bool kept_out(LockSetId guard, const Entry& write) {
    return lock_sets_.intersect(guard, write.locks);
  }
  void take_value(Thread& thread, const Entry& write);
  /// The locks that the thread has held since its acquisition `serial`.
  LockSetId held_since(const Thread& thread, std::uint32_t serial);
  void report(const Found& found, const LocationNamer& namer);
  void report(LockCycle cycle);
  Side side_of(const Entry& entry);
  static Severity severity_of(const Found& found);

  ShadowMemory shadows_;
  StackTable stacks_;
  LockSetTable lock_sets_;
  LockOrder lock_order_{lock_sets_};

  std::mutex threads_mutex_;
  struct SlotState {
    Thread* thread = nullptr;  ///< while it lives
    Step last = 0;
    bool free = false;
  };
  std::deque<SlotState> slots_;
  struct Origin {
    Step from;
    int number;
    int started_by;
    StackId started_at;
  };
  std::vector<std::vector<Origin>> origins_;  ///< of each slot, by the step they began at
  int threads_started_ = 0;

  std::mutex reports_mutex_;
  using Key = std::tuple<Pattern, SiteId, SiteId, SiteId>;
  std::map<Key, Report> reports_;
  std::atomic<std::uint64_t> news_{0};
  std::atomic<bool> met_{false};
  /// What a thread does before it starts the first other is ordered before all that others do, and
  /// needs no memory.
  std::atomic<bool> several_{false};
};

}  // namespace gilcheck::runtime
