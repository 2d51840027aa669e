#include "cpython/hooks.h"

#include "cpython/instrumentation.h"
#include "cpython/lock_hooks.h"

#include <array>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gilcheck::runtime {
namespace {

std::string g_library;  ///< the standard library's directory, with a slash at its end

PyCFunction g_start_new_thread, g_handle_join, g_handle_done;
PyCFunctionWithKeywords g_start_joinable_thread;

using Token = std::shared_ptr<Detector::ThreadToken>;

struct Handles {
  SpinLock lock;
  std::unordered_map<PyObject*, Token> known;
};
Handles& handles() {
  static auto* all = new Handles;
  return *all;
}

/// What a new thread runs: the program's function, between our begin and end.
struct Starter {
  PyObject_HEAD PyObject* function;
  Token* token;
};

void starter_free(PyObject* object) {
  auto* starter = reinterpret_cast<Starter*>(object);
  Py_XDECREF(starter->function);
  delete starter->token;
  PyTypeObject* type = Py_TYPE(object);
  type->tp_free(object);
  Py_DECREF(type);
}

PyObject* starter_call(PyObject* object, PyObject* args, PyObject* keywords) {
  auto* starter = reinterpret_cast<Starter*>(object);
  const Token token = *starter->token;
  set_current_thread(detector().begin(token.get()));
  PyObject* result = PyObject_Call(starter->function, args, keywords);
  // Whoever waits for the thread may go on as soon as it has ended for the interpreter, so this is
  // early enough; what runs later (thread-local destructors) is not seen.
  const std::unique_ptr<Thread> thread = take_current_thread();
  if (thread != nullptr) detector().end(*thread, token.get());
  return result;
}

PyObject* starter_repr(PyObject* object) {
  return PyObject_Repr(reinterpret_cast<Starter*>(object)->function);
}

PyType_Slot g_starter_slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(starter_free)},
                                 {Py_tp_repr, reinterpret_cast<void*>(starter_repr)},
                                 {Py_tp_call, reinterpret_cast<void*>(starter_call)},
                                 {0, nullptr}};
PyType_Spec g_starter_spec = {"gilcheck._runtime.Starter", sizeof(Starter), 0, Py_TPFLAGS_DEFAULT,
                              g_starter_slots};
PyTypeObject* g_starter = nullptr;

/// `function` between begin and end of a thread of ours. A new reference, null with an exception.
PyObject* wrapped(PyObject* function, const Token& token) {
  auto* starter = reinterpret_cast<Starter*>(g_starter->tp_alloc(g_starter, 0));
  if (starter == nullptr) return nullptr;
  starter->function = Py_NewRef(function);
  starter->token = new Token(token);
  return reinterpret_cast<PyObject*>(starter);
}

Token starting() {
  wake();
  Thread& thread = current_thread();
  return detector().starting(thread, current_stack(thread));
}

PyObject* start_new_thread(PyObject* module, PyObject* args) {
  if (!PyTuple_Check(args) || PyTuple_GET_SIZE(args) < 2 ||
      !PyCallable_Check(PyTuple_GET_ITEM(args, 0))) {
    return g_start_new_thread(module, args);  // which says what is wrong
  }
  PyObject* function = wrapped(PyTuple_GET_ITEM(args, 0), starting());
  if (function == nullptr) return nullptr;
  PyObject* changed = PyTuple_New(PyTuple_GET_SIZE(args));
  if (changed == nullptr) {
    Py_DECREF(function);
    return nullptr;
  }
  PyTuple_SET_ITEM(changed, 0, function);
  for (Py_ssize_t i = 1; i < PyTuple_GET_SIZE(args); ++i)
    PyTuple_SET_ITEM(changed, i, Py_NewRef(PyTuple_GET_ITEM(args, i)));
  PyObject* result = g_start_new_thread(module, changed);
  Py_DECREF(changed);
  return result;
}

