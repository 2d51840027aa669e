// The field is only written while the object is made.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long width;
    long height;
} Shape;

static PyObject *
shape_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    long width, height;
    if (!PyArg_ParseTuple(args, "ll", &width, &height)) {
        return NULL;
    }
    Shape *self = (Shape *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->width = width;
        self->height = height;
    }
    return (PyObject *)self;
}

static PyObject *
shape_scale(PyObject *op, PyObject *argument)
{
    Shape *self = (Shape *)op;
    long factor = PyLong_AsLong(argument);
    if (factor == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyTypeObject *type = Py_TYPE(op);
    Shape *scaled = (Shape *)type->tp_alloc(type, 0);
    if (scaled != NULL) {
        scaled->width = self->width * factor;
        scaled->height = self->height * factor;
    }
    return (PyObject *)scaled;
}

static PyMethodDef shape_methods[] = {
    {"scale", shape_scale, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot shape_slots[] = {
    {Py_tp_methods, shape_methods},
    {Py_tp_new, shape_new},
    {0, NULL},
};

static PyType_Spec shape_spec = {
    .name = "after_construction.Shape",
    .basicsize = sizeof(Shape),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = shape_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *shape_type = PyType_FromModuleAndSpec(module, &shape_spec, NULL);
    if (shape_type == NULL) {
        return -1;
    }
    int shape_added = PyModule_AddType(module, (PyTypeObject *)shape_type);
    Py_DECREF(shape_type);
    if (shape_added < 0) {
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
    .m_name = "after_construction",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_after_construction(void)
{
    return PyModuleDef_Init(&definition);
}
