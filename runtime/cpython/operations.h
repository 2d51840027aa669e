#pragma once
// From an instruction that is about to run and its operands to accesses of locations.
//
// Nothing here runs Python code, sets an exception or keeps a reference: it is called in the middle
// of somebody else's program.

#include "cpython/runtime_state.h"

namespace gilcheck::runtime {

bool start_operations();
/// Records what `instruction` is about to do. `frame` is running it. False if that is nothing of
/// interest, and depends on nothing but the types of its operands.
bool perform(Thread& thread, Frame* frame, CodeMap& map, Instruction& instruction);
/// An object was made: iterators are tied to what they walk over.
void object_created(Thread& thread, PyObject* object);
/// An object is about to be freed.
void object_destroyed(PyObject* object);

}  // namespace gilcheck::runtime
