// It makes a new result every time.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *result;
} Packer;

static PyObject *
packer_pack(PyObject *Py_UNUSED(op), PyObject *argument)
{
    double value = PyFloat_AsDouble(argument);
    if (value == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    return PyBytes_FromStringAndSize((const char *)&value, sizeof(value));
}

static PyObject *
packer_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    Packer *self = (Packer *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->result = PyBytes_FromStringAndSize(NULL, sizeof(double));
        if (self->result == NULL) {
            Py_CLEAR(self);
        }
    }
    return (PyObject *)self;
}

static void
packer_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    Py_XDECREF(((Packer *)op)->result);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef packer_methods[] = {
    {"pack", packer_pack, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot packer_slots[] = {
    {Py_tp_methods, packer_methods},
    {Py_tp_new, packer_new},
    {Py_tp_dealloc, packer_dealloc},
    {0, NULL},
};

static PyType_Spec packer_spec = {
    .name = "reused_result.Packer",
    .basicsize = sizeof(Packer),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = packer_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *packer_type = PyType_FromModuleAndSpec(module, &packer_spec, NULL);
    if (packer_type == NULL) {
        return -1;
    }
    int packer_added = PyModule_AddType(module, (PyTypeObject *)packer_type);
    Py_DECREF(packer_type);
    if (packer_added < 0) {
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
    .m_name = "reused_result",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_reused_result(void)
{
    return PyModuleDef_Init(&definition);
}
