// Which objects threads share, and what `assume` adds.

#include <gtest/gtest.h>

#include "linked.h"

namespace gilcheck::analyzer {
namespace {

TEST(EvidenceSharing, OneObjectForAllOrOneForEach) {
  const Linked program(R"(
    import threading
    class Shared:
        def __init__(self): self.n = 0
        def work(self): self.n += 1        # A
    class Own:
        def __init__(self): self.n = 0
        def work(self): self.n += 1        # B
    class Worker(threading.Thread):
        total = 0
        def __init__(self):
            super().__init__()
            self.n = 0
        def run(self):
            self.n += 1                    # C
            Worker.total += 1              # D
    def main():
        shared = Shared()
        for _ in range(4):
            threading.Thread(target=shared.work).start()
            own = Own()
            threading.Thread(target=own.work).start()
            Worker().start()
  )");
  EXPECT_TRUE(program.parallel("A"));
  EXPECT_FALSE(program.parallel("B"));
  EXPECT_FALSE(program.parallel("C"));
  EXPECT_TRUE(program.parallel("D"));
}

TEST(EvidenceSharing, PartsOfSharedObjects) {
  const Linked program(R"(
    import threading
    class Part:
        def __init__(self): self.n = 0
    class Whole:
        def __init__(self): self.part = Part()
        def work(self): self.part.n += 1   # A
    def work(whole):
        whole.work()
        scratch = Part()
        helper(scratch)
    def helper(part): part.n += 1          # B
    def main():
        whole = Whole()
        for _ in range(4):
            threading.Thread(target=work, args=(whole,)).start()
  )");
  EXPECT_TRUE(program.parallel("A"));
}

TEST(EvidenceSharing, ObjectsThatNobodyShares) {
  const Linked program(R"(
    import threading
    class Task:
        def __init__(self): self.n = 0
        def step(self): self.n += 1        # A
    def helper(task): task.n += 1          # B
    def work():
        task = Task()
        task.step()
        helper(task)
    def main():
        for _ in range(4):
            threading.Thread(target=work).start()
  )");
  EXPECT_FALSE(program.parallel("A"));
  EXPECT_FALSE(program.parallel("B"));
}

TEST(EvidenceSharing, AQueueHandsOver) {
  const Linked program(R"(
    import queue, threading
    class Job:
        def __init__(self): self.n = 0
    def produce(out):
        job = Job()
        prepare(job)
        out.put(job)
    def prepare(job): job.n += 1           # A
    def consume(inbox):
        job = inbox.get()
        job.n += 1                         # B
    def keep_using(out):
        job = Job()
        out.put(job)
        job.n += 1                         # C
    def main():
        jobs = queue.Queue()
        threading.Thread(target=produce, args=(jobs,)).start()
        threading.Thread(target=consume, args=(jobs,)).start()
        threading.Thread(target=keep_using, args=(jobs,)).start()
  )");
  EXPECT_FALSE(program.parallel("A", "B"));
  EXPECT_TRUE(program.parallel("C", "B"));
}

TEST(EvidenceSharing, ClosureCells) {
  const Linked program(R"(
    import threading
    def together():
        n = 0
        def work():
            nonlocal n
            n += 1       # A
        for _ in range(4): threading.Thread(target=work).start()
    def each():
        n = 0
        def step():
            nonlocal n
            n += 1       # B
        step()
    def main():
        for _ in range(4): threading.Thread(target=each).start()
  )");
  EXPECT_TRUE(program.parallel("A"));
  EXPECT_FALSE(program.parallel("B"));
}

constexpr std::string_view kLibrary = R"(
    import threading
    count = 0
    def bump():
        global count
        count += 1           # A
    class Owner:
        def __init__(self):
            self._lock = threading.Lock()
            self.n = 0
            self.m = 0
        def add(self):
            with self._lock:
                self.n += 1
        def reset(self):
            self.n = 0       # B
        def other(self):
            self.m += 1      # C
    class Plain:
        def __init__(self): self.n = 0
        def add(self):
            self.n += 1      # D
    class Kept:
        def __init__(self): self.n = 0
        def add(self):
            self.n += 1      # E
    kept = Kept()
)";

TEST(EvidenceSharing, AutomaticBelievesOwnersOfLocks) {
  const Linked program(kLibrary, Assume::automatic);
  EXPECT_FALSE(program.parallel("A"));
  EXPECT_TRUE(program.parallel("B"));
  EXPECT_EQ(program.sharing("B"), "owned-lock high guarded");
  EXPECT_EQ(program.sharing("C"), "owned-lock medium");
  EXPECT_FALSE(program.parallel("D"));
  EXPECT_FALSE(program.parallel("E"));
}

TEST(EvidenceSharing, ThreadedAsksForAllPublicState) {
  const Linked program(kLibrary, Assume::threaded);
  EXPECT_TRUE(program.parallel("A"));
  EXPECT_EQ(program.sharing("A"), "assumed high");
  EXPECT_EQ(program.sharing("D"), "assumed low");
  EXPECT_EQ(program.sharing("E"), "assumed high");
}

TEST(EvidenceSharing, SingleBelievesVisibleThreadsOnly) {
  const Linked program(kLibrary, Assume::single);
  EXPECT_FALSE(program.parallel("A"));
  EXPECT_FALSE(program.parallel("B"));
  EXPECT_EQ(program.sharing("B"), "none");
}

TEST(EvidenceSharing, ConstructionIsAlone) {
  const Linked program(R"(
    import threading
    class C:
        made = 0
        def __init__(self):
            self._lock = threading.Lock()
            self.n = 0
            self.n += 1          # A
            C.made += 1          # B
            self._set_up()
        def _set_up(self):
            self.n += 1          # C
        def add(self):
            self.n += 1          # D
  )");
  EXPECT_FALSE(program.parallel("A", "D"));
  EXPECT_TRUE(program.parallel("B"));
  EXPECT_FALSE(program.parallel("C", "D"));
  EXPECT_TRUE(program.parallel("D"));
}

TEST(EvidenceSharing, NothingInSight) {
  EXPECT_TRUE(
      Linked("n = 0\ndef f():\n    global n\n    n += 1\n").concurrency().nothing_in_sight());
  EXPECT_FALSE(
      Linked("import threading\nlock = threading.Lock()\n").concurrency().nothing_in_sight());
}

}  // namespace
}  // namespace gilcheck::analyzer
