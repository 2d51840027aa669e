// A table can be changed while others read it.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static unsigned char weights[4] = {1, 2, 4, 8};

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

static PyObject *
set_weight(PyObject *Py_UNUSED(module), PyObject *args)
{
    int index;
    unsigned char weight;
    if (!PyArg_ParseTuple(args, "ib", &index, &weight)) {
        return NULL;
    }
    weights[index & 3] = weight;
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL505 gil-masked
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"weigh", weigh, METH_O, NULL},
    {"set_weight", set_weight, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
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
