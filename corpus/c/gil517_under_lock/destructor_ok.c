// It is dropped after the lock.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyMutex lock;
static PyObject *current;

static PyObject *
exchange(PyObject *Py_UNUSED(module), PyObject *object)
{
    PyObject *old;
    PyMutex_Lock(&lock);
    old = current;
    current = Py_NewRef(object);
    PyMutex_Unlock(&lock);
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"exchange", exchange, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "destructor",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_destructor(void)
{
    return PyModuleDef_Init(&definition);
}
