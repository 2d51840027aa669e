"""The thread's target is a lambda that closes over the shared board."""
import threading


class Board:
    def __init__(self):
        self.posts = {}
        self.next_id = 1

    def post(self, text):
        number = self.next_id
#                ^^^^^^^^^^^^ GIL101 gil-masked
        self.next_id = number + 1
        self.posts[number] = text


def post_many(board, text):
    for _ in range(60):
        board.post(text)


def drive():
    board = Board()
    threads = [
        threading.Thread(target=lambda: post_many(board, "hello")),
        threading.Thread(target=lambda: post_many(board, "good bye")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
