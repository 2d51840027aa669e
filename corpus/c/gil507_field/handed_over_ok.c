// A count that belongs to a lock: what one method takes the other gives back, after it has changed it.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyMutex lock;
    long uses;
} Ticket;

static PyObject *
ticket_acquire(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Ticket *self = (Ticket *)op;
    PyMutex_Lock(&self->lock);
    self->uses += 1;
    Py_RETURN_NONE;
}

static PyObject *
ticket_release(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Ticket *self = (Ticket *)op;
    self->uses += 1;
    PyMutex_Unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyMethodDef ticket_methods[] = {
    {"acquire", ticket_acquire, METH_NOARGS, NULL},
    {"release", ticket_release, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot ticket_slots[] = {
    {Py_tp_methods, ticket_methods},
    {0, NULL},
};

static PyType_Spec ticket_spec = {
    .name = "handed_over.Ticket",
    .basicsize = sizeof(Ticket),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = ticket_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &ticket_spec, NULL);
    if (type == NULL) {
        return -1;
    }
    int added = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return added;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_module},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "handed_over",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_handed_over(void)
{
    return PyModuleDef_Init(&definition);
}
