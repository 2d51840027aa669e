# A method works on its object's attributes without the GIL.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
cdef class Hasher:
    cdef unsigned long state

    def __cinit__(self):
        self.state = 14695981039346656037UL

    def update(self, const unsigned char[:] data):
        cdef Py_ssize_t i
        with nogil:
            for i in range(data.shape[0]):
                self.state = (self.state ^ data[i]) * 1099511628211UL
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL507 gil-masked high
