// __setstate__ fills an object that copy or pickle has just made.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *content;
} Box;

static PyObject *
box_set(PyObject *op, PyObject *state)
{
    Box *self = (Box *)op;
    PyObject *old = self->content;
    self->content = Py_NewRef(state);
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

static void
box_dealloc(PyObject *op)
{
    Box *self = (Box *)op;
    PyTypeObject *type = Py_TYPE(op);
    Py_XDECREF(self->content);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef box_methods[] = {
    {"__setstate__", box_set, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot box_slots[] = {
    {Py_tp_methods, box_methods},
    {Py_tp_dealloc, (void *)box_dealloc},
    {0, NULL},
};

static PyType_Spec box_spec = {
    .name = "restored.Box",
    .basicsize = sizeof(Box),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = box_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &box_spec, NULL);
    if (type == NULL) {
        return -1;
    }
    int added = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return added;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)exec_module},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "restored",
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_restored(void)
{
    return PyModuleDef_Init(&definition);
}
