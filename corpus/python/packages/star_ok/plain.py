"""Totals for a single thread."""


class Totals:
    def __init__(self):
        self.by_page = {}

    def add(self, page):
        self.by_page[page] = self.by_page.get(page, 0) + 1


totals = Totals()
