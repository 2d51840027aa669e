# A table that is computed by the first call, announced by a flag.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
cdef unsigned int table[256]
cdef bint ready = False


cdef void fill() noexcept nogil:
    cdef unsigned int i
    for i in range(256):
        table[i] = i * 2654435761U


def checksum(bytes data):
    global ready
    cdef unsigned int sum = 0
    cdef unsigned char c
    if not ready:
# ^^^^^^^^^^^^^^^ GIL506 gil-masked high
        fill()
        ready = True
    for c in data:
        sum ^= table[c]
    return sum
