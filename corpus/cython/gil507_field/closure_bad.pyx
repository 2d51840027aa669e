# A function inside another counts in the other's variable.
# cython: freethreading_compatible=True
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL502 -
def make_counter():
    count = 0

    def step():
        nonlocal count
        count += 1
# ^^^^^^^^^^^^^^^^ GIL507 already-racy high
        return count

    return step
