# Attributes that Python code can set or read: Cython makes the setter and the getter, which hold the
# critical section of the object, and so does the method.
# cython: freethreading_compatible=True
cimport cython


cdef class Node:
    cdef public object next
    cdef readonly object first

    def __cinit__(self, next=None):
        self.next = next
        self.first = next

    def drop(self):
        with cython.critical_section(self):
            self.next = None
