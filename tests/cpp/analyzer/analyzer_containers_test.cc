// Operations on containers, calls, and what is known of values.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "extracted.h"

namespace gilcheck::analyzer {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Containers, MethodsAndItems) {
  const Extracted module(R"(
    def f(self, k, v):
        self.q.append(v)
        self.d[k] = v
        del self.d[k]
        self.d[k]
        k in self.d
        len(self.q)
  )");
  EXPECT_THAT(
      module.accesses("f"),
      ElementsAre("load self.q", "method self.q.append", "load self.d", "item_store self.d[k]",
                  "load self.d", "item_del self.d[k]", "load self.d", "item_load self.d[k]",
                  "load self.d", "contains self.d[k]", "load self.q", "length self.q"));
}

TEST(Containers, MethodsThatNoContainerHasAreOnlyCalls) {
  const Extracted module(R"(
    def f(self):
        self.conn.send_all(1)
  )");
  EXPECT_THAT(module.accesses("f"), ElementsAre("load self.conn"));
  EXPECT_THAT(module.calls("f"), ElementsAre("self.conn.send_all(1) unused"));
}

TEST(Containers, IterationAndViews) {
  const Extracted module(R"(
    def f(self):
        for x in self.items: x.go()
        for k, v in self.d.items(): v.go()
        for i, x in enumerate(self.items): x.go()
        for x in list(self.items): x.go()
  )");
  EXPECT_THAT(module.accesses("f"),
              ::testing::IsSupersetOf({"iterate self.items", "iterate self.d items",
                                       "iterate self.items enumerate", "whole self.items list"}));
}

TEST(Containers, LoopThatTakesOneElementIsARead) {
  const Extracted module(R"(
    def first(self):
        for x in self.items:
            return x
  )");
  EXPECT_THAT(module.accesses("first"), ElementsAre("load self.items"));
}

TEST(Containers, WholeContainersHandedToC) {
  const Extracted module(R"(
    import heapq
    from heapq import heappop as pop
    def f(self, x):
        heapq.heappush(self.heap, x)
        pop(self.heap)
        sorted(self.items)
        sum(self.d.values())
        next(self.numbers)
  )");
  const auto accesses = module.accesses("f");
  EXPECT_THAT(accesses, Contains("whole self.heap heapq.heappush"));
  EXPECT_THAT(accesses, Contains("whole self.heap heapq.heappop"));
  EXPECT_THAT(accesses, Contains("whole self.items sorted"));
  EXPECT_THAT(accesses, Contains("whole self.d sum"));
  EXPECT_THAT(accesses, Contains("whole self.numbers next"));
}

TEST(Containers, ImportInsideTheFunction) {
  const Extracted module(R"(
    def f(self, x):
        from heapq import heappush
        heappush(self.heap, x)
  )");
  EXPECT_THAT(module.accesses("f"), Contains("whole self.heap heapq.heappush"));
}

TEST(Containers, UserFunctionOfABuiltinsNameIsNoBuiltin) {
  const Extracted module(R"(
    def sorted(x): return x
    def f(self):
        sorted(self.items)
  )");
  EXPECT_THAT(module.accesses("f"), Not(Contains("whole self.items sorted")));
}

TEST(Containers, Slices) {
  const Extracted module(R"(
    def f(self):
        self.items[:] = []
        del self.items[1:]
        return self.items[:2]
  )");
  EXPECT_THAT(module.accesses("f"),
              ElementsAre("load self.items", "item_store self.items[:]", "load self.items",
                          "item_del self.items[:]", "load self.items", "item_load self.items[:]"));
}

TEST(Containers, ItemsOfItems) {
  const Extracted module(R"(
    def f(self, a, b):
        self.d[a][b] += 1
        self.d[a].append(b)
  )");
  EXPECT_THAT(module.regions("f"),
              ElementsAre("data: item_load self.d[a][b] -> item_store self.d[a][b]"));
  EXPECT_THAT(module.accesses("f"), Contains("method self.d[a].append"));
}

TEST(Containers, FreshContainersKeepTheirOrigin) {
  const Extracted module(R"(
    def f(k):
        seen = {}
        seen[k] = 1
        return seen
  )");
  EXPECT_THAT(module.accesses("f"), ElementsAre("item_store {}[k]"));
  EXPECT_THAT(module.returns("f"), ElementsAre("{}"));
}

TEST(Containers, AccessThroughALocalIsMarked) {
  const Extracted module(R"(
    def f(self, k):
        d = self.d
        d[k] = 1
        self.d[k] = 2
  )");
  const ModuleSummary& s = module.summary();
  const Range range = module.function("f").accesses;
  ASSERT_EQ(range.count, 4u);
  EXPECT_NE(s.accesses[range.first + 1].flags & kAccessViaAlias, 0);
  EXPECT_EQ(s.accesses[range.first + 3].flags & kAccessViaAlias, 0);
}

