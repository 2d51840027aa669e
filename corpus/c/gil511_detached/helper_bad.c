// A helper that makes an object is called while detached.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static long
sum_of(long count)
{
    long sum = 0;
    for (long i = 0; i < count; i++) {
        sum += i * i;
    }
    return sum;
}

static PyObject *
sum_object(long count)
{
    return PyLong_FromLong(sum_of(count));
//         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL511 already-racy high
}

static PyObject *
sum_squares(PyObject *Py_UNUSED(module), PyObject *argument)
{
    long count = PyLong_AsLong(argument);
    if (count == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *result;
    PyThreadState *saved = PyEval_SaveThread();
    result = sum_object(count);
    PyEval_RestoreThread(saved);
    return result;
}

static PyMethodDef methods[] = {
    {"sum_squares", sum_squares, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "helper",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_helper(void)
{
    return PyModuleDef_Init(&definition);
}
