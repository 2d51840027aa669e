// The callback is held while it runs.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *callback;
} Button;

static PyObject *
button_connect(PyObject *op, PyObject *callback)
{
    Button *self = (Button *)op;
    PyObject *old;
    Py_BEGIN_CRITICAL_SECTION(op);
    old = self->callback;
    self->callback = Py_NewRef(callback);
    Py_END_CRITICAL_SECTION();
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

static PyObject *
button_press(PyObject *op, PyObject *argument)
{
    Button *self = (Button *)op;
    PyObject *callback;
    Py_BEGIN_CRITICAL_SECTION(op);
    callback = Py_XNewRef(self->callback);
    Py_END_CRITICAL_SECTION();
    if (callback == NULL) {
        Py_RETURN_NONE;
    }
    PyObject *answer = PyObject_CallOneArg(callback, argument);
    if (answer == NULL) {
        Py_DECREF(callback);
        return NULL;
    }
    Py_DECREF(callback);
    return answer;
}

static void
button_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    Py_XDECREF(((Button *)op)->callback);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef button_methods[] = {
    {"connect", button_connect, METH_O, NULL},
    {"press", button_press, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot button_slots[] = {
    {Py_tp_methods, button_methods},
    {Py_tp_dealloc, button_dealloc},
    {0, NULL},
};

static PyType_Spec button_spec = {
    .name = "field_over_call.Button",
    .basicsize = sizeof(Button),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = button_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *button_type = PyType_FromModuleAndSpec(module, &button_spec, NULL);
    if (button_type == NULL) {
        return -1;
    }
    int button_added = PyModule_AddType(module, (PyTypeObject *)button_type);
    Py_DECREF(button_type);
    if (button_added < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_module},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "field_over_call",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_field_over_call(void)
{
    return PyModuleDef_Init(&definition);
}
