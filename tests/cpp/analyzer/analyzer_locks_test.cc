// Which locks are held where, and how long.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "extracted.h"

namespace gilcheck::analyzer {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Locks, WithStatement) {
  const Extracted module(R"(
    def bump(self):
        with self.lock:
            self.n += 1
        self.m += 1
  )");
  EXPECT_THAT(module.accesses("bump"),
              ElementsAre("load self.lock", "load self.n under self.lock",
                          "store self.n under self.lock", "load self.m", "store self.m"));
  EXPECT_THAT(module.regions("bump"),
              ElementsAre("data: load self.n -> store self.n under self.lock",
                          "data: load self.m -> store self.m"));
}

TEST(Locks, SeveralInOneStatement) {
  const Extracted module(R"(
    def move(a, b):
        with a.lock, b.lock:
            a.n -= 1
        with (a.lock, b.lock):
            b.n += 1
  )");
  EXPECT_THAT(module.regions("move"),
              ElementsAre("data: load a.n -> store a.n under a.lock, b.lock",
                          "data: load b.n -> store b.n under a.lock, b.lock"));
}

TEST(Locks, FreshLocksAndContextManagerCalls) {
  const Extracted module(R"(
    import threading
    def f(self):
        with threading.Lock():
            self.a += 1
        with self.locked():
            self.b += 1
        with open('x') as file:
            self.c += 1
  )");
  EXPECT_THAT(module.regions("f"),
              ElementsAre("data: load self.a -> store self.a under threading.Lock()",
                          "data: load self.b -> store self.b under self.locked()",
                          "data: load self.c -> store self.c under open()"));
  EXPECT_EQ(module.summary().sections[0].kind, SectionKind::with_call);
}

TEST(Locks, AsyncWithProtectsNoThreads) {
  const Extracted module(R"(
    async def f(self):
        async with self.lock:
            self.n += 1
  )");
  ASSERT_EQ(module.summary().sections.size(), 1u);
  EXPECT_TRUE(module.summary().sections[0].async_);
}

TEST(Locks, AliasOfALock) {
  const Extracted module(R"(
    lock = make()
    def f(self):
        guard = lock
        with guard:
            self.n += 1
  )");
  EXPECT_THAT(module.regions("f"), ElementsAre("data: load self.n -> store self.n under lock"));
}

TEST(Locks, AcquireAndReleaseInFinally) {
  const Extracted module(R"(
    def f(self):
        self.lock.acquire()
        try:
            self.n += 1
        finally:
            self.lock.release()
        self.n -= 1
  )");
  EXPECT_THAT(module.regions("f"), ElementsAre("data: load self.n -> store self.n under self.lock",
                                               "data: load self.n -> store self.n"));
}

TEST(Locks, FinallyReleasesThoughTheBodyReturned) {
  const Extracted module(R"(
    def f(self):
        self.lock.acquire()
        try:
            if self.n:
                return self.n
            return 0
        finally:
            self.lock.release()
            self.after = 1
  )");
  EXPECT_THAT(module.accesses("f"), ::testing::Contains("store self.after"));
  EXPECT_EQ(module.function("f").exit_held, 0u);
}

TEST(Locks, EarlyRelease) {
  const Extracted module(R"(
    def f(self):
        self.lock.acquire()
        n = self.n
        self.lock.release()
        self.n = n + 1
  )");
  EXPECT_THAT(module.regions("f"), ElementsAre("data: load self.n -> store self.n"));
}

TEST(Locks, TwoSectionsOfOneLockAreTwo) {
  const Extracted module(R"(
    def f(self):
        with self.lock:
            n = self.n
        with self.lock:
            self.n = n + 1
  )");
  EXPECT_THAT(module.regions("f"), ElementsAre("data: load self.n -> store self.n"));
  EXPECT_THAT(module.switches("f"), ElementsAre("with"));
}

TEST(Locks, BranchReleasesItOnOnePathOnly) {
  const Extracted module(R"(
    def f(self, early):
        self.lock.acquire()
        if early:
            self.lock.release()
        self.n += 1
  )");
  EXPECT_THAT(module.regions("f"), ElementsAre("data: load self.n -> store self.n"));
}

