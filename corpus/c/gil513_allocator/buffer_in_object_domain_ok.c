// It is taken from the general domain.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
reversed_text(PyObject *Py_UNUSED(module), PyObject *argument)
{
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(argument, &size);
    if (text == NULL) {
        return NULL;
    }
    char *buffer = PyMem_Malloc(size + 1);
    if (buffer == NULL) {
        return PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        buffer[i] = text[size - 1 - i];
    }
    PyObject *result = PyUnicode_FromStringAndSize(buffer, size);
    PyMem_Free(buffer);
    return result;
}

static PyMethodDef methods[] = {
    {"reversed_text", reversed_text, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "buffer_in_object_domain",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_buffer_in_object_domain(void)
{
    return PyModuleDef_Init(&definition);
}
