// The change is made under the found object's lock.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long uses;
} Item;

static PyObject *
item_touch_first(PyObject *op, PyObject *list)
{
    PyObject *first = PyList_GetItemRef(list, 0);
    if (first == NULL) {
        return NULL;
    }
    if (Py_IS_TYPE(first, Py_TYPE(op))) {
        Py_BEGIN_CRITICAL_SECTION(first);
        ((Item *)first)->uses += 1;
        Py_END_CRITICAL_SECTION();
    }
    Py_DECREF(first);
    Py_RETURN_NONE;
}

static PyMethodDef item_methods[] = {
    {"touch_first", item_touch_first, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot item_slots[] = {
    {Py_tp_methods, item_methods},
    {0, NULL},
};

static PyType_Spec item_spec = {
    .name = "through_container.Item",
    .basicsize = sizeof(Item),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = item_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *item_type = PyType_FromModuleAndSpec(module, &item_spec, NULL);
    if (item_type == NULL) {
        return -1;
    }
    int item_added = PyModule_AddType(module, (PyTypeObject *)item_type);
    Py_DECREF(item_type);
    if (item_added < 0) {
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
    .m_name = "through_container",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_through_container(void)
{
    return PyModuleDef_Init(&definition);
}
