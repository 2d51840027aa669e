# A scratch buffer of the module is filled and read.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
cdef char scratch[64]


def to_hex(unsigned long value):
    cdef int at = 63
    while at > 0:
        at -= 1
        scratch[at] = b"0123456789abcdef"[value & 15]
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL505 gil-masked
        value >>= 4
        if value == 0:
            break
    return scratch[at:63]
