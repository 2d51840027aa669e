# A depth counter around a callback, from a cpdef function.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
cdef int depth = 0


cpdef int enter() except -1:
    global depth
    if depth >= 100:
# ^^^^^^^^^^^^^^^^ GIL505 gil-masked high
        raise RecursionError("too deep")
    depth += 1
    return depth


cpdef int leave():
    global depth
    depth -= 1
    return depth
