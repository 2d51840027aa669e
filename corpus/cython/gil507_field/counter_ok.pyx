# The method runs in a critical section of its object.
# cython: freethreading_compatible=True
cimport cython


cdef class Counter:
    cdef long value

    def __cinit__(self, long start=0):
        self.value = start

    @cython.critical_section
    def add(self, long amount):
        self.value += amount
        return self.value

    def add_twice(self, long amount):
        with cython.critical_section(self):
            self.value += amount
            self.value += amount
