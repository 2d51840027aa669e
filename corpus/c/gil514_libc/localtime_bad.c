// A time is broken down into a buffer that all threads share.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <time.h>

static PyObject *
hour_of(PyObject *Py_UNUSED(module), PyObject *argument)
{
    time_t seconds = (time_t)PyLong_AsLongLong(argument);
    if (seconds == -1 && PyErr_Occurred()) {
        return NULL;
    }
    struct tm *parts = localtime(&seconds);
//                     ^^^^^^^^^^^^^^^^^^^ GIL514 gil-masked high
    return PyLong_FromLong(parts == NULL ? -1 : parts->tm_hour);
}

static PyMethodDef methods[] = {
    {"hour_of", hour_of, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "localtime",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_localtime(void)
{
    return PyModuleDef_Init(&definition);
}
