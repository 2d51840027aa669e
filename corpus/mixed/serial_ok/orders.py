"""Every call of the C function holds one lock."""
import threading

import serial

drawing = threading.Lock()


def take(numbers):
    for _ in range(200):
        with drawing:
            numbers.append(serial.draw())
        serial.twice(2)


def drive():
    serial.draw()
    threads = [threading.Thread(target=take, args=([],)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    serial.draw()
