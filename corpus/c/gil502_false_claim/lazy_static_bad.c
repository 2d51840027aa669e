// Claims not to need the GIL and fills a static on first use.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static double table[64];
static int ready;

static PyObject *
weight(PyObject *Py_UNUSED(module), PyObject *argument)
{
    long index = PyLong_AsLong(argument);
    if (index < 0 || index >= 64) {
        PyErr_SetString(PyExc_IndexError, "0 to 63");
        return NULL;
    }
    if (!ready) {
//      ^^^^^^ GIL506 gil-masked
        for (int i = 0; i < 64; i++) {
            table[i] = 1.0 / (i + 1);
        }
        ready = 1;
    }
    return PyFloat_FromDouble(table[index]);
}

static PyMethodDef methods[] = {
    {"weight", weight, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "lazy_static",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_lazy_static(void)
{
    return PyModuleDef_Init(&definition);
}
