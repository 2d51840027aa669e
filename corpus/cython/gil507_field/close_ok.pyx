# The pointer is taken out under the mutex of the object, and freed by whoever got it.
# cython: freethreading_compatible=True
cimport cython
from libc.stdlib cimport free, malloc


cdef class Block:
    cdef char *data
    cdef cython.pymutex lock

    def __cinit__(self, size_t size):
        self.data = <char *>malloc(size)

    def close(self):
        cdef char *data
        with self.lock:
            data = self.data
            self.data = NULL
        free(data)

    def __dealloc__(self):
        free(self.data)
