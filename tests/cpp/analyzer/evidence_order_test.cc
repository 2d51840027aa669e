// Accesses that start() and join() put in order.

#include <gtest/gtest.h>

#include "linked.h"

namespace gilcheck::analyzer {
namespace {

TEST(EvidenceOrder, BeforeStartAndAfterJoin) {
  const Linked program(R"(
    import threading
    n = 0
    def work():
        global n
        n += 1               # W
    def main():
        global n
        n = 1                # A
        thread = threading.Thread(target=work)
        n = 2                # B
        thread.start()
        n = 3                # C
        thread.join()
        n = 4                # D
  )");
  EXPECT_FALSE(program.parallel("A", "W"));
  EXPECT_FALSE(program.parallel("B", "W"));
  EXPECT_TRUE(program.parallel("C", "W"));
  EXPECT_FALSE(program.parallel("D", "W"));
}

TEST(EvidenceOrder, ListsOfThreads) {
  const Linked program(R"(
    import threading
    n = 0
    def work():
        global n
        n += 1               # W
    def reset():
        global n
        n = 0                # A
    def show():
        return n             # B
    def drive():
        reset()
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        show()
  )");
  EXPECT_TRUE(program.parallel("W"));
  EXPECT_FALSE(program.parallel("A", "W"));
  EXPECT_FALSE(program.parallel("B", "W"));
}

TEST(EvidenceOrder, TheExecutorsBlockWaits) {
  const Linked program(R"(
    from concurrent.futures import ThreadPoolExecutor
    n = 0
    def work():
        global n
        n += 1               # W
    def main():
        global n
        with ThreadPoolExecutor() as pool:
            pool.submit(work)
            pool.submit(work)
            n += 1           # A
        n += 1               # B
  )");
  EXPECT_TRUE(program.parallel("A", "W"));
  EXPECT_FALSE(program.parallel("B", "W"));
}

TEST(EvidenceOrder, OneAfterTheOther) {
  const Linked program(R"(
    import threading
    n = 0
    def work():
        global n
        n += 1               # W
    def main():
        for _ in range(3):
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
  )");
  EXPECT_FALSE(program.parallel("W"));
}

TEST(EvidenceOrder, AJoinThatMayNotHappenOrdersNothing) {
  const Linked program(R"(
    import threading
    n = 0
    def work():
        global n
        n += 1               # W
    def main(wait):
        global n
        thread = threading.Thread(target=work)
        thread.start()
        if wait:
            thread.join()
        n = 4                # A
  )");
  EXPECT_TRUE(program.parallel("A", "W"));
}

TEST(EvidenceOrder, AThreadStartedInTheConstructor) {
  const Linked program(R"(
    import threading
    class Monitor:
        def __init__(self):
            self.n = 0           # A
            self._thread = threading.Thread(target=self._run)
            self._thread.start()
            self.n += 1          # B
        def _run(self):
            self.n += 1          # W
    def main(): Monitor()
  )");
  EXPECT_FALSE(program.parallel("A", "W"));
  EXPECT_TRUE(program.parallel("B", "W"));
}

}  // namespace
}  // namespace gilcheck::analyzer
