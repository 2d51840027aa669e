// Setter and getter take the object's lock.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *label;
} Tag;

static PyObject *
tag_get_label(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Tag *self = (Tag *)op;
    PyObject *label;
    Py_BEGIN_CRITICAL_SECTION(op);
    label = Py_XNewRef(self->label);
    Py_END_CRITICAL_SECTION();
    if (label == NULL) {
        Py_RETURN_NONE;
    }
    return label;
}

static PyObject *
tag_set_label(PyObject *op, PyObject *label)
{
    Tag *self = (Tag *)op;
    PyObject *old;
    Py_BEGIN_CRITICAL_SECTION(op);
    old = self->label;
    self->label = Py_NewRef(label);
    Py_END_CRITICAL_SECTION();
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

static void
tag_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    Py_XDECREF(((Tag *)op)->label);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef tag_methods[] = {
    {"get_label", tag_get_label, METH_NOARGS, NULL},
    {"set_label", tag_set_label, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot tag_slots[] = {
    {Py_tp_methods, tag_methods},
    {Py_tp_dealloc, tag_dealloc},
    {0, NULL},
};

static PyType_Spec tag_spec = {
    .name = "owned_reference.Tag",
    .basicsize = sizeof(Tag),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = tag_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *tag_type = PyType_FromModuleAndSpec(module, &tag_spec, NULL);
    if (tag_type == NULL) {
        return -1;
    }
    int tag_added = PyModule_AddType(module, (PyTypeObject *)tag_type);
    Py_DECREF(tag_type);
    if (tag_added < 0) {
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
    .m_name = "owned_reference",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_owned_reference(void)
{
    return PyModuleDef_Init(&definition);
}
