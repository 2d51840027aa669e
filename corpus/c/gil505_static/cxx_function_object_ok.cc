// A static function object is called, which does not change it.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <functional>

static std::function<long(long)> scale = [](long value) { return 2 * value; };

static PyObject *
apply(PyObject *, PyObject *argument)
{
    long value = PyLong_AsLong(argument);
    if (value == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLong(scale(value));
}

static PyMethodDef methods[] = {
    {"apply", apply, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "cxx_function_object", NULL, 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC
PyInit_cxx_function_object(void)
{
    return PyModuleDef_Init(&definition);
}
