// A hash is computed, by whatever class the argument is of, under a lock.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyMutex mutex;
static Py_hash_t last;

static PyObject *
remember(PyObject *Py_UNUSED(module), PyObject *key)
{
    PyMutex_Lock(&mutex);
    last = PyObject_Hash(key);
//         ^^^^^^^^^^^^^^^^^^ GIL517 - medium
    PyMutex_Unlock(&mutex);
    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"remember", remember, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "operand",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_operand(void)
{
    return PyModuleDef_Init(&definition);
}
