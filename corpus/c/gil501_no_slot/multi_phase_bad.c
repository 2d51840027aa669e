// A module initialised in two phases says nothing about the GIL.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
add(PyObject *Py_UNUSED(module), PyObject *args)
{
    long left, right;
    if (!PyArg_ParseTuple(args, "ll", &left, &right)) {
        return NULL;
    }
    return PyLong_FromLong(left + right);
}

static PyMethodDef methods[] = {
    {"add", add, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL501 - high
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "multi_phase",
    .m_size = 0,
    .m_methods = methods,
};

PyMODINIT_FUNC
PyInit_multi_phase(void)
{
    return PyModuleDef_Init(&definition);
}
