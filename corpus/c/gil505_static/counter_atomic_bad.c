// A static serial number is drawn without synchronisation.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static long serial;

static PyObject *
next_serial(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(++serial);
//                         ^^^^^^^^ GIL505 gil-masked high
}

static PyMethodDef methods[] = {
    {"next_serial", next_serial, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "counter_atomic",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_counter_atomic(void)
{
    return PyModuleDef_Init(&definition);
}
