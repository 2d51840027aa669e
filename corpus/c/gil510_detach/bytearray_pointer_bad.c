// The bytes of a bytearray are written to a file while others can resize it.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <unistd.h>

static PyObject *
emit(PyObject *Py_UNUSED(module), PyObject *data)
{
    if (!PyByteArray_Check(data)) {
        PyErr_SetString(PyExc_TypeError, "a bytearray is needed");
        return NULL;
    }
    char *bytes = PyByteArray_AS_STRING(data);
//                ^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL510 already-racy high
    Py_ssize_t size = PyByteArray_GET_SIZE(data);
    Py_ssize_t written;
    Py_BEGIN_ALLOW_THREADS
    written = write(1, bytes, size);
    Py_END_ALLOW_THREADS
    return PyLong_FromSsize_t(written);
}

static PyMethodDef methods[] = {
    {"emit", emit, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "bytearray_pointer",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_bytearray_pointer(void)
{
    return PyModuleDef_Init(&definition);
}
