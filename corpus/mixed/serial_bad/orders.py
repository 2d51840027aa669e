"""Threads take their order numbers from a C function, taken for one step."""
import threading

import serial


def take(numbers):
    for _ in range(200):
        numbers.append(serial.draw())
#                      ^^^^^^^^^^^^^ GIL107 gil-masked high
        serial.twice(2)


def drive():
    serial.draw()
    threads = [threading.Thread(target=take, args=([],)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    serial.draw()
