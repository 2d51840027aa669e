// A field is changed through a pointer kept in a C struct that two threads reach; no type says so.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    long count;
} Shared;

typedef struct {
    PyObject_HEAD
    void *opaque;
} Handle;

static PyObject *
handle_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    Handle *self = (Handle *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->opaque = PyMem_Calloc(1, sizeof(Shared));
        if (self->opaque == NULL) {
            Py_DECREF(self);
            return PyErr_NoMemory();
        }
    }
    return (PyObject *)self;
}

static PyObject *
handle_use(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Shared *shared = ((Handle *)op)->opaque;
    shared->count++;
//  ^^^^^^^^^^^^^^^ GIL507 gil-masked
    Py_RETURN_NONE;
}

static void
handle_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyMem_Free(((Handle *)op)->opaque);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef handle_methods[] = {
    {"use", handle_use, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot handle_slots[] = {
    {Py_tp_methods, handle_methods},
    {Py_tp_new, handle_new},
    {Py_tp_dealloc, handle_dealloc},
    {0, NULL},
};

static PyType_Spec handle_spec = {
    .name = "saved_alias.Handle",
    .basicsize = sizeof(Handle),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = handle_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *handle_type = PyType_FromModuleAndSpec(module, &handle_spec, NULL);
    if (handle_type == NULL) {
        return -1;
    }
    int handle_added = PyModule_AddType(module, (PyTypeObject *)handle_type);
    Py_DECREF(handle_type);
    if (handle_added < 0) {
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
    .m_name = "saved_alias",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_saved_alias(void)
{
    return PyModuleDef_Init(&definition);
}
