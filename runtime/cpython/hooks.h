#pragma once
// Synchronisation as the program does it: threads, locks (lock_hooks.cc), queues, events, futures.
// Functions in C are hooked in their definitions (method_hooks.h), those of the standard library in
// Python are watched by events on their code (api_hooks.cc).
//
// What threading.py, queue.py and their like do inside with locks of their own orders nothing: only
// what their documentation promises does.

#include "cpython/runtime_state.h"

namespace gilcheck::runtime {

/// Of locks as well. False with an exception, and nothing replaced.
bool install_thread_hooks();
/// Whether a function of this file belongs to the standard library's synchronisation.
bool is_synchronisation(PyCodeObject* code);

}  // namespace gilcheck::runtime
