#include "cpython/lock_hooks.h"

#include "cpython/bytecode.h"
#include "cpython/hooks.h"
#include "opcode.h"

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace gilcheck::runtime {
namespace {

struct LockState {
  LockId id = 0;
  bool internal = false;            ///< made by the standard library's synchronisation for itself
  std::atomic<bool> signal{false};  ///< released by another thread than had acquired it
  StackId created_at = 0;
  const char* kind = "Lock";
  std::atomic<int> owner{-1};  ///< number of the thread that acquired it last
  int depth = 0;               ///< of a reentrant lock's acquisitions; its owner's
  SyncVariable sync;
};

struct Locks {
  SpinLock lock;
  std::unordered_map<PyObject*, std::unique_ptr<LockState>> known;
  std::atomic<std::uint64_t> deaths{0};  ///< of locks, so far
  std::deque<LockName> names{LockName{}};
};
Locks& locks() {
  static auto* all = new Locks;
  return *all;
}

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

std::unique_ptr<LockState> make_state(PyObject* lock, bool made_now) {
  auto state = std::make_unique<LockState>();
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

LockState* find_state(PyObject* lock) {
  Locks& all = locks();
  {
    const std::scoped_lock held(all.lock);
    const auto found = all.known.find(lock);
    if (found != all.known.end()) return found->second.get();
  }
  auto made = make_state(lock, false);
  const std::scoped_lock held(all.lock);
  const auto [place, fresh] = all.known.try_emplace(lock, std::move(made));
  LockState* state = place->second.get();
  if (fresh) {
    state->id = static_cast<LockId>(all.names.size());
    all.names.push_back({state->created_at, state->kind});
  }
  return state;
}

/// Valid as long as the lock lives: whoever calls its method has a reference.
LockState* state_of(PyObject* lock) {
  struct Recent {
    PyObject* lock = nullptr;
    LockState* state = nullptr;
    std::uint64_t deaths = 0;
  };
  constexpr std::size_t kRecent = 8;
  static thread_local std::array<Recent, kRecent> t_recent;
  Recent& recent = t_recent[(reinterpret_cast<std::uintptr_t>(lock) >> 4U) % kRecent];
  // A lock that dies leaves its address to another.
  const std::uint64_t deaths = locks().deaths.load(std::memory_order_acquire);
  if (recent.lock != lock || recent.deaths != deaths) recent = {lock, find_state(lock), deaths};
  return recent.state;
}

/// Where code under test takes a lock, past what the standard library's synchronisation does for
/// it (`with condition:`); 0 if other code does.
StackId taken_at(Thread& thread) {
  const Frame* frame = innermost();
  for (; frame != nullptr; frame = caller(frame)) {
    PyCodeObject* code = code_of(frame);
    const CodeMap* map = known_map(code);
    if (map != nullptr && map->watched) return stack_from(thread, frame);
    if (!is_synchronisation(code)) return 0;
  }
  return 0;
}

bool held_by(const LockState& state, PyObject* lock, const Thread& thread) {
  return state.owner.load(std::memory_order_relaxed) == thread.number && state.depth > 0 &&
         Py_IS_TYPE(lock, g_rlock);
}

/// Before the thread waits for the lock: from a deadlock nobody comes back to tell. False with an
/// exception, which is the program's.
bool wanted(PyObject* lock) {
  Thread* thread = known_thread();
  if (thread == nullptr || thread->held.empty() || !detector().several_threads()) return true;
  const LockState* state = state_of(lock);
  if (state->internal || state->signal.load(std::memory_order_relaxed) ||
      held_by(*state, lock, *thread)) {
    return true;
  }
  const std::uint64_t before = detector().news();
  detector().lock_wanted(*thread, state->id, taken_at(*thread));
  return detector().news() == before || hand_out_news();
}

/// `surely`: the thread would not go on without it.
void acquired(PyObject* lock, bool surely) {
  LockState* state = state_of(lock);
  if (state->internal) return;
  Thread& thread = current_thread();
  if (held_by(*state, lock, thread)) {
    ++state->depth;
    return;
  }
  detector().acquire_from(thread, state->sync);
  state->owner.store(thread.number, std::memory_order_relaxed);
  state->depth = 1;
  if (surely) detector().lock_acquired(thread, state->id, taken_at(thread));
}

/// Before the lock is given up: afterwards another thread may have it.
void releasing(PyObject* lock) {
  LockState* state = state_of(lock);
  if (state->internal) return;
  Thread& thread = current_thread();
  const bool mine = state->owner.load(std::memory_order_relaxed) == thread.number;
  if (Py_IS_TYPE(lock, g_rlock)) {
    if (!mine || state->depth == 0) return;
    if (--state->depth > 0) return;
  }
  // Given up by another thread than took it: a signal, which orders whatever the schedule.
  detector().release_to(thread, state->sync, mine);
  if (mine) {
    detector().lock_released(thread, state->id);
  } else if (state->owner.load(std::memory_order_relaxed) >= 0 && !state->signal.exchange(true)) {
    detector().lock_is_signal(state->id);
  }
}

// ------------------------------------------------------------------------------- hooked methods

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

enum class Does : std::uint8_t { acquire, release, release_all, acquire_again, ask };

/// Condition.wait() gives a reentrant lock up whole.
void releasing_all(PyObject* lock) {
  LockState* state = state_of(lock);
  if (state->internal) return;
  Thread& thread = current_thread();
  if (state->owner.load(std::memory_order_relaxed) != thread.number || state->depth == 0) return;
  state->depth = 0;
  detector().release_to(thread, state->sync, true);
  detector().lock_released(thread, state->id);
}

/// And takes it back. `saved`: (count, owner), itself in a tuple of arguments for METH_VARARGS.
void acquired_again(PyObject* lock, PyObject* saved) {
  acquired(lock, true);
  long count = 1;
  if (saved != nullptr && PyTuple_Check(saved) && PyTuple_GET_SIZE(saved) == 1)
    saved = PyTuple_GET_ITEM(saved, 0);
  if (saved != nullptr && PyTuple_Check(saved) && PyTuple_GET_SIZE(saved) == 2) {
    count = PyLong_AsLong(PyTuple_GET_ITEM(saved, 0));
    if (count == -1 && PyErr_Occurred() != nullptr) PyErr_Clear();
  }
  LockState* state = state_of(lock);
  if (!state->internal && count > 0) state->depth = static_cast<int>(count);
}

/// False with an exception: the method is not to be called.
bool before(Does does, PyObject* lock, bool for_ever) {
  if (does == Does::release) releasing(lock);
  if (does == Does::release_all) releasing_all(lock);
  if ((does == Does::acquire && for_ever) || does == Does::acquire_again) return wanted(lock);
  return true;
}

/// Whether acquire(blocking=True, timeout=-1) waits without a limit; null for what is not given.
bool no_limit(PyObject* blocking, PyObject* timeout) {
  // Of other types nothing is asked: that would run Python code a second time.
  const bool waits = blocking == nullptr || blocking == Py_True ||
                     (PyLong_CheckExact(blocking) && PyObject_IsTrue(blocking) == 1);
  if (!waits) return false;
  if (timeout == nullptr) return true;
  const double seconds = PyFloat_CheckExact(timeout)  ? PyFloat_AS_DOUBLE(timeout)
                         : PyLong_CheckExact(timeout) ? PyLong_AsDouble(timeout)
                                                      : 0;
  if (seconds == -1 && PyErr_Occurred() != nullptr) PyErr_Clear();
  return seconds == -1;
}
bool waits_for_ever(PyObject* args, PyObject* names) {
  const auto argument = [&](Py_ssize_t index, const char* name) {
    if (index < PyTuple_GET_SIZE(args)) return PyTuple_GET_ITEM(args, index);
    return names != nullptr ? PyDict_GetItemString(names, name) : nullptr;
  };
  return no_limit(argument(0, "blocking"), argument(1, "timeout"));
}
bool waits_for_ever(PyObject* const* args, Py_ssize_t count, PyObject* names) {
  const auto argument = [&](Py_ssize_t index, const char* name) -> PyObject* {
    if (index < count) return args[index];
    for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_GET_SIZE(names); ++i) {
      if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), name) == 0)
        return args[count + i];
    }
    return nullptr;
  };
  return no_limit(argument(0, "blocking"), argument(1, "timeout"));
}