TEST(Locks, TriedAndTestedAcquire) {
  const Extracted module(R"(
    def f(self):
        if self.lock.acquire(False):
            self.a += 1
            self.lock.release()
        else:
            self.b += 1
        self.c += 1
  )");
  EXPECT_THAT(module.regions("f"), ::testing::IsSupersetOf({
                                       "data: load self.a -> store self.a under self.lock",
                                       "data: load self.b -> store self.b",
                                       "data: load self.c -> store self.c",
                                   }));
}

TEST(Locks, FailedAcquireLeaves) {
  const Extracted module(R"(
    def f(self):
        if not self.lock.acquire(timeout=1):
            self.failed += 1
            return
        self.n += 1
        self.lock.release()
        self.m += 1
  )");
  EXPECT_THAT(module.regions("f"), ::testing::IsSupersetOf({
                                       "data: load self.failed -> store self.failed",
                                       "data: load self.n -> store self.n under self.lock",
                                       "data: load self.m -> store self.m",
                                   }));
}

TEST(Locks, ResultOfAcquireKeptInALocal) {
  const Extracted module(R"(
    def f(self):
        got = self.lock.acquire(timeout=1)
        if not got:
            self.failed += 1
        else:
            self.n += 1
        self.m += 1
  )");
  EXPECT_THAT(module.regions("f"), ElementsAre("data: load self.failed -> store self.failed",
                                               "data: load self.n -> store self.n under self.lock",
                                               "data: load self.m -> store self.m"));
}

TEST(Locks, AcquireInAConjunction) {
  const Extracted module(R"(
    def f(self, wait):
        if wait and self.lock.acquire(False):
            self.n += 1
            self.lock.release()
            return
        self.m += 1
    def g(self, wait):
        if not wait or not self.lock.acquire(False):
            return
        self.n += 1
  )");
  EXPECT_THAT(module.regions("f"), ::testing::IsSupersetOf({
                                       "data: load self.n -> store self.n under self.lock",
                                       "data: load self.m -> store self.m",
                                   }));
  EXPECT_THAT(module.regions("g"),
              ElementsAre("data: load self.n -> store self.n under self.lock"));
}

TEST(Locks, SpinUntilAcquired) {
  const Extracted module(R"(
    def f(self):
        while not self.lock.acquire(False):
            self.spins += 1
        self.n += 1
  )");
  EXPECT_THAT(module.regions("f"),
              ElementsAre("data: load self.spins -> store self.spins",
                          "data: load self.n -> store self.n under self.lock"));
}

TEST(Locks, ExitStack) {
  const Extracted module(R"(
    from contextlib import ExitStack
    def f(self):
        with ExitStack() as stack:
            stack.enter_context(self.lock)
            self.n += 1
        self.m += 1
  )");
  EXPECT_THAT(module.regions("f"),
              ElementsAre("data: load self.n -> store self.n under ExitStack(), self.lock",
                          "data: load self.m -> store self.m"));
}

TEST(Locks, EnterAndExitMethods) {
  const Extracted module(R"(
    class Guard:
        def __enter__(self):
            self.lock.acquire()
            return self
        def __exit__(self, *exc):
            self.lock.release()
  )");
  EXPECT_EQ(module.held(module.function("Guard.__enter__").exit_held), " under self.lock");
  EXPECT_EQ(module.path(module.function("Guard.__exit__").released), "self.lock");
}

TEST(Locks, HeldAtTheYieldOfAContextManager) {
  const Extracted module(R"(
    @contextmanager
    def locked(self):
        with self.lock:
            yield self
  )");
  EXPECT_EQ(module.held(module.function("locked").yield_held), " under self.lock");
}

TEST(Locks, NestedFunctionHoldsNothingOfItsMaker) {
  const Extracted module(R"(
    def f(self):
        with self.lock:
            def later():
                self.n += 1
            return later
  )");
  EXPECT_THAT(module.regions("f.<locals>.later"), ElementsAre("data: load self.n -> store self.n"));
}

TEST(DoubleChecked, SecondTestMakesTheFirstAFastPath) {
  const Extracted module(R"(
    def get(self):
        if self.x is None:
            with self.lock:
                if self.x is None:
                    self.x = make()
        return self.x
  )");
  EXPECT_THAT(module.regions("get"),
              ElementsAre("control is_none: load self.x -> store self.x under self.lock",
                          "control is_none: load self.x -> store self.x rechecked"));
}

