#pragma once
// What the standard library's synchronisation written in Python promises, as edges between its
// callers: the item that is put is ordered before the get() that returns it, and so on (the table
// in api_hooks.cc). Watched by events on the functions' code, so that subclasses and references
// taken earlier are covered. Source: the documentation of threading, queue, concurrent.futures and
// asyncio.

#include "cpython/runtime_state.h"

namespace gilcheck::runtime {

/// A function that orders threads. Opaque.
struct ApiFunction;

/// The function whose code this is, or null.
const ApiFunction* api_function(PyCodeObject* code);
/// Events of such a function, on the thread that runs it.
void api_entered(const ApiFunction& function, Thread& thread, Frame* frame);
void api_left(const ApiFunction& function, Thread& thread, Frame* frame, PyObject* result);
/// Which of its events are needed beside its start.
bool wants_return(const ApiFunction& function);
bool wants_yield(const ApiFunction& function);

/// C types that order threads: queue.SimpleQueue.
bool install_queue_hooks();

/// Ends of module bodies, ordered before whoever imports.
void module_finished(Thread& thread);
void about_to_import(Thread& thread);

/// An object of synchronisation was freed.
void api_object_died(PyObject* object);

}  // namespace gilcheck::runtime
