// Text is split with strtok, whose position all threads share.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

static PyObject *
count_words(PyObject *Py_UNUSED(module), PyObject *argument)
{
    const char *text = PyUnicode_AsUTF8(argument);
    if (text == NULL) {
        return NULL;
    }
    char copy[256];
    strncpy(copy, text, sizeof(copy) - 1);
    copy[sizeof(copy) - 1] = '\0';
    long words = 0;
    char *word = strtok(copy, " ");
//               ^^^^^^^^^^^^^^^^^ GIL514 gil-masked high
    while (word != NULL) {
        words++;
        word = strtok(NULL, " ");
//             ^^^^^^^^^^^^^^^^^ GIL514 gil-masked high
    }
    return PyLong_FromLong(words);
}

static PyMethodDef methods[] = {
    {"count_words", count_words, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "strtok",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_strtok(void)
{
    return PyModuleDef_Init(&definition);
}
