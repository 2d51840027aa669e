#pragma once
// Tables of the evidence phase. Internal; detect sees concurrency.h.
//
//   roots.cc        calls, overrides and decorators that make threads -> ThreadRoot
//   reachability.cc call graph -> the roots that reach each function
//   ordering.cc     start() and join() -> what runs before or after a root
//   instances.cc    arguments, receivers, state -> which classes' objects threads share
//   library.cc      assume -> what a public API is taken to share
//   sharing.cc      all of these -> one verdict per location
//   parallel.cc     all of these -> pairs of accesses

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/evidence/concurrency.h"
#include "analyzer/link/model.h"

namespace gilcheck::analyzer {

/// The part of a function during which threads of a root can be running: accesses in
/// [first, end), calls in [first_call, end_call).
struct Window {
  FunctionIndex function = 0;
  AccessId first = 0;
  AccessId end = kNone;
  CallId first_call = 0;
  CallId end_call = kNone;
  bool joined = false;  ///< the threads are over at its end; else the function is left there

  bool outside(AccessId access) const { return access < first || access >= end; }
  bool outside_call(CallId call, AccessId position) const {
    if (call == kNone) return position < first || position >= end;
    return call < first_call || call >= end_call;
  }
};

/// More about a ThreadRoot, for ordering and for telling its objects apart.
struct RootDetail {
  bool hinted = false;            ///< only a method's name says so
  bool by_callers = false;        ///< many only because the spawner is called several times
  bool own_self = false;          ///< methods of a class of which each thread has its own object
  bool synchronous = false;       ///< started and waited for at once: runs in place of its caller
  bool interrupts = false;        ///< signal handlers: the main thread itself
  ClassIndex self = kNone;        ///< class of the entry's receiver
  PathId receiver = 0;            ///< of the bound target, in the spawn's module
  bool receiver_fresh = false;    ///< the receiver is an object made by the spawner
  ValueId spawned = 0;            ///< value of the thread object, if the call gives one
  std::vector<ClassIndex> parts;  ///< of a finaliser: its object's class and those of what that
                                  ///< object is made of; sorted
  std::vector<Window> windows;    ///< spawner and its callers
  std::vector<FunctionIndex> beside;   ///< functions that the windows are seen to call, and the
                                       ///< windows' own; sorted
  std::vector<FunctionIndex> ordered;  ///< functions that run only outside of the windows; sorted
};

/// Which threads hold objects of a class.
struct Holders {
  bool everywhere = false;  ///< reachable from module, class or other global state
  bool named = false;       ///< one object is seen to be shared: a global variable, what a
                            ///< thread is given; not just one of many in a container, nor a
                            ///< part of another object
  bool global = false;      ///< one object, or most of them, are a global variable's
  bool rooted = false;      ///< ... or kept in an attribute of such an object
  struct Hold {
    RootId root;
    bool together;     ///< all threads of the root hold the same object
    bool transferred;  ///< only handed over, through a queue
    bool single;       ///< one object is: given to the threads, or kept in an attribute of it
    friend bool operator==(const Hold&, const Hold&) = default;
  };
  std::vector<Hold> holds;  ///< by root
  bool hold(RootId root, bool together, bool transferred, bool single);
  const Hold* find(RootId root) const;
};

/// The roots that reach functions; few different sets occur.
class RootSets {
 public:
  std::uint32_t intern(std::vector<RootId> set);
  std::span<const RootId> get(std::uint32_t id) const { return sets_[id]; }
  std::size_t size() const { return sets_.size(); }

 private:
  std::vector<std::vector<RootId>> sets_;
  tsl::robin_map<std::uint64_t, std::vector<std::uint32_t>> by_hash_;
};

struct Evidence {
  const Program* program = nullptr;
  const Model* model = nullptr;
  std::vector<ThreadRoot> roots;
  std::vector<RootDetail> details;
  RootId main = 0;
  RootId api = kNone;  ///< the public API, if it is assumed to be called by threads
  RootSets sets;
  std::vector<std::uint32_t> set_of;  ///< by function
  std::vector<std::uint8_t> in_loop;  ///< by function: a coroutine, or called by coroutines only
  /// Constructors that start threads on the object under construction.
  tsl::robin_map<FunctionIndex, std::vector<RootId>> starting_constructors;
  std::vector<Holders> holders;          ///< by class
  std::vector<std::uint32_t> made;       ///< by class: places that make an object of it or of a
                                         ///< subclass; one in a loop counts twice
  std::vector<std::uint8_t> api_shared;  ///< by location: what API callers share
  std::vector<Confidence> api_strength;  ///< by location
  std::vector<std::uint8_t> guarded;     ///< by location: some access holds a lock kept with it
  std::vector<Sharing> sharing;          ///< by location

  std::span<const RootId> roots_of(FunctionIndex f) const { return sets.get(set_of[f]); }
  bool is_thread(RootId r) const { return r != main && r != api; }
};

/// A location's class, or one below that works on it, says that threads share its objects: it owns
/// a lock, or its documentation says so. kNone if none does.
struct ClassClaim {
  ClassIndex locks = kNone;
  ClassIndex documented = kNone;
};
ClassClaim claim_of(const Model& model, const Location& location);

void find_roots(Evidence& evidence, const ParallelFor& parallel);
void find_api_entries(Evidence& evidence);
void propagate_roots(Evidence& evidence);
void find_loop_code(Evidence& evidence);
void find_windows(Evidence& evidence);
void find_holders(Evidence& evidence);
void assume_library(Evidence& evidence);
void decide_sharing(Evidence& evidence, const ParallelFor& parallel);

/// Whether an access through root `a` and one through root `b` can run at the same time on the
/// same object of the location.
bool roots_conflict(const Evidence& evidence, LocationId location, const AccessRef& a, RootId ra,
                    const AccessRef& b, RootId rb);
/// How sure it is that threads of the two roots, which conflict there, share the location: high if
/// one object is seen in two threads that are seen, low if that they share any one is not.
Confidence sharing_strength(const Evidence& evidence, LocationId location, const AccessRef& a,
                            RootId ra, const AccessRef& b, RootId rb);
/// The same for two calls that touch what all callers share.
bool calls_meet(const Evidence& evidence, const CallPlace& a, RootId ra, const CallPlace& b,
                RootId rb);
/// The access touches the object that its function is constructing.
bool under_construction(const Evidence& evidence, LocationId location, const AccessRef& access);

}  // namespace gilcheck::analyzer
