/* Compiled and imported by `gilcheck interpreter doctor`: an extension that uses internal headers, as the
   runtime does, can be built for an interpreter and loaded into it. */
#define Py_BUILD_CORE 1
#include <Python.h>
#include <internal/pycore_frame.h>

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "extension_check", NULL, 0, NULL};

PyMODINIT_FUNC PyInit_extension_check(void) {
  PyObject* module = PyModule_Create(&definition);
#ifdef Py_GIL_DISABLED
  if (module != NULL) PyUnstable_Module_SetGIL(module, Py_MOD_GIL_NOT_USED);
#endif
  return module;
}
