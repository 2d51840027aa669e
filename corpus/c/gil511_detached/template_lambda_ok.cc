// A template runs a lambda detached that computes only.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

template <class Work>
static auto
without_gil(Work work)
{
    PyThreadState *saved = PyEval_SaveThread();
    auto result = work();
    PyEval_RestoreThread(saved);
    return result;
}

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
sum_squares(PyObject *, PyObject *argument)
{
    long count = PyLong_AsLong(argument);
    if (count == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLong(without_gil([count] { return sum_of(count); }));
}

static PyMethodDef methods[] = {
    {"sum_squares", sum_squares, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "template_lambda", NULL, 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC
PyInit_template_lambda(void)
{
    return PyModuleDef_Init(&definition);
}
