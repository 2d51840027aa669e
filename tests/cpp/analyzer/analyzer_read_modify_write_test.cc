// Regions by data dependency: what is stored was made from what was read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "extracted.h"

namespace gilcheck::analyzer {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ReadModifyWrite, AugmentedAttribute) {
  const Extracted module(R"(
    def bump(self):
        self.n += 1
  )");
  EXPECT_THAT(module.regions("bump"), ElementsAre("data: load self.n -> store self.n"));
  EXPECT_THAT(module.switches("bump"), ElementsAre("operator?"));
  const Region& region = module.summary().regions.front();
  EXPECT_EQ(module.text(module.summary().accesses[region.first].range), "self.n += 1");
}

TEST(ReadModifyWrite, AugmentedItem) {
  const Extracted module(R"(
    counts = {}
    def bump(key):
        counts[key] += 1
  )");
  EXPECT_THAT(module.regions("bump"),
              ElementsAre("data: item_load counts[key] -> item_store counts[key]"));
  EXPECT_THAT(module.switches("bump"), ElementsAre("subscript? operator?"));
}

TEST(ReadModifyWrite, WrittenOut) {
  const Extracted module(R"(
    total = 0
    def add(amount):
        global total
        total = total + amount
  )");
  EXPECT_THAT(module.regions("add"), ElementsAre("data: load total -> store total"));
}

TEST(ReadModifyWrite, GetWithDefaultThenStore) {
  const Extracted module(R"(
    def bump(self, k):
        self.d[k] = self.d.get(k, 0) + 1
  )");
  EXPECT_THAT(module.regions("bump"),
              ElementsAre("data: method self.d.get -> item_store self.d[k]"));
  EXPECT_THAT(module.switches("bump"), ElementsAre("call"));
}

TEST(ReadModifyWrite, ThroughLocals) {
  const Extracted module(R"(
    def bump(self):
        x = self.n
        y = x + 1
        z = max(y, 0)
        self.n = z
  )");
  EXPECT_THAT(module.regions("bump"), ElementsAre("data: load self.n -> store self.n"));
  EXPECT_THAT(module.switches("bump"), ElementsAre("call"));
}

TEST(ReadModifyWrite, ThroughAnAugmentedLocal) {
  const Extracted module(R"(
    def bump(self):
        n = self.n
        n += 1
        self.n = n
  )");
  EXPECT_THAT(module.regions("bump"), ElementsAre("data: load self.n -> store self.n"));
}

TEST(ReadModifyWrite, ThroughTheResultOfACall) {
  const Extracted module(R"(
    def advance(self):
        self.state = step(self.state)
  )");
  EXPECT_THAT(module.regions("advance"), ElementsAre("data: load self.state -> store self.state"));
  EXPECT_THAT(module.switches("advance"), ElementsAre("call"));
}

TEST(ReadModifyWrite, ThroughAFormattedString) {
  const Extracted module(R"(
    def add(self, line):
        self.text = f"{self.text}{line}"
  )");
  EXPECT_THAT(module.regions("add"), ElementsAre("data: load self.text -> store self.text"));
  EXPECT_THAT(module.switches("add"), ElementsAre("operator? operator?"));
}

TEST(ReadModifyWrite, RebuildingAList) {
  const Extracted module(R"(
    def prune(self):
        self.items = [i for i in self.items if i.alive]
  )");
  EXPECT_THAT(module.regions("prune"), ElementsAre("data: iterate self.items -> store self.items"));
  EXPECT_THAT(module.switches("prune"), ElementsAre("backward_jump"));
}

TEST(ReadModifyWrite, AliasOfTheContainer) {
  const Extracted module(R"(
    def bump(self, k):
        d = self.d
        d[k] = d[k] + 1
  )");
  EXPECT_THAT(module.regions("bump"),
              ElementsAre("data: item_load self.d[k] -> item_store self.d[k]"));
  EXPECT_THAT(module.accesses("bump"),
              ElementsAre("load self.d", "item_load self.d[k]", "item_store self.d[k]"));
}

