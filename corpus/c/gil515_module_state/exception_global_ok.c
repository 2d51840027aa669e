// It is kept in the module state.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject *parse_error;
} State;

static PyObject *
fail(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    State *state = PyModule_GetState(module);
    PyErr_SetString(state->parse_error, "nothing to parse");
    return NULL;
}

static PyMethodDef methods[] = {
    {"fail", fail, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static int
exec_module(PyObject *module)
{
    State *state = PyModule_GetState(module);
    state->parse_error = PyErr_NewException("exception_global.ParseError", NULL, NULL);
    if (PyModule_AddObjectRef(module, "ParseError", state->parse_error) < 0) {
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
    .m_name = "exception_global",
    .m_size = sizeof(State),
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_exception_global(void)
{
    return PyModuleDef_Init(&definition);
}
