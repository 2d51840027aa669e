// Draws numbers from a static counter.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static long last;

static long
advance(void)
{
    return ++last;
//         ^^^^^^ GIL505 gil-masked high
}

static PyObject *
draw(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromLong(advance());
}

static PyObject *
twice(PyObject *Py_UNUSED(module), PyObject *argument)
{
    return PyNumber_Add(argument, argument);
}

static PyMethodDef methods[] = {
    {"draw", draw, METH_NOARGS, NULL},
    {"twice", twice, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "serial",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_serial(void)
{
    return PyModuleDef_Init(&definition);
}
