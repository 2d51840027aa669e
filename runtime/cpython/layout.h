#pragma once
// The interpreter's private layouts, one minor version at a time: the only file that names them.
// Source: Include/internal/pycore_frame.h (3.13), pycore_interpframe_structs.h, pycore_stackref.h
// (3.14, 3.15). canary.cc checks them when a run starts.

#include <Python.h>

#if PY_VERSION_HEX < 0x030D0000 || PY_VERSION_HEX >= 0x03100000
#error "gilcheck knows the layouts of CPython 3.13, 3.14 and 3.15"
#endif

#ifndef Py_BUILD_CORE
#define Py_BUILD_CORE 1
#endif
#include "internal/pycore_frame.h"
#if PY_VERSION_HEX >= 0x030E0000
#include "internal/pycore_interpframe.h"
#endif
#undef Py_BUILD_CORE

#include <cstdint>

namespace gilcheck::runtime {

using Frame = _PyInterpreterFrame;

/// The object that a slot of a frame holds, borrowed; null for an empty slot and for what is no
/// object.
#if PY_VERSION_HEX < 0x030E0000
using Slot = PyObject*;
inline PyObject* object_in(Slot slot) {
  return slot;
}
#else
using Slot = _PyStackRef;
inline PyObject* object_in(Slot slot) {
  const auto bits = slot.bits;
  if ((bits & 3U) == 3U) return nullptr;  // a tagged integer
  return reinterpret_cast<PyObject*>(bits & ~std::uintptr_t{3});
}
#endif

/// A dictionary's keys(), values() or items(): Objects/dictobject.c.
struct DictView {
  PyObject_HEAD PyObject* dict;
};

inline PyCodeObject* code_of(const Frame* frame) {
#if PY_VERSION_HEX < 0x030E0000
  PyObject* executable = frame->f_executable;
#else
  PyObject* executable = object_in(frame->f_executable);
#endif
  if (executable == nullptr || !PyCode_Check(executable)) return nullptr;
  return reinterpret_cast<PyCodeObject*>(executable);
}

inline Frame* frame_of(PyThreadState* state) {
  return state->current_frame;
}

/// Entry frames of C calls and shims have no code of a function. The code of the shim below
/// __init__ lies in read-only memory from 3.14 on: nothing can be attached to it.
inline bool is_python(const Frame* frame) {
  if (frame->owner > FRAME_OWNED_BY_GENERATOR) return false;
  const PyCodeObject* code = code_of(frame);
  return code != nullptr && (code->co_flags & CO_NO_MONITORING_EVENTS) == 0;
}

/// The instruction a frame stands at, in code units; -1 if that cannot be told.
inline int instruction_of(const Frame* frame, PyCodeObject* code) {
#if PY_VERSION_HEX >= 0x030E0000 && defined(Py_GIL_DISABLED)
  // Each thread may run a copy of the bytecode.
  _PyCodeArray* copies = code->co_tlbc;
  const auto* start = reinterpret_cast<_Py_CODEUNIT*>(copies->entries[frame->tlbc_index]);
  return static_cast<int>(frame->instr_ptr - start);
#else
  return static_cast<int>(frame->instr_ptr -
                          reinterpret_cast<_Py_CODEUNIT*>(code->co_code_adaptive));
#endif
}

/// The value `below` places under the top of a stack of `depth` values.
inline PyObject* operand(const Frame* frame, PyCodeObject* code, int depth, int below) {
  return object_in(frame->localsplus[code->co_nlocalsplus + depth - 1 - below]);
}

inline PyObject* local(const Frame* frame, int index) {
  return object_in(frame->localsplus[index]);
}

}  // namespace gilcheck::runtime
