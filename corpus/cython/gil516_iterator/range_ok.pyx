# It does so in a critical section of the iterator.
# cython: freethreading_compatible=True
cimport cython


cdef class Range:
    cdef long at
    cdef long end

    def __cinit__(self, long end):
        self.end = end

    def __iter__(self):
        return self

    def __next__(self):
        with cython.critical_section(self):
            if self.at >= self.end:
                raise StopIteration
            self.at += 1
            return self.at
