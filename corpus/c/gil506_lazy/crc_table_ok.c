// pthread_once computes the table.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pthread.h>

static unsigned int crc_table[256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
compute(void)
{
    for (unsigned int i = 0; i < 256; i++) {
        unsigned int value = i;
        for (int bit = 0; bit < 8; bit++) {
            value = value & 1 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
        }
        crc_table[i] = value;
    }
}

static PyObject *
crc_of_byte(PyObject *Py_UNUSED(module), PyObject *argument)
{
    pthread_once(&once, compute);
    return PyLong_FromUnsignedLong(crc_table[PyLong_AsUnsignedLongMask(argument) & 255]);
}

static PyMethodDef methods[] = {
    {"crc_of_byte", crc_of_byte, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "crc_table",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_crc_table(void)
{
    return PyModuleDef_Init(&definition);
}
