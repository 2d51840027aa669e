// The name is in the module state, filled by the exec slot.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject *name;
} State;

static PyObject *
name_of(PyObject *module, PyObject *object)
{
    State *state = PyModule_GetState(module);
    return PyObject_GetAttr(object, state->name);
}

static PyMethodDef methods[] = {
    {"name_of", name_of, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static int
exec_module(PyObject *module)
{
    State *state = PyModule_GetState(module);
    state->name = PyUnicode_InternFromString("__name__");
    if (state->name == NULL) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_module},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "interned",
    .m_size = sizeof(State),
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_interned(void)
{
    return PyModuleDef_Init(&definition);
}
