// C11's call_once draws the seed.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <threads.h>
#include <time.h>

static unsigned long seed;
static once_flag once = ONCE_FLAG_INIT;

static void
draw(void)
{
    seed = (unsigned long)time(NULL) | 1;
}

static PyObject *
scramble(PyObject *Py_UNUSED(module), PyObject *argument)
{
    unsigned long value = PyLong_AsUnsignedLongMask(argument);
    call_once(&once, draw);
    return PyLong_FromUnsignedLong(value * seed);
}

static PyMethodDef methods[] = {
    {"scramble", scramble, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "c11_once",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_c11_once(void)
{
    return PyModuleDef_Init(&definition);
}
