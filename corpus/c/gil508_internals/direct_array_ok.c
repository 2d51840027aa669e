// It is read in a critical section of the list.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
none_count(PyObject *Py_UNUSED(module), PyObject *argument)
{
    if (!PyList_Check(argument)) {
        PyErr_SetString(PyExc_TypeError, "a list is needed");
        return NULL;
    }
    Py_ssize_t count = 0;
    Py_BEGIN_CRITICAL_SECTION(argument);
    PyListObject *list = (PyListObject *)argument;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(argument); i++) {
        count += list->ob_item[i] == Py_None;
    }
    Py_END_CRITICAL_SECTION();
    return PyLong_FromSsize_t(count);
}

static PyMethodDef methods[] = {
    {"none_count", none_count, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "direct_array",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_direct_array(void)
{
    return PyModuleDef_Init(&definition);
}
