# A function that gives up the GIL adds to a variable of the module.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
cdef double total = 0.0


def add(double[:] values):
    global total
    cdef Py_ssize_t i
    with nogil:
        for i in range(values.shape[0]):
            total += values[i]
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL505 gil-masked high
    return total
