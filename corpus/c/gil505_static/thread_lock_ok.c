// Both functions take the lock.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyThread_type_lock lock;
static int permits = 4;

static PyObject *
give_back(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyThread_acquire_lock(lock, WAIT_LOCK);
    permits++;
    PyThread_release_lock(lock);
    Py_RETURN_NONE;
}

static PyObject *
take(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    int taken = 0;
    PyThread_acquire_lock(lock, WAIT_LOCK);
    if (permits > 0) {
        permits--;
        taken = 1;
    }
    PyThread_release_lock(lock);
    return PyBool_FromLong(taken);
}

static PyMethodDef methods[] = {
    {"give_back", give_back, METH_NOARGS, NULL},
    {"take", take, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static int
exec_module(PyObject *Py_UNUSED(module))
{
    lock = PyThread_allocate_lock();
    if (lock == NULL) {
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
    .m_name = "thread_lock",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_thread_lock(void)
{
    return PyModuleDef_Init(&definition);
}
