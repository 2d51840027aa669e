// std::call_once makes the object.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <map>
#include <mutex>
#include <string>

using Names = std::map<std::string, int>;

static Names *names;
static std::once_flag once;

static PyObject *
number_of(PyObject *, PyObject *argument)
{
    const char *text = PyUnicode_AsUTF8(argument);
    if (text == nullptr) {
        return nullptr;
    }
    std::call_once(once, [] { names = new Names{{"one", 1}, {"two", 2}}; });
    auto found = names->find(text);
    return PyLong_FromLong(found == names->end() ? 0 : found->second);
}

static PyMethodDef methods[] = {
    {"number_of", number_of, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "cxx_pointer", NULL, 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC
PyInit_cxx_pointer(void)
{
    return PyModuleDef_Init(&definition);
}
