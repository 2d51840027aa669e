// The result is made while a guard class of the module still keeps the thread detached.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

namespace {
class WithoutGil {
  public:
    WithoutGil() : saved_(PyEval_SaveThread()) {}
    ~WithoutGil() { PyEval_RestoreThread(saved_); }
    WithoutGil(const WithoutGil &) = delete;
    WithoutGil &operator=(const WithoutGil &) = delete;

  private:
    PyThreadState *saved_;
};
}  // namespace

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
    WithoutGil released;
    return PyLong_FromLong(sum_of(count));
//         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL511 already-racy high
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
    PyModuleDef_HEAD_INIT, "guard_class", NULL, 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC
PyInit_guard_class(void)
{
    return PyModuleDef_Init(&definition);
}
