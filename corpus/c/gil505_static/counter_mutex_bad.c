// A static is counted up without a lock.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static unsigned long served;

static PyObject *
serve(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    served += 1;
//  ^^^^^^^^^^^ GIL505 gil-masked high
    Py_RETURN_NONE;
}

static PyObject *
statistics(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromUnsignedLong(served);
}

static PyMethodDef methods[] = {
    {"serve", serve, METH_NOARGS, NULL},
    {"statistics", statistics, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "counter_mutex",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_counter_mutex(void)
{
    return PyModuleDef_Init(&definition);
}