/// `may_fail`: an acquisition that can give up.
PyObject* after(Does does, PyObject* lock, PyObject* result, bool may_fail, PyObject* argument) {
  if (does == Does::acquire && result == Py_True) {
    // `acquire(blocking=False)` that nobody looks at protects nothing, also when it succeeds.
    acquired(lock, !may_fail || !result_is_dropped());
  } else if (does == Does::acquire_again && result != nullptr) {
    acquired_again(lock, argument);
  } else if (does == Does::ask && result == Py_False) {
    LockState* state = state_of(lock);
    if (!state->internal) detector().acquire_from(current_thread(), state->sync);
  }
  return result;
}

/// One hooked method in all calling conventions that versions of CPython use for it. `number` tells
/// methods apart that do the same.
template <Does does, int number>
struct LockMethod {
  static inline PyCFunction plain_original = nullptr;
  static inline PyCFunctionWithKeywords named_original = nullptr;
  static inline PyCFunctionFast fast_original = nullptr;
  static inline PyCFunctionFastWithKeywords fast_named_original = nullptr;

  /// METH_NOARGS, METH_O and METH_VARARGS.
  static PyObject* plain(PyObject* self, PyObject* argument) {
    if (!before(does, self, true)) return nullptr;
    return after(does, self, plain_original(self, argument), false, argument);
  }
  static PyObject* named(PyObject* self, PyObject* args, PyObject* names) {
    const bool for_ever = does != Does::acquire || waits_for_ever(args, names);
    if (!before(does, self, for_ever)) return nullptr;
    return after(does, self, named_original(self, args, names), !for_ever, nullptr);
  }
  static PyObject* fast(PyObject* self, PyObject* const* args, Py_ssize_t count) {
    const bool for_ever = does != Does::acquire || waits_for_ever(args, count, nullptr);
    if (!before(does, self, for_ever)) return nullptr;
    return after(does, self, fast_original(self, args, count), !for_ever, nullptr);
  }
  static PyObject* fast_named(PyObject* self, PyObject* const* args, Py_ssize_t count,
                              PyObject* names) {
    const bool for_ever = does != Does::acquire || waits_for_ever(args, count, names);
    if (!before(does, self, for_ever)) return nullptr;
    return after(does, self, fast_named_original(self, args, count, names), !for_ever, nullptr);
  }

