# An attribute of a cdef class is incremented by a method.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
cdef class Counter:
    cdef long value

    def __cinit__(self, long start=0):
        self.value = start

    def add(self, long amount):
        self.value += amount
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL507 gil-masked high
        return self.value
