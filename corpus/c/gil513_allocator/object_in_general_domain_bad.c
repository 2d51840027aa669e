// A Python object is put into memory of the general domain.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long value;
} Box;

static PyObject *
box_copy(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Box *copy = PyMem_Malloc(sizeof(Box));
//              ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL513 - high
    if (copy == NULL) {
        return PyErr_NoMemory();
    }
    PyObject_Init((PyObject *)copy, Py_TYPE(op));
    copy->value = ((Box *)op)->value;
    return (PyObject *)copy;
}

static PyMethodDef box_methods[] = {
    {"copy", box_copy, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot box_slots[] = {
    {Py_tp_methods, box_methods},
    {0, NULL},
};

static PyType_Spec box_spec = {
    .name = "object_in_general_domain.Box",
    .basicsize = sizeof(Box),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = box_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *box_type = PyType_FromModuleAndSpec(module, &box_spec, NULL);
    if (box_type == NULL) {
        return -1;
    }
    int box_added = PyModule_AddType(module, (PyTypeObject *)box_type);
    Py_DECREF(box_type);
    if (box_added < 0) {
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
    .m_name = "object_in_general_domain",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_object_in_general_domain(void)
{
    return PyModuleDef_Init(&definition);
}
