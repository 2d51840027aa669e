#include "cpython/location_name.h"

#include <string_view>

namespace gilcheck::runtime {
namespace {

std::string short_text(PyObject* value) {
  if (PyUnicode_CheckExact(value)) {
    const char* text = PyUnicode_AsUTF8(value);
    if (text == nullptr) {
      PyErr_Clear();
      return "?";
    }
    std::string result = text;
    if (result.size() > 60) result = result.substr(0, 57) + "...";
    return result;
  }
  if (PyLong_CheckExact(value)) {
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    return overflow != 0 ? "a large number" : std::to_string(number);
  }
  return std::string("a ") + Py_TYPE(value)->tp_name;
}

}  // namespace

std::string Namer::name() const {
  const std::string part = part_ != nullptr ? short_text(part_) : "";
  if (what_ == std::string_view("global")) {
    PyObject* module = nullptr;
    if (PyDict_Check(object_) && PyDict_GetItemStringRef(object_, "__name__", &module) < 0)
      PyErr_Clear();
    std::string name = (module != nullptr ? short_text(module) : "?") + "." + part;
    Py_XDECREF(module);
    return name;
  }
  if (what_ == std::string_view("attribute")) {
    if (PyType_Check(object_))
      return std::string(reinterpret_cast<PyTypeObject*>(object_)->tp_name) + "." + part;
    return std::string(Py_TYPE(object_)->tp_name) + "." + part;
  }
  if (what_ == std::string_view("cell")) return "variable '" + part + "'";
  if (what_ == std::string_view("key"))
    return std::string(Py_TYPE(object_)->tp_name) + " key " +
           (part_ != nullptr && PyUnicode_CheckExact(part_) ? "'" + part + "'" : part);
  if (what_ == std::string_view("item")) return std::string(Py_TYPE(object_)->tp_name) + " item";
  if (what_ == std::string_view("iterator")) return std::string(Py_TYPE(object_)->tp_name);
  return std::string("elements of a ") + what_;  // the object may be gone
}

}  // namespace gilcheck::runtime
