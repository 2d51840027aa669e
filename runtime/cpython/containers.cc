#include "cpython/containers.h"

#include "engine/spin_lock.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <unordered_map>

namespace gilcheck::runtime {
namespace {

PyTypeObject* g_deque = nullptr;
PyTypeObject* g_array = nullptr;

/// Between iterators and what they walk over, both ways.
class Walks {
 public:
  void add(PyObject* iterator, const Container& container) {
    const std::scoped_lock held(lock_);
    if (!containers_.try_emplace(iterator, container).second) return;
    iterators_.emplace(container.object, iterator);
    ++count_;
  }
  Container find(PyObject* iterator) {
    if (count_.load(std::memory_order_relaxed) == 0) return {};
    const std::scoped_lock held(lock_);
    const auto found = containers_.find(iterator);
    return found == containers_.end() ? Container{} : found->second;
  }
  void forget(PyObject* dying) {
    if (count_.load(std::memory_order_relaxed) == 0) return;
    const std::scoped_lock held(lock_);
    if (const auto found = containers_.find(dying); found != containers_.end()) {
      const auto [first, last] = iterators_.equal_range(found->second.object);
      iterators_.erase(
          std::find_if(first, last, [&](const auto& one) { return one.second == dying; }));
      containers_.erase(found);
      --count_;
    }
    const auto [first, last] = iterators_.equal_range(dying);
    for (auto one = first; one != last; ++one) count_ -= containers_.erase(one->second);
    iterators_.erase(first, last);
  }

 private:
  SpinLock lock_;
  std::unordered_map<const PyObject*, Container> containers_;
  std::unordered_multimap<const PyObject*, PyObject*> iterators_;
  std::atomic<std::size_t> count_{0};
};
Walks& walks() {
  static auto* all = new Walks;
  return *all;
}

}  // namespace

PyTypeObject* library_type(const char* module, const char* name) {
  PyObject* imported = PyImport_ImportModule(module);
  if (imported == nullptr) {
    PyErr_Clear();
    return nullptr;
  }
  PyObject* found = PyObject_GetAttrString(imported, name);
  Py_DECREF(imported);
  if (found == nullptr) PyErr_Clear();
  return reinterpret_cast<PyTypeObject*>(found);  // kept for ever
}

bool start_containers() {
  g_deque = library_type("collections", "deque");
  g_array = library_type("array", "array");
  if (g_deque != nullptr) return true;
  PyErr_SetString(PyExc_RuntimeError, "gilcheck: collections cannot be imported");
  return false;
}

const char* name_of(Kind kind) {
  constexpr std::array kNames = {"list", "dict", "set", "bytearray", "deque", "array"};
  return kNames[static_cast<std::size_t>(kind)];
}

Container tracked(PyObject* object) {
  const auto of = [&](Kind kind) { return Container{object, kind, true}; };
  if (PyList_Check(object)) return of(Kind::list);
  if (PyDict_Check(object)) return of(Kind::dict);
  if (PyAnySet_Check(object)) return of(Kind::set);
  if (PyByteArray_Check(object)) return of(Kind::bytearray);
  if (PyObject_TypeCheck(object, g_deque)) return of(Kind::deque);
  if (g_array != nullptr && PyObject_TypeCheck(object, g_array)) return of(Kind::array);
  return {};
}

bool is_tracked(PyObject* object) {
  return static_cast<bool>(tracked(object));
}

bool is_empty(PyObject* object) {
  if (PyList_CheckExact(object)) return PyList_GET_SIZE(object) == 0;
  if (PyDict_CheckExact(object)) return PyDict_GET_SIZE(object) == 0;
  return PyAnySet_CheckExact(object) && PySet_GET_SIZE(object) == 0;
}

Container container_of(PyObject* object) {
  if (object == nullptr) return {};
  if (const Container itself = tracked(object)) return itself;
  for (PyTypeObject* view : {&PyDictKeys_Type, &PyDictItems_Type, &PyDictValues_Type}) {
    if (Py_IS_TYPE(object, view))
      return {reinterpret_cast<DictView*>(object)->dict, Kind::dict, true};
  }
  return walked_by(object);
}

void walk_began(PyObject* iterator, const Container& container) {
  walks().add(iterator, container);
}

Container walked_by(PyObject* iterator) {
  return walks().find(iterator);
}

void forget_walks(PyObject* dying) {
  walks().forget(dying);
}

}  // namespace gilcheck::runtime
