#pragma once
// Replacing the functions of methods that are written in C, where their definitions point: nothing
// is wrapped, so bound methods taken earlier are covered. The definitions are static arrays and
// writable.

#include <Python.h>

#include <string>
#include <vector>

namespace gilcheck::runtime {

using AnyFunction = void (*)();
template <typename Function>
AnyFunction any(Function function) {
  return reinterpret_cast<AnyFunction>(function);
}

/// All replacements, or none if one method is not as expected. Called while one thread runs.
class MethodHooks {
 public:
  /// METH_... flags of a method of a type, or function of a module; -1 if there is none.
  static int convention(PyObject* owner, const char* name);

  /// `convention`: what `replacement` is written for. `original` gets what was there before.
  template <typename Function>
  void replace(PyObject* owner, const char* name, int convention, Function& original,
               Function replacement) {
    add(owner, name, convention, reinterpret_cast<AnyFunction*>(&original), any(replacement));
  }
  /// A method of no calling convention that we know.
  void refuse(PyObject* owner, const char* name);

  /// False with an exception that names the first method that is not as expected.
  bool install();

 private:
  struct Planned {
    PyMethodDef* definition;
    AnyFunction* original;
    AnyFunction ours;
  };
  void add(PyObject* owner, const char* name, int convention, AnyFunction* original,
           AnyFunction ours);

  std::vector<Planned> planned_;
  std::string unexpected_;
};

}  // namespace gilcheck::runtime
