#include "cpython/canary.h"

#include "cpython/bytecode.h"
#include "cpython/layout.h"

namespace gilcheck::runtime {
namespace {

constexpr int kVariables = 3;

/// What differs, null if nothing does. `known`: the same frame, as the interpreter shows it.
const char* difference(PyFrameObject* known, PyCodeObject* known_code, PyObject* const* values) {
  const Frame* frame = frame_of(PyThreadState_Get());
  if (frame == nullptr || !is_python(frame)) return "the current frame";
  PyCodeObject* code = code_of(frame);
  if (code != known_code) return "a frame's code";
  PyObject* globals = PyFrame_GetGlobals(known);
  const bool same_globals = frame->f_globals == globals;
  Py_XDECREF(globals);
  if (!same_globals) return "a frame's globals";
  PyFrameObject* known_caller = PyFrame_GetBack(known);
  PyCodeObject* caller_code = known_caller != nullptr ? PyFrame_GetCode(known_caller) : nullptr;
  const Frame* caller = frame->previous;
  while (caller != nullptr && !is_python(caller)) caller = caller->previous;
  const bool same_caller =
      caller == nullptr ? caller_code == nullptr : code_of(caller) == caller_code;
  Py_XDECREF(caller_code);
  Py_XDECREF(known_caller);
  if (!same_caller) return "a frame's caller";
  for (int i = 0; i < kVariables; ++i) {
    if (local(frame, i) != values[i]) return "a frame's variables";
  }
  const int unit = instruction_of(frame, code);
  if (unit * 2 != PyFrame_GetLasti(known)) return "a frame's instruction";
  const Bytecode bytecode = read_bytecode(code);
  if (!bytecode.understood || unit >= static_cast<int>(bytecode.step_at.size()))
    return "the bytecode";
  const int step = bytecode.step_at[static_cast<std::size_t>(unit)];
  const int depth = step < 0 ? -1 : bytecode.steps[static_cast<std::size_t>(step)].depth;
  if (depth < kVariables) return "the bytecode";
  for (int i = 0; i < kVariables; ++i) {
    if (operand(frame, code, depth, i) != values[kVariables - 1 - i]) return "a frame's stack";
  }
  return nullptr;
}

}  // namespace

bool check_layout(PyObject* const* values, Py_ssize_t count) {
  PyFrameObject* known = PyEval_GetFrame();  // borrowed
  if (known == nullptr || count != kVariables) {
    PyErr_SetString(PyExc_TypeError, "check_layout() is for a function with three variables");
    return false;
  }
  PyCodeObject* code = PyFrame_GetCode(known);
  const char* what = difference(known, code, values);
  Py_DECREF(code);
  if (what == nullptr) return true;
  PyErr_Format(PyExc_RuntimeError,
               "gilcheck does not know this build of CPython: %s is not laid out as in %d.%d", what,
               PY_MAJOR_VERSION, PY_MINOR_VERSION);
  return false;
}

}  // namespace gilcheck::runtime
