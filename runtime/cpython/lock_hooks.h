#pragma once
// Locks as the program uses them.

#include "cpython/method_hooks.h"
#include "cpython/runtime_state.h"

namespace gilcheck::runtime {

/// `module`: `_thread`. Plans the replacements of the lock types' methods; false with an exception
/// if there are no such types.
bool plan_lock_hooks(MethodHooks& hooks, PyObject* module);

/// A lock object was made.
void lock_created(PyObject* lock);
/// A lock object, or what is used as one, was freed.
void lock_died(PyObject* lock);
bool is_lock_type(PyTypeObject* type);

/// The same for objects that are used as one, semaphores of one permit.
void mutex_created(PyObject* object);
/// `surely`: it was waited for without a limit of time.
void mutex_acquired(PyObject* object, bool surely);
void mutex_releasing(PyObject* object);

struct LockName {
  StackId created_at = 0;
  const char* kind = "";
};
/// For reports.
LockName lock_name(LockId lock);

}  // namespace gilcheck::runtime
