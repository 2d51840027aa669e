// A thread made by C calls Python without attaching.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pthread.h>

static void *
notify(void *callback)
{
    PyObject *answer = PyObject_CallNoArgs(callback);
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL511 already-racy high
    if (answer == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(answer);
    Py_DECREF((PyObject *)callback);
    return NULL;
}

static PyObject *
start(PyObject *Py_UNUSED(module), PyObject *callback)
{
    pthread_t thread;
    Py_INCREF(callback);
    if (pthread_create(&thread, NULL, notify, callback) != 0) {
        Py_DECREF(callback);
        return PyErr_NoMemory();
    }
    pthread_detach(thread);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"start", start, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "foreign_thread",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_foreign_thread(void)
{
    return PyModuleDef_Init(&definition);
}
