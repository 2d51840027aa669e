// It is broken down into a buffer of its own.
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
    struct tm parts;
    int known = localtime_r(&seconds, &parts) != NULL;
    return PyLong_FromLong(known ? parts.tm_hour : -1);
}

static PyMethodDef methods[] = {
    {"hour_of", hour_of, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
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
