// A lock is taken where there is no GIL, and left out where there is one.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static long steps;
#ifdef Py_GIL_DISABLED
static PyMutex mutex;
#endif

static PyObject *
advance(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
#ifdef Py_GIL_DISABLED
    PyMutex_Lock(&mutex);
#endif
    long now = ++steps;
#ifdef Py_GIL_DISABLED
    PyMutex_Unlock(&mutex);
#endif
    return PyLong_FromLong(now);
}

static PyMethodDef methods[] = {
    {"advance", advance, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "lock_by_build",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_lock_by_build(void)
{
    return PyModuleDef_Init(&definition);
}
