// The borrowed result of a setdefault on a shared dict.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
bucket(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *groups, *key;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &groups, &key)) {
        return NULL;
    }
    PyObject *fresh = PyList_New(0);
    if (fresh == NULL) {
        return NULL;
    }
    PyObject *group = PyDict_SetDefault(groups, key, fresh);
//                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL503 gil-masked
    Py_XINCREF(group);
    Py_DECREF(fresh);
    return group;
}

static PyMethodDef methods[] = {
    {"bucket", bucket, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "set_default",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_set_default(void)
{
    return PyModuleDef_Init(&definition);
}
