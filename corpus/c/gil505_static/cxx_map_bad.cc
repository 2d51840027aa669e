// A static map is changed without a lock.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string>
#include <unordered_map>

static std::unordered_map<std::string, long> ages;

static PyObject *
set_age(PyObject *, PyObject *args)
{
    const char *name;
    long age;
    if (!PyArg_ParseTuple(args, "sl", &name, &age)) {
        return nullptr;
    }
    ages[name] = age;
//  ^^^^^^^^^^^^^^^^ GIL505 gil-masked
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"set_age", set_age, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "cxx_map", NULL, 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC
PyInit_cxx_map(void)
{
    return PyModuleDef_Init(&definition);
}
