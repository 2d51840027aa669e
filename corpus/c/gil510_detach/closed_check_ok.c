// The state is tested again after the detach.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <unistd.h>

typedef struct {
    PyObject_HEAD
    int descriptor;
    char *buffer;
    Py_ssize_t used;
} Log;

static PyObject *
log_flush(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Log *self = (Log *)op;
    int failed = 0;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (self->buffer != NULL) {
        Py_ssize_t written;
        int descriptor = self->descriptor;
        Py_BEGIN_ALLOW_THREADS
        written = write(descriptor, "\n", 1);
        Py_END_ALLOW_THREADS
        if (self->buffer != NULL) {
            self->buffer[0] = (char)written;
        }
        failed = written < 0;
    }
    Py_END_CRITICAL_SECTION();
    return PyBool_FromLong(!failed);
}

static PyObject *
log_open(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Log *self = (Log *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (self->buffer == NULL) {
        self->buffer = PyMem_Calloc(1, 64);
        self->descriptor = 1;
    }
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *
log_close(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Log *self = (Log *)op;
    Py_BEGIN_CRITICAL_SECTION(op);
    PyMem_Free(self->buffer);
    self->buffer = NULL;
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static void
log_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyMem_Free(((Log *)op)->buffer);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef log_methods[] = {
    {"flush", log_flush, METH_NOARGS, NULL},
    {"open", log_open, METH_NOARGS, NULL},
    {"close", log_close, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot log_slots[] = {
    {Py_tp_methods, log_methods},
    {Py_tp_dealloc, log_dealloc},
    {0, NULL},
};

static PyType_Spec log_spec = {
    .name = "closed_check.Log",
    .basicsize = sizeof(Log),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = log_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *log_type = PyType_FromModuleAndSpec(module, &log_spec, NULL);
    if (log_type == NULL) {
        return -1;
    }
    int log_added = PyModule_AddType(module, (PyTypeObject *)log_type);
    Py_DECREF(log_type);
    if (log_added < 0) {
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
    .m_name = "closed_check",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_closed_check(void)
{
    return PyModuleDef_Init(&definition);
}
