// A helper that relies on its callers: one passes a copy that is not its own alone.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long size;
} Stack;

static PyTypeObject *stack_type;

static void
grow_lock_held(Stack *stack, long more)
{
    stack->size += more;
//  ^^^^^^^^^^^^^^^^^^^ GIL507 gil-masked
}

static PyObject *
stack_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords))
{
    Stack *self = (Stack *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->size = 0;
    }
    return (PyObject *)self;
}

static PyObject *
copy_of(PyObject *op)
{
    if (Py_IS_TYPE(op, stack_type)) {
        return Py_NewRef(op);
    }
    return PyObject_CallNoArgs((PyObject *)Py_TYPE(op));
}

static PyObject *
stack_push(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    Py_BEGIN_CRITICAL_SECTION(op);
    grow_lock_held((Stack *)op, 1);
    Py_END_CRITICAL_SECTION();
    Py_RETURN_NONE;
}

static PyObject *
stack_repeat(PyObject *op, PyObject *Py_UNUSED(ignored))
{
    PyObject *copy = copy_of(op);
    if (copy == NULL) {
        return NULL;
    }
    grow_lock_held((Stack *)copy, 2);
    return copy;
}

static PyMethodDef stack_methods[] = {
    {"push", stack_push, METH_NOARGS, NULL},
    {"repeat", stack_repeat, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot stack_slots[] = {
    {Py_tp_methods, stack_methods},
    {Py_tp_new, stack_new},
    {0, NULL},
};

static PyType_Spec stack_spec = {
    .name = "copied.Stack",
    .basicsize = sizeof(Stack),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = stack_slots,
};

static int
exec_module(PyObject *module)
{
    stack_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &stack_spec, NULL);
    if (stack_type == NULL) {
        return -1;
    }
    return PyModule_AddType(module, stack_type);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec_module},
    {Py_mod_gil, Py_MOD_GIL_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "copied",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_copied(void)
{
    return PyModuleDef_Init(&definition);
}
