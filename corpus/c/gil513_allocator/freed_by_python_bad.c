// Memory of a C library is given to PyMem_Free.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>
#include <string.h>

static PyObject *
shout(PyObject *Py_UNUSED(module), PyObject *argument)
{
    const char *text = PyUnicode_AsUTF8(argument);
    if (text == NULL) {
        return NULL;
    }
    char *copy = strdup(text);
    if (copy == NULL) {
        return PyErr_NoMemory();
    }
    copy[0] = '!';
    PyObject *result = PyUnicode_FromString(copy);
    PyMem_Free(copy);
//  ^^^^^^^^^^^^^^^^ GIL513 - high
    return result;
}

static PyMethodDef methods[] = {
    {"shout", shout, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "freed_by_python",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_freed_by_python(void)
{
    return PyModuleDef_Init(&definition);
}
