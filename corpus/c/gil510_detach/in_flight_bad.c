// close() frees the file while it is flushed.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    FILE *file;
    int in_flight;
} Log;

static PyObject *
log_flush(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Log *self = (Log *)op;
    int result = 0;
    Py_BEGIN_ALLOW_THREADS
    result = fflush(self->file);
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL510 already-racy high
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(result);
}

static PyObject *
log_close(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Log *self = (Log *)op;
    FILE *file;
    Py_BEGIN_CRITICAL_SECTION(op);
    file = self->file;
    self->file = NULL;
    Py_END_CRITICAL_SECTION();
    while (__atomic_load_n(&self->in_flight, __ATOMIC_SEQ_CST) > 0) {
        Py_BEGIN_ALLOW_THREADS
        Py_END_ALLOW_THREADS
    }
    if (file != NULL) {
        fclose(file);
    }
    Py_RETURN_NONE;
}

static PyMethodDef log_methods[] = {
    {"flush", log_flush, METH_NOARGS, NULL},
    {"close", log_close, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot log_slots[] = {
    {Py_tp_methods, log_methods},
    {0, NULL},
};

static PyType_Spec log_spec = {
    .name = "in_flight.Log",
    .basicsize = sizeof(Log),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = log_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &log_spec, NULL);
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
    .m_name = "in_flight",
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_in_flight(void)
{
    return PyModuleDef_Init(&definition);
}
