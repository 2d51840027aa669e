// Which locks are held, and whose.

#include <gtest/gtest.h>

#include "linked.h"

namespace gilcheck::analyzer {
namespace {

TEST(LinkLocks, IdentityIsThePlaceWhereTheLockIsKept) {
  const Linked program(R"(
    import threading
    LOCK = threading.Lock()
    class C:
        shared = threading.RLock()
        def __init__(self):
            self._lock = threading.Lock()
            self._cond = threading.Condition(self._lock)
            self._alias = LOCK
            self.n = 0
        def a(self):
            with self._lock: self.n += 1     # A
        def b(self):
            with self._cond: self.n += 1     # B
        def c(self):
            with self._alias: self.n += 1    # C
        def d(self):
            with self.shared: self.n += 1    # D
        def e(self):
            lock = self._lock
            with lock: self.n += 1           # E
        def f(self):
            self._lock.acquire()
            try: self.n += 1                 # F
            finally: self._lock.release()
  )");
  EXPECT_EQ(program.locks("A"), "self._lock");
  EXPECT_EQ(program.locks("B"), "self._lock");
  EXPECT_EQ(program.locks("C"), "m.LOCK");
  EXPECT_EQ(program.locks("D"), "C.shared");
  EXPECT_EQ(program.locks("E"), "self._lock");
  EXPECT_EQ(program.locks("F"), "self._lock");
}

TEST(LinkLocks, WhatExcludesNobody) {
  const Linked program(R"(
    import asyncio, contextlib, threading
    class C:
        def __init__(self):
            self.n = 0
            self.many = threading.Semaphore(4)
            self.one = threading.Semaphore(1)
            self.loop_lock = asyncio.Lock()
        def fresh(self):
            with threading.Lock(): self.n += 1              # A
        def local(self):
            lock = threading.Lock()
            with lock: self.n += 1                          # B
        def four(self):
            with self.many: self.n += 1                     # C
        def single(self):
            with self.one: self.n += 1                      # D
        async def task(self):
            async with self.loop_lock: self.n += 1          # E
        def file(self):
            with open("f"): self.n += 1                     # F
        def quiet(self):
            with contextlib.suppress(OSError): self.n += 1  # G
        def anything(self, guard):
            with guard: self.n += 1                         # H
  )");
  EXPECT_EQ(program.locks("A"), "-a lock made for this call");
  EXPECT_EQ(program.locks("B"), "-a lock made for this call");
  EXPECT_EQ(program.locks("C"), "-lock");
  EXPECT_EQ(program.locks("D"), "self.one");
  EXPECT_EQ(program.locks("E"), "-lock");
  EXPECT_EQ(program.locks("F"), "-lock");
  EXPECT_EQ(program.locks("G"), "-lock");
  EXPECT_EQ(program.locks("H"), "guard?");
}

TEST(LinkLocks, ContextManagersOfTheProgram) {
  const Linked program(R"(
    import contextlib, threading
    class Guard:
        def __init__(self): self._inner = threading.Lock()
        def __enter__(self):
            self._inner.acquire()
            return self
        def __exit__(self, *exc): self._inner.release()
    class Timer:
        def __enter__(self): return self
        def __exit__(self, *exc): pass
    class C:
        def __init__(self):
            self._lock = threading.Lock()
            self.guard = Guard()
            self.timer = Timer()
            self.n = 0
        @contextlib.contextmanager
        def held(self):
            with self._lock:
                yield
        @contextlib.contextmanager
        def counted(self):
            with self._lock:
                self.n += 1
            yield
        def get_lock(self): return self._lock
        @property
        def lock(self): return self._lock
        def a(self):
            with self.guard: self.n += 1       # A
        def b(self):
            with self.timer: self.n += 1       # B
        def c(self):
            with self.held(): self.n += 1      # C
        def d(self):
            with self.counted(): self.n += 1   # D
        def e(self):
            with self.get_lock(): self.n += 1  # E
        def f(self):
            with self.lock: self.n += 1        # F
  )");
  EXPECT_EQ(program.locks("A"), "self.guard");
  EXPECT_EQ(program.locks("B"), "-lock");
  EXPECT_EQ(program.locks("C"), "self._lock");
  EXPECT_EQ(program.locks("D"), "-lock");
  EXPECT_EQ(program.locks("E"), "self._lock");
  EXPECT_EQ(program.locks("F"), "self._lock");
}

TEST(LinkLocks, AnotherObjectsLockIsAnotherLock) {
  const Linked program(R"(
    import threading
    class Account:
        def __init__(self):
            self._lock = threading.Lock()
            self.balance = 0
        def move(self, other: "Account"):
            with other._lock:
                self.balance -= 1    # A
                other.balance += 1   # B
  )");
  EXPECT_EQ(program.locks("A"), "self._lock!");
  EXPECT_EQ(program.locks("B"), "self._lock");
}

TEST(LinkLocks, LocksOfEveryCaller) {
  const Linked program(R"(
    import threading
    class C:
        def __init__(self):
            self._lock = threading.Lock()
            self.n = 0
        def put(self):
            with self._lock:
                self._outer()
        def drop(self):
            with self._lock:
                self._inner()
                self._mixed()
        def other(self, c: "C"):
            with self._lock:
                c._elsewhere()
            self._mixed()
        def _outer(self): self._inner()
        def _inner(self): self.n += 1      # A
        def _mixed(self): self.n += 1      # B
        def _elsewhere(self): self.n += 1  # C
        def public(self): self.n += 1      # D
        def nested(self):
            with self._lock:
                def note(): self.n += 1    # E
                note()
        def call_public(self):
            with self._lock: self.public()
  )");
  EXPECT_EQ(program.locks("A"), "self._lock");
  EXPECT_EQ(program.locks("B"), "");
  EXPECT_EQ(program.locks("C"), "");
  EXPECT_EQ(program.locks("D"), "");
  EXPECT_EQ(program.locks("E"), "self._lock");
}

TEST(LinkLocks, DecoratorsThatLock) {
  const Linked program(R"(
    import functools, threading
    def synchronized(method):
        @functools.wraps(method)
        def wrapper(self, *args):
            with self._lock:
                return method(self, *args)
        return wrapper
    def counted(method):
        def wrapper(self, *args):
            with self._lock:
                self.calls += 1
            return method(self, *args)
        return wrapper
    class C:
        def __init__(self):
            self._lock = threading.Lock()
            self.calls = self.n = 0
        @synchronized
        def a(self): self.n += 1   # A
        @counted
        def b(self): self.n += 1   # B
    def use(c: C):
        c.a()
        c.b()
  )");
  EXPECT_EQ(program.locks("A"), "self._lock");
  EXPECT_EQ(program.locks("B"), "");
}

TEST(LinkLocks, InjectedAndHandedLocks) {
  const Linked program(R"(
    import threading
    class Purse:
        def __init__(self, lock):
            self._lock = lock
            self.coins = 0
        def earn(self):
            with self._lock: self.coins += 1   # A
    def deposit(account, lock):
        with lock: account.coins += 1          # B
    def drive():
        lock = threading.Lock()
        purse = Purse(lock)
        threading.Thread(target=deposit, args=(purse, lock)).start()
  )");
  EXPECT_EQ(program.locks("A"), program.locks("B"));
  EXPECT_FALSE(program.locks("A").empty());
}

TEST(LinkLocks, HelpersTakeAndGiveBack) {
  const Linked program(R"(
    import threading
    class C:
        def __init__(self):
            self._lock = threading.Lock()
            self.n = 0
        def _take(self):
            self._lock.acquire()
        def _give(self):
            self._lock.release()
        def _take_or_not(self, flag):
            if flag:
                self._lock.acquire()
        def _enter(self):
            self._take()
        def straight(self):
            self.n += 1         # A
            self._take()
            self.n += 1         # B
            self._give()
            self.n += 1         # C
        def ensured(self, flag):
            self._take()
            try:
                if flag:
                    return
                self.n += 1     # D
            finally:
                self._give()
            self.n += 1         # E
        def early(self, flag):
            self._take()
            if flag:
                self._give()
                self.n += 1     # F
                return
            self.n += 1         # G
            self._give()
        def perhaps(self):
            self._take_or_not(self.n)
            self.n += 1         # H
        def nested(self):
            self._enter()
            self.n += 1         # I
            self._lock.release()
            self.n += 1         # J
        def by_hand(self):
            self._lock.acquire()
            self.n += 1         # K
            self._give()
            self.n += 1         # L
        def other(self, c):
            c._take()
            self.n += 1         # M
        def turns(self):
            self._take()
            while self.n:
                self.n += 1     # N
                self._give()
  )");
  EXPECT_EQ(program.locks("A"), "");
  EXPECT_EQ(program.locks("B"), "self._lock");
  EXPECT_EQ(program.locks("C"), "");
  EXPECT_EQ(program.locks("D"), "self._lock");
  EXPECT_EQ(program.locks("E"), "");
  EXPECT_EQ(program.locks("F"), "");
  EXPECT_EQ(program.locks("G"), "self._lock");
  EXPECT_EQ(program.locks("H"), "");
  EXPECT_EQ(program.locks("I"), "self._lock");
  EXPECT_EQ(program.locks("J"), "");
  EXPECT_EQ(program.locks("K"), "self._lock");
  EXPECT_EQ(program.locks("L"), "");
  EXPECT_EQ(program.locks("M"), "");
  EXPECT_EQ(program.locks("N"), "");
}

TEST(LinkLocks, HelpersHoldOverCalls) {
  const Linked program(R"(
    import threading
    _lock = threading.RLock()
    _items = []
    def _take():
        if _lock:
            _lock.acquire()
    def _give():
        if _lock:
            _lock.release()
    def add(item):
        _take()
        _put(item)
        _give()
    def _put(item):
        _items.append(item)     # A
  )");
  EXPECT_EQ(program.locks("A"), "m._lock");
}

TEST(LinkLocks, AnObjectAnswersForItsLock) {
  const Linked program(R"(
    import threading
    class Handler:
        def __init__(self):
            self.lock = threading.RLock()
            self.n = 0
        def acquire(self):
            if self.lock:
                self.lock.acquire()
        def release(self):
            if self.lock:
                self.lock.release()
        def handle(self):
            self.acquire()
            try:
                self.n += 1     # A
            finally:
                self.release()
            self.n += 1         # B
  )");
  EXPECT_EQ(program.locks("A"), "self.lock");
  EXPECT_EQ(program.locks("B"), "");
}

TEST(LinkLocks, OneOfSeveralLocksIsOnlyPossible) {
  const Linked program(R"(
    import threading
    class Striped:
        def __init__(self):
            self._locks = [threading.Lock() for _ in range(4)]
            self.n = 0
        def set(self, i):
            with self._locks[i % 4]: self.n += 1   # A
  )");
  EXPECT_EQ(program.locks("A"), "self._locks[...]?");
}

}  // namespace
}  // namespace gilcheck::analyzer
