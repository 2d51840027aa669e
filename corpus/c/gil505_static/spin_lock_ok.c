// A counter is changed under a spin lock made of an atomic flag.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdatomic.h>

static atomic_flag busy = ATOMIC_FLAG_INIT;
static long requests;

static PyObject *
request(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    while (atomic_flag_test_and_set(&busy)) {
    }
    long number = ++requests;
    atomic_flag_clear(&busy);
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
    .m_name = "spin_lock",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_spin_lock(void)
{
    return PyModuleDef_Init(&definition);
}
