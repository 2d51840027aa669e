// Freed memory is kept in a static array, with a number of what is in it, without a lock.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define MOST 16

typedef struct {
    long values[8];
} Block;

static Block *spare[MOST];
static int spares;

static Block *
take_block(void)
{
    if (spares > 0) {
        return spare[--spares];
//             ^^^^^^^^^^^^^^^ GIL518 gil-masked
    }
    return PyMem_Malloc(sizeof(Block));
}

static void
give_block(Block *block)
{
    if (spares < MOST) {
        spare[spares++] = block;
    }
    else {
        PyMem_Free(block);
    }
}

static PyObject *
exercise(PyObject *Py_UNUSED(module), PyObject *argument)
{
    long value = PyLong_AsLong(argument);
    if (value == -1 && PyErr_Occurred()) {
        return NULL;
    }
    Block *block = take_block();
    if (block == NULL) {
        return PyErr_NoMemory();
    }
    block->values[0] = value;
    PyObject *result = PyLong_FromLong(block->values[0] + 1);
    give_block(block);
    return result;
}

static PyMethodDef methods[] = {
    {"exercise", exercise, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "array_list",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_array_list(void)
{
    return PyModuleDef_Init(&definition);
}