PyObject* start_joinable_thread(PyObject* module, PyObject* args, PyObject* keywords) {
  PyObject* function =
      PyTuple_Check(args) && PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : nullptr;
  PyObject* handle = keywords != nullptr ? PyDict_GetItemString(keywords, "handle") : nullptr;
  if (handle == nullptr && PyTuple_Check(args) && PyTuple_GET_SIZE(args) > 1)
    handle = PyTuple_GET_ITEM(args, 1);
  if (function == nullptr || !PyCallable_Check(function))
    return g_start_joinable_thread(module, args, keywords);
  const Token token = starting();
  if (handle != nullptr && handle != Py_None) {
    const std::scoped_lock held(handles().lock);
    handles().known[handle] = token;
  }
  PyObject* starter = wrapped(function, token);
  if (starter == nullptr) return nullptr;
  PyObject* changed = PyTuple_New(PyTuple_GET_SIZE(args));
  if (changed == nullptr) {
    Py_DECREF(starter);
    return nullptr;
  }
  PyTuple_SET_ITEM(changed, 0, starter);
  for (Py_ssize_t i = 1; i < PyTuple_GET_SIZE(args); ++i)
    PyTuple_SET_ITEM(changed, i, Py_NewRef(PyTuple_GET_ITEM(args, i)));
  PyObject* result = g_start_joinable_thread(module, changed, keywords);
  Py_DECREF(changed);
  return result;
}

void thread_over(PyObject* handle) {
  Token token;
  {
    const std::scoped_lock held(handles().lock);
    const auto found = handles().known.find(handle);
    if (found == handles().known.end()) return;
    token = found->second;
  }
  detector().joined(current_thread(), *token);
}

PyObject* handle_join(PyObject* self, PyObject* args) {
  PyObject* result = g_handle_join(self, args);
  // With a time limit the thread may still run: only is_alive() tells.
  const bool limited =
      PyTuple_Check(args) && PyTuple_GET_SIZE(args) > 0 && PyTuple_GET_ITEM(args, 0) != Py_None;
  if (result != nullptr && !limited) thread_over(self);
  return result;
}
PyObject* handle_done(PyObject* self, PyObject* args) {
  PyObject* result = g_handle_done(self, args);
  if (result == Py_True) thread_over(self);
  return result;
}

constexpr auto kSynchronisation =
    std::to_array<std::string_view>({"threading.py", "queue.py", "concurrent/futures/_base.py",
                                     "concurrent/futures/thread.py", "_weakrefset.py"});

}  // namespace

bool is_synchronisation(PyCodeObject* code) {
  const char* file = PyUnicode_AsUTF8(code->co_filename);
  if (file == nullptr) {
    PyErr_Clear();
    return false;
  }
  const std::string_view path = file;
  if (path.starts_with("<frozen")) return false;
  if (g_library.empty() || !path.starts_with(g_library)) return false;
  const std::string_view rest = path.substr(g_library.size());
  if (rest.starts_with("asyncio/")) return true;
  for (const std::string_view one : kSynchronisation) {
    if (rest == one) return true;
  }
  return false;
}

bool install_thread_hooks() {
  PyObject* threading = PyImport_ImportModule("threading");
  if (threading == nullptr) return false;
  PyObject* file = PyObject_GetAttrString(threading, "__file__");
  const char* path = file != nullptr ? PyUnicode_AsUTF8(file) : nullptr;
  if (path != nullptr) g_library.assign(path, std::string_view(path).rfind('/') + 1);
  Py_XDECREF(file);
  Py_DECREF(threading);
  if (path == nullptr) return false;
  PyObject* module = PyImport_ImportModule("_thread");
  if (module == nullptr) return false;
  g_starter = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&g_starter_spec));
  PyObject* handle = PyObject_GetAttrString(module, "_ThreadHandle");
  MethodHooks hooks;
  bool good = g_starter != nullptr && handle != nullptr && plan_lock_hooks(hooks, module);
  if (good) {
    // A second name may be a second definition, and is then hooked as well.
    hooks.replace(module, "start_new_thread", METH_VARARGS, g_start_new_thread, start_new_thread);
    hooks.replace(module, "start_new", METH_VARARGS, g_start_new_thread, start_new_thread);
    hooks.replace(module, "start_joinable_thread", METH_VARARGS | METH_KEYWORDS,
                  g_start_joinable_thread, start_joinable_thread);
    hooks.replace(handle, "join", METH_VARARGS, g_handle_join, handle_join);
    hooks.replace(handle, "is_done", METH_NOARGS, g_handle_done, handle_done);
    good = hooks.install();
  }
  Py_XDECREF(handle);
  Py_DECREF(module);
  return good;
}

}  // namespace gilcheck::runtime
