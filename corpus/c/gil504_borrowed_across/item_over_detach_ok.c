// The item is held while detached.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <unistd.h>

static PyObject *
wait_for(PyObject *Py_UNUSED(module), PyObject *list)
{
    PyObject *last = PyList_GetItemRef(list, PyList_Size(list) - 1);
    if (last == NULL) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    usleep(10);
    Py_END_ALLOW_THREADS
    return last;
}

static PyMethodDef methods[] = {
    {"wait_for", wait_for, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "item_over_detach",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_item_over_detach(void)
{
    return PyModuleDef_Init(&definition);
}
