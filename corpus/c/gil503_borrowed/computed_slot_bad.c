// A borrowed item whose list is told apart from others only at run time.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
choose(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *(*get)(PyObject *, Py_ssize_t);
    PyObject *sequence;
    if (!PyArg_ParseTuple(args, "O", &sequence)) {
        return NULL;
    }
    get = PyList_Check(sequence) ? PyList_GetItem : PyTuple_GetItem;
    PyObject *item = get(sequence, 0);
// FN: GIL503 the function is called through a pointer
    return Py_XNewRef(item);
}

static PyMethodDef methods[] = {
    {"choose", choose, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "computed_slot",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_computed_slot(void)
{
    return PyModuleDef_Init(&definition);
}
