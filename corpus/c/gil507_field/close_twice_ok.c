// Test and free are one critical section.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    char *buffer;
} Arena;

static PyObject *
arena_open(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Arena *self = (Arena *)op;
    char *buffer = PyMem_Malloc(1024);
    if (buffer == NULL) {
        return PyErr_NoMemory();
    }
    char *unused = buffer;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (self->buffer == NULL) {
        self->buffer = buffer;
        unused = NULL;
    }
    Py_END_CRITICAL_SECTION();
    PyMem_Free(unused);
    Py_RETURN_NONE;
}

static PyObject *
arena_close(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Arena *self = (Arena *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (self->buffer != NULL) {
        PyMem_Free(self->buffer);
        self->buffer = NULL;
    }
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static void
arena_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyMem_Free(((Arena *)op)->buffer);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef arena_methods[] = {
    {"open", arena_open, METH_NOARGS, NULL},
    {"close", arena_close, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot arena_slots[] = {
    {Py_tp_methods, arena_methods},
    {Py_tp_dealloc, arena_dealloc},
    {0, NULL},
};

static PyType_Spec arena_spec = {
    .name = "close_twice.Arena",
    .basicsize = sizeof(Arena),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = arena_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *arena_type = PyType_FromModuleAndSpec(module, &arena_spec, NULL);
    if (arena_type == NULL) {
        return -1;
    }
    int arena_added = PyModule_AddType(module, (PyTypeObject *)arena_type);
    Py_DECREF(arena_type);
    if (arena_added < 0) {
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
    .m_name = "close_twice",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_close_twice(void)
{
    return PyModuleDef_Init(&definition);
}
