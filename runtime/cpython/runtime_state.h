#pragma once
// What the parts of the extension share: the detector, the calling thread's state, and which
// functions are under test.

#include <Python.h>

#include <memory>

#include "cpython/code_map.h"
#include "cpython/layout.h"
#include "engine/detector.h"

namespace gilcheck::runtime {

/// Lives until the process ends: threads may outlast the interpreter.
Detector& detector();

/// The calling thread's state, made at its first use for threads that C code started.
Thread& current_thread();
/// The same, or null if there is none yet.
Thread* known_thread();
void set_current_thread(std::unique_ptr<Thread> thread);
std::unique_ptr<Thread> take_current_thread();

/// The call that runs now, entered if it is new to us. `map` is its code's.
Activation& activation_of(Thread& thread, Frame* frame, CodeMap& map);
/// A function was called (as opposed to: goes on).
void begin_activation(Thread& thread, Frame* frame, CodeMap& map);
/// The stack of callers of a call.
StackId caller_of(Thread& thread, Activation& activation);
/// The stack with the place where the innermost Python frame stands on top, 0 without frames.
StackId current_stack(Thread& thread);
/// The same of a Python frame further out.
StackId stack_from(Thread& thread, const Frame* frame);
/// Hands out reports that are new, if there are any: who found one may not come back. Runs Python
/// code; false with its exception, which is the program's. In module.cc.
bool hand_out_news();
/// Whether `object` is being constructed by a call that has not returned yet.
bool constructing(Thread& thread, PyObject* object);

}  // namespace gilcheck::runtime
