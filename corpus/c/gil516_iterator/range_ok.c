// The step is a critical section.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long next;
    long stop;
} Steps;

static PyObject *
steps_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    long stop;
    if (!PyArg_ParseTuple(args, "l", &stop)) {
        return NULL;
    }
    Steps *self = (Steps *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->stop = stop;
    }
    return (PyObject *)self;
}

static PyObject *
steps_next(PyObject *op)
{
    Steps *self = (Steps *)op;
    long value = -1;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (self->next < self->stop) {
        value = self->next++;
    }
    Py_END_CRITICAL_SECTION();
    return value < 0 ? NULL : PyLong_FromLong(value);
}

static PyType_Slot steps_slots[] = {
    {Py_tp_new, steps_new},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, steps_next},
    {0, NULL},
};

static PyType_Spec steps_spec = {
    .name = "range.Steps",
    .basicsize = sizeof(Steps),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = steps_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *steps_type = PyType_FromModuleAndSpec(module, &steps_spec, NULL);
    if (steps_type == NULL) {
        return -1;
    }
    int steps_added = PyModule_AddType(module, (PyTypeObject *)steps_type);
    Py_DECREF(steps_type);
    if (steps_added < 0) {
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
    .m_name = "range",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_range(void)
{
    return PyModuleDef_Init(&definition);
}
