// A static local is initialised once, by the compiler's own guard, and read.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <vector>

static const std::vector<long> &
squares()
{
    static const std::vector<long> table = [] {
        std::vector<long> made;
        for (long i = 0; i < 100; i++) {
            made.push_back(i * i);
        }
        return made;
    }();
    return table;
}

static PyObject *
last_square(PyObject *, PyObject *)
{
    return PyLong_FromLong(squares().back());
}

static PyMethodDef methods[] = {
    {"last_square", last_square, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "cxx_static_local", NULL, 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC
PyInit_cxx_static_local(void)
{
    return PyModuleDef_Init(&definition);
}
