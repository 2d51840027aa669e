// The function returns after the section.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long left;
} Tickets;

static PyObject *
tickets_take(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Tickets *self = (Tickets *)op;
    int sold_out = 0;
    Py_BEGIN_CRITICAL_SECTION(op);
    if (self->left >= 100) {
        sold_out = 1;
    }
    else {
        self->left += 1;
    }
    Py_END_CRITICAL_SECTION();
    if (sold_out) {
        PyErr_SetString(PyExc_ValueError, "sold out");
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef tickets_methods[] = {
    {"take", tickets_take, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot tickets_slots[] = {
    {Py_tp_methods, tickets_methods},
    {0, NULL},
};

static PyType_Spec tickets_spec = {
    .name = "return_inside.Tickets",
    .basicsize = sizeof(Tickets),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = tickets_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *tickets_type = PyType_FromModuleAndSpec(module, &tickets_spec, NULL);
    if (tickets_type == NULL) {
        return -1;
    }
    int tickets_added = PyModule_AddType(module, (PyTypeObject *)tickets_type);
    Py_DECREF(tickets_type);
    if (tickets_added < 0) {
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
    .m_name = "return_inside",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_return_inside(void)
{
    return PyModuleDef_Init(&definition);
}
