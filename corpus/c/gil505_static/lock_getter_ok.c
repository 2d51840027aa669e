// A lock is reached through a function that returns its address.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyMutex mutex;
static long requests;

static PyMutex *
lock_of_module(void)
{
    return &mutex;
}

static PyObject *
request(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyMutex_Lock(lock_of_module());
    long number = ++requests;
    PyMutex_Unlock(lock_of_module());
    return PyLong_FromLong(number);
}

static PyMethodDef methods[] = {
    {"request", request, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "lock_getter",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_lock_getter(void)
{
    return PyModuleDef_Init(&definition);
}
