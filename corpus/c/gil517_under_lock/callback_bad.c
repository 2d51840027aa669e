// Python code is called under a PyMutex.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyMutex lock;
    PyObject *callback;
} Bell;

static PyObject *
bell_set(PyObject *op, PyObject *callback)
{
    Bell *self = (Bell *)op;
    PyMutex_Lock(&self->lock);
    PyObject *old = self->callback;
    self->callback = Py_NewRef(callback);
    PyMutex_Unlock(&self->lock);
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

static PyObject *
bell_ring(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Bell *self = (Bell *)op;
    PyObject *answer = NULL;
    PyMutex_Lock(&self->lock);
    if (self->callback != NULL) {
        answer = PyObject_CallNoArgs(self->callback);
//               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL517 - high
    }
    PyMutex_Unlock(&self->lock);
    if (answer == NULL && !PyErr_Occurred()) {
        Py_RETURN_NONE;
    }
    return answer;
}

static void
bell_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    Py_XDECREF(((Bell *)op)->callback);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef bell_methods[] = {
    {"set", bell_set, METH_O, NULL},
    {"ring", bell_ring, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot bell_slots[] = {
    {Py_tp_methods, bell_methods},
    {Py_tp_dealloc, bell_dealloc},
    {0, NULL},
};

static PyType_Spec bell_spec = {
    .name = "callback.Bell",
    .basicsize = sizeof(Bell),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = bell_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *bell_type = PyType_FromModuleAndSpec(module, &bell_spec, NULL);
    if (bell_type == NULL) {
        return -1;
    }
    int bell_added = PyModule_AddType(module, (PyTypeObject *)bell_type);
    Py_DECREF(bell_type);
    if (bell_added < 0) {
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
    .m_name = "callback",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_callback(void)
{
    return PyModuleDef_Init(&definition);
}
