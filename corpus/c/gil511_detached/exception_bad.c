// An exception is set while detached.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <errno.h>
#include <unistd.h>

static PyObject *
sync_file(PyObject *Py_UNUSED(module), PyObject *argument)
{
    int descriptor = PyObject_AsFileDescriptor(argument);
    if (descriptor < 0) {
        return NULL;
    }
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = fsync(descriptor);
    if (result < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL511 already-racy high
    }
    Py_END_ALLOW_THREADS
    return result < 0 ? NULL : Py_NewRef(Py_None);
}

static PyMethodDef methods[] = {
    {"sync_file", sync_file, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "exception",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_exception(void)
{
    return PyModuleDef_Init(&definition);
}
