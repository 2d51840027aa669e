// Each thread counts its own depth.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static _Thread_local int depth;

static PyObject *
visit(PyObject *Py_UNUSED(module), PyObject *callback)
{
    if (++depth > 50) {
        depth--;
        PyErr_SetString(PyExc_RecursionError, "too deep");
        return NULL;
    }
    PyObject *answer = PyObject_CallNoArgs(callback);
    depth--;
    return answer;
}

static PyMethodDef methods[] = {
    {"visit", visit, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "depth",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_depth(void)
{
    return PyModuleDef_Init(&definition);
}