TEST(DoubleChecked, WithEarlyReturns) {
  const Extracted module(R"(
    def get(self, k):
        if k in self.d:
            return self.d[k]
        with self.lock:
            if k not in self.d:
                self.d[k] = make(k)
            return self.d[k]
  )");
  EXPECT_THAT(module.regions("get"),
              ::testing::IsSupersetOf({
                  "control absent: contains self.d[k] -> item_store self.d[k] under self.lock",
                  "control absent: contains self.d[k] -> item_store self.d[k] rechecked",
              }));
}

TEST(DoubleChecked, NotTestedAgain) {
  const Extracted module(R"(
    def get(self):
        if self.x is None:
            with self.lock:
                self.x = make()
        return self.x
  )");
  EXPECT_THAT(module.regions("get"), ElementsAre("control is_none: load self.x -> store self.x"));
}

TEST(DoubleChecked, SecondTestOfSomethingElseDoesNotCount) {
  const Extracted module(R"(
    def get(self):
        if self.x is None:
            with self.lock:
                if self.y is None:
                    self.x = make()
  )");
  EXPECT_THAT(module.regions("get"), ElementsAre("control is_none: load self.x -> store self.x"));
}

TEST(SplitSection, CheckInOneActInAnother) {
  const Extracted module(R"(
    def put(self, k):
        with self.lock:
            known = k in self.d
        if not known:
            with self.lock:
                self.d[k] = 1
  )");
  EXPECT_THAT(module.regions("put"),
              ElementsAre("control absent: contains self.d[k] -> item_store self.d[k]"));
  EXPECT_THAT(module.switches("put"), ElementsAre("with"));
}

TEST(Locks, ReleasedLockIsNotHeldByTheNextFunction) {
  const Extracted module(R"(
    def first(self):
        self.lock.acquire()
    def second(self):
        self.n += 1
  )");
  EXPECT_EQ(module.held(module.function("first").exit_held), " under self.lock");
  EXPECT_THAT(module.regions("second"), ElementsAre("data: load self.n -> store self.n"));
}

TEST(Locks, ALockThatMayBeMissingIsHeldWhereItIsThere) {
  const Extracted module(R"(
    def take():
        if lock:
            lock.acquire()
    def maybe(flag):
        if flag:
            lock.acquire()
    lock = make()
  )");
  EXPECT_EQ(module.held(module.function("take").exit_held), " under lock");
  EXPECT_EQ(module.function("maybe").exit_held, 0u);
}

TEST(Locks, ExitLocksAreHeldAtEveryReturn) {
  const Extracted module(R"(
    def early(self):
        if self.quiet:
            return
        self.lock.acquire()
    def inside(self):
        with self.lock:
            return self.n
  )");
  EXPECT_EQ(module.function("early").exit_held, 0u);
  EXPECT_EQ(module.function("inside").exit_held, 0u);
}

TEST(Locks, OwnedWhereItIsTested) {
  const Extracted module(R"(
    def raises(self):
        if not self.lock._is_owned():
            raise RuntimeError
        self.n += 1
    def goes_on(self):
        if not self.lock._is_owned():
            print()
        self.n += 1
    def asserts(self):
        assert self.lock.locked()
        self.n += 1
    def asks(self):
        if self.lock.locked():
            self.n += 1
  )");
  EXPECT_THAT(module.regions("raises"),
              ElementsAre("data: load self.n -> store self.n under self.lock"));
  EXPECT_THAT(module.regions("goes_on"), ElementsAre("data: load self.n -> store self.n"));
  EXPECT_THAT(module.regions("asserts"),
              ElementsAre("data: load self.n -> store self.n under self.lock"));
  EXPECT_THAT(module.regions("asks"), ElementsAre("data: load self.n -> store self.n"));
}

TEST(Locks, CallsKnowWhatIsHeld) {
  const Extracted module(R"(
    def f(self):
        with self.lock:
            g()
        h()
  )");
  EXPECT_THAT(module.calls("f"), ElementsAre("g() unused under self.lock", "h() unused"));
}

TEST(Locks, NoneWithoutALock) {
  const Extracted module("def f(self):\n    self.n += 1\n");
  EXPECT_THAT(module.summary().sections, IsEmpty());
}

}  // namespace
}  // namespace gilcheck::analyzer
