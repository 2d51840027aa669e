// The buffer is the function's own.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdio.h>

static PyObject *
color(PyObject *Py_UNUSED(module), PyObject *args)
{
    int red, green, blue;
    if (!PyArg_ParseTuple(args, "iii", &red, &green, &blue)) {
        return NULL;
    }
    char buffer[64];
    snprintf(buffer, sizeof(buffer), "#%02x%02x%02x", red & 255, green & 255, blue & 255);
    return PyUnicode_FromString(buffer);
}

static PyMethodDef methods[] = {
    {"color", color, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "scratch_buffer",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_scratch_buffer(void)
{
    return PyModuleDef_Init(&definition);
}
