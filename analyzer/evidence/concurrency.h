#pragma once
// Concurrency evidence: which threads reach which functions, and which locations they share.
// Phase 4, between link and detect.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/link/program.h"

namespace gilcheck::analyzer {

using RootId = std::uint32_t;

/// A way for a thread of its own to enter the program.
struct ThreadRoot {
  enum class Kind : std::uint8_t {
    thread,
    timer,
    executor,
    pool,
    asyncio_thread,
    request_handler,
    callback,
    finalizer,
    public_api,  ///< assumed: any thread may call it (assume automatic or threaded)
    main,        ///< the rest: import time, the main thread, functions nobody is seen to call
  };
  Kind kind = Kind::thread;
  std::vector<FunctionIndex> entries;
  bool many = false;           ///< several threads may run it at the same time
  bool same_receiver = false;  ///< ... and with the same `self` (a bound method of one object)
  ModuleIndex module = 0;      ///< spawn site
  ByteRange site;
  FunctionIndex spawner = kNone;
  CallId call = kNone;
  std::string text;  ///< for people: "Thread(target=work), started in a loop"
};

/// Why we believe that a location is reached by several threads.
struct Sharing {
  enum class Reason : std::uint8_t {
    none,
    roots,       ///< two concurrent roots, or one that runs several times, reach it
    owned_lock,  ///< its class or module owns a lock (assume automatic)
    assumed,     ///< the user said `threaded`
    documented,  ///< its class or module is documented as thread-safe
  };
  Reason reason = Reason::none;
  bool guarded_elsewhere = false;         ///< some access outside construction holds a sure lock
  Confidence strength = Confidence::low;  ///< upper bound for findings on it
  std::string text;        ///< one phrase for people, names root or lock with its place
  ModuleIndex module = 0;  ///< site of the evidence
  ByteRange site;
  bool has_site = false;
};

/// A call, or (call == kNone) another expression, and its place among the accesses.
struct CallPlace {
  FunctionIndex function = 0;
  CallId call = kNone;
  AccessId position = 0;
};

class Concurrency {
 public:
  static std::unique_ptr<Concurrency> build(const Program& program, const ParallelFor& parallel);
  ~Concurrency();

  std::span<const ThreadRoot> roots() const;
  /// Roots that reach a function, ascending.
  std::span<const RootId> roots_of(FunctionIndex function) const;
  const Sharing& sharing(LocationId location) const;

  /// May the two accesses to `location` run at the same time, in two threads, on the same object?
  /// False for construction and import time, for two accesses of one single-threaded root, for
  /// accesses ordered by start() or join(), and for per-thread instances. An access may conflict
  /// with itself. Locks are not considered.
  bool may_run_in_parallel(LocationId location, const AccessRef& a, const AccessRef& b) const;
  /// The roots through which such a pair runs, for the report; the first found.
  std::optional<std::pair<RootId, RootId>> parallel_roots(LocationId location, const AccessRef& a,
                                                          const AccessRef& b) const;
  /// How sure the evidence is for such a pair: that of its surest two roots.
  Confidence pair_strength(LocationId location, const AccessRef& a, const AccessRef& b) const;
  /// The roots through which two calls run at the same time, for what all callers share.
  std::optional<std::pair<RootId, RootId>> calls_meet(const CallPlace& a, const CallPlace& b) const;
  /// The access touches an attribute of the object that its own function is constructing, before
  /// anybody else can reach that object.
  bool under_construction(LocationId location, const AccessRef& access) const;
  /// The access is made where a thread is started or joined, or only called from there, before the
  /// start or after the join.
  bool outside_thread(const AccessRef& access) const;
  /// True when no lock and no thread root (other than main) exists in the program.
  bool nothing_in_sight() const;

 private:
  struct Impl;
  explicit Concurrency(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gilcheck::analyzer
