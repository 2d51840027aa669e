# The increment and the read hold a mutex of the module.
# cython: freethreading_compatible=True
cimport cython

cdef cython.pymutex lock
cdef long calls = 0


def call():
    global calls
    cdef long now
    with lock:
        calls += 1
        now = calls
    return now
