// The object is marked as busy, so that nobody frees the memory.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    unsigned char *data;
    int busy;
} Canvas;

static PyObject *
canvas_fill(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Canvas *self = (Canvas *)op;
    unsigned char *data = NULL;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (!self->busy) {
        data = self->data;
        self->busy = data != NULL;
    }
    Py_END_CRITICAL_SECTION();
    if (data == NULL) {
        Py_RETURN_FALSE;
    }
    Py_BEGIN_ALLOW_THREADS
    memset(data, 255, 4096);
    Py_END_ALLOW_THREADS
    Py_BEGIN_CRITICAL_SECTION(op);
    self->busy = 0;
    Py_END_CRITICAL_SECTION();
    Py_RETURN_TRUE;
}

static PyObject *
canvas_reset(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Canvas *self = (Canvas *)op;
    unsigned char *fresh = PyMem_Malloc(4096);
    if (fresh == NULL) {
        return PyErr_NoMemory();
    }
    unsigned char *old = fresh;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (!self->busy) {
        old = self->data;
        self->data = fresh;
    }
    Py_END_CRITICAL_SECTION();
    PyMem_Free(old);
    Py_RETURN_NONE;
}

static void
canvas_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyMem_Free(((Canvas *)op)->data);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef canvas_methods[] = {
    {"fill", canvas_fill, METH_NOARGS, NULL},
    {"reset", canvas_reset, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot canvas_slots[] = {
    {Py_tp_methods, canvas_methods},
    {Py_tp_dealloc, canvas_dealloc},
    {0, NULL},
};

static PyType_Spec canvas_spec = {
    .name = "field_pointer.Canvas",
    .basicsize = sizeof(Canvas),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = canvas_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *canvas_type = PyType_FromModuleAndSpec(module, &canvas_spec, NULL);
    if (canvas_type == NULL) {
        return -1;
    }
    int canvas_added = PyModule_AddType(module, (PyTypeObject *)canvas_type);
    Py_DECREF(canvas_type);
    if (canvas_added < 0) {
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
    .m_name = "field_pointer",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_field_pointer(void)
{
    return PyModuleDef_Init(&definition);
}
