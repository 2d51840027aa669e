// It is given to PyMem_Free.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>

static PyObject *
doubled(PyObject *Py_UNUSED(module), PyObject *argument)
{
    long count = PyLong_AsLong(argument);
    if (count < 1 || count > 1000) {
        return PyErr_Format(PyExc_ValueError, "1 to 1000");
    }
    long *values = PyMem_Malloc(count * sizeof(long));
    if (values == NULL) {
        return PyErr_NoMemory();
    }
    for (long i = 0; i < count; i++) {
        values[i] = 2 * i;
    }
    PyObject *last = PyLong_FromLong(values[count - 1]);
    PyMem_Free(values);
    return last;
}

static PyMethodDef methods[] = {
    {"doubled", doubled, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "freed_by_libc",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_freed_by_libc(void)
{
    return PyModuleDef_Init(&definition);
}
