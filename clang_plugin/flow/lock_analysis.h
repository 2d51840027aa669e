#pragma once
// Internal to flow/: the analysis behind locks.h. Split over lock_flow.cc (one function, and the
// order of functions), lock_entry.cc (what callers hold), lock_instructions.cc (what an instruction
// does), lock_atomics.cc (flags that threads take turns by) and lock_branches.cc (what a branch
// tells).
//
// Thread contract: one analysis is used by one thread.

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "clang_plugin/flow/locks.h"

namespace gilcheck::clang_plugin {

/// What a function returns, as far as its callers test it.
enum Result : std::uint8_t { kZero = 1, kPositive = 2, kNegative = 4, kOther = 8 };

std::uint8_t result_of(const Instr& value);

class LockAnalysis {
 public:
  LockAnalysis(const Program& program, const Effects& effects, const References& references,
               Locks& out)
      : p_(program), effects_(effects), references_(references), out_(out) {}

  void run();

 private:
  // ------------------------------------------------------------ entry

  void initial_entry(FunctionIndex f);
  /// Held around every call from outside that others can meet.
  void locked_by_binding(FunctionIndex f);
  /// Runs on objects that no other thread has: what it holds or not tells nothing about sharing.
  bool alone(FunctionIndex f) const { return (p_.functions()[f].reach & kReachShared) == 0; }
  static bool alone(EntryKind kind);
  /// The thread state at entry, from that of two callers.
  static Attached of_callers(Attached a, Attached b);
  /// The thread state where a function of the program calls the one it was given as an argument;
  /// nothing if that is not seen and it leaves the thread state alone.
  std::optional<Attached> where_called(const CallSite& site) const;
  /// The locks of one caller as its callee sees them.
  LockState seen_from(const CallSite& site);
  /// A lock that has no name in the function called: by what kind of object it is found in, so that
  /// callers that lock the same thing agree.
  Name enclosing(FunctionIndex f, const Name& name) const;
  /// Entered from outside, without any lock, while others use the same objects.
  bool entered(FunctionIndex f) const;
  /// True if what is known of the entry changed.
  bool entry_from_callers(FunctionIndex f);
  std::vector<bool> own_arguments(const CallSite& site);
  static Name outside(const Name& name);

  // ------------------------------------------------------------ one function

  static void meet(LockState& a, const LockState& b);
  bool analyse(FunctionIndex f);
  /// Locks held at entry that no return has any more: released, like those of callers not seen.
  void given_up(const LockState& entry, const Unit& unit, const Function& function,
                const std::vector<std::optional<LockState>>& in, const Locks::PerFunction& now);
  /// Locks that only some results of a function leave held.
  static void leaves_by_result(const Unit& unit, const Function& function,
                               const std::vector<std::optional<LockState>>& in,
                               Locks::PerFunction& now);
  static std::uint32_t note(Locks::PerFunction& into, const LockState& state);

  // ------------------------------------------------------------ one instruction

  Name argument(FunctionIndex f, const Unit& unit, const Instr& call, std::int8_t index) const;
  void take(LockState& state, Held held) const;
  void release(LockState& state, const Name& name);
  /// Attaches or detaches.
  static void move(LockState& state, Attached to);
  /// Attaches until `go_back`; `since` is what began it.
  static void nest(LockState& state, ValueId since, Attached to);
  /// Ends what `since` began and all inside it; kNone: the innermost.
  void go_back(LockState& state, ValueId since);
  /// True if the state changed.
  bool transfer(FunctionIndex f, const Unit& unit, ValueId id, LockState& state);
  /// Atomic operations on a flag that threads take turns by.
  bool is_atomic(const Unit& unit, const Instr& call) const;
  /// What the result of such a call tells; false if it is none.
  bool takes_turn(FunctionIndex f, const Unit& unit, ValueId call, bool truth,
                  LockState& state) const;
  /// True if the flag is zero from here on.
  bool gives_turn(FunctionIndex f, const Unit& unit, const Instr& instr, LockState& state);
  /// A call of a function of the program: what it leaves locked or releases.
  bool apply(FunctionIndex f, ValueId call, FunctionIndex target, LockState& state);
  /// The end of an object: what its constructor took is given back, and what destructors do.
  bool end_of_object(FunctionIndex f, ValueId destroy, LockState& state);

  // ------------------------------------------------------------ one branch

  /// `a() ? 1 : b()` and `a() && b()` as a condition: the block only joins values and tests them.
  static bool tests_joined(const Unit& unit, const Function& function, BlockId b);
  /// The state on one side of such a branch: each way in with what its own value tells. Nothing if
  /// no way leads there.
  std::optional<LockState> refine_joined(FunctionIndex f, const Unit& unit,
                                         const Function& function, BlockId b, bool taken,
                                         const std::vector<std::optional<LockState>>& ends);
  /// What a branch tells: a try-lock succeeded.
  void refine(FunctionIndex f, const Unit& unit, ValueId test, bool taken, LockState& state);

  const Program& p_;
  const Effects& effects_;
  const References& references_;
  Locks& out_;
  std::vector<Name> releases_;
  bool goes_back_ = false;
  std::vector<bool> known_;  // by function: its entry has been determined
  std::map<std::pair<FunctionIndex, ValueId>, std::vector<bool>> own_;
};

}  // namespace gilcheck::clang_plugin