  static void plan(MethodHooks& hooks, PyTypeObject* type, const char* name) {
    auto* owner = reinterpret_cast<PyObject*>(type);
    const int convention = MethodHooks::convention(owner, name);
    switch (convention) {
      case METH_NOARGS:
      case METH_O:
      case METH_VARARGS: hooks.replace(owner, name, convention, plain_original, &plain); return;
      case METH_VARARGS | METH_KEYWORDS:
        hooks.replace(owner, name, convention, named_original, &named);
        return;
      case METH_FASTCALL: hooks.replace(owner, name, convention, fast_original, &fast); return;
      case METH_FASTCALL | METH_KEYWORDS:
        hooks.replace(owner, name, convention, fast_named_original, &fast_named);
        return;
      default: hooks.refuse(owner, name);
    }
  }
};

}  // namespace

bool plan_lock_hooks(MethodHooks& hooks, PyObject* module) {
  g_lock = reinterpret_cast<PyTypeObject*>(PyObject_GetAttrString(module, "LockType"));
  g_rlock = reinterpret_cast<PyTypeObject*>(PyObject_GetAttrString(module, "RLock"));
  if (g_lock == nullptr || g_rlock == nullptr) return false;
  using enum Does;
  LockMethod<acquire, 0>::plan(hooks, g_lock, "acquire");
  LockMethod<acquire, 1>::plan(hooks, g_lock, "__enter__");
  LockMethod<acquire, 2>::plan(hooks, g_lock, "acquire_lock");
  LockMethod<release, 0>::plan(hooks, g_lock, "release");
  LockMethod<release, 1>::plan(hooks, g_lock, "__exit__");
  LockMethod<release, 2>::plan(hooks, g_lock, "release_lock");
  LockMethod<ask, 0>::plan(hooks, g_lock, "locked");
  LockMethod<ask, 1>::plan(hooks, g_lock, "locked_lock");
  LockMethod<acquire, 3>::plan(hooks, g_rlock, "acquire");
  LockMethod<acquire, 4>::plan(hooks, g_rlock, "__enter__");
  LockMethod<release, 3>::plan(hooks, g_rlock, "release");
  LockMethod<release, 4>::plan(hooks, g_rlock, "__exit__");
  LockMethod<release_all, 0>::plan(hooks, g_rlock, "_release_save");
  LockMethod<acquire_again, 0>::plan(hooks, g_rlock, "_acquire_restore");
  return true;
}

bool is_lock_type(PyTypeObject* type) {
  return type == g_lock || type == g_rlock;
}

namespace {

void remember(PyObject* lock, std::unique_ptr<LockState> state) {
  state->created_at = known_thread() != nullptr ? current_stack(*known_thread()) : 0;
  Locks& all = locks();
  const std::scoped_lock held(all.lock);
  state->id = static_cast<LockId>(all.names.size());
  all.names.push_back({state->created_at, state->kind});
  auto& place = all.known[lock];
  // Not everything that is a mutex to us says when it dies.
  if (place != nullptr) all.deaths.fetch_add(1, std::memory_order_release);
  place = std::move(state);
}

}  // namespace

void lock_created(PyObject* lock) {
  remember(lock, make_state(lock, true));
}

void mutex_created(PyObject* object) {
  auto state = std::make_unique<LockState>();
  state->kind = "Semaphore";
  remember(object, std::move(state));
}

void mutex_acquired(PyObject* object, bool surely) {
  Thread& thread = current_thread();
  const LockState* state = state_of(object);
  if (surely && !state->signal.load(std::memory_order_relaxed))
    detector().lock_wanted(thread, state->id, taken_at(thread));
  acquired(object, true);
}
void mutex_releasing(PyObject* object) {
  releasing(object);
}

void lock_died(PyObject* lock) {
  LockId id = 0;
  {
    const std::scoped_lock held(locks().lock);
    const auto found = locks().known.find(lock);
    if (found == locks().known.end()) return;
    id = found->second->id;
    locks().known.erase(found);
    locks().deaths.fetch_add(1, std::memory_order_release);
  }
  detector().lock_died(id);
}

LockName lock_name(LockId lock) {
  const std::scoped_lock held(locks().lock);
  return lock < locks().names.size() ? locks().names[lock] : LockName{};
}

}  // namespace gilcheck::runtime
