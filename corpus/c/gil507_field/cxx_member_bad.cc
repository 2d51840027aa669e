// A member of a C++ object is changed without its mutex.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <mutex>
#include <new>

struct Account {
    PyObject_HEAD
    std::mutex lock;
    long balance;
};

static PyObject *
account_new(PyTypeObject *type, PyObject *, PyObject *)
{
    auto *self = reinterpret_cast<Account *>(type->tp_alloc(type, 0));
    if (self != nullptr) {
        new (&self->lock) std::mutex;
        self->balance = 0;
    }
    return reinterpret_cast<PyObject *>(self);
}

static PyObject *
account_deposit(PyObject *op, PyObject *argument)
{
    auto *self = reinterpret_cast<Account *>(op);
    long amount = PyLong_AsLong(argument);
    if (amount == -1 && PyErr_Occurred()) {
        return nullptr;
    }
    self->balance += amount;
//  ^^^^^^^^^^^^^^^^^^^^^^^ GIL507 gil-masked high
    Py_RETURN_NONE;
}

static void
account_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    reinterpret_cast<Account *>(op)->lock.~mutex();
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef account_methods[] = {
    {"deposit", account_deposit, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot account_slots[] = {
    {Py_tp_methods, account_methods},
    {Py_tp_new, (void *)account_new},
    {Py_tp_dealloc, (void *)account_dealloc},
    {0, NULL},
};

static PyType_Spec account_spec = {"cxx_member.Account", sizeof(Account), 0, Py_TPFLAGS_DEFAULT,
                                  account_slots};

static int
exec_module(PyObject *module)
{
    PyObject *account_type = PyType_FromModuleAndSpec(module, &account_spec, NULL);
    if (account_type == NULL) {
        return -1;
    }
    int account_added = PyModule_AddType(module, (PyTypeObject *)account_type);
    Py_DECREF(account_type);
    if (account_added < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)exec_module},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "cxx_member", NULL, 0, NULL, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC
PyInit_cxx_member(void)
{
    return PyModuleDef_Init(&definition);
}
