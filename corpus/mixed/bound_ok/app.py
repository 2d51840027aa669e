"""A lock over every call, and an object that each thread makes for itself."""
import threading

import pets

pet = pets.Pet()
guard = threading.Lock()


def work():
    own = pets.Pet()
    own.grow()
    with guard:
        pets.bump()
        pet.grow()


for _ in range(3):
    threading.Thread(target=work).start()
