#include "cpython/values.h"

namespace gilcheck::runtime {

bool plain_key(PyObject* key) {
  return PyUnicode_CheckExact(key) || PyLong_CheckExact(key) || PyBytes_CheckExact(key);
}

SlotId slot_of_name(PyObject* name) {
  const Py_hash_t hash = PyObject_Hash(name);
  return static_cast<SlotId>(hash) | kNamed;
}

SlotId slot_of_key(PyObject* key) {
  if (plain_key(key)) return slot_of_name(key);
  if (PyTuple_CheckExact(key)) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); ++i) {
      if (!plain_key(PyTuple_GET_ITEM(key, i))) return kUnhashed;
    }
    return slot_of_name(key);
  }
  // Keyed by identity: hashing and equality are the object's address.
  if (Py_TYPE(key)->tp_hash == PyBaseObject_Type.tp_hash &&
      Py_TYPE(key)->tp_richcompare == PyBaseObject_Type.tp_richcompare) {
    return (reinterpret_cast<std::uintptr_t>(key) * 0x9E3779B97F4A7C15U) | kNamed;
  }
  return kUnhashed;
}

void classify_value(PyObject* value, Operation& operation) {
  const auto constant = [&](PyObject* hashed) {
    operation.value = ValueKind::constant;
    operation.digest = static_cast<std::uint32_t>(PyObject_Hash(hashed) * 0x9E3779B1U);
  };
  if (value == nullptr) return;
  if (value == Py_None) {
    operation.value = ValueKind::none;
  } else if (value == Py_True) {
    operation.value = ValueKind::flag;
  } else if (value == Py_False) {
    operation.value = ValueKind::falsy;
  } else if (PyLong_CheckExact(value)) {
    if (PyObject_Hash(value) == 0) {
      operation.value = ValueKind::falsy;
    } else {
      constant(value);
    }
  } else if (PyUnicode_CheckExact(value) || PyBytes_CheckExact(value) ||
             PyFloat_CheckExact(value)) {
    if (!PyFloat_CheckExact(value) && Py_SIZE(value) == 0 && PyBytes_CheckExact(value)) {
      operation.value = ValueKind::falsy;
    } else {
      constant(value);
    }
  } else if (PyTuple_CheckExact(value) && slot_of_key(value) != kUnhashed) {
    constant(value);
  } else {
    operation.value = ValueKind::object;
    operation.digest = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(value) >> 4U);
  }
}

}  // namespace gilcheck::runtime
