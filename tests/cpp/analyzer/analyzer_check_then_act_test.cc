// Regions by control dependency: what runs only because of what was read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "extracted.h"

namespace gilcheck::analyzer {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CheckThenAct, MissingKey) {
  const Extracted module(R"(
    def put(self, k, v):
        if k not in self.d:
            self.d[k] = v
  )");
  EXPECT_THAT(module.regions("put"),
              ElementsAre("control absent: contains self.d[k] -> item_store self.d[k]"));
  EXPECT_THAT(module.switches("put"), ElementsAre("subscript?"));
}

TEST(CheckThenAct, CallBetweenCheckAndActIsCertain) {
  const Extracted module(R"(
    def put(self, k):
        if k not in self.d:
            self.d[k] = make(k)
  )");
  EXPECT_THAT(module.switches("put"), ElementsAre("call"));
}

TEST(CheckThenAct, OtherKeysAreUnrelated) {
  const Extracted module(R"(
    def put(self, a, b):
        if a not in self.d:
            self.d[b] = 1
  )");
  EXPECT_THAT(module.regions("put"), IsEmpty());
}

TEST(CheckThenAct, NegatedTest) {
  const Extracted module(R"(
    def put(self, k):
        if not (k in self.d):
            self.d[k] = 1
        if not not k in self.e:
            del self.e[k]
  )");
  EXPECT_THAT(module.regions("put"),
              ElementsAre("control absent: contains self.d[k] -> item_store self.d[k]",
                          "control present: contains self.e[k] -> item_del self.e[k]"));
}

TEST(CheckThenAct, EarlyReturn) {
  const Extracted module(R"(
    def put(self, k):
        if k in self.d:
            return
        self.d[k] = 1
  )");
  EXPECT_THAT(module.regions("put"),
              ElementsAre("control absent: contains self.d[k] -> item_store self.d[k]"));
}

TEST(CheckThenAct, EarlyReturnInsideAWithStatement) {
  const Extracted module(R"(
    def put(self, k):
        with self.lock:
            if k in self.d:
                return
        self.d[k] = 1
  )");
  EXPECT_THAT(module.regions("put"),
              ElementsAre("control absent: contains self.d[k] -> item_store self.d[k]"));
  EXPECT_THAT(module.switches("put"), ElementsAre("with"));
}

TEST(CheckThenAct, ContinueAndBreakAndRaise) {
  const Extracted module(R"(
    def put(self, ks):
        for k in ks:
            if k in self.a:
                continue
            self.a[k] = 1
        for k in ks:
            if k in self.b:
                break
            self.b[k] = 1
    def drop(self, k):
        if k not in self.c:
            raise KeyError(k)
        del self.c[k]
  )");
  EXPECT_THAT(
      module.regions("put"),
      ElementsAre("control absent: contains self.a[each of ks] -> item_store self.a[each of ks]",
                  "control absent: contains self.b[each of ks] -> item_store self.b[each of ks]"));
  EXPECT_THAT(module.regions("drop"),
              ElementsAre("control present: contains self.c[k] -> item_del self.c[k]"));
}

TEST(CheckThenAct, ElseBranch) {
  const Extracted module(R"(
    def put(self, k):
        if k in self.d:
            pass
        else:
            self.d[k] = 1
  )");
  EXPECT_THAT(module.regions("put"),
              ElementsAre("control absent: contains self.d[k] -> item_store self.d[k]"));
}

TEST(CheckThenAct, ElifChain) {
  const Extracted module(R"(
    def put(self, k, mode):
        if mode == 1:
            self.d[k] = 1
        elif k in self.d:
            del self.d[k]
        elif mode == 2:
            self.d[k] = 2
  )");
  EXPECT_THAT(module.regions("put"),
              ElementsAre("control present: contains self.d[k] -> item_del self.d[k]",
                          "control absent: contains self.d[k] -> item_store self.d[k]"));
}

TEST(CheckThenAct, AndTellsBothWhenTrueOrTellsBothWhenFalse) {
  const Extracted module(R"(
    def take(self, k):
        if self.open and k in self.d:
            return self.d[k]
    def take2(self, k):
        if not self.open or k not in self.d:
            return None
        return self.d[k]
  )");
  EXPECT_THAT(module.regions("take"),
              ElementsAre("control present: contains self.d[k] -> item_load self.d[k]"));
  EXPECT_THAT(module.regions("take2"),
              ElementsAre("control present: contains self.d[k] -> item_load self.d[k]"));
}

