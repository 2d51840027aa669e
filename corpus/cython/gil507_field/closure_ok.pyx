# Each call has a variable of its own; a generator's variables belong to whoever runs it.
# cython: freethreading_compatible=True
def make_counter():
    start = 0

    def step(count):
        return start + count

    return step


def count_to(end):
    count = 0
    while count < end:
        count += 1
        yield count
