#pragma once
// Which locks are held, and whether the thread state is attached, before each instruction: a
// forward must-analysis over each function, with what its callers hold at entry and what its
// callees leave locked.
//
// What callers hold at entry is what all of them hold that can run while others use the same
// object: constructors, destructors, the collector and callers that pass an object of their own do
// not count.
//
// The model (Doc/c-api/synchronization.rst): a critical section is held from begin to end unless
// another one is begun inside it (which may suspend it) or the thread detaches; other locks are
// held until they are released.
//
// Thread contract: immutable once built; concurrent reads are safe.

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "clang_plugin/flow/effects.h"
#include "clang_plugin/flow/names.h"
#include "clang_plugin/flow/references.h"
#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

/// A lock that is held.
struct Held {
  enum class Kind : std::uint8_t {
    section,  ///< critical section on an object
    mutex,    ///< exclusive lock of any kind
    shared,   ///< read lock
    once,     ///< inside the function of a call_once
    flag,     ///< a flag that an atomic operation set and found free: a spin lock, "in use"
  };
  Kind kind = Kind::mutex;
  rules::CKind lock = rules::CKind::None;
  Name name;          ///< the object of a section; the lock's memory or handle
  ValueId since = 0;  ///< the instruction that took it; 0 if it is held at entry
  Name section;       ///< of sections: the PyCriticalSection variable
  /// Taken only where the object needs it (Py_BEGIN_CRITICAL_SECTION_SEQUENCE_FAST locks lists, not
  /// tuples): where ways with and without it meet, it counts as held.
  bool where_needed = false;
  friend bool operator==(const Held& a, const Held& b) {
    return a.kind == b.kind && a.name == b.name && a.section == b.section;
  }
  std::string text(const Program& program, FunctionIndex function) const;
};

enum class Attached : std::uint8_t {
  yes,
  no,
  some,  ///< at entry: no for some callers, for others not
  unknown,
};

/// Whether the thread has its state, and whether the function itself saw to that.
struct ThreadState {
  Attached attached = Attached::yes;
  bool moved = false;          ///< attached or detached since the entry, on every way
  bool perhaps_moved = false;  ///< on some
  friend bool operator==(const ThreadState&, const ThreadState&) = default;
};

struct LockState {
  Attached attached() const { return thread.attached; }
  ThreadState thread;
  /// What PyGILState_Ensure and guard objects go back to when they end, by what began them; the
  /// innermost last.
  std::vector<std::pair<ValueId, ThreadState>> before;
  std::vector<Held> held;  ///< in the order taken
  friend bool operator==(const LockState&, const LockState&) = default;
};

class Locks {
 public:
  static Locks build(const Program& program, const Effects& effects, const References& references);

  /// Before an instruction of a function. Instructions that cannot be reached: the entry's state.
  const LockState& before(FunctionIndex function, ValueId instr) const;
  const LockState& at_entry(FunctionIndex function) const { return entry_[function]; }
  /// At the end of a block, before its exit.
  const LockState& at_exit(FunctionIndex function, BlockId block) const;

  /// Whether a lock is held all the way: the same acquisition at both instructions.
  bool held_throughout(FunctionIndex function, const Held& held, ValueId first, ValueId last) const;

 private:
  friend class LockAnalysis;
  struct PerFunction {
    std::vector<LockState> states;
    std::vector<std::uint32_t> before;   // by instruction, minus the first; into states
    std::vector<std::uint32_t> at_exit;  // by block, minus the first
    std::vector<Held> leaves;            // held at every return, not at entry (parameter names)
    /// Held at the returns of these results only: `if (!enter(self)) return NULL;`.
    struct LeftIf {
      Held held;
      std::uint8_t results = 0;  // of kZero, kPositive, kNegative, kOther
    };
    std::vector<LeftIf> leaves_if;
    std::uint8_t results = 0;    // that occur at all
    std::vector<Name> releases;  // released without being held
    ThreadState thread;          // at the returns
    bool nests = false;          // attaches until something else goes back (PyGILState_Ensure)
    bool goes_back = false;      // ends what a caller began (PyGILState_Release)
    bool moves() const { return thread.perhaps_moved || nests || goes_back; }
  };
  const Program* program_ = nullptr;
  std::vector<PerFunction> functions_;
  std::vector<LockState> entry_;
};

}  // namespace gilcheck::clang_plugin
