// A seed is drawn on first use, behind a sentinel.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <time.h>

static unsigned long seed;

static PyObject *
scramble(PyObject *Py_UNUSED(module), PyObject *argument)
{
    unsigned long value = PyLong_AsUnsignedLongMask(argument);
    if (seed == 0) {
//      ^^^^^^^^^ GIL506 gil-masked high
        seed = (unsigned long)time(NULL) | 1;
    }
    return PyLong_FromUnsignedLong(value * seed);
}

static PyMethodDef methods[] = {
    {"scramble", scramble, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "c11_once",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_c11_once(void)
{
    return PyModuleDef_Init(&definition);
}