TEST(CheckThenAct, ShortCircuitOperands) {
  const Extracted module(R"(
    def peek(self):
        return self.q and self.q[0]
    def lazy(self):
        self.x = self.x or make()
  )");
  EXPECT_THAT(module.regions("peek"),
              ::testing::Contains("control truthy: load self.q -> item_load self.q[0]"));
  EXPECT_THAT(module.regions("lazy"), ElementsAre("control falsy: load self.x -> store self.x"));
  EXPECT_THAT(module.switches("lazy"), ElementsAre("call"));
}

TEST(CheckThenAct, ConditionalExpression) {
  const Extracted module(R"(
    def get(self, k):
        return self.d[k] if k in self.d else None
    def get2(self, k):
        return None if k not in self.d else self.d[k]
  )");
  const auto region = ElementsAre("control present: contains self.d[k] -> item_load self.d[k]");
  EXPECT_THAT(module.regions("get"), region);
  EXPECT_THAT(module.regions("get2"), region);
}

TEST(CheckThenAct, Walrus) {
  const Extracted module(R"(
    def get(self, k):
        if (v := self.d.get(k)) is None:
            v = self.d[k] = make(k)
        return v
  )");
  EXPECT_THAT(module.regions("get"),
              ElementsAre("control is_none: method self.d.get -> item_store self.d[k]"));
}

TEST(CheckThenAct, TestKeptInALocal) {
  const Extracted module(R"(
    def get(self, k):
        known = k in self.d
        if known:
            return self.d[k]
    def put(self, k):
        value = self.d.get(k)
        if value is None:
            self.d[k] = 1
  )");
  EXPECT_THAT(module.regions("get"),
              ElementsAre("control present: contains self.d[k] -> item_load self.d[k]"));
  EXPECT_THAT(module.regions("put"),
              ElementsAre("control is_none: method self.d.get -> item_store self.d[k]"));
}

TEST(CheckThenAct, ComprehensionCondition) {
  const Extracted module(R"(
    def take(self, keys):
        return [self.d.pop(k) for k in keys if k in self.d]
  )");
  EXPECT_THAT(module.regions("take"),
              ElementsAre("control present: contains self.d[each of keys] -> method self.d.pop"));
}

TEST(CheckThenAct, While) {
  const Extracted module(R"(
    def drain(self):
        while self.q:
            self.q.pop()
  )");
  EXPECT_THAT(module.regions("drain"),
              ::testing::Contains("control truthy: load self.q -> method self.q.pop"));
}

TEST(CheckThenAct, Length) {
  const Extracted module(R"(
    def last(self):
        if len(self.q) > 0:
            return self.q[-1]
        n = len(self.r)
        return self.r[n - 1]
  )");
  EXPECT_THAT(module.regions("last"),
              ElementsAre("control ordered: length self.q -> item_load self.q[-1]",
                          "key: length self.r -> item_load self.r[len() - 1]"));
  EXPECT_THAT(module.switches("last"), ElementsAre("call", "call"));
}

TEST(CheckThenAct, Assert) {
  const Extracted module(R"(
    def get(self, k):
        assert k in self.d, "unknown"
        return self.d[k]
  )");
  EXPECT_THAT(module.regions("get"),
              ElementsAre("control present: contains self.d[k] -> item_load self.d[k]"));
}

TEST(CheckThenAct, Comparisons) {
  const Extracted module(R"(
    def run(self):
        if self.state == 'idle':
            self.state = 'busy'
        if self.value is MISSING:
            self.value = 1
        if 0 < self.left < 10:
            self.left = 0
  )");
  EXPECT_THAT(module.regions("run"),
              ElementsAre("control equal: load self.state -> store self.state",
                          "control identity: load self.value -> store self.value",
                          "control ordered: load self.left -> store self.left"));
}

TEST(CheckThenAct, MatchStatement) {
  const Extracted module(R"(
    def run(self):
        match self.state:
            case 'idle':
                self.state = 'busy'
            case None:
                self.state = 'idle'
    def other(self):
        match self.x:
            case None:
                pass
            case _:
                self.x = None
  )");
  EXPECT_THAT(module.regions("run"),
              ElementsAre("control matched: load self.state -> store self.state",
                          "control is_none: load self.state -> store self.state"));
  EXPECT_THAT(module.regions("other"),
              ElementsAre("control is_not_none: load self.x -> store self.x"));
}

