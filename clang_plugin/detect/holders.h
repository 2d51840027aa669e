#pragma once
// Which structures belong to one call, and which hang on an object or a variable that threads
// share: judged by what can hold an instance, by type.
//
// Thread contract: functions of their arguments only; may be called concurrently.

#include "clang_plugin/detect/context.h"

namespace gilcheck::clang_plugin {

/// Structures that only live in local variables, or in parts of those: no object, static variable
/// or allocation holds one, so one call has it (a callback gets it back through a `void *`).
bool lives_on_stack(const Unit& unit, const FieldFacts& field);
/// A C++ class that is no Python object, and a handle, guard or working state of one call, mostly:
/// local variables are made of it or of the class it is nested in, or no Python object and no
/// static variable leads to it.
bool mostly_of_one_call(const Unit& unit, const FieldFacts& field);

}  // namespace gilcheck::clang_plugin
