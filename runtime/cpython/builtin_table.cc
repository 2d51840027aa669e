#include "cpython/builtin_table.h"

#include <array>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace gilcheck::runtime {
namespace {

struct Row {
  const char* module;
  const char* type;  ///< empty for a function of the module
  const char* name;
  Effect effect;
};

using enum Effect;
constexpr auto kRows = std::to_array<Row>({
    {"builtins", "list", "append", append},
    {"builtins", "list", "extend", update},
    {"builtins", "list", "insert", insert},
    {"builtins", "list", "pop", take},
    {"builtins", "list", "remove", remove_equal},
    {"builtins", "list", "clear", clear},
    {"builtins", "list", "sort", sort},
    {"builtins", "list", "reverse", reverse},
    {"builtins", "list", "copy", take_all},
    {"builtins", "list", "index", read_structure},
    {"builtins", "list", "count", read_structure},
    {"builtins", "list", "__len__", read_structure},
    {"builtins", "dict", "get", read_key},
    {"builtins", "dict", "pop", pop_key},
    {"builtins", "dict", "popitem", take},
    {"builtins", "dict", "setdefault", set_default},
    {"builtins", "dict", "update", update},
    {"builtins", "dict", "clear", clear},
    {"builtins", "dict", "copy", take_all},
    {"builtins", "dict", "__contains__", read_key},
    {"builtins", "dict", "__getitem__", read_key},
    // One definition for all types that can store and delete items, or attributes.
    {"builtins", "dict", "__setitem__", function_set},
    {"builtins", "dict", "__delitem__", function_delete},
    {"builtins", "object", "__setattr__", set_attribute},
    {"builtins", "object", "__delattr__", delete_attribute},
    {"builtins", "set", "add", add_key},
    {"builtins", "set", "remove", remove_key},
    {"builtins", "set", "discard", drop_key},
    {"builtins", "set", "pop", take},
    {"builtins", "set", "clear", clear},
    {"builtins", "set", "update", update},
    {"builtins", "set", "difference_update", update},
    {"builtins", "set", "intersection_update", update},
    {"builtins", "set", "symmetric_difference_update", update},
    {"builtins", "set", "copy", take_all},
    {"builtins", "set", "union", read_structure},
    {"builtins", "set", "__contains__", read_key},
    {"builtins", "bytearray", "append", append},
    {"builtins", "bytearray", "extend", update},
    {"builtins", "bytearray", "insert", insert},
    {"builtins", "bytearray", "pop", take},
    {"builtins", "bytearray", "remove", take},
    {"builtins", "bytearray", "clear", clear},
    {"builtins", "bytearray", "reverse", reverse},
    {"collections", "deque", "append", append},
    {"collections", "deque", "appendleft", append},
    {"collections", "deque", "extend", update},
    {"collections", "deque", "extendleft", update},
    {"collections", "deque", "insert", insert},
    {"collections", "deque", "pop", take},
    {"collections", "deque", "popleft", take},
    {"collections", "deque", "remove", remove_equal},
    {"collections", "deque", "clear", clear},
    {"collections", "deque", "rotate", reverse},
    {"collections", "deque", "reverse", reverse},
    {"collections", "deque", "copy", take_all},
    {"collections", "deque", "count", read_structure},
    {"collections", "deque", "index", read_structure},
    {"collections", "OrderedDict", "pop", pop_key},
    {"collections", "OrderedDict", "popitem", take},
    {"collections", "OrderedDict", "setdefault", set_default},
    {"collections", "OrderedDict", "update", update},
    {"collections", "OrderedDict", "clear", clear},
    {"collections", "OrderedDict", "move_to_end", move_key},
    {"array", "array", "append", append},
    {"array", "array", "extend", update},
    {"array", "array", "insert", insert},
    {"array", "array", "pop", take},
    {"array", "array", "remove", take},
    {"builtins", "", "len", read_structure},
    {"builtins", "", "sorted", take_all},
    {"builtins", "", "sum", walk_whole},
    {"builtins", "", "min", walk_whole},
    {"builtins", "", "max", walk_whole},
    {"builtins", "", "any", walk_whole},
    {"builtins", "", "all", walk_whole},
    {"builtins", "", "list", take_all},
    {"builtins", "", "tuple", take_all},
    {"builtins", "", "set", take_all},
    {"builtins", "", "frozenset", take_all},
    {"builtins", "", "dict", take_all},
    {"builtins", "", "iter", walk},
    {"builtins", "", "enumerate", walk},
    {"builtins", "", "zip", walk},
    {"builtins", "", "map", walk},
    {"builtins", "", "filter", walk},
    {"builtins", "", "reversed", walk},
    {"builtins", "", "next", advance},
    {"builtins", "", "getattr", get_attribute},
    {"builtins", "", "hasattr", get_attribute},
    {"builtins", "", "setattr", set_attribute},
    {"builtins", "", "delattr", delete_attribute},
    {"operator", "", "getitem", function_get},
    {"operator", "", "setitem", function_set},
    {"operator", "", "delitem", function_delete},
    {"operator", "", "contains", function_contains},
    {"copy", "", "copy", take_all},
    {"copy", "", "deepcopy", walk_whole},
    {"types", "GeneratorType", "send", advance},
    {"types", "GeneratorType", "throw", advance},
    {"types", "GeneratorType", "close", advance},
    {"collections", "", "Counter", walk_whole},
    {"collections", "", "OrderedDict", walk_whole},
    {"collections", "", "deque", walk_whole},
    {"collections", "Counter", "update", heap_push},
    {"collections", "Counter", "subtract", heap_push},
    {"collections", "Counter", "most_common", walk_whole},
    {"heapq", "", "heappush", heap_push},
    {"heapq", "", "heappop", heap_pop},
    {"heapq", "", "heapreplace", heap_pop},
    {"heapq", "", "heappushpop", heap_push},
    {"heapq", "", "heapify", sort},
    {"bisect", "", "insort", heap_push},
    {"bisect", "", "insort_left", heap_push},
    {"bisect", "", "insort_right", heap_push},
});

/// Key: a PyMethodDef, a slot wrapper's base or a type.
std::unordered_map<const void*, Effect>& table() {
  static auto* rows = new std::unordered_map<const void*, Effect>;
  return *rows;
}
std::unordered_set<const PyTypeObject*>& walkers() {
  static auto* types = new std::unordered_set<const PyTypeObject*>;
  return *types;
}

/// What identifies a callable, whatever it is bound to.
const void* key_of(PyObject* callable, PyObject** self) {
  if (PyCFunction_Check(callable)) {
    auto* function = reinterpret_cast<PyCFunctionObject*>(callable);
    // The module a function belongs to is no object it works on.
    if (self != nullptr && function->m_self != nullptr && !PyModule_Check(function->m_self)) {
      *self = function->m_self;
    }
    return function->m_ml;
  }
  if (Py_IS_TYPE(callable, &PyMethodDescr_Type))
    return reinterpret_cast<PyMethodDescrObject*>(callable)->d_method;
  if (Py_IS_TYPE(callable, &PyWrapperDescr_Type))
    return reinterpret_cast<PyWrapperDescrObject*>(callable)->d_base;
  if (PyType_Check(callable)) return callable;
  if (PyFunction_Check(callable)) return PyFunction_GET_CODE(callable);
  return nullptr;
}

}  // namespace

