"""Images are interned in a WeakValueDictionary: found, or made and stored."""
import threading
import weakref


class Image:
    def __init__(self, path: str) -> None:
        self.path = path


class Gallery:
    def __init__(self) -> None:
        self._images: weakref.WeakValueDictionary[str, Image] = (
            weakref.WeakValueDictionary()
        )

    def image(self, path: str) -> Image:
        image = self._images.get(path)
#               ^^^^^^^^^^^^^^^^^^^^^^ GIL102 already-racy
# FN run: GIL102 the dictionary is written in Python that is not under test
        if image is None:
            image = Image(path)
            self._images[path] = image
        return image


def show(gallery: Gallery) -> None:
    shown = []
    for number in range(40):
        shown.append(gallery.image(f"{number % 5}.png"))


def drive() -> None:
    gallery = Gallery()
    threads = [threading.Thread(target=show, args=(gallery,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
