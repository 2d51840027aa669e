# An attribute that Python code can set: Cython makes the setter.
# cython: freethreading_compatible=True
cdef class Node:
    cdef public object next
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL507 already-racy high

    def __init__(self, next=None):
        self.next = next
