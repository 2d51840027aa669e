// An unowned object is revived if its count is above zero.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long number;
} Page;

static PyMutex lock;
static PyObject *recent;

static PyObject *
page_keep(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    PyMutex_Lock(&lock);
    recent = op;
    PyMutex_Unlock(&lock);
    Py_RETURN_NONE;
}

static PyObject *
page_recent(PyObject *Py_UNUSED(op), PyObject *Py_UNUSED(ignored))
{
    PyObject *found = NULL;
    PyMutex_Lock(&lock);
    if (recent != NULL && Py_REFCNT(recent) > 0) {
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL518 gil-masked high
        found = Py_NewRef(recent);
    }
    PyMutex_Unlock(&lock);
    return found == NULL ? Py_NewRef(Py_None) : found;
}

static void
page_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyMutex_Lock(&lock);
    if (recent == op) {
        recent = NULL;
    }
    PyMutex_Unlock(&lock);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef page_methods[] = {
    {"keep", page_keep, METH_NOARGS, NULL},
    {"recent", page_recent, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot page_slots[] = {
    {Py_tp_methods, page_methods},
    {Py_tp_dealloc, page_dealloc},
    {0, NULL},
};

static PyType_Spec page_spec = {
    .name = "count_test.Page",
    .basicsize = sizeof(Page),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = page_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *page_type = PyType_FromModuleAndSpec(module, &page_spec, NULL);
    if (page_type == NULL) {
        return -1;
    }
    int page_added = PyModule_AddType(module, (PyTypeObject *)page_type);
    Py_DECREF(page_type);
    if (page_added < 0) {
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
    .m_name = "count_test",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_count_test(void)
{
    return PyModuleDef_Init(&definition);
}
