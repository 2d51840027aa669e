# Cython's setter and getter of the attribute hold the critical section of the object; the method does not.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
cdef class Node:
    cdef public object next

    def __init__(self, next=None):
        self.next = next

    def drop(self):
        self.next = None
# ^^^^^^^^^^^^^^^^^^^^^^^^ GIL507 gil-masked high
