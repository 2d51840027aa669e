// The marks, and the bits in them, are of one call.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

struct bits {
    unsigned long *words;
    unsigned long inline_word;
};

struct marks {
    struct bits seen;
    struct bits done;
};

typedef struct {
    PyObject_HEAD
    Py_ssize_t size;
} Set;

static void
release_bits(struct bits *bits)
{
    if (bits->words != &bits->inline_word) {
        PyMem_Free(bits->words);
    }
    bits->words = NULL;
}

static int
start_bits(struct bits *bits, Py_ssize_t size)
{
    bits->words = size > 1 ? PyMem_Calloc((size_t)size, sizeof(unsigned long)) : &bits->inline_word;
    return bits->words == NULL ? -1 : 0;
}

static PyObject *
set_merge(PyObject *op, PyObject *argument)
{
    struct marks marks = {{NULL, 0}, {NULL, 0}};
    (void)op;
    Py_ssize_t size = PyLong_AsSsize_t(argument);
    if (size < 0) {
        return PyErr_Occurred() ? NULL : PyLong_FromLong(0);
    }
    int failed = start_bits(&marks.seen, size) < 0 || start_bits(&marks.done, size) < 0;
    release_bits(&marks.seen);
    release_bits(&marks.done);
    return failed ? PyErr_NoMemory() : PyLong_FromSsize_t(size);
}

static PyMethodDef set_methods[] = {
    {"merge", set_merge, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot set_slots[] = {
    {Py_tp_methods, set_methods},
    {0, NULL},
};

static PyType_Spec set_spec = {
    .name = "nested_local.Set",
    .basicsize = sizeof(Set),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = set_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &set_spec, NULL);
    if (type == NULL) {
        return -1;
    }
    int added = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return added;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)exec_module},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "nested_local",
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_nested_local(void)
{
    return PyModuleDef_Init(&definition);
}
