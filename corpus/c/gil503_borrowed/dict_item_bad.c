// A borrowed value of a dict in the module state.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject *registry;
} State;

static PyObject *
lookup(PyObject *module, PyObject *key)
{
    State *state = PyModule_GetState(module);
    PyObject *value = PyDict_GetItemWithError(state->registry, key);
//                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL503 gil-masked
    if (value == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetObject(PyExc_KeyError, key);
        }
        return NULL;
    }
    return Py_NewRef(value);
}

static PyObject *
enter(PyObject *module, PyObject *args)
{
    PyObject *key, *value;
    if (!PyArg_ParseTuple(args, "OO", &key, &value)) {
        return NULL;
    }
    State *state = PyModule_GetState(module);
    if (PyDict_SetItem(state->registry, key, value) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static int
state_traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(module);
    Py_VISIT(state->registry);
    return 0;
}

static int
state_clear(PyObject *module)
{
    State *state = PyModule_GetState(module);
    Py_CLEAR(state->registry);
    return 0;
}

static PyMethodDef methods[] = {
    {"lookup", lookup, METH_O, NULL},
    {"enter", enter, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static int
exec_module(PyObject *module)
{
    State *state = PyModule_GetState(module);
    state->registry = PyDict_New();
    if (state->registry == NULL) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_module},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "dict_item",
    .m_size = sizeof(State),
    .m_methods = methods,
    .m_slots = slots,
    .m_traverse = state_traverse,
    .m_clear = state_clear,
};

PyMODINIT_FUNC
PyInit_dict_item(void)
{
    return PyModuleDef_Init(&definition);
}
