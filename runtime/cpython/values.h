#pragma once
// Names, keys and values of the program as the detector knows them.
//
// Nothing here runs Python code or keeps a reference. Caller holds the objects.

#include "cpython/layout.h"
#include "engine/detector.h"

namespace gilcheck::runtime {

/// Whether the key's type has builtin equality, so that it can be compared without running Python
/// code.
bool plain_key(PyObject* key);
/// Of an attribute, a global or a key that is plain, or a tuple of plain ones.
SlotId slot_of_name(PyObject* name);
/// Of any key; kUnhashed where hashing it could run Python code.
SlotId slot_of_key(PyObject* key);
/// Sets what `operation` is to know of the value that it stores; null says nothing.
void classify_value(PyObject* value, Operation& operation);

}  // namespace gilcheck::runtime
