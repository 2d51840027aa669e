# The depth is an attribute of an object that each caller makes for itself, and guards.
# cython: freethreading_compatible=True
cimport cython


cdef class Depth:
    cdef int depth

    @cython.critical_section
    def enter(self):
        if self.depth >= 100:
            raise RecursionError("too deep")
        self.depth += 1
        return self.depth

    @cython.critical_section
    def leave(self):
        self.depth -= 1
        return self.depth
