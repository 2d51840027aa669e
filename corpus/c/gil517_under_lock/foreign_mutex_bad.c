// A pthread mutex is taken while attached, and held over a detach.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static PyObject *
write_line(PyObject *Py_UNUSED(module), PyObject *argument)
{
    int descriptor = PyObject_AsFileDescriptor(argument);
    if (descriptor < 0) {
        return NULL;
    }
    Py_ssize_t written;
    pthread_mutex_lock(&lock);
//  ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL517 already-racy high
    Py_BEGIN_ALLOW_THREADS
    written = write(descriptor, "\n", 1);
    Py_END_ALLOW_THREADS
    pthread_mutex_unlock(&lock);
    return PyLong_FromSsize_t(written);
}

static PyMethodDef methods[] = {
    {"write_line", write_line, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "foreign_mutex",
    .m_size = 0,
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_foreign_mutex(void)
{
    return PyModuleDef_Init(&definition);
}
