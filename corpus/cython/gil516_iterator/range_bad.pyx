# An iterator advances its position.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
cdef class Range:
    cdef long at
    cdef long end

    def __cinit__(self, long end):
        self.end = end

    def __iter__(self):
        return self

    def __next__(self):
        if self.at >= self.end:
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL516 gil-masked high
            raise StopIteration
        self.at += 1
        return self.at
