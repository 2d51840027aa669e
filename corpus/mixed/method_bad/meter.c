// An object whose method adds to a field.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long total;
} Meter;

static PyObject *
meter_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    Meter *self = (Meter *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->total = 0;
    }
    return (PyObject *)self;
}

static int
add_to(Meter *meter, PyObject *amount)
{
    long more = PyLong_AsLong(amount);
    if (more == -1 && PyErr_Occurred()) {
        return -1;
    }
    meter->total += more;
//  ^^^^^^^^^^^^^^^^^^^^ GIL507 gil-masked
    return 0;
}

static PyObject *
meter_add(PyObject *op, PyObject *amount)
{
    if (add_to((Meter *)op, amount) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef meter_methods[] = {
    {"raise_by", meter_add, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot meter_slots[] = {
    {Py_tp_methods, meter_methods},
    {Py_tp_new, meter_new},
    {0, NULL},
};

static PyType_Spec meter_spec = {
    .name = "meter.Meter",
    .basicsize = sizeof(Meter),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = meter_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &meter_spec, NULL);
    if (type == NULL) {
        return -1;
    }
    int added = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return added;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_module},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "meter",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_meter(void)
{
    return PyModuleDef_Init(&definition);
}
