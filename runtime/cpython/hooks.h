#pragma once
// Synchronisation as the program does it: locks, threads, queues, events, futures. Functions in C
// are hooked where their types' method definitions point; nothing is wrapped, so bound methods
// taken earlier and locks made earlier are covered. Functions of the standard library in Python are
// watched by events on their code (api_hooks.cc).
//
// What threading.py, queue.py and their like do inside with locks of their own orders nothing: only
// what their documentation promises does.

#include "cpython/runtime_state.h"

namespace gilcheck::runtime {

bool install_thread_hooks();
/// A lock object was freed.
/// The same for objects that are used as one, semaphores of one permit.
void mutex_created(PyObject* object);
void mutex_acquired(PyObject* object);
void mutex_releasing(PyObject* object);
void lock_died(PyObject* lock);
/// A lock object was made.
void lock_created(PyObject* lock);
bool is_lock_type(PyTypeObject* type);

struct LockName {
  StackId created_at = 0;
  const char* kind = "";
};
/// For reports.
LockName lock_name(LockId lock);

/// Whether a function of this file belongs to the standard library's synchronisation.
bool is_synchronisation(PyCodeObject* code);

}  // namespace gilcheck::runtime
