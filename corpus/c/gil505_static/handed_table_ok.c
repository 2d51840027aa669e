// A static table is handed through a pointer to a function that promises not to write to it.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    long low;
    long high;
} Bounds;

typedef long (*Check)(const Bounds *, long);

static Bounds bounds = {0, 100};

static PyObject *
check(PyObject *Py_UNUSED(module), PyObject *capsule)
{
    Check inside = (Check)PyLong_AsVoidPtr(capsule);
    if (inside == NULL) {
        return NULL;
    }
    return PyLong_FromLong(inside(&bounds, 5));
}

static PyMethodDef methods[] = {
    {"check", check, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "handed_table",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_handed_table(void)
{
    return PyModuleDef_Init(&definition);
}
