// A cache does not own its object, and revives it without knowing that it still lives.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long number;
} Session;

static PyMutex lock;
static PyObject *session;

static PyObject *
session_shared(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    PyMutex_Lock(&lock);
    if (session == NULL) {
        session = op;
    }
    PyObject *found = Py_NewRef(session);
//                    ^^^^^^^^^^^^^^^^^^ GIL518 gil-masked
    PyMutex_Unlock(&lock);
    return found;
}

static void
session_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    PyMutex_Lock(&lock);
    if (session == op) {
        session = NULL;
    }
    PyMutex_Unlock(&lock);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef session_methods[] = {
    {"shared", session_shared, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot session_slots[] = {
    {Py_tp_methods, session_methods},
    {Py_tp_dealloc, session_dealloc},
    {0, NULL},
};

static PyType_Spec session_spec = {
    .name = "weak_singleton.Session",
    .basicsize = sizeof(Session),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = session_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *session_type = PyType_FromModuleAndSpec(module, &session_spec, NULL);
    if (session_type == NULL) {
        return -1;
    }
    int session_added = PyModule_AddType(module, (PyTypeObject *)session_type);
    Py_DECREF(session_type);
    if (session_added < 0) {
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
    .m_name = "weak_singleton",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_weak_singleton(void)
{
    return PyModuleDef_Init(&definition);
}
