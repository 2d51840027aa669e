// The critical section takes it.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long value;
} Cell;

static PyObject *
cell_next(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Cell *self = (Cell *)op;
    long value;
    Py_BEGIN_CRITICAL_SECTION(op);
    value = self->value++;
    Py_END_CRITICAL_SECTION();
    return PyLong_FromLong(value);
}

static PyMethodDef cell_methods[] = {
    {"next", cell_next, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot cell_slots[] = {
    {Py_tp_methods, cell_methods},
    {0, NULL},
};

static PyType_Spec cell_spec = {
    .name = "lock_by_hand.Cell",
    .basicsize = sizeof(Cell),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = cell_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *cell_type = PyType_FromModuleAndSpec(module, &cell_spec, NULL);
    if (cell_type == NULL) {
        return -1;
    }
    int cell_added = PyModule_AddType(module, (PyTypeObject *)cell_type);
    Py_DECREF(cell_type);
    if (cell_added < 0) {
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
    .m_name = "lock_by_hand",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_lock_by_hand(void)
{
    return PyModuleDef_Init(&definition);
}
