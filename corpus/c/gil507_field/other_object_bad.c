// An account is changed in the critical section of another account.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long moved;
} Account;

static PyObject *
move(PyObject *self, PyObject *amount)
{
    long moved = PyLong_AsLong(amount);
    if (moved == -1 && PyErr_Occurred()) {
        return NULL;
    }
    Py_BEGIN_CRITICAL_SECTION(self);
    ((Account *)self)->moved += moved;
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *
note(PyObject *self, PyObject *other)
{
    if (!Py_IS_TYPE(other, Py_TYPE(self))) {
        PyErr_SetString(PyExc_TypeError, "not an account");
        return NULL;
    }
    Py_BEGIN_CRITICAL_SECTION(self);
    ((Account *)other)->moved++;
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL507 gil-masked medium
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyMethodDef account_methods[] = {
    {"move", move, METH_O, NULL},
    {"note", note, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot account_slots[] = {
    {Py_tp_methods, account_methods},
    {0, NULL},
};

static PyType_Spec account_spec = {
    .name = "other_object.Account",
    .basicsize = sizeof(Account),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = account_slots,
};

static int
execute(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &account_spec, NULL);
    if (type == NULL) {
        return -1;
    }
    int result = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return result;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "other_object",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_other_object(void)
{
    return PyModuleDef_Init(&definition);
}
