// The table is constant.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static const unsigned char weights[4] = {1, 2, 4, 8};

static PyObject *
weigh(PyObject *Py_UNUSED(module), PyObject *argument)
{
    unsigned long value = PyLong_AsUnsignedLongMask(argument);
    unsigned long sum = 0;
    for (int i = 0; i < 4; i++) {
        sum += weights[i] * ((value >> (8 * i)) & 255);
    }
    return PyLong_FromUnsignedLong(sum);
}

static PyMethodDef methods[] = {
    {"weigh", weigh, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "table",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_table(void)
{
    return PyModuleDef_Init(&definition);
}
