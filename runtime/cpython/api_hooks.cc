#include "cpython/api_hooks.h"

#include "cpython/hooks.h"
#include "cpython/lock_hooks.h"

#include <algorithm>
#include <array>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gilcheck::runtime {

namespace {

enum class Does : std::uint8_t {
  nothing,           ///< only passes on to another function of this table
  put,               ///< argument 1 is handed to whoever gets it from argument 0
  get,               ///< its result came from argument 0
  release,           ///< orders what came before, for whoever acquires argument 0
  acquire,           ///< on return, whatever the result
  acquire_if_true,   ///< on return of a true value
  acquire_at_start,  ///< at entry
  exchange,          ///< releases at entry, acquires on return
  acquire_results,   ///< on return, of all futures in the result's `done`
  acquire_yielded,   ///< of each future it yields
  permits,           ///< argument 1 is how many permits argument 0 has to begin with
  get_permit,        ///< takes one of argument 0, on return of a true value
  give_permits,      ///< gives argument 1 of them back
};

}  // namespace

struct ApiFunction {
  const char* file;
  const char* name;
  Does does;
  /// Counts whoever calls it; otherwise only callers outside the standard library's
  /// synchronisation.
  bool inside = false;
  int part = 0;  ///< which of the object's two orders: joining a queue is not getting from it
};

namespace {

using enum Does;
constexpr auto kFunctions = std::to_array<ApiFunction>({
    {"queue.py", "Queue.put", put},
    {"queue.py", "Queue.get", get},
    {"queue.py", "Queue.put_nowait", nothing},
    {"queue.py", "Queue.get_nowait", nothing},
    {"queue.py", "Queue.task_done", release, false, 1},
    {"queue.py", "Queue.join", acquire, false, 1},
    {"queue.py", "Queue.shutdown", release},
    {"threading.py", "Event.set", release},
    {"threading.py", "Event.wait", acquire_if_true},
    {"threading.py", "Event.is_set", acquire_if_true},
    {"threading.py", "Condition.notify", release},
    {"threading.py", "Condition.notify_all", release},
    {"threading.py", "Condition.wait", acquire_if_true},
    {"threading.py", "Condition.wait_for", nothing},
    {"threading.py", "Semaphore.__init__", permits, true},
    {"threading.py", "Semaphore.acquire", get_permit},
    {"threading.py", "Semaphore.release", give_permits},
    {"threading.py", "Semaphore.__exit__", nothing},
    {"threading.py", "BoundedSemaphore.release", give_permits},
    {"threading.py", "Barrier.wait", exchange},
    {"concurrent/futures/_base.py", "Future.set_result", release, true},
    {"concurrent/futures/_base.py", "Future.set_exception", release, true},
    {"concurrent/futures/_base.py", "Future.result", acquire},
    {"concurrent/futures/_base.py", "Future.exception", acquire},
    {"concurrent/futures/_base.py", "Future.done", acquire_if_true},
    {"concurrent/futures/_base.py", "Future.add_done_callback", acquire_at_start},
    {"concurrent/futures/_base.py", "_result_or_cancel", nothing},
    {"concurrent/futures/_base.py", "Executor.map.<locals>.result_iterator", nothing},
    {"concurrent/futures/_base.py", "wait", acquire_results},
    {"concurrent/futures/_base.py", "as_completed", acquire_yielded},
    {"concurrent/futures/thread.py", "_WorkItem.__init__", release, true},
    {"concurrent/futures/thread.py", "_WorkItem.run", acquire_at_start, true},
    {"asyncio/events.py", "Handle.__init__", release, true},
    {"asyncio/events.py", "Handle._run", acquire_at_start, true},
});

/// A semaphore. With n permits to begin with, the k-th acquisition comes after k - n releases; with
/// one it is a mutex.
struct Permits {
  std::mutex mutex;
  long initial = 0;
  long acquired = 0;
  long forgotten = 0;  ///< releases no longer kept
  /// What each release orders, with all before it.
  std::deque<std::shared_ptr<SyncVariable>> released;
};

/// What was put into a queue and not taken out yet. An object may be in it several times.
class Items {
 public:
  void put(PyObject* item, std::shared_ptr<SyncVariable> order) {
    const std::uint64_t number = first_ + nodes_.size();
    nodes_.push_back({item, std::move(order), 0});
    const auto [place, fresh] = known_.try_emplace(item, Chain{number, number});
    if (!fresh) {
      nodes_[place->second.last - first_].next = number;
      place->second.last = number;
    }
    // What is taken out in ways we do not see must not pile up.
    constexpr std::size_t kMost = 100'000;
    if (nodes_.size() > kMost) take(nodes_.front().item);
  }
  /// The oldest of its kind; null if it was not seen to be put.
  std::shared_ptr<SyncVariable> take(PyObject* item) {
    const auto found = known_.find(item);
    if (found == known_.end()) return nullptr;
    Node& node = nodes_[found->second.first - first_];
    std::shared_ptr<SyncVariable> order = std::move(node.order);
    node.item = nullptr;
    if (node.next != 0) {
      found->second.first = node.next;
    } else {
      known_.erase(found);
    }
    while (!nodes_.empty() && nodes_.front().item == nullptr) {
      nodes_.pop_front();
      ++first_;
    }
    return order;
  }

