// A std::mutex guards the map, over plain C++ code only.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <mutex>
#include <string>
#include <unordered_map>

static std::mutex lock;
static std::unordered_map<std::string, long> ages;

static PyObject *
set_age(PyObject *, PyObject *args)
{
    const char *name;
    long age;
    if (!PyArg_ParseTuple(args, "sl", &name, &age)) {
        return nullptr;
    }
    {
        std::lock_guard<std::mutex> guard(lock);
        ages[name] = age;
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"set_age", set_age, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
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
