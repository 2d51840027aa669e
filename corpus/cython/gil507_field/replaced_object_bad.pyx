# A method replaces an object that another one returns.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
cdef class Slot:
    cdef object content

    def put(self, value):
        self.content = value
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL507 gil-masked high

    def get(self):
        return self.content