 private:
  struct Node {
    PyObject* item;  ///< null once it was taken
    std::shared_ptr<SyncVariable> order;
    std::uint64_t next;  ///< the number of the same object's next; 0: none
  };
  struct Chain {
    std::uint64_t first, last;
  };

  std::deque<Node> nodes_;
  std::uint64_t first_ = 1;  ///< the number of the first node
  std::unordered_map<PyObject*, Chain> known_;
};

struct Object {
  SyncVariable parts[2];
  Permits permits;
  std::mutex mutex;  ///< of the items
  Items items;
};

struct Objects {
  SpinLock lock;
  std::unordered_map<PyObject*, std::shared_ptr<Object>> known;
  std::atomic<std::size_t> count{0};
};
Objects& objects() {
  static auto* all = new Objects;
  return *all;
}

std::shared_ptr<Object> object_of(PyObject* key) {
  Objects& all = objects();
  const std::scoped_lock held(all.lock);
  auto& place = all.known[key];
  if (place == nullptr) {
    place = std::make_shared<Object>();
    ++all.count;
  }
  return place;
}

SyncVariable& imports() {
  static auto* one = new SyncVariable;
  return *one;
}

void publish(Thread& thread, PyObject* queue, PyObject* item) {
  const auto object = object_of(queue);
  auto variable = std::make_shared<SyncVariable>();
  detector().release_to(thread, *variable, false);
  const std::scoped_lock held(object->mutex);
  object->items.put(item, std::move(variable));
}

void receive(Thread& thread, PyObject* queue, PyObject* item) {
  const auto object = object_of(queue);
  std::shared_ptr<SyncVariable> variable;
  {
    const std::scoped_lock held(object->mutex);
    variable = object->items.take(item);
  }
  if (variable != nullptr) detector().acquire_from(thread, *variable);
}

void give(Thread& thread, PyObject* semaphore, long count) {
  const auto object = object_of(semaphore);
  Permits& permits = object->permits;
  if (permits.initial == 1) {
    mutex_releasing(semaphore);
    return;
  }
  auto variable = std::make_shared<SyncVariable>();
  const std::scoped_lock held(permits.mutex);
  if (!permits.released.empty()) variable->orders = permits.released.back()->orders;
  detector().release_to(thread, *variable, false);
  constexpr long kMost = 1000;
  for (long i = 0; i < std::min(count, kMost); ++i) permits.released.push_back(variable);
}

void get_one(Thread& thread, PyObject* semaphore, bool surely) {
  const auto object = object_of(semaphore);
  Permits& permits = object->permits;
  if (permits.initial == 1) {
    mutex_acquired(semaphore, surely);
    return;
  }
  std::shared_ptr<SyncVariable> variable;
  {
    const std::scoped_lock held(permits.mutex);
    const long needed = ++permits.acquired - permits.initial - permits.forgotten;
    if (needed <= 0 || permits.released.empty()) return;
    for (long i = 1; i < needed && permits.released.size() > 1; ++i) {
      permits.released.pop_front();
      ++permits.forgotten;
    }
    variable = permits.released.front();
  }
  detector().acquire_from(thread, *variable);
}

/// Whether the call comes from outside, passing by functions that only hand on.
bool from_outside(const Frame* frame) {
  for (const Frame* up = frame->previous; up != nullptr; up = up->previous) {
    if (!is_python(up)) continue;
    PyCodeObject* code = code_of(up);
    if (!is_synchronisation(code)) return true;
    const ApiFunction* function = api_function(code);
    if (function == nullptr || function->does != nothing) return false;
  }
  return true;
}

PyObject* argument(const Frame* frame, int index) {
  PyObject* value = local(frame, index);
  return value != nullptr && PyCell_Check(value) ? PyCell_GET(value) : value;
}

}  // namespace

