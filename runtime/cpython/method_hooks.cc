#include "cpython/method_hooks.h"

namespace gilcheck::runtime {
namespace {

PyMethodDef* definition_of(PyObject* owner, const char* name) {
  PyObject* member = PyObject_GetAttrString(owner, name);
  if (member == nullptr) {
    PyErr_Clear();
    return nullptr;
  }
  PyMethodDef* definition = nullptr;
  if (Py_IS_TYPE(member, &PyMethodDescr_Type)) {
    definition = reinterpret_cast<PyMethodDescrObject*>(member)->d_method;
  } else if (PyCFunction_Check(member)) {
    definition = reinterpret_cast<PyCFunctionObject*>(member)->m_ml;
  }
  Py_DECREF(member);
  return definition;
}

std::string full_name(PyObject* owner, const char* name) {
  const char* of = PyType_Check(owner) ? reinterpret_cast<PyTypeObject*>(owner)->tp_name
                                       : PyModule_GetName(owner);
  if (of == nullptr) PyErr_Clear();
  return std::string(of != nullptr ? of : "?") + "." + name;
}

}  // namespace

int MethodHooks::convention(PyObject* owner, const char* name) {
  const PyMethodDef* definition = definition_of(owner, name);
  return definition != nullptr ? definition->ml_flags : -1;
}

void MethodHooks::add(PyObject* owner, const char* name, int convention, AnyFunction* original,
                      AnyFunction ours) {
  PyMethodDef* definition = definition_of(owner, name);
  if (definition == nullptr || definition->ml_flags != convention) {
    refuse(owner, name);
  } else if (any(definition->ml_meth) != ours) {
    planned_.push_back({definition, original, ours});
  }
}

void MethodHooks::refuse(PyObject* owner, const char* name) {
  if (unexpected_.empty()) unexpected_ = full_name(owner, name);
}

bool MethodHooks::install() {
  if (!unexpected_.empty()) {
    PyErr_Format(PyExc_RuntimeError, "gilcheck: %s is not as expected in this interpreter",
                 unexpected_.c_str());
    return false;
  }
  for (const Planned& one : planned_) {
    *one.original = any(one.definition->ml_meth);
    one.definition->ml_meth = reinterpret_cast<PyCFunction>(one.ours);
  }
  return true;
}

}  // namespace gilcheck::runtime
