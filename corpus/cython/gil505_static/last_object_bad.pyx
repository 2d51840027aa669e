# A variable of the module keeps the last object it was given.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
cdef object last = None


def remember(value):
    global last
    last = value
# ^^^^^^^^^^^^^^ GIL505 gil-masked high


def recall():
    return last