const ApiFunction* api_function(PyCodeObject* code) {
  if (!is_synchronisation(code)) return nullptr;
  const char* file = PyUnicode_AsUTF8(code->co_filename);
  const char* name = PyUnicode_AsUTF8(code->co_qualname);
  if (file == nullptr || name == nullptr) {
    PyErr_Clear();
    return nullptr;
  }
  const std::string_view path = file;
  for (const ApiFunction& function : kFunctions) {
    if (std::string_view(name) == function.name && path.ends_with(function.file)) return &function;
  }
  return nullptr;
}

bool wants_return(const ApiFunction& function) {
  switch (function.does) {
    case get:
    case acquire:
    case acquire_if_true:
    case exchange:
    case get_permit:
    case acquire_results: return true;
    default: return false;
  }
}

bool wants_yield(const ApiFunction& function) {
  return function.does == acquire_yielded;
}

void api_entered(const ApiFunction& function, Thread& thread, Frame* frame) {
  switch (function.does) {
    case put:
    case release:
    case exchange:
    case permits:
    case give_permits:
    case acquire_at_start: break;
    default: return;
  }
  if (!function.inside && !from_outside(frame)) return;
  PyObject* object = argument(frame, 0);
  if (object == nullptr) return;
  const auto number = [&] {
    PyObject* value = argument(frame, 1);
    const long result = value != nullptr && PyLong_CheckExact(value) ? PyLong_AsLong(value) : 1;
    if (result == -1 && PyErr_Occurred() != nullptr) PyErr_Clear();
    return result;
  };
  if (function.does == put) {
    publish(thread, object, argument(frame, 1));
  } else if (function.does == permits) {
    const long initial = number();
    object_of(object)->permits.initial = initial;
    if (initial == 1) mutex_created(object);
  } else if (function.does == give_permits) {
    give(thread, object, number());
  } else if (function.does == acquire_at_start) {
    const auto known = object_of(object);
    detector().acquire_from(thread, known->parts[function.part]);
  } else {
    const auto known = object_of(object);
    detector().release_to(thread, known->parts[function.part], false);
  }
}

void api_left(const ApiFunction& function, Thread& thread, Frame* frame, PyObject* result) {
  if (!function.inside && !from_outside(frame)) return;
  switch (function.does) {
    case get:
      if (PyObject* object = argument(frame, 0)) receive(thread, object, result);
      return;
    case get_permit:
      // acquire(self, blocking=True, timeout=None)
      if (PyObject* object = argument(frame, 0); object != nullptr && result == Py_True)
        get_one(thread, object, argument(frame, 1) == Py_True && argument(frame, 2) == Py_None);
      return;
    case acquire_if_true: {
      // What these return is True or False, or what a predicate made of it.
      if (result == Py_False || result == Py_None) return;
      [[fallthrough]];
    }
    case acquire:
    case exchange: {
      PyObject* object = argument(frame, 0);
      if (object == nullptr) return;
      const auto known = object_of(object);
      detector().acquire_from(thread, known->parts[function.part]);
      return;
    }
    case acquire_yielded: {
      const auto known = object_of(result);
      detector().acquire_from(thread, known->parts[0]);
      return;
    }
    case acquire_results: {
      PyObject* done = PyTuple_Check(result) && PyTuple_GET_SIZE(result) > 0
                           ? PyTuple_GET_ITEM(result, 0)
                           : nullptr;
      if (done == nullptr || !PyAnySet_CheckExact(done)) return;
      PyObject* list = PySequence_List(done);
      if (list == nullptr) {
        PyErr_Clear();
        return;
      }
      for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); ++i) {
        const auto known = object_of(PyList_GET_ITEM(list, i));
        detector().acquire_from(thread, known->parts[0]);
      }
      Py_DECREF(list);
      return;
    }
    default: return;
  }
}

