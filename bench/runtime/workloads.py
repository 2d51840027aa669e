"""Threaded programs of different kinds, to measure what the race detector costs. Each is a function of the
number of threads; the work is split among them. As a script: `workloads.py NAME THREADS` runs one and
prints its peak resident memory in kilobytes.
"""

from __future__ import annotations

import asyncio
import bisect
import collections
import hashlib
import heapq
import json
import queue
import random
import re
import resource
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

WORKLOADS: dict[str, Callable[[int], object]] = {}


def workload(function: Callable[[int], object]) -> Callable[[int], object]:
    WORKLOADS[function.__name__] = function
    return function


def in_threads(count: int, work: Callable[[int], object]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@workload
def mandelbrot(threads: int) -> None:
    def rows(number: int) -> int:
        inside = 0
        for y in range(number, 360, threads):
            for x in range(360):
                c = complex(x / 120 - 2, y / 120 - 1.5)
                z = 0j
                for _ in range(60):
                    z = z * z + c
                    if abs(z) > 2:
                        break
                else:
                    inside += 1
        return inside

    in_threads(threads, rows)


class Body:
    def __init__(self, x: float, y: float, mass: float) -> None:
        self.x, self.y, self.mass = x, y, mass
        self.vx = self.vy = 0.0


@workload
def nbody(threads: int) -> None:
    def simulate(number: int) -> None:
        rng = random.Random(number)
        bodies = [Body(rng.random(), rng.random(), rng.random()) for _ in range(12)]
        for _ in range(8000 // threads):
            for body in bodies:
                for other in bodies:
                    if other is body:
                        continue
                    dx, dy = other.x - body.x, other.y - body.y
                    force = other.mass / (dx * dx + dy * dy + 0.01)
                    body.vx += dx * force * 0.001
                    body.vy += dy * force * 0.001
            for body in bodies:
                body.x += body.vx
                body.y += body.vy

    in_threads(threads, simulate)


@workload
def matrix(threads: int) -> None:
    size = 180
    left = [[(i * j) % 7 for j in range(size)] for i in range(size)]
    right = [[(i + j) % 5 for j in range(size)] for i in range(size)]
    result = [[0] * size for _ in range(size)]

    def rows(number: int) -> None:
        for i in range(number, size, threads):
            row = left[i]
            for j in range(size):
                total = 0
                for k in range(size):
                    total += row[k] * right[k][j]
                result[i][j] = total

    in_threads(threads, rows)


@workload
def word_count(threads: int) -> None:
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]
    rng = random.Random(1)
    text = [rng.choice(words) + str(rng.randrange(50)) for _ in range(1_200_000)]
    total: dict[str, int] = {}
    lock = threading.Lock()

    def count(number: int) -> None:
        mine: dict[str, int] = {}
        for word in text[number::threads]:
            mine[word] = mine.get(word, 0) + 1
        with lock:
            for word, times in mine.items():
                total[word] = total.get(word, 0) + times

    in_threads(threads, count)


class Counter:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.value = 0

    def add(self) -> None:
        with self.lock:
            self.value += 1


@workload
def locked_counter(threads: int) -> None:
    counter = Counter()

    def work(_: int) -> None:
        for _ in range(1_200_000 // threads):
            counter.add()

    in_threads(threads, work)


class Lru:
    def __init__(self, size: int) -> None:
        self.size = size
        self.lock = threading.Lock()
        self.entries: collections.OrderedDict[int, int] = collections.OrderedDict()

    def get(self, key: int) -> int:
        with self.lock:
            if key in self.entries:
                self.entries.move_to_end(key)
                return self.entries[key]
            value = key * key
            self.entries[key] = value
            if len(self.entries) > self.size:
                self.entries.popitem(last=False)
            return value


@workload
def lru_cache(threads: int) -> None:
    cache = Lru(500)

    def work(number: int) -> None:
        rng = random.Random(number)
        for _ in range(320_000 // threads):
            cache.get(rng.randrange(1000))

    in_threads(threads, work)


@workload
def memo_table(threads: int) -> None:
    known: dict[int, int] = {}
    lock = threading.Lock()

    def collatz(start: int) -> int:
        steps, n = 0, start
        while n != 1:
            found = known.get(n)
            if found is not None:
                steps += found
                break
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        with lock:
            known[start] = steps
        return steps

    def work(number: int) -> None:
        for start in range(2 + number, 60_000, threads):
            collatz(start)

    in_threads(threads, work)


@workload
def pool_map(threads: int) -> None:
    def digits(n: int) -> int:
        return sum(int(digit) for digit in str(n * n))

    with ThreadPoolExecutor(threads) as pool:
        sum(pool.map(digits, range(60_000)))


@workload
def producer_consumer(threads: int) -> None:
    jobs: queue.Queue[int | None] = queue.Queue(100)
    done: list[int] = []

    def consume() -> None:
        while (job := jobs.get()) is not None:
            done.append(job * job)

    def produce(number: int) -> None:
        for job in range(number, 160_000, max(1, threads // 2)):
            jobs.put(job)

    consumers = [threading.Thread(target=consume) for _ in range(max(1, threads // 2))]
    for consumer in consumers:
        consumer.start()
    in_threads(max(1, threads // 2), produce)
    for _ in consumers:
        jobs.put(None)
    for consumer in consumers:
        consumer.join()


@workload
def pipeline(threads: int) -> None:
    stages = [queue.SimpleQueue() for _ in range(threads + 1)]

    def stage(number: int) -> None:
        while (item := stages[number].get()) is not None:
            stages[number + 1].put(item + number)
        stages[number + 1].put(None)

    for item in range(640_000 // threads):
        stages[0].put(item)
    stages[0].put(None)
    in_threads(threads, stage)


class Node:
    __slots__ = ("next", "value")

    def __init__(self, value: int) -> None:
        self.value = value
        self.next: list[Node] = []


@workload
def graph_search(threads: int) -> None:
    rng = random.Random(3)
    nodes = [Node(i) for i in range(4000)]
    for node in nodes:
        node.next = [rng.choice(nodes) for _ in range(5)]

    def search(number: int) -> None:
        for start in range(number, 80, threads):
            seen = {nodes[start].value}
            todo = collections.deque([nodes[start]])
            while todo:
                for other in todo.popleft().next:
                    if other.value not in seen:
                        seen.add(other.value)
                        todo.append(other)

    in_threads(threads, search)


@workload
def shortest_paths(threads: int) -> None:
    rng = random.Random(4)
    edges = {i: [(rng.randrange(1500), rng.randrange(1, 9)) for _ in range(6)] for i in range(1500)}

    def search(number: int) -> None:
        for start in range(number, 120, threads):
            best = {start: 0}
            heap = [(0, start)]
            while heap:
                cost, node = heapq.heappop(heap)
                if cost > best[node]:
                    continue
                for other, length in edges[node]:
                    if cost + length < best.get(other, 1 << 30):
                        best[other] = cost + length
                        heapq.heappush(heap, (cost + length, other))

    in_threads(threads, search)


class Forest:
    def __init__(self, size: int) -> None:
        self.parent = list(range(size))
        self.lock = threading.RLock()

    def find(self, item: int) -> int:
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, left: int, right: int) -> None:
        with self.lock:
            self.parent[self.find(left)] = self.find(right)


@workload
def union_find(threads: int) -> None:
    forest = Forest(20_000)

    def work(number: int) -> None:
        rng = random.Random(number)
        for _ in range(280_000 // threads):
            forest.join(rng.randrange(20_000), rng.randrange(20_000))

    in_threads(threads, work)


@workload
def json_round_trips(threads: int) -> None:
    document = {"items": [{"name": f"item {i}", "price": i / 3, "tags": ["a", "b"]} for i in range(50)]}

    def work(_: int) -> None:
        for _ in range(12_000 // threads):
            again = json.loads(json.dumps(document))
            sum(item["price"] for item in again["items"])

    in_threads(threads, work)


@workload
def tokenizer(threads: int) -> None:
    pattern = re.compile(r"\s*(?:(\d+)|([a-z_]\w*)|(.))")
    source = "total = price * (count + 17) - rebate_%d / 2\n" * 20

    def work(_: int) -> None:
        for _ in range(2400 // threads):
            kinds = collections.Counter()
            for match in pattern.finditer(source):
                kinds[match.lastindex] += 1

    in_threads(threads, work)


@workload
def sieve(threads: int) -> None:
    def work(number: int) -> None:
        for _ in range(80 // threads):
            size = 60_000
            flags = bytearray([1]) * size
            for i in range(2, 245):
                if flags[i]:
                    for j in range(i * i, size, i):
                        flags[j] = 0
            sum(flags)

    in_threads(threads, work)


@workload
def sorted_list(threads: int) -> None:
    lock = threading.Lock()
    shared: list[int] = []

    def work(number: int) -> None:
        rng = random.Random(number)
        for _ in range(400_000 // threads):
            value = rng.randrange(1_000_000)
            with lock:
                shared.insert(bisect.bisect(shared, value), value)
                if len(shared) > 2000:
                    del shared[:1000]

    in_threads(threads, work)


class Shape:
    def __init__(self, size: float) -> None:
        self.size = size

    def area(self) -> float:
        raise NotImplementedError

    def scaled(self, factor: float) -> Shape:
        return type(self)(self.size * factor)


class Square(Shape):
    def area(self) -> float:
        return self.size * self.size


class Disc(Shape):
    def area(self) -> float:
        return 3.14159 * self.size * self.size


@workload
def methods(threads: int) -> None:
    shapes = [Square(i) if i % 2 else Disc(i) for i in range(100)]

    def work(_: int) -> None:
        for _ in range(16_000 // threads):
            total = 0.0
            for shape in shapes:
                total += shape.scaled(0.5).area()

    in_threads(threads, work)


@workload
def generators(threads: int) -> None:
    def numbers(count: int):
        yield from range(count)

    def squares(source):
        for n in source:
            yield n * n

    def even(source):
        for n in source:
            if n % 2 == 0:
                yield n

    def work(_: int) -> None:
        sum(even(squares(numbers(6_400_000 // threads))))

    in_threads(threads, work)


@workload
def checksums(threads: int) -> None:
    blocks = [bytes([i % 251]) * 4096 for i in range(64)]

    def work(number: int) -> None:
        for _ in range(2400 // threads):
            digest = hashlib.sha256()
            for block in blocks:
                digest.update(block)
            digest.hexdigest()

    in_threads(threads, work)


@workload
def ping_pong(threads: int) -> None:
    condition = threading.Condition()
    turn = 0

    def play(number: int) -> None:
        nonlocal turn
        for _ in range(24_000 // threads):
            with condition:
                while turn != number:
                    condition.wait()
                turn = (turn + 1) % threads
                condition.notify_all()

    in_threads(threads, play)


class Account:
    def __init__(self, balance: int) -> None:
        self.lock = threading.Lock()
        self.balance = balance


@workload
def bank(threads: int) -> None:
    accounts = [Account(1000) for _ in range(50)]

    def work(number: int) -> None:
        rng = random.Random(number)
        for _ in range(300_000 // threads):
            first, second = sorted(rng.sample(range(50), 2))
            with accounts[first].lock, accounts[second].lock:
                accounts[first].balance -= 1
                accounts[second].balance += 1

    in_threads(threads, work)


@workload
def binary_trees(threads: int) -> None:
    def build(depth: int):
        return None if depth == 0 else [build(depth - 1), build(depth - 1)]

    def count(tree) -> int:
        return 1 if tree is None else count(tree[0]) + count(tree[1])

    def work(_: int) -> None:
        for _ in range(240 // threads):
            count(build(12))

    in_threads(threads, work)


@workload
def queens(threads: int) -> None:
    def place(row: int, columns: int, left: int, right: int, size: int) -> int:
        if row == size:
            return 1
        found = 0
        free = ~(columns | left | right) & ((1 << size) - 1)
        while free:
            bit = free & -free
            free ^= bit
            found += place(row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1, size)
        return found

    def work(number: int) -> None:
        for column in range(number, 10, threads):
            bit = 1 << column
            place(1, bit, bit << 1, bit >> 1, 10)
            place(1, bit, bit << 1, bit >> 1, 10)

    in_threads(threads, work)


@workload
def event_loops(threads: int) -> None:
    async def step(total: list[int], n: int) -> None:
        await asyncio.sleep(0)
        total[0] += n

    async def main() -> None:
        total = [0]
        for _ in range(1600 // threads):
            await asyncio.gather(*(step(total, n) for n in range(40)))

    in_threads(threads, lambda _: asyncio.run(main()))


if __name__ == "__main__":
    WORKLOADS[sys.argv[1]](int(sys.argv[2]))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
