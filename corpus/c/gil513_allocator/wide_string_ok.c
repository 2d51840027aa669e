// It is freed in its own domain.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <wchar.h>

static PyObject *
wide_length(PyObject *Py_UNUSED(module), PyObject *argument)
{
    wchar_t *text = PyUnicode_AsWideCharString(argument, NULL);
    if (text == NULL) {
        return NULL;
    }
    size_t length = wcslen(text);
    PyMem_Free(text);
    return PyLong_FromSize_t(length);
}

static PyMethodDef methods[] = {
    {"wide_length", wide_length, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "wide_string",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_wide_string(void)
{
    return PyModuleDef_Init(&definition);
}
