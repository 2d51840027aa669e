// The extension module gilcheck._python_stacks, for interpreters built with ThreadSanitizer: what
// Python code the thread was in that a report is about. Compiled without the sanitizer. It is
// called with the sanitizer's locks held: what it does there must not make a report itself, so that
// it walks the frames by their layout, and names them later.

#include <Python.h>

#include "cpython/layout.h"

#include <dlfcn.h>

#include <array>
#include <atomic>
#include <cstddef>

namespace gilcheck::runtime {
namespace {

constexpr std::size_t kMostReports = 4096;
constexpr std::size_t kMostFrames = 32;

struct Stack {
  std::size_t count = 0;
  struct {
    PyCodeObject* code;  ///< owned
    int offset;          ///< in bytes
  } frames[kMostFrames];
};

/// Of each report, in order; the sanitizer makes one at a time.
std::array<Stack, kMostReports>* g_stacks = nullptr;
std::atomic<std::size_t> g_reports{0};

void on_report(void* /*report*/) {
  const std::size_t number = g_reports.load(std::memory_order_relaxed);
  if (number < kMostReports) {
    Stack& stack = (*g_stacks)[number];
    PyThreadState* state = PyThreadState_GetUnchecked();
    for (const Frame* frame = state != nullptr ? frame_of(state) : nullptr;
         frame != nullptr && stack.count < kMostFrames; frame = frame->previous) {
      if (!is_python(frame)) continue;
      PyCodeObject* code = code_of(frame);
      Py_INCREF(code);
      stack.frames[stack.count++] = {code, instruction_of(frame, code) * 2};
    }
  }
  g_reports.store(number + 1, std::memory_order_release);
}

/// False if the interpreter was built without the hook.
PyObject* start(PyObject* /*module*/, PyObject* /*args*/) {
  using Register = void (*)(void (*)(void*));
  auto* hook = reinterpret_cast<Register>(::dlsym(RTLD_DEFAULT, "gilcheck_on_tsan_report"));
  if (hook == nullptr) Py_RETURN_FALSE;
  if (g_stacks == nullptr) g_stacks = new std::array<Stack, kMostReports>;
  hook(on_report);
  Py_RETURN_TRUE;
}

PyObject* stack_object(const Stack& stack) {
  PyObject* list = PyList_New(0);
  for (std::size_t i = 0; list != nullptr && i < stack.count; ++i) {
    const auto& frame = stack.frames[i];
    PyObject* one =
        Py_BuildValue("{s:O,s:O,s:i}", "path", frame.code->co_filename, "function",
                      frame.code->co_qualname, "line", PyCode_Addr2Line(frame.code, frame.offset));
    if (one == nullptr || PyList_Append(list, one) < 0) Py_CLEAR(list);
    Py_XDECREF(one);
  }
  return list;
}

PyObject* stacks(PyObject* /*module*/, PyObject* /*args*/) {
  PyObject* list = PyList_New(0);
  const std::size_t reports = g_reports.load(std::memory_order_acquire);
  for (std::size_t i = 0; list != nullptr && i < reports && i < kMostReports; ++i) {
    PyObject* one = stack_object((*g_stacks)[i]);
    if (one == nullptr || PyList_Append(list, one) < 0) Py_CLEAR(list);
    Py_XDECREF(one);
  }
  return list;
}

/// In a forked child: its reports are its own.
PyObject* forget(PyObject* /*module*/, PyObject* /*args*/) {
  g_reports.store(0, std::memory_order_relaxed);
  if (g_stacks != nullptr) {
    for (Stack& stack : *g_stacks) stack.count = 0;
  }
  Py_RETURN_NONE;
}

PyMethodDef g_methods[] = {
    {"start", start, METH_NOARGS,
     "start(): from now on, remember the Python stack of the thread that each report is made on; "
     "False if this "
     "interpreter does not tell of its reports."},
    {"stacks", stacks, METH_NOARGS,
     "stacks(): of each report so far, in order, its frames as dictionaries, innermost first."},
    {"forget", forget, METH_NOARGS, "forget(): of the reports made so far."},
    {nullptr, nullptr, 0, nullptr}};

PyModuleDef_Slot g_slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {0, nullptr}};

PyModuleDef g_module = {PyModuleDef_HEAD_INIT,
                        "gilcheck._python_stacks",
                        "The Python side of ThreadSanitizer's reports.",
                        0,
                        g_methods,
                        g_slots,
                        nullptr,
                        nullptr,
                        nullptr};

}  // namespace
}  // namespace gilcheck::runtime

PyMODINIT_FUNC PyInit__python_stacks() {
  return PyModuleDef_Init(&gilcheck::runtime::g_module);
}
