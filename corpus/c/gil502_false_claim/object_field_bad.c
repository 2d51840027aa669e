// Claims not to need the GIL and updates a field of a shared object.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    Py_ssize_t hits;
} Meter;

static PyObject *
meter_hit(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Meter *self = (Meter *)op;
    self->hits += 1;
//  ^^^^^^^^^^^^^^^ GIL507 gil-masked high
    Py_RETURN_NONE;
}

static PyMethodDef meter_methods[] = {
    {"hit", meter_hit, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot meter_slots[] = {
    {Py_tp_methods, meter_methods},
    {0, NULL},
};

static PyType_Spec meter_spec = {
    .name = "object_field.Meter",
    .basicsize = sizeof(Meter),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = meter_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *meter_type = PyType_FromModuleAndSpec(module, &meter_spec, NULL);
    if (meter_type == NULL) {
        return -1;
    }
    int meter_added = PyModule_AddType(module, (PyTypeObject *)meter_type);
    Py_DECREF(meter_type);
    if (meter_added < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_module},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "object_field",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_object_field(void)
{
    return PyModuleDef_Init(&definition);
}
