// A std::lock_guard is held while Python code can run.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <mutex>

static std::mutex lock;
static long calls;

static PyObject *
counted(PyObject *, PyObject *callback)
{
    std::lock_guard<std::mutex> guard(lock);
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL517 already-racy high
    calls++;
    return PyObject_CallNoArgs(callback);
}

static PyMethodDef methods[] = {
    {"counted", counted, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "cxx_guard", NULL, 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC
PyInit_cxx_guard(void)
{
    return PyModuleDef_Init(&definition);
}
