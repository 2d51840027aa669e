# It adds up in a variable of its own, and only then holds the mutex.
# cython: freethreading_compatible=True
cimport cython

cdef cython.pymutex lock
cdef double total = 0.0


def add(double[:] values):
    global total
    cdef Py_ssize_t i
    cdef double own = 0.0
    with nogil:
        for i in range(values.shape[0]):
            own += values[i]
        with lock:
            total += own
            own = total
    return own
