#include "cpython/hooks.h"

#include "cpython/bytecode.h"
#include "opcode.h"

#include <array>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

namespace gilcheck::runtime {
namespace {

// --------------------------------------------------------------------------------------- locks

struct LockState {
  LockId id = 0;
  bool internal = false;  ///< made by the standard library's synchronisation for itself
  StackId created_at = 0;
  const char* kind = "Lock";
  std::atomic<int> owner{-1};  ///< number of the thread that acquired it last
  int depth = 0;               ///< of a reentrant lock's acquisitions; its owner's
  SyncVariable sync;
};

struct Locks {
  SpinLock lock;
  std::unordered_map<PyObject*, std::shared_ptr<LockState>> known;
  std::deque<LockName> names{LockName{}};
};
Locks& locks() {
  static auto* all = new Locks;
  return *all;
}

std::string g_library;  ///< the standard library's directory, with a slash at its end
PyTypeObject* g_lock = nullptr;
PyTypeObject* g_rlock = nullptr;

/// The innermost frames decide for whom a lock is made or used.
const Frame* innermost() {
  const Frame* frame = frame_of(PyThreadState_Get());
  while (frame != nullptr && !is_python(frame)) frame = frame->previous;
  return frame;
}
const Frame* caller(const Frame* frame) {
  if (frame == nullptr) return nullptr;
  frame = frame->previous;
  while (frame != nullptr && !is_python(frame)) frame = frame->previous;
  return frame;
}

bool named(const Frame* frame, const char* qualname) {
  const char* text = PyUnicode_AsUTF8(code_of(frame)->co_qualname);
  if (text == nullptr) PyErr_Clear();
  return text != nullptr && std::string_view(text) == qualname;
}

std::shared_ptr<LockState> make_state(PyObject* lock, bool made_now) {
  auto state = std::make_shared<LockState>();
  state->kind = Py_IS_TYPE(lock, g_rlock) ? "RLock" : "Lock";
  const Frame* frame = innermost();
  if (!made_now) {
    // Older than the instrumentation: who uses it first decides.
    state->internal = frame != nullptr && is_synchronisation(code_of(frame));
  } else {
    // Who asked for it? threading.RLock() is a function, and a Condition's own lock is used by
    // whoever uses the Condition.
    while (frame != nullptr && is_synchronisation(code_of(frame)) &&
           (named(frame, "RLock") || named(frame, "Condition.__init__"))) {
      if (named(frame, "Condition.__init__")) state->kind = "Condition";
      frame = caller(frame);
    }
    state->internal = frame != nullptr && is_synchronisation(code_of(frame));
  }
  return state;
}

std::shared_ptr<LockState> state_of(PyObject* lock) {
  Locks& all = locks();
  {
    const std::scoped_lock held(all.lock);
    const auto found = all.known.find(lock);
    if (found != all.known.end()) return found->second;
  }
  auto made = make_state(lock, false);
  const std::scoped_lock held(all.lock);
  const auto [place, fresh] = all.known.try_emplace(lock, made);
  if (fresh) {
    made->id = static_cast<LockId>(all.names.size());
    all.names.push_back({made->created_at, made->kind});
  }
  return place->second;
}

/// `surely`: the thread would not go on without it.
void acquired(PyObject* lock, bool surely) {
  const auto state = state_of(lock);
  if (state->internal) return;
  Thread& thread = current_thread();
  if (state->owner.load(std::memory_order_relaxed) == thread.number && state->depth > 0 &&
      Py_IS_TYPE(lock, g_rlock)) {
    ++state->depth;
    return;
  }
  detector().acquire_from(thread, state->sync);
  state->owner.store(thread.number, std::memory_order_relaxed);
  state->depth = 1;
  if (surely) detector().lock_acquired(thread, state->id);
}

/// Before the lock is given up: afterwards another thread may have it.
void releasing(PyObject* lock) {
  const auto state = state_of(lock);
  if (state->internal) return;
  Thread& thread = current_thread();
  const bool mine = state->owner.load(std::memory_order_relaxed) == thread.number;
  if (Py_IS_TYPE(lock, g_rlock)) {
    if (!mine || state->depth == 0) return;
    if (--state->depth > 0) return;
  }
  // Given up by another thread than took it: a signal, which orders whatever the schedule.
  detector().release_to(thread, state->sync, mine);
  if (mine) detector().lock_released(thread, state->id);
}

// ------------------------------------------------------------------------------- hooked methods

PyCFunctionWithKeywords g_lock_acquire, g_rlock_acquire;
PyCFunction g_lock_release, g_rlock_release, g_lock_locked, g_rlock_release_save,
    g_rlock_acquire_restore;
PyCFunction g_start_new_thread, g_handle_join, g_handle_done;
PyCFunctionWithKeywords g_start_joinable_thread;

/// Whether a call that may have failed is made for its effect alone.
bool result_is_dropped() {
  const Frame* frame = innermost();
  if (frame == nullptr) return false;
  PyCodeObject* code = code_of(frame);
  const int unit = instruction_of(frame, code);
  const Bytecode bytecode = read_bytecode(code);
  if (unit < 0 || unit >= static_cast<int>(bytecode.step_at.size())) return false;
  const int at = bytecode.step_at[static_cast<std::size_t>(unit)];
  const int next = at < 0 ? -1 : bytecode.steps[static_cast<std::size_t>(at)].next;
  return next >= 0 && bytecode.steps[static_cast<std::size_t>(next)].opcode == POP_TOP;
}

PyObject* acquire(PyCFunctionWithKeywords original, PyObject* self, PyObject* args,
                  PyObject* keywords) {
  PyObject* result = original(self, args, keywords);
  if (result != Py_True) return result;
  // `acquire(blocking=False)` that nobody looks at protects nothing, also when it succeeds.
  const bool may_fail =
      PyTuple_GET_SIZE(args) > 0 || (keywords != nullptr && PyDict_GET_SIZE(keywords) > 0);
  acquired(self, !may_fail || !result_is_dropped());
  return result;
}
PyObject* lock_acquire(PyObject* self, PyObject* args, PyObject* keywords) {
  return acquire(g_lock_acquire, self, args, keywords);
}
PyObject* rlock_acquire(PyObject* self, PyObject* args, PyObject* keywords) {
  return acquire(g_rlock_acquire, self, args, keywords);
}
PyObject* lock_release(PyObject* self, PyObject* args) {
  releasing(self);
  return g_lock_release(self, args);
}
PyObject* rlock_release(PyObject* self, PyObject* args) {
  releasing(self);
  return g_rlock_release(self, args);
}
/// Condition.wait() gives a reentrant lock up whole, and takes it back.
PyObject* rlock_release_save(PyObject* self, PyObject* args) {
  const auto state = state_of(self);
  if (!state->internal) {
    Thread& thread = current_thread();
    if (state->owner.load(std::memory_order_relaxed) == thread.number && state->depth > 0) {
      state->depth = 0;
      detector().release_to(thread, state->sync, true);
      detector().lock_released(thread, state->id);
    }
  }
  return g_rlock_release_save(self, args);
}
PyObject* rlock_acquire_restore(PyObject* self, PyObject* args) {
  PyObject* result = g_rlock_acquire_restore(self, args);
  if (result != nullptr) {
    acquired(self, true);
    long count = 1;
    PyObject* saved = args;  // (count, owner), itself in a tuple of arguments for METH_VARARGS
    if (saved != nullptr && PyTuple_Check(saved) && PyTuple_GET_SIZE(saved) == 1)
      saved = PyTuple_GET_ITEM(saved, 0);
    if (saved != nullptr && PyTuple_Check(saved) && PyTuple_GET_SIZE(saved) == 2) {
      count = PyLong_AsLong(PyTuple_GET_ITEM(saved, 0));
      if (count == -1 && PyErr_Occurred() != nullptr) PyErr_Clear();
    }
    const auto state = state_of(self);
    if (!state->internal && count > 0) state->depth = static_cast<int>(count);
  }
  return result;
}
PyObject* lock_locked(PyObject* self, PyObject* args) {
  PyObject* result = g_lock_locked(self, args);
  if (result == Py_False) {
    const auto state = state_of(self);
    if (!state->internal) detector().acquire_from(current_thread(), state->sync);
  }
  return result;
}

// ------------------------------------------------------------------------------------- threads

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

// --------------------------------------------------------------------------------- installation

/// Replaces the functions of a type's methods. The definitions are writable: they are static
/// arrays.
template <typename Function>
bool replace(PyObject* owner, const char* name, Function& original, Function replacement) {
  PyObject* member = PyObject_GetAttrString(owner, name);
  if (member == nullptr) {
    PyErr_Clear();
    return false;
  }
  PyMethodDef* definition = nullptr;
  if (Py_IS_TYPE(member, &PyMethodDescr_Type)) {
    definition = reinterpret_cast<PyMethodDescrObject*>(member)->d_method;
  } else if (PyCFunction_Check(member)) {
    definition = reinterpret_cast<PyCFunctionObject*>(member)->m_ml;
  }
  Py_DECREF(member);
  if (definition == nullptr) return false;
  // The replacement is called as the original was: another convention means other arguments.
  const int flags = definition->ml_flags;
  const bool expected = std::is_same_v<Function, PyCFunctionWithKeywords>
                            ? flags == (METH_VARARGS | METH_KEYWORDS)
                            : flags == METH_VARARGS || flags == METH_NOARGS || flags == METH_O;
  if (!expected) return false;
  auto* const ours = reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(replacement));
  if (definition->ml_meth == ours) return true;
  original = reinterpret_cast<Function>(reinterpret_cast<void (*)()>(definition->ml_meth));
  definition->ml_meth = ours;
  return true;
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

bool is_lock_type(PyTypeObject* type) {
  return type == g_lock || type == g_rlock;
}

namespace {

void remember(PyObject* lock, std::shared_ptr<LockState> state) {
  state->created_at = known_thread() != nullptr ? current_stack(*known_thread()) : 0;
  Locks& all = locks();
  const std::scoped_lock held(all.lock);
  state->id = static_cast<LockId>(all.names.size());
  all.names.push_back({state->created_at, state->kind});
  all.known[lock] = std::move(state);
}

}  // namespace

void lock_created(PyObject* lock) {
  remember(lock, make_state(lock, true));
}

void mutex_created(PyObject* object) {
  auto state = std::make_shared<LockState>();
  state->kind = "Semaphore";
  remember(object, std::move(state));
}

void mutex_acquired(PyObject* object) {
  acquired(object, true);
}
void mutex_releasing(PyObject* object) {
  releasing(object);
}

void lock_died(PyObject* lock) {
  const std::scoped_lock held(locks().lock);
  locks().known.erase(lock);
}

LockName lock_name(LockId lock) {
  const std::scoped_lock held(locks().lock);
  return lock < locks().names.size() ? locks().names[lock] : LockName{};
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
  const auto type = [&](const char* name) {
    return reinterpret_cast<PyTypeObject*>(PyObject_GetAttrString(module, name));
  };
  g_starter = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&g_starter_spec));
  g_lock = type("LockType");
  g_rlock = type("RLock");
  auto* handle = type("_ThreadHandle");
  bool good = g_starter != nullptr && g_lock != nullptr && g_rlock != nullptr && handle != nullptr;
  if (good) {
    auto* lock = reinterpret_cast<PyObject*>(g_lock);
    auto* rlock = reinterpret_cast<PyObject*>(g_rlock);
    auto* joinable = reinterpret_cast<PyObject*>(handle);
    PyCFunctionWithKeywords again = nullptr;
    PyCFunction plain = nullptr;
    good =
        replace(lock, "acquire", g_lock_acquire, lock_acquire) &&
        replace(lock, "release", g_lock_release, lock_release) &&
        replace(lock, "__enter__", again, lock_acquire) &&
        replace(lock, "__exit__", plain, lock_release) &&
        replace(rlock, "acquire", g_rlock_acquire, rlock_acquire) &&
        replace(rlock, "release", g_rlock_release, rlock_release) &&
        replace(rlock, "__enter__", again, rlock_acquire) &&
        replace(rlock, "__exit__", plain, rlock_release) &&
        replace(rlock, "_release_save", g_rlock_release_save, rlock_release_save) &&
        replace(rlock, "_acquire_restore", g_rlock_acquire_restore, rlock_acquire_restore) &&
        replace(module, "start_new_thread", g_start_new_thread, start_new_thread) &&
        replace(module, "start_joinable_thread", g_start_joinable_thread, start_joinable_thread) &&
        replace(joinable, "join", g_handle_join, handle_join) &&
        replace(joinable, "is_done", g_handle_done, handle_done);
    replace(lock, "locked", g_lock_locked, lock_locked);
    replace(lock, "acquire_lock", again, lock_acquire);
    replace(lock, "release_lock", plain, lock_release);
    replace(lock, "locked_lock", plain, lock_locked);
    replace(module, "start_new", plain, start_new_thread);
  }
  Py_DECREF(module);
  if (!good && PyErr_Occurred() == nullptr) {
    PyErr_SetString(PyExc_RuntimeError,
                    "gilcheck: this interpreter's _thread module is not laid out as expected");
  }
  return good;
}

}  // namespace gilcheck::runtime