TEST(ReadModifyWrite, LongerPaths) {
  const Extracted module(R"(
    def bump(self, i):
        self.a.b.c += 1
        self.rows[i].n += 1
        find(i).n += 1
  )");
  EXPECT_THAT(module.regions("bump"),
              ElementsAre("data: load self.a.b.c -> store self.a.b.c",
                          "data: load self.rows[i].n -> store self.rows[i].n",
                          "data: load find().n -> store find().n"));
}

TEST(ReadModifyWrite, Swap) {
  const Extracted module(R"(
    def swap(self):
        self.a, self.b = self.b, self.a
  )");
  EXPECT_THAT(module.regions("swap"), ElementsAre("data: load self.a -> store self.a",
                                                  "data: load self.b -> store self.b"));
}

TEST(ReadModifyWrite, TupleAssignmentThatReadsNothingOfItsTargets) {
  const Extracted module(R"(
    def set(self, a, b):
        self.a, self.b = a, b
  )");
  EXPECT_THAT(module.regions("set"), IsEmpty());
  EXPECT_THAT(module.pairings("set"), ElementsAre("writes self.a self.b"));
}

TEST(ReadModifyWrite, StoredInSeveralPlacesAtOnce) {
  const Extracted module(R"(
    def take(self):
        mine = self.next = self.next + 1
        return mine
  )");
  EXPECT_THAT(module.regions("take"), ElementsAre("data: load self.next -> store self.next"));
}

TEST(ReadModifyWrite, DynamicAttributes) {
  const Extracted module(R"(
    def bump(self):
        setattr(self, 'n', getattr(self, 'n') + 1)
        self.__dict__['m'] = self.__dict__['m'] + 1
        vars(self)['k'] += 1
        globals()['total'] = globals()['total'] + 1
    total = 0
  )");
  EXPECT_THAT(module.regions("bump"),
              ElementsAre("data: load self.n -> store self.n", "data: load self.m -> store self.m",
                          "data: load self.k -> store self.k", "data: load total -> store total"));
}

TEST(ReadModifyWrite, AppendNumberedByLength) {
  const Extracted module(R"(
    def add(self, name):
        self.rows.append((len(self.rows), name))
  )");
  EXPECT_THAT(module.regions("add"),
              ElementsAre("data: length self.rows -> method self.rows.append"));
}

TEST(ReadModifyWrite, ReadOfAnotherLocationIsNone) {
  const Extracted module(R"(
    def copy(self):
        self.a = self.b
        self.d['x'] = self.d['y']
        self.e['x'] = self.f['x']
  )");
  EXPECT_THAT(module.regions("copy"), IsEmpty());
}

TEST(ReadModifyWrite, ReadAfterTheWriteIsNone) {
  const Extracted module(R"(
    def reset(self):
        self.n = 0
        return self.n
  )");
  EXPECT_THAT(module.regions("reset"), IsEmpty());
}

TEST(ReadModifyWrite, LocalsAreNoLocations) {
  const Extracted module(R"(
    def count(items):
        n = 0
        n += 1
        d = {}
        n = n + len(d)
        return n
  )");
  EXPECT_THAT(module.regions("count"), IsEmpty());
}

TEST(ReadModifyWrite, LocalAssignedInTheLoopIsForgotten) {
  // `x` holds what the last round stored; only the deps of its first value stay.
  const Extracted module(R"(
    def run(self):
        x = 0
        while self.go:
            self.n = x
            x = self.n + 1
  )");
  EXPECT_THAT(module.regions("run"), IsEmpty());
}

TEST(ReadModifyWrite, BranchesAreJoined) {
  const Extracted module(R"(
    def step(self, up):
        if up:
            x = self.n + 1
        else:
            x = 0
        self.n = x
  )");
  EXPECT_THAT(module.regions("step"), ElementsAre("data: load self.n -> store self.n"));
}

TEST(ReadModifyWrite, BranchThatLeavesIsNotJoined) {
  const Extracted module(R"(
    def step(self, up):
        x = 0
        if up:
            x = self.n + 1
            return x
        self.n = x
  )");
  EXPECT_THAT(module.regions("step"), IsEmpty());
}

}  // namespace
}  // namespace gilcheck::analyzer
