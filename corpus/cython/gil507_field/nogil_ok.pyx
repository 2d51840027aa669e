# It holds the mutex of its object meanwhile.
# cython: freethreading_compatible=True
cimport cython


cdef class Hasher:
    cdef unsigned long state
    cdef cython.pymutex lock

    def __cinit__(self):
        self.state = 14695981039346656037UL

    def update(self, const unsigned char[:] data):
        cdef Py_ssize_t i
        with nogil:
            with self.lock:
                for i in range(data.shape[0]):
                    self.state = (self.state ^ data[i]) * 1099511628211UL
