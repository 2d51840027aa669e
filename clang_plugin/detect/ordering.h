#pragma once
// What orders accesses without a lock: a flag that says an object is in use, a check of the calling
// thread, the last reference that was given up.
//
// Thread contract: functions of their arguments only; may be called concurrently.

#include "clang_plugin/detect/context.h"
#include "clang_plugin/flow/uses.h"

namespace gilcheck::clang_plugin {

/// The loaded value gives up its reference or memory before or after the store that replaces it:
/// Py_XSETREF, Py_CLEAR, free and realloc.
bool released_near(const Context& context, FunctionIndex f, ValueId load, ValueId store);
/// The order of the text: blocks, and what they hold.
bool stands_before(const Context& context, FunctionIndex f, ValueId a, ValueId b);
/// The value is the identity of the calling thread, as a function of the table gives it.
bool names_thread(const Context& context, FunctionIndex f, ValueId value);

/// The instruction runs only if a comparison with the calling thread's identity said so.
bool only_in_owner_thread(const Context& context, FunctionIndex f, ValueId at);
/// A function was called before, here or in all callers, that compares the calling thread with the
/// object's, to refuse others.
bool thread_was_checked(const Context& context, FunctionIndex f, ValueId at);
/// The instruction runs only if an atomic update of a counter in the same structure said so: nobody
/// else refers to it any more.
bool after_last_reference(const Context& context, FunctionIndex f, ValueId base, ValueId at);
/// The instruction is counted as an operation in flight: an atomic update of one counter before it,
/// and of the same counter after it, in the same function. Who replaces the object waits for the
/// count.
bool counted_in_flight(const Context& context, FunctionIndex f, ValueId at);
/// The flag of the object that was tested and set before the instruction, and is taken back after
/// it: `if (self->running) return error; self->running = 1; ... self->running = 0;`. Null if there
/// is none.
const FieldFacts* in_use_flag(const Context& context, FunctionIndex f, ValueId base, ValueId at);
/// Whether a function tests the flag, or all its callers do.
bool respects_flag(const Context& context, FunctionIndex f, const FieldFacts& flag);

}  // namespace gilcheck::clang_plugin
