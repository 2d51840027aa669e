// All methods take the lock.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyMutex lock;
    double total;
    long count;
} Mean;

static PyObject *
mean_add(PyObject *op, PyObject *argument)
{
    Mean *self = (Mean *)op;
    double value = PyFloat_AsDouble(argument);
    if (value == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    PyMutex_Lock(&self->lock);
    self->total += value;
    self->count += 1;
    PyMutex_Unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyObject *
mean_reset(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Mean *self = (Mean *)op;
    PyMutex_Lock(&self->lock);
    self->total = 0;
    self->count = 0;
    PyMutex_Unlock(&self->lock);
    Py_RETURN_NONE;
}

static PyMethodDef mean_methods[] = {
    {"add", mean_add, METH_O, NULL},
    {"reset", mean_reset, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot mean_slots[] = {
    {Py_tp_methods, mean_methods},
    {0, NULL},
};

static PyType_Spec mean_spec = {
    .name = "asymmetry.Mean",
    .basicsize = sizeof(Mean),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = mean_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *mean_type = PyType_FromModuleAndSpec(module, &mean_spec, NULL);
    if (mean_type == NULL) {
        return -1;
    }
    int mean_added = PyModule_AddType(module, (PyTypeObject *)mean_type);
    Py_DECREF(mean_type);
    if (mean_added < 0) {
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
    .m_name = "asymmetry",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_asymmetry(void)
{
    return PyModuleDef_Init(&definition);
}
