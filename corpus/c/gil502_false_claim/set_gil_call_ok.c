// The counter is atomic, and the claim is a slot.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdatomic.h>

static _Atomic long uses;

static PyObject *
use(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    atomic_fetch_add(&uses, 1);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"use", use, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "set_gil_call",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_set_gil_call(void)
{
    return PyModuleDef_Init(&definition);
}
