// The slot is compiled for every version that knows it.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
negate(PyObject *Py_UNUSED(module), PyObject *argument)
{
    return PyNumber_Negative(argument);
}

static PyMethodDef methods[] = {
    {"negate", negate, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "wrong_guard",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_wrong_guard(void)
{
    return PyModuleDef_Init(&definition);
}
