// A reference is dropped while detached.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <unistd.h>

static PyObject *
consume(PyObject *Py_UNUSED(module), PyObject *argument)
{
    PyObject *text = PyObject_Str(argument);
    if (text == NULL) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    usleep(10);
    Py_DECREF(text);
//  ^^^^^^^^^^^^^^^ GIL511 already-racy high
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"consume", consume, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "decref",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_decref(void)
{
    return PyModuleDef_Init(&definition);
}
