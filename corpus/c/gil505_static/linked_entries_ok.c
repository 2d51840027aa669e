// A list of what is in use: entries are added and taken out under a lock.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct entry {
    struct entry *next;
    long id;
} Entry;

static Entry *entries;
static PyMutex lock;

static PyObject *
add(PyObject *Py_UNUSED(module), PyObject *argument)
{
    long id = PyLong_AsLong(argument);
    if (id == -1 && PyErr_Occurred()) {
        return NULL;
    }
    Entry *made = PyMem_Malloc(sizeof(Entry));
    if (made == NULL) {
        return PyErr_NoMemory();
    }
    made->id = id;
    PyMutex_Lock(&lock);
    made->next = entries;
    entries = made;
    PyMutex_Unlock(&lock);
    Py_RETURN_NONE;
}

static PyObject *
pop(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    PyMutex_Lock(&lock);
    Entry *last = entries;
    if (last != NULL) {
        entries = last->next;
    }
    PyMutex_Unlock(&lock);
    if (last == NULL) {
        Py_RETURN_NONE;
    }
    long id = last->id;
    PyMem_Free(last);
    return PyLong_FromLong(id);
}

static PyMethodDef methods[] = {
    {"add", add, METH_O, NULL},
    {"pop", pop, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "linked_entries",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_linked_entries(void)
{
    return PyModuleDef_Init(&definition);
}
