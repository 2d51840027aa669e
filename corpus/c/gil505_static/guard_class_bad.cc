// The lock that a guard class of the module takes is given back before the counter is used.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyMutex mutex;
static long requests;

namespace {
class Guard {
  public:
    explicit Guard(PyMutex *taken) : mutex_(taken) { PyMutex_Lock(mutex_); }
    ~Guard() { PyMutex_Unlock(mutex_); }
    Guard(const Guard &) = delete;
    Guard &operator=(const Guard &) = delete;

  private:
    PyMutex *mutex_;
};
}  // namespace

static PyObject *
request(PyObject *, PyObject *)
{
    {
        Guard guard(&mutex);
    }
    ++requests;
//  ^^^^^^^^^^ GIL505 gil-masked high
    return PyLong_FromLong(requests);
}

static PyMethodDef methods[] = {
    {"request", request, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "guard_class", NULL, 0, methods, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC
PyInit_guard_class(void)
{
    return PyModuleDef_Init(&definition);
}
