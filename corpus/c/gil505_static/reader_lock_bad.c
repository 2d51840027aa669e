// A counter is changed under a lock that is held for reading only.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static long requests;

static PyObject *
request(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    pthread_rwlock_rdlock(&lock);
    long number = ++requests;
//                ^^^^^^^^^^ GIL505 gil-masked high
    pthread_rwlock_unlock(&lock);
    return PyLong_FromLong(number);
}

static PyObject *
served(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    pthread_rwlock_rdlock(&lock);
    long number = requests;
    pthread_rwlock_unlock(&lock);
    return PyLong_FromLong(number);
}

static PyMethodDef methods[] = {
    {"request", request, METH_NOARGS, NULL},
    {"served", served, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "reader_lock",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_reader_lock(void)
{
    return PyModuleDef_Init(&definition);
}
