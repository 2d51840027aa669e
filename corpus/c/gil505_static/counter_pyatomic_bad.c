// A statistics counter is a plain static.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static Py_ssize_t total;

static PyObject *
add(PyObject *Py_UNUSED(module), PyObject *argument)
{
    Py_ssize_t amount = PyLong_AsSsize_t(argument);
    if (amount == -1 && PyErr_Occurred()) {
        return NULL;
    }
    total += amount;
//  ^^^^^^^^^^^^^^^ GIL505 gil-masked high
    Py_RETURN_NONE;
}

static PyObject *
read_total(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromSsize_t(total);
}

static PyMethodDef methods[] = {
    {"add", add, METH_O, NULL},
    {"read_total", read_total, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "counter_pyatomic",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_counter_pyatomic(void)
{
    return PyModuleDef_Init(&definition);
}
