// Memory is taken from an allocator that needs the thread state while detached.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
measure(PyObject *Py_UNUSED(module), PyObject *argument)
{
    size_t size = PyLong_AsSize_t(argument);
    if (PyErr_Occurred()) {
        return NULL;
    }
    unsigned char *scratch;
    unsigned long sum = 0;
    Py_BEGIN_ALLOW_THREADS
    scratch = PyMem_Malloc(size);
//            ^^^^^^^^^^^^^^^^^^ GIL511 already-racy high
    if (scratch != NULL) {
        memset(scratch, 1, size);
        for (size_t i = 0; i < size; i++) {
            sum += scratch[i];
        }
    }
    Py_END_ALLOW_THREADS
    PyMem_Free(scratch);
    return PyLong_FromUnsignedLong(sum);
}

static PyMethodDef methods[] = {
    {"measure", measure, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "allocator",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_allocator(void)
{
    return PyModuleDef_Init(&definition);
}
