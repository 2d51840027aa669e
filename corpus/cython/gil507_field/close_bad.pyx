# A method frees the memory that the object holds, if nobody did before.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
from libc.stdlib cimport free, malloc


cdef class Block:
    cdef char *data

    def __cinit__(self, size_t size):
        self.data = <char *>malloc(size)

    def close(self):
        if self.data is not NULL:
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL507 gil-masked high
            free(self.data)
            self.data = NULL

    def __dealloc__(self):
        free(self.data)
