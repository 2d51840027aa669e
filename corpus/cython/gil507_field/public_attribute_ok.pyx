# An attribute that Python code can only read, set once.
# cython: freethreading_compatible=True
cdef class Node:
    cdef readonly object next

    def __cinit__(self, next=None):
        self.next = next
