// A strong reference, or none if the referent is gone.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
referent(PyObject *Py_UNUSED(module), PyObject *reference)
{
    PyObject *object;
    int alive = PyWeakref_GetRef(reference, &object);
    if (alive < 0) {
        return NULL;
    }
    if (!alive) {
        Py_RETURN_NONE;
    }
    return object;
}

static PyMethodDef methods[] = {
    {"referent", referent, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "weak_referent",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_weak_referent(void)
{
    return PyModuleDef_Init(&definition);
}
