// A pthread mutex covers both statics, over plain C code only.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static double sum;
static long count;

static PyObject *
observe(PyObject *Py_UNUSED(module), PyObject *argument)
{
    double value = PyFloat_AsDouble(argument);
    if (value == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    pthread_mutex_lock(&lock);
    sum += value;
    count += 1;
    double mean = sum / count;
    pthread_mutex_unlock(&lock);
    return PyFloat_FromDouble(mean);
}

static PyMethodDef methods[] = {
    {"observe", observe, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "pthread_guarded",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_pthread_guarded(void)
{
    return PyModuleDef_Init(&definition);
}
