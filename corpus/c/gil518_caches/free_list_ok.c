// The list has a lock.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct node {
    struct node *next;
    long value;
} Node;

static PyMutex lock;
static Node *free_nodes;

static PyObject *
exercise(PyObject *Py_UNUSED(module), PyObject *argument)
{
    long value = PyLong_AsLong(argument);
    if (value == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyMutex_Lock(&lock);
    Node *node = free_nodes;
    if (node != NULL) {
        free_nodes = node->next;
    }
    PyMutex_Unlock(&lock);
    if (node == NULL) {
        node = PyMem_Malloc(sizeof(Node));
        if (node == NULL) {
            return PyErr_NoMemory();
        }
    }
    node->value = value;
    PyObject *result = PyLong_FromLong(node->value + 1);
    PyMutex_Lock(&lock);
    node->next = free_nodes;
    free_nodes = node;
    PyMutex_Unlock(&lock);
    return result;
}

static PyMethodDef methods[] = {
    {"exercise", exercise, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "free_list",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_free_list(void)
{
    return PyModuleDef_Init(&definition);
}
