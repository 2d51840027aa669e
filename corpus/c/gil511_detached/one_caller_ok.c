// A helper that is called detached and attached sees to its thread state itself.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <unistd.h>

static int
print_all(PyObject *items)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *text = PyObject_Repr(items);
    if (text != NULL) {
        printf("%s\n", PyUnicode_AsUTF8(text));
        Py_DECREF(text);
    }
    PyGILState_Release(state);
    return 0;
}

static PyObject *
show(PyObject *Py_UNUSED(module), PyObject *items)
{
    print_all(items);
    Py_RETURN_NONE;
}

static PyObject *
show_later(PyObject *Py_UNUSED(module), PyObject *items)
{
    Py_BEGIN_ALLOW_THREADS
    sleep(1);
    print_all(items);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"show", show, METH_O, NULL},
    {"show_later", show_later, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "one_caller",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_one_caller(void)
{
    return PyModuleDef_Init(&definition);
}
