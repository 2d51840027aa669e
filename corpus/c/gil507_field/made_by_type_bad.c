// The buffer is the caller's.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    Py_ssize_t used;
    PyMutex lock;
} Buffer;

static void
add_used(Buffer *buffer, Py_ssize_t more)
{
    buffer->used += more;
//  ^^^^^^^^^^^^^^^^^^^^ GIL507 gil-masked high
}

static PyObject *
buffer_grow(PyObject *op, PyObject *argument)
{
    Buffer *self = (Buffer *)op;
    Py_ssize_t more = PyLong_AsSsize_t(argument);
    if (more == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyMutex_Lock(&self->lock);
    self->used += more;
    PyMutex_Unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyObject *
buffer_shrink(PyObject *op, PyObject *argument)
{
    Buffer *self = (Buffer *)op;
    Py_ssize_t less = PyLong_AsSsize_t(argument);
    if (less == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyMutex_Lock(&self->lock);
    self->used -= less;
    PyMutex_Unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyObject *
buffer_sized(PyObject *op, PyObject *argument)
{
    Py_ssize_t size = PyLong_AsSsize_t(argument);
    if (size == -1 && PyErr_Occurred()) {
        return NULL;
    }
    Buffer *buffer = (Buffer *)Py_NewRef(op);
    add_used(buffer, size);
    return (PyObject *)buffer;
}

static PyMethodDef buffer_methods[] = {
    {"grow", buffer_grow, METH_O, NULL},
    {"shrink", buffer_shrink, METH_O, NULL},
    {"sized", buffer_sized, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot buffer_slots[] = {
    {Py_tp_methods, buffer_methods},
    {0, NULL},
};

static PyType_Spec buffer_spec = {
    .name = "made_by_type.Buffer",
    .basicsize = sizeof(Buffer),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = buffer_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &buffer_spec, NULL);
    if (type == NULL) {
        return -1;
    }
    int added = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return added;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)exec_module},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "made_by_type",
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_made_by_type(void)
{
    return PyModuleDef_Init(&definition);
}