TEST(Containers, LoopAndHandlerFlags) {
  const Extracted module(R"(
    def f(self, ks):
        for k in ks:
            self.a = k
        try:
            pass
        except OSError:
            self.b = 1
  )");
  const ModuleSummary& s = module.summary();
  const Range range = module.function("f").accesses;
  ASSERT_EQ(range.count, 3u);
  EXPECT_NE(s.accesses[range.first + 1].flags & kAccessInLoop, 0);
  EXPECT_NE(s.accesses[range.first + 2].flags & kAccessInHandler, 0);
}

TEST(Calls, ArgumentsOfEveryKind) {
  const Extracted module(R"(
    import threading
    def f(self, args, kw):
        threading.Thread(target=self.run, args=(1,), daemon=True).start()
        g(1, *args, **kw)
        for x in args:
            h(x)
  )");
  EXPECT_THAT(module.calls("f"),
              ElementsAre("threading.Thread(target=self.run, args=(), daemon=True)",
                          "threading.Thread().start() unused", "g(1, *?, **?) unused",
                          "h(each of args) in loop unused"));
}

TEST(Calls, DecoratorsAreCalls) {
  const Extracted module(R"(
    @cache
    @app.route('/x')
    def f(): pass
  )");
  EXPECT_THAT(module.calls(""),
              ElementsAre("app.route('/x')", "cache(f) decorator", "app.route()(f) decorator"));
}

TEST(Calls, ReturnsAreKept) {
  const Extracted module(R"(
    def f(self, c):
        if c:
            return self.x
        return make() or None
    def g():
        pass
    h = lambda self: self.y
  )");
  EXPECT_THAT(module.returns("f"), ElementsAre("self.x", "make() | None"));
  EXPECT_THAT(module.returns("g"), IsEmpty());
  EXPECT_THAT(module.returns("<lambda>"), ElementsAre("self.y"));
}

TEST(Calls, EveryEvaluationOfACallIsItsOwnValue) {
  const Extracted module(R"(
    def f():
        make().n += 1
        make().n += 1
  )");
  EXPECT_THAT(module.regions("f").size(), 2u);
  const ModuleSummary& s = module.summary();
  EXPECT_NE(s.accesses[s.regions[0].first].path, s.accesses[s.regions[1].first].path);
}

TEST(Switches, NothingBetweenTestAndStore) {
  const Extracted module(R"(
    def f(self):
        if self.x is None:
            self.x = 1
  )");
  EXPECT_THAT(module.switches("f"), ElementsAre(""));
}

TEST(Switches, TheCallThatEndsAfterTheActIsOutside) {
  const Extracted module(R"(
    def f(self):
        if self.q:
            self.q.pop()
  )");
  const auto regions = module.regions("f");
  const auto switches = module.switches("f");
  ASSERT_EQ(regions.back(), "control truthy: load self.q -> method self.q.pop");
  EXPECT_EQ(switches.back(), "truth?");
}

TEST(Switches, AwaitAndYieldAndImport) {
  const Extracted module(R"(
    async def a(self):
        n = self.n
        await other
        self.n = n + 1
    def b(self):
        n = self.n
        yield n
        self.n = n + 1
    def c(self):
        n = self.n
        import os
        self.n = n + 1
  )");
  EXPECT_THAT(module.switches("a"), ElementsAre("await"));
  EXPECT_THAT(module.switches("b"), ElementsAre("yield"));
  EXPECT_THAT(module.switches("c"), ElementsAre("import"));
}

TEST(Switches, LoopBetween) {
  const Extracted module(R"(
    def f(self, xs):
        n = self.n
        for x in xs:
            pass
        self.n = n + 1
  )");
  EXPECT_THAT(module.switches("f"), ElementsAre("backward_jump"));
}

TEST(Switches, CallOnAnotherBranchIsNotBetween) {
  const Extracted module(R"(
    def f(self, c):
        n = self.n
        if c:
            log()
            return
        self.n = n + 1
  )");
  EXPECT_THAT(module.switches("f"), ElementsAre("truth? operator?"));
}

TEST(Switches, PropertiesOnTheWay) {
  const Extracted module(R"(
    def f(self):
        if self.a.b is None:
            self.a.b = 1
  )");
  EXPECT_THAT(module.switches("f"), ElementsAre("attribute?"));
}

TEST(Pairings, WritesNextToEachOther) {
  const Extracted module(R"(
    def set(self, a, b):
        self.host = a
        self.port = b
    def read(self):
        return self.host, self.port
    def apart(self, c):
        self.host = 1
        if c:
            self.port = 2
  )");
  EXPECT_THAT(module.pairings("set"), ElementsAre("writes self.host self.port"));
  EXPECT_THAT(module.pairings("read"), ElementsAre("reads self.host self.port"));
  EXPECT_THAT(module.pairings("apart"), IsEmpty());
}

TEST(Pairings, OtherObjectsAreNoPair) {
  const Extracted module(R"(
    def set(a, b):
        a.host = 1
        b.port = 2
  )");
  EXPECT_THAT(module.pairings("set"), IsEmpty());
}

}  // namespace
}  // namespace gilcheck::analyzer
