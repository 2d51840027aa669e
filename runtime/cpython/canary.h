#pragma once
// Whether layout.h describes the interpreter that runs: its frames are read without its help.

#include <Python.h>

namespace gilcheck::runtime {

/// To be called as the last thing by a Python function of two parameters and one more variable,
/// with their values. Compares what layout.h reads of the function's frame with what the public
/// functions say. False with an exception that names what differs.
bool check_layout(PyObject* const* values, Py_ssize_t count);

}  // namespace gilcheck::runtime
