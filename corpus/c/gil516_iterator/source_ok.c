// The source is taken and dropped in a critical section.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *source;
    Py_ssize_t index;
} Walk;

static PyObject *
walk_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    PyObject *source;
    if (!PyArg_ParseTuple(args, "O!", &PyTuple_Type, &source)) {
        return NULL;
    }
    Walk *self = (Walk *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->source = Py_NewRef(source);
    }
    return (PyObject *)self;
}

static PyObject *
walk_next(PyObject *op)
{
    Walk *self = (Walk *)op;
    PyObject *item = NULL;
    PyObject *done = NULL;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (self->source != NULL) {
        if (self->index < PyTuple_GET_SIZE(self->source)) {
            item = Py_NewRef(PyTuple_GET_ITEM(self->source, self->index));
            self->index++;
        }
        else {
            done = self->source;
            self->source = NULL;
        }
    }
    Py_END_CRITICAL_SECTION();
    Py_XDECREF(done);
    return item;
}

static void
walk_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    Py_XDECREF(((Walk *)op)->source);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyType_Slot walk_slots[] = {
    {Py_tp_new, walk_new},
    {Py_tp_dealloc, walk_dealloc},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, walk_next},
    {0, NULL},
};

static PyType_Spec walk_spec = {
    .name = "source.Walk",
    .basicsize = sizeof(Walk),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = walk_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *walk_type = PyType_FromModuleAndSpec(module, &walk_spec, NULL);
    if (walk_type == NULL) {
        return -1;
    }
    int walk_added = PyModule_AddType(module, (PyTypeObject *)walk_type);
    Py_DECREF(walk_type);
    if (walk_added < 0) {
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
    .m_name = "source",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_source(void)
{
    return PyModuleDef_Init(&definition);
}
