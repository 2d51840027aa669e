// An object that attributes, an operator and comparisons change.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long total;
    long pending;
} Gauge;

static void
settle(Gauge *gauge)
{
    gauge->total += gauge->pending;
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL507 gil-masked
    gauge->pending = 0;
}

static PyObject *
gauge_get_level(PyObject *op, void *Py_UNUSED(closure))
{
    settle((Gauge *)op);
    return PyLong_FromLong(((Gauge *)op)->total);
}

static int
gauge_set_level(PyObject *op, PyObject *value, void *Py_UNUSED(closure))
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "level cannot be deleted");
        return -1;
    }
    long level = PyLong_AsLong(value);
    if (level == -1 && PyErr_Occurred()) {
        return -1;
    }
    ((Gauge *)op)->pending = 0;
    ((Gauge *)op)->total = level;
    return 0;
}

static PyObject *
gauge_push(PyObject *left, PyObject *right)
{
    long more = PyLong_AsLong(right);
    if (more == -1 && PyErr_Occurred()) {
        return NULL;
    }
    ((Gauge *)left)->pending += more;
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL507 gil-masked
    return Py_NewRef(left);
}

static PyObject *
gauge_compare(PyObject *op, PyObject *other, int operation)
{
    long against = PyLong_AsLong(other);
    if (against == -1 && PyErr_Occurred()) {
        return NULL;
    }
    settle((Gauge *)op);
    Py_RETURN_RICHCOMPARE(((Gauge *)op)->total, against, operation);
}

static PyGetSetDef gauge_getset[] = {
    {"level", gauge_get_level, gauge_set_level, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot gauge_slots[] = {
    {Py_tp_getset, gauge_getset},
    {Py_tp_richcompare, gauge_compare},
    {Py_nb_lshift, gauge_push},
    {0, NULL},
};

static PyType_Spec gauge_spec = {
    .name = "gauge.Gauge",
    .basicsize = sizeof(Gauge),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = gauge_slots,
};

static int
exec_module(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &gauge_spec, NULL);
    if (type == NULL) {
        return -1;
    }
    int added = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return added;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_module},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "gauge",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_gauge(void)
{
    return PyModuleDef_Init(&definition);
}
