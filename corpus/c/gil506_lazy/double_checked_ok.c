// The flag is read and written atomically, in the right order.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyMutex lock;
static int ready;
static double sines[90];

static void
fill(void)
{
    for (int i = 0; i < 90; i++) {
        double x = i * 0.017453292519943295;
        sines[i] = x - x * x * x / 6 + x * x * x * x * x / 120;
    }
}

static PyObject *
sine(PyObject *Py_UNUSED(module), PyObject *argument)
{
    if (!_Py_atomic_load_int_acquire(&ready)) {
        PyMutex_Lock(&lock);
        if (!ready) {
            fill();
            _Py_atomic_store_int_release(&ready, 1);
        }
        PyMutex_Unlock(&lock);
    }
    return PyFloat_FromDouble(sines[PyLong_AsUnsignedLongMask(argument) % 90]);
}

static PyMethodDef methods[] = {
    {"sine", sine, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "double_checked",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_double_checked(void)
{
    return PyModuleDef_Init(&definition);
}
