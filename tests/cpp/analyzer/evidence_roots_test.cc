// Threads that the program starts, and what runs in them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linked.h"

namespace gilcheck::analyzer {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(EvidenceRoots, CallsThatStartThreads) {
  const Linked program(R"(
    import asyncio, functools, threading, _thread
    from concurrent.futures import ThreadPoolExecutor
    from multiprocessing.pool import ThreadPool
    def work(): pass
    class C:
        def run(self): pass
    def main(c: C):
        threading.Thread(target=work).start()
        threading.Timer(1.0, c.run).start()
        _thread.start_new_thread(work, ())
        with ThreadPoolExecutor() as pool:
            pool.submit(work)
        ThreadPool(2).map(work, [])
        threading.Thread(target=lambda: work()).start()
        threading.Thread(target=functools.partial(work)).start()
    async def task():
        await asyncio.to_thread(work)
  )");
  EXPECT_THAT(program.roots(),
              ElementsAre("Thread(target=work)", "Timer(C.run)", "start_new_thread(work)",
                          "ThreadPoolExecutor.submit(work)", "ThreadPool.map(work)",
                          "Thread(target=main.<locals>.<lambda>)", "Thread(target=work)",
                          "to_thread(work)"));
}

TEST(EvidenceRoots, ProcessesAreNoThreads) {
  const Linked program(R"(
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    def work(): pass
    def main():
        multiprocessing.Process(target=work).start()
        with ProcessPoolExecutor() as pool: pool.submit(work)
  )");
  EXPECT_THAT(program.roots(), IsEmpty());
}

TEST(EvidenceRoots, SubclassesHandlersAndDecorators) {
  const Linked program(R"(
    import threading, http.server
    from flask import Flask
    app = Flask("x")
    class Worker(threading.Thread):
        def run(self): pass
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self): pass
        def do_POST(self): pass
    @app.route("/")
    def index(): pass
    def main(): Worker().start()
  )");
  EXPECT_THAT(program.roots(), SizeIs(3));
}

TEST(EvidenceRoots, ATargetHandedThroughAParameter) {
  const Linked program(R"(
    import threading
    def spawn(function):
        threading.Thread(target=function).start()
    def one(): pass
    def two(): pass
    def main():
        spawn(one)
        spawn(two)
  )");
  EXPECT_THAT(program.roots(), SizeIs(2));
}

TEST(EvidenceRoots, AGlobalReachedByLoopedThreadsIsShared) {
  const Linked program(R"(
    import threading
    n = 0
    m = 0
    def work():
        global n
        n += 1           # A
    def alone():
        global m
        m += 1           # B
    def main():
        for _ in range(4):
            threading.Thread(target=work).start()
        threading.Thread(target=alone).start()
  )");
  EXPECT_TRUE(program.parallel("A"));
  EXPECT_EQ(program.sharing("A"), "roots high");
  EXPECT_FALSE(program.parallel("B"));
  EXPECT_EQ(program.sharing("B"), "none");
}

TEST(EvidenceRoots, ImportTimeCodeIsAlone) {
  const Linked program(R"(
    import threading
    table = {}
    def fill(): table["a"] = 1      # A
    fill()
    table["b"] = 2                  # B
    def work(): table["c"] = 3      # C
    def main():
        for _ in range(4): threading.Thread(target=work).start()
    if __name__ == "__main__":
        main()
  )");
  EXPECT_TRUE(program.parallel("C"));
  EXPECT_FALSE(program.parallel("A", "C"));
  EXPECT_FALSE(program.parallel("B", "C"));
  EXPECT_TRUE(program.function("fill").import_time);
  EXPECT_FALSE(program.function("main").import_time);
}

TEST(EvidenceRoots, CoroutinesOfOneLoopDoNotRunInParallel) {
  const Linked program(R"(
    import asyncio
    n = 0
    async def step():
        global n
        n += 1    # A
    async def main():
        await asyncio.gather(step(), step())
  )");
  EXPECT_FALSE(program.parallel("A"));
}

}  // namespace
}  // namespace gilcheck::analyzer