void module_finished(Thread& thread) {
  detector().release_to(thread, imports(), false);
}
void about_to_import(Thread& thread) {
  detector().acquire_from(thread, imports());
}

void api_object_died(PyObject* object) {
  Objects& all = objects();
  if (all.count.load(std::memory_order_relaxed) == 0) return;
  std::shared_ptr<Object> gone;  // ends after the lock is given up
  const std::scoped_lock held(all.lock);
  const auto found = all.known.find(object);
  if (found == all.known.end()) return;
  gone = std::move(found->second);
  all.known.erase(found);
  --all.count;
  if (gone->permits.initial == 1) lock_died(object);
}

// ---------------------------------------------------------------------------------- SimpleQueue

namespace {

PyObject* (*g_queue_put)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);
PyObject* (*g_queue_put_nowait)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);
// The count of PyCMethod's arguments became signed.
#if PY_VERSION_HEX >= 0x030E0000
using Count = Py_ssize_t;
#else
using Count = size_t;
#endif
PyCMethod g_queue_get;
PyCMethod g_queue_get_nowait;

/// The standard library's own use of the queue orders nothing by itself.
bool used_inside() {
  const Frame* frame = frame_of(PyThreadState_Get());
  while (frame != nullptr && !is_python(frame)) frame = frame->previous;
  return frame != nullptr && is_synchronisation(code_of(frame));
}

PyObject* queue_put(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  if (count > 0 && !used_inside()) publish(current_thread(), self, args[0]);
  return g_queue_put(self, args, count, names);
}
PyObject* queue_put_nowait(PyObject* self, PyObject* const* args, Py_ssize_t count,
                           PyObject* names) {
  if (count > 0 && !used_inside()) publish(current_thread(), self, args[0]);
  return g_queue_put_nowait(self, args, count, names);
}
PyObject* queue_get(PyObject* self, PyTypeObject* cls, PyObject* const* args, Count count,
                    PyObject* names) {
  PyObject* result = g_queue_get(self, cls, args, count, names);
  if (result != nullptr && !used_inside()) receive(current_thread(), self, result);
  return result;
}
PyObject* queue_get_nowait(PyObject* self, PyTypeObject* cls, PyObject* const* args, Count count,
                           PyObject* names) {
  PyObject* result = g_queue_get_nowait(self, cls, args, count, names);
  if (result != nullptr && !used_inside()) receive(current_thread(), self, result);
  return result;
}

}  // namespace

bool install_queue_hooks() {
  PyObject* module = PyImport_ImportModule("_queue");
  if (module == nullptr) {
    PyErr_Clear();  // built without it: queue.py's own is used
    return true;
  }
  PyObject* type = PyObject_GetAttrString(module, "SimpleQueue");
  Py_DECREF(module);
  if (type == nullptr) {
    PyErr_Clear();
    return true;
  }
  constexpr int kFast = METH_FASTCALL | METH_KEYWORDS;
  MethodHooks hooks;
  hooks.replace(type, "put", kFast, g_queue_put, queue_put);
  hooks.replace(type, "put_nowait", kFast, g_queue_put_nowait, queue_put_nowait);
  hooks.replace(type, "get", kFast | METH_METHOD, g_queue_get, queue_get);
  hooks.replace(type, "get_nowait", kFast | METH_METHOD, g_queue_get_nowait, queue_get_nowait);
  const bool good = hooks.install();
  Py_DECREF(type);
  return good;
}

}  // namespace gilcheck::runtime
