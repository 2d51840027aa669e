// The last result is kept in a static reference that every call replaces.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *last;

static PyObject *
remember(PyObject *Py_UNUSED(module), PyObject *object)
{
    Py_XSETREF(last, Py_NewRef(object));
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL505 gil-masked high
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"remember", remember, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "last_object",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_last_object(void)
{
    return PyModuleDef_Init(&definition);
}
