// The buffer belongs to the call.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pwd.h>

static PyObject *
home_of(PyObject *Py_UNUSED(module), PyObject *argument)
{
    const char *name = PyUnicode_AsUTF8(argument);
    if (name == NULL) {
        return NULL;
    }
    struct passwd storage, *entry;
    char text[4096];
    if (getpwnam_r(name, &storage, text, sizeof(text), &entry) != 0) {
        entry = NULL;
    }
    if (entry == NULL) {
        Py_RETURN_NONE;
    }
    return PyUnicode_DecodeFSDefault(entry->pw_dir);
}

static PyMethodDef methods[] = {
    {"home_of", home_of, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "user_name",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_user_name(void)
{
    return PyModuleDef_Init(&definition);
}
