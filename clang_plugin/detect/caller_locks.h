#pragma once
// Locks of callers that no single name stands for: one caller locks what it passes, another the
// object that it hangs on.
//
// Thread contract: functions of their arguments only; may be called concurrently.

#include "clang_plugin/detect/candidate.h"
#include "clang_plugin/detect/context.h"

namespace gilcheck::clang_plugin {

/// Whether every call of the function that can run while others use the same objects is made with
/// some lock held, of the caller or of its callers. Callers that pass an object of their own as
/// argument `parameter` (kNone: unknown) tell nothing.
bool callers_lock(const Context& context, FunctionIndex function, std::uint32_t parameter);

/// The caller that holds no lock around its call of a helper that another caller locks for; kNone
/// if they all do the same.
FunctionIndex unlocked_caller(const Context& context, FunctionIndex function);
/// Says which caller holds a lock and which does not; false if there is nothing to say.
bool say_mixed_callers(const Context& context, Candidate& found, FunctionIndex function);

}  // namespace gilcheck::clang_plugin
