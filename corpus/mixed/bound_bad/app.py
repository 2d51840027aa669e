"""Threads that call what pybind11 binds, by the names it has in Python."""
import threading

import pets

pet = pets.Pet()


def work():
    pets.bump()
#   ^^^^^^^^^^^ GIL107 gil-masked high
    pet.grow()
#   ^^^^^^^^^^ GIL107 gil-masked medium


for _ in range(3):
    threading.Thread(target=work).start()
