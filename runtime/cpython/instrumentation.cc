#include "cpython/instrumentation.h"

#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

#include "cpython/code_map.h"

/// Include/internal/pycore_ceval.h of 3.13 to 3.15, which is not C++. Unlike Py_AddPendingCall()
/// with flags 0 it does not leave the call to the main thread, which may wait for those of native
/// code.
extern "C" int _PyEval_AddPendingCall(PyInterpreterState* interpreter, int (*function)(void*),
                                      void* argument, int flags);

namespace gilcheck::runtime {
namespace {

Events g_events;
PyObject* g_set_local_events = nullptr;
PyObject* g_restart_events = nullptr;
PyObject* g_tool = nullptr;
std::atomic<bool> g_asleep{false};
std::atomic<bool> g_woken_soon{false};

struct Sleepers {
  std::mutex mutex;
  std::vector<PyCodeObject*> called;  ///< owned by their maps
};
Sleepers& sleepers() {
  static auto* all = new Sleepers;
  return *all;
}

int wake_now(void* /*nothing*/) {
  wake();
  return 0;
}

}  // namespace

const Events& events() {
  return g_events;
}

bool prepare_instrumentation(PyObject* monitoring, bool awake) {
  PyObject* all = PyObject_GetAttrString(monitoring, "events");
  if (all == nullptr) return false;
  const auto event = [&](const char* name) {
    PyObject* value = PyObject_GetAttrString(all, name);
    const long number = value != nullptr ? PyLong_AsLong(value) : 0;
    Py_XDECREF(value);
    return number;
  };
  g_events.start = event("PY_START");
  g_events.instruction = event("INSTRUCTION");
  g_events.returned = event("PY_RETURN");
  g_events.yielded = event("PY_YIELD");
  Py_DECREF(all);
  g_events.disable = PyObject_GetAttrString(monitoring, "DISABLE");
  g_set_local_events = PyObject_GetAttrString(monitoring, "set_local_events");
  g_restart_events = PyObject_GetAttrString(monitoring, "restart_events");
  g_tool = PyLong_FromLong(kTool);
  g_asleep.store(!awake, std::memory_order_relaxed);
  return PyErr_Occurred() == nullptr;
}

bool set_events(PyCodeObject* code, long which) {
  PyObject* done = PyObject_CallFunction(g_set_local_events, "OOl", g_tool, code, which);
  if (done == nullptr) {
    PyErr_Clear();
    return false;
  }
  Py_DECREF(done);
  return true;
}

void watch(PyCodeObject* code) {
  CodeMap* map = map_of(code, true);
  if (!map->watched || map->instrumented) return;
  map->instrumented = true;
  set_events(code, map->module ? g_events.instruction | g_events.returned : g_events.instruction);
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); ++i) {
    PyObject* constant = PyTuple_GET_ITEM(code->co_consts, i);
    if (PyCode_Check(constant)) watch(reinterpret_cast<PyCodeObject*>(constant));
  }
}

bool asleep() {
  return g_asleep.load(std::memory_order_relaxed);
}

void called_asleep(PyCodeObject* code) {
  map_of(code, true);  // before a call stack makes one that is not watched
  const std::scoped_lock held(sleepers().mutex);
  sleepers().called.push_back(code);
}

void wake() {
  if (!g_asleep.exchange(false)) return;
  PyObject* raised = PyErr_GetRaisedException();
  std::vector<PyCodeObject*> called;
  {
    const std::scoped_lock held(sleepers().mutex);
    called = std::exchange(sleepers().called, {});
  }
  for (PyCodeObject* code : called) watch(code);
  // The first call of each was seen asleep, and is no event any more.
  PyObject* done = PyObject_CallNoArgs(g_restart_events);
  if (done == nullptr) PyErr_Clear();
  Py_XDECREF(done);
  PyErr_SetRaisedException(raised);
}

void wake_soon() {
  if (asleep() && !g_woken_soon.exchange(true))
    _PyEval_AddPendingCall(PyInterpreterState_Get(), wake_now, nullptr, 0);
}

}  // namespace gilcheck::runtime
