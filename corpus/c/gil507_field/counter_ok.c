// The object's critical section covers the update.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long value;
} Counter;

static PyObject *
counter_add(PyObject *op, PyObject *argument)
{
    Counter *self = (Counter *)op;
    long amount = PyLong_AsLong(argument);
    if (amount == -1 && PyErr_Occurred()) {
        return NULL;
    }
    Py_BEGIN_CRITICAL_SECTION(op);
    self->value += amount;
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyMethodDef counter_methods[] = {
    {"add", counter_add, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot counter_slots[] = {
    {Py_tp_methods, counter_methods},
    {0, NULL},
};

static PyType_Spec counter_spec = {
    .name = "counter.Counter",
    .basicsize = sizeof(Counter),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = counter_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *counter_type = PyType_FromModuleAndSpec(module, &counter_spec, NULL);
    if (counter_type == NULL) {
        return -1;
    }
    int counter_added = PyModule_AddType(module, (PyTypeObject *)counter_type);
    Py_DECREF(counter_type);
    if (counter_added < 0) {
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
    .m_name = "counter",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_counter(void)
{
    return PyModuleDef_Init(&definition);
}
