// A table of functions that only this file fills and calls: none of them runs Python code.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

struct format {
    char code;
    Py_ssize_t (*size)(PyObject *value);
    void (*count)(Py_ssize_t size);
};

static Py_ssize_t packed_bytes;
static long packed_values;

static Py_ssize_t
size_of_bytes(PyObject *value)
{
    return PyBytes_Check(value) ? PyBytes_GET_SIZE(value) : 0;
}

static Py_ssize_t
size_of_byte(PyObject *Py_UNUSED(value))
{
    return 1;
}

static void
count_value(Py_ssize_t size)
{
    if (size > 0) {
        packed_values++;
//      ^^^^^^^^^^^^^^^ GIL505 gil-masked high
    }
}

static const struct format formats[] = {
    {'s', size_of_bytes, count_value},
    {'b', size_of_byte, count_value},
    {0, NULL, NULL},
};

static PyObject *
pack(PyObject *Py_UNUSED(module), PyObject *args)
{
    int code;
    PyObject *value;
    if (!PyArg_ParseTuple(args, "CO", &code, &value)) {
        return NULL;
    }
    for (const struct format *format = formats; format->code != 0; format++) {
        if (format->code == code) {
            Py_ssize_t before = packed_bytes;
//                              ^^^^^^^^^^^^ GIL505 gil-masked high
            Py_ssize_t size = format->size(value);
            packed_bytes = before + size;
            format->count(size);
        }
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"pack", pack, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "format_table",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_format_table(void)
{
    return PyModuleDef_Init(&definition);
}
