#pragma once
// Calls that hand a function over to be run by another thread, as the knowledge table
// rules/tables/thread_roots.tsv describes them.

#include <optional>

#include "analyzer/link/program.h"

namespace gilcheck::analyzer {

struct Model;
class Evaluator;

struct Spawn {
  const rules::ThreadRoot* row = nullptr;
  ValueId target = 0;      ///< the callable, 0 if the call gives none
  std::uint32_t rest = 0;  ///< index among the call's arguments after the target's
  ValueId packed = 0;      ///< the tuple of arguments, for RootArguments::Packed
  bool hinted = false;     ///< told by the method's name only, receiver unknown
};

/// The table's row for a call, if it has one.
std::optional<Spawn> spawn_of(const Model& model, ModuleIndex m, CallId call, const Callee& callee);

/// A callable value as program function. `receiver` is the path of the object that is bound as its
/// first parameter, 0 if none is.
struct Target {
  FunctionIndex function = kNone;
  bool receiver_bound = false;
  PathId receiver = 0;
  ValueId inner = 0;  ///< functools.partial: the call of partial, its arguments come first
  bool exact = true;
};
Target target_of(const Model& model, Evaluator& evaluator, ModuleIndex m, ValueId value);

}  // namespace gilcheck::analyzer
