# Made when the module is imported.
# cython: freethreading_compatible=True
cdef object instance = dict(state=[])


def get_instance():
    return instance
