// A running mean in two statics, read and written without a lock.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static double sum;
static long count;

static PyObject *
observe(PyObject *Py_UNUSED(module), PyObject *argument)
{
    double value = PyFloat_AsDouble(argument);
    if (value == -1.0 && PyErr_Occurred()) {
        return NULL;
    }
    sum += value;
//  ^^^^^^^^^^^^ GIL505 gil-masked high
    count += 1;
//  ^^^^^^^^^^ GIL505 gil-masked high
    return PyFloat_FromDouble(sum / count);
}

static PyMethodDef methods[] = {
    {"observe", observe, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
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
