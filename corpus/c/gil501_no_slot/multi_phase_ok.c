// The same module says that it does not need the GIL.
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

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "multi_phase",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_multi_phase(void)
{
    return PyModuleDef_Init(&definition);
}
