# One object for all, made when it is first asked for.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
cdef object instance = None


def get_instance():
    global instance
    if instance is None:
# ^^^^^^^^^^^^^^^^^^^^^ GIL506 gil-masked-if-builtin high
        instance = dict(state=[])
    return instance
