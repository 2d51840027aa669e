# The buffer is a local variable.
# cython: freethreading_compatible=True


def to_hex(unsigned long value):
    cdef char scratch[64]
    cdef int at = 63
    while at > 0:
        at -= 1
        scratch[at] = b"0123456789abcdef"[value & 15]
        value >>= 4
        if value == 0:
            break
    return scratch[at:63]
