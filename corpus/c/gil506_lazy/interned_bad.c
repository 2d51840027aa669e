// A name is interned on first use.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *name;

static PyObject *
name_of(PyObject *Py_UNUSED(module), PyObject *object)
{
    if (!name) {
//      ^^^^^ GIL506 gil-masked medium
        name = PyUnicode_InternFromString("__name__");
        if (!name) {
            return NULL;
        }
    }
    return PyObject_GetAttr(object, name);
}

static PyMethodDef methods[] = {
    {"name_of", name_of, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "interned",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_interned(void)
{
    return PyModuleDef_Init(&definition);
}
