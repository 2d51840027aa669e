// A generator of random numbers advances its state without a lock.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    unsigned long long state;
} Random;

static PyObject *
random_next(PyObject *op)
{
    Random *self = (Random *)op;
    self->state = self->state * 6364136223846793005ULL + 1442695040888963407ULL;
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL516 gil-masked high
    return PyLong_FromUnsignedLongLong(self->state >> 33);
}

static PyType_Slot random_slots[] = {
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, random_next},
    {0, NULL},
};

static PyType_Spec random_spec = {
    .name = "random.Random",
    .basicsize = sizeof(Random),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = random_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *random_type = PyType_FromModuleAndSpec(module, &random_spec, NULL);
    if (random_type == NULL) {
        return -1;
    }
    int random_added = PyModule_AddType(module, (PyTypeObject *)random_type);
    Py_DECREF(random_type);
    if (random_added < 0) {
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
    .m_name = "random",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_random(void)
{
    return PyModuleDef_Init(&definition);
}
