// Two objects are locked one inside the other; the inner section can give up the outer.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long balance;
} Purse;

static PyObject *
purse_move(PyObject *op, PyObject *other)
{
    if (!Py_IS_TYPE(other, Py_TYPE(op))) {
        PyErr_SetString(PyExc_TypeError, "a purse is needed");
        return NULL;
    }
    Purse *from = (Purse *)op, *to = (Purse *)other;
    Py_BEGIN_CRITICAL_SECTION(op);
    Py_BEGIN_CRITICAL_SECTION(other);
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL512 -
    to->balance += from->balance;
    from->balance = 0;
    Py_END_CRITICAL_SECTION();
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyMethodDef purse_methods[] = {
    {"move", purse_move, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot purse_slots[] = {
    {Py_tp_methods, purse_methods},
    {0, NULL},
};

static PyType_Spec purse_spec = {
    .name = "nested.Purse",
    .basicsize = sizeof(Purse),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = purse_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *purse_type = PyType_FromModuleAndSpec(module, &purse_spec, NULL);
    if (purse_type == NULL) {
        return -1;
    }
    int purse_added = PyModule_AddType(module, (PyTypeObject *)purse_type);
    Py_DECREF(purse_type);
    if (purse_added < 0) {
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
    .m_name = "nested",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_nested(void)
{
    return PyModuleDef_Init(&definition);
}
