// A helper that needs the lock is called without it in one place.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyMutex lock;
static long sum;

static void
add_lock_held(long value)
{
    sum += value;
//  ^^^^^^^^^^^^ GIL505 gil-masked
}

static PyObject *
add(PyObject *Py_UNUSED(module), PyObject *argument)
{
    long value = PyLong_AsLong(argument);
    if (value == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyMutex_Lock(&lock);
    add_lock_held(value);
    PyMutex_Unlock(&lock);
    Py_RETURN_NONE;
}

static PyObject *
add_one(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    add_lock_held(1);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"add", add, METH_O, NULL},
    {"add_one", add_one, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "lock_held_helper",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_lock_held_helper(void)
{
    return PyModuleDef_Init(&definition);
}
