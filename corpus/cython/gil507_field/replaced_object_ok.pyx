# Both methods run in a critical section of the object.
# cython: freethreading_compatible=True
cimport cython


cdef class Slot:
    cdef object content

    @cython.critical_section
    def put(self, value):
        self.content = value

    @cython.critical_section
    def get(self):
        return self.content