bool load_builtin_table() {
  for (const Row& row : kRows) {
    PyObject* module = PyImport_ImportModule(row.module);
    if (module == nullptr) {
      PyErr_Clear();  // a module that this interpreter was built without
      continue;
    }
    PyObject* owner =
        *row.type != '\0' ? PyObject_GetAttrString(module, row.type) : Py_NewRef(module);
    Py_DECREF(module);
    if (owner == nullptr) return false;
    PyObject* member = PyObject_GetAttrString(owner, row.name);
    Py_DECREF(owner);
    if (member == nullptr) {
      PyErr_Clear();
      continue;
    }
    if (const void* key = key_of(member, nullptr)) table()[key] = row.effect;
    if (row.effect == walk && PyType_Check(member))
      walkers().insert(reinterpret_cast<PyTypeObject*>(member));
    Py_DECREF(member);
  }
  for (PyTypeObject* type :
       {&PyListIter_Type, &PyListRevIter_Type, &PyDictIterKey_Type, &PyDictIterItem_Type,
        &PyDictIterValue_Type, &PySetIter_Type, &PySeqIter_Type}) {
    walkers().insert(type);
  }
  // These types have no name.
  for (const auto& [module, type] : {std::pair("collections", "deque"), std::pair("array", "array"),
                                     std::pair("builtins", "bytearray")}) {
    PyObject* imported = PyImport_ImportModule(module);
    PyObject* made = imported == nullptr ? nullptr
                     : module == std::string_view("array")
                         ? PyObject_CallMethod(imported, type, "s", "b")
                         : PyObject_CallMethod(imported, type, nullptr);
    PyObject* iterator = made != nullptr ? PyObject_GetIter(made) : nullptr;
    if (iterator != nullptr) walkers().insert(Py_TYPE(iterator));
    Py_XDECREF(iterator);
    Py_XDECREF(made);
    Py_XDECREF(imported);
    PyErr_Clear();
  }
  return true;
}

Effect effect_of(PyObject* callable, PyObject*& self) {
  const void* key = key_of(callable, &self);
  if (key == nullptr) return none;
  const auto found = table().find(key);
  return found == table().end() ? none : found->second;
}

bool is_walker(PyTypeObject* type) {
  return walkers().contains(type);
}

}  // namespace gilcheck::runtime
