// An atomic counter is read and written by two atomic operations instead of one.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static _Atomic long requests;

static PyObject *
request(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    requests = requests + 1;
//  ^^^^^^^^^^^^^^^^^^^^^^^ GIL505 gil-masked high
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
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "atomic_two_steps",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_atomic_two_steps(void)
{
    return PyModuleDef_Init(&definition);
}