TEST(CheckThenAct, HandlerOfAFailedLookup) {
  const Extracted module(R"(
    def get(self, k):
        try:
            return self.d[k]
        except KeyError:
            v = self.d[k] = make(k)
            return v
    def attr(self):
        try:
            return self._x
        except AttributeError:
            self._x = make()
            return self._x
  )");
  EXPECT_THAT(module.regions("get"),
              ElementsAre("handler raised: item_load self.d[k] -> item_store self.d[k]"));
  EXPECT_THAT(module.regions("attr"), ElementsAre("handler raised: load self._x -> store self._x"));
}

TEST(CheckThenAct, HandlerThatFallsThrough) {
  const Extracted module(R"(
    def get(self, k):
        try:
            return self.d[k]
        except KeyError:
            pass
        self.d[k] = v = make(k)
        return v
  )");
  EXPECT_THAT(module.regions("get"),
              ElementsAre("handler raised: item_load self.d[k] -> item_store self.d[k]"));
}

TEST(CheckThenAct, ElseOfTry) {
  const Extracted module(R"(
    def put(self, k):
        try:
            v = self.d[k]
        except KeyError:
            pass
        else:
            self.d[k] = v + 1
  )");
  EXPECT_THAT(module.regions("put"),
              ElementsAre("handler completed: item_load self.d[k] -> item_store self.d[k]"));
}

TEST(CheckThenAct, HandlersThatCannotBeThisFailure) {
  const Extracted module(R"(
    def get(self, k):
        try:
            return self.d[k]
        except OSError:
            self.d[k] = 1
  )");
  EXPECT_THAT(module.regions("get"), IsEmpty());
}

TEST(CheckThenAct, HasattrAndGetattr) {
  const Extracted module(R"(
    def get(self):
        if not hasattr(self, '_a'):
            self._a = make()
        if getattr(self, '_b', None) is None:
            self._b = make()
  )");
  EXPECT_THAT(module.regions("get"), ElementsAre("control absent: load self._a -> store self._a",
                                                 "control is_none: load self._b -> store self._b"));
}

TEST(CheckThenAct, UsedAgainAfterTheTest) {
  const Extracted module(R"(
    def close(self):
        if self.conn is not None:
            self.conn.close()
    def notify(self):
        if self.callback:
            self.callback()
  )");
  EXPECT_THAT(module.regions("close"),
              ::testing::Contains("control is_not_none: load self.conn -> load self.conn"));
  EXPECT_THAT(module.regions("notify"),
              ElementsAre("control truthy: load self.callback -> load self.callback"));
}

TEST(CheckThenAct, ReadOnceIntoALocalIsNoSecondUse) {
  const Extracted module(R"(
    def notify(self):
        callback = self.callback
        if callback is not None:
            callback()
  )");
  EXPECT_THAT(module.regions("notify"), IsEmpty());
}

TEST(CheckThenAct, ExclusiveBranchesAreUnrelated) {
  const Extracted module(R"(
    def run(self, k):
        if k:
            known = k in self.d
        else:
            self.d[k] = 1
  )");
  EXPECT_THAT(module.regions("run"), IsEmpty());
}

TEST(CheckThenAct, SearchThenAdd) {
  const Extracted module(R"(
    def find(self, name):
        for item in self.items:
            if item.name == name:
                return item
        self.items.append(name)
    def find2(self, name):
        for item in self.items:
            if item.name == name:
                break
        else:
            self.items.append(name)
    def find3(self, name):
        if not any(item.name == name for item in self.items):
            self.items.append(name)
  )");
  const auto region = ElementsAre("control other: iterate self.items -> method self.items.append");
  EXPECT_THAT(module.regions("find"), region);
  EXPECT_THAT(module.regions("find2"), region);
  EXPECT_THAT(module.regions("find3"), region);
}

TEST(CheckThenAct, WalkThatDoesNotLeaveIsNoTest) {
  const Extracted module(R"(
    def walk(self):
        for item in self.items:
            item.go()
        self.items.append(1)
  )");
  EXPECT_THAT(module.regions("walk"), IsEmpty());
}

TEST(CheckThenAct, ManyTestsOfOneActAreBounded) {
  std::string text = "def run(self):\n";
  for (int i = 0; i < 500; ++i) text += "    if self.n == 1: return\n";
  text += "    self.n = 2\n";
  const Extracted module(text);
  EXPECT_LE(module.regions("run").size(), 8u);
  EXPECT_GE(module.regions("run").size(), 1u);
}

}  // namespace
}  // namespace gilcheck::analyzer
