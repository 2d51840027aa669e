#pragma once
// What a rule works with: the linked program and the facts about it, and the questions that all
// rules ask.
//
// Thread contract: const members may be called concurrently.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "clang_plugin/flow/effects.h"
#include "clang_plugin/flow/fields.h"
#include "clang_plugin/flow/globals.h"
#include "clang_plugin/flow/locks.h"
#include "clang_plugin/flow/paths.h"
#include "clang_plugin/flow/references.h"
#include "clang_plugin/flow/sharing.h"
#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

class Context {
 public:
  Context(const Program& program, const Effects& effects, const Locks& locks,
          const References& references, const Globals& globals);

  const Program& program;
  const Effects& effects;
  const Locks& locks;
  const References& references;
  const Globals& globals;
  const Sharing sharing;
  const Fields& fields() const { return *fields_; }

  const Unit& unit(FunctionIndex f) const { return program.unit_of(f); }
  const Instr& instr(FunctionIndex f, ValueId id) const { return unit(f).instrs[id]; }
  UnitIndex unit_index(FunctionIndex f) const { return program.functions()[f].unit; }
  const Paths& paths(FunctionIndex f) const { return *paths_[f]; }
  /// Calls that take or give back a lock, in the rest of the block that an instruction (which is
  /// included) lies in.
  std::span<const ValueId> lock_calls_from(FunctionIndex f, ValueId at) const;
  /// A call that releases what its first argument refers to.
  bool releases_argument(FunctionIndex f, ValueId call) const;
  /// All of them in a function, in program order.
  std::span<const ValueId> releases(FunctionIndex f) const { return calls_[f].releases; }
  /// Arguments of a call or construction.
  std::vector<ValueId> arguments(FunctionIndex f, ValueId call) const;
  std::string_view callee_name(FunctionIndex f, ValueId call) const;

  /// Whether several threads can run a function at once: Python reaches it by a method, slot,
  /// getter or callback, and not only while modules are initialised or objects made or destroyed.
  bool runs_shared(FunctionIndex f) const {
    return (program.functions()[f].reach & kReachShared) != 0;
  }
  /// Only while a module is initialised: one thread, under the import lock.
  bool only_init(FunctionIndex f) const { return program.functions()[f].reach == kReachInit; }
  /// How Python comes to a function, in one phrase ("Python calls it as spam.Foo.get, through
  /// next_item()"), and the table's row.
  struct Reached {
    std::string text;
    std::optional<At> at;
  };
  /// `through`: by this caller; kNone: by the nearest.
  Reached reached(FunctionIndex f, FunctionIndex through = kNone) const;
  /// The module that a unit belongs to (or that is the only one); null if there is none in sight.
  const ModuleNode* module_of(UnitIndex unit) const;
  /// The module claims Py_MOD_GIL_NOT_USED: nothing else protects its state.
  bool claims_no_gil(UnitIndex unit) const;

  /// The locks that count at an instruction: critical sections do while the thread is attached and
  /// no other section is begun inside; read locks do not exclude other readers.
  std::vector<Held> protecting(FunctionIndex f, ValueId at) const;
  /// Switch points that can run between two instructions, in program order: with the GIL, another
  /// thread can run there.
  std::vector<ValueId> switches_between(FunctionIndex f, ValueId first, ValueId last) const;

 private:
  struct Calls {
    std::vector<ValueId> locks;
    std::vector<ValueId> releases;
  };
  Calls calls_of(FunctionIndex f) const;

  std::vector<std::unique_ptr<Paths>> paths_;
  std::vector<Calls> calls_;  // by function
  std::unique_ptr<Fields> fields_;
};

/// A function that Cython writes into every module, or around those of the author: not the author's
/// to change.
bool is_generator_runtime(const Context& context, FunctionIndex function);

}  // namespace gilcheck::clang_plugin
