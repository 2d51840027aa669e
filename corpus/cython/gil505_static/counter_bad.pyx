# A module-level C variable is incremented.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
cdef long calls = 0


def call():
    global calls
    calls += 1
# ^^^^^^^^^^^^ GIL505 gil-masked high
    return calls
