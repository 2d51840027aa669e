// The claim is true: the counter is guarded.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyMutex lock;
static long calls;

static PyObject *
count(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyMutex_Lock(&lock);
    long now = ++calls;
    PyMutex_Unlock(&lock);
    return PyLong_FromLong(now);
}

static PyMethodDef methods[] = {
    {"count", count, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "static_counter",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_static_counter(void)
{
    return PyModuleDef_Init(&definition);
}
