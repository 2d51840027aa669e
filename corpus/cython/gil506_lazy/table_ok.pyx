# The table is computed when the module is imported.
# cython: freethreading_compatible=True
cdef unsigned int table[256]


cdef void fill() noexcept nogil:
    cdef unsigned int i
    for i in range(256):
        table[i] = i * 2654435761U


fill()


def checksum(bytes data):
    cdef unsigned int sum = 0
    cdef unsigned char c
    for c in data:
        sum ^= table[c]
    return sum
