"""Each lambda makes the board it posts to."""
import threading


class Board:
    def __init__(self):
        self.posts = {}
        self.next_id = 1

    def post(self, text):
        number = self.next_id
        self.next_id = number + 1
        self.posts[number] = text


def post_many(board, text):
    for _ in range(60):
        board.post(text)


def drive():
    threads = [
        threading.Thread(target=lambda: post_many(Board(), "hello")),
        threading.Thread(target=lambda: post_many(Board(), "good bye")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
