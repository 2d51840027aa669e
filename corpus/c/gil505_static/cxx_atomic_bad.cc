// A static of a C++ module is counted without synchronisation.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

namespace {
long requests = 0;
}

static PyObject *
request(PyObject *, PyObject *)
{
    ++requests;
//  ^^^^^^^^^^ GIL505 gil-masked high
    return PyLong_FromLong(requests);
}

static PyMethodDef methods[] = {
    {"request", request, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "cxx_atomic", NULL, 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC
PyInit_cxx_atomic(void)
{
    return PyModuleDef_Init(&definition);
}
