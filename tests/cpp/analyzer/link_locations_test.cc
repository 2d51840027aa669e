// What accesses touch.

#include <gtest/gtest.h>

#include "linked.h"

namespace gilcheck::analyzer {
namespace {

TEST(LinkLocations, TheTopmostClassOwnsAnAttribute) {
  const Linked program(R"(
    class Base:
        count = 0
        def show(self): return self.count     # A
    class Derived(Base):
        def bump(self): self.count += 1       # B
    class Other(Base):
        def bump(self): Other.total += 1      # C
        total = 0
        def by_type(self): type(self).total += 1   # D
        @classmethod
        def by_class(cls): cls.total += 1     # E
  )");
  EXPECT_EQ(program.locations("A"), "instance-attribute Base.count");
  EXPECT_EQ(program.locations("B"), "instance-attribute Base.count");
  EXPECT_EQ(program.locations("C"), "class-attribute Other.total");
  EXPECT_EQ(program.locations("D"), "class-attribute Other.total");
  EXPECT_EQ(program.locations("E"), "class-attribute Other.total");
}

TEST(LinkLocations, TypedReceivers) {
  const Linked program(R"(
    class Stats:
        def __init__(self): self.hits = 0
    stats = Stats()
    class Proxy:
        def __init__(self): self.stats = Stats()
        def get(self):
            self.stats.hits += 1   # A
    def f():
        stats.hits += 1            # B
    def g(given: Stats, unknown):
        given.hits += 1            # C
        unknown.hits += 1          # D
  )");
  EXPECT_EQ(program.locations("A"),
            "instance-attribute Proxy.stats, instance-attribute Stats.hits");
  EXPECT_EQ(program.locations("B"), "global stats, instance-attribute Stats.hits");
  EXPECT_EQ(program.locations("C"), "instance-attribute Stats.hits");
  EXPECT_EQ(program.locations("D"), "");
}

TEST(LinkLocations, ClosuresFunctionsAndDefaults) {
  const Linked program(R"(
    def outer():
        n = 0
        def inner():
            nonlocal n
            n += 1                 # A
        return inner
    def counted():
        counted.calls += 1         # B
    counted.calls = 0
    def default(k, seen={}):
        seen[k] = 1                # C
    def fresh(k, seen=None):
        seen = {}
        seen[k] = 1                # D
  )");
  EXPECT_EQ(program.locations("A"), "closure outer.n");
  EXPECT_EQ(program.locations("B"), "function-attribute counted.calls");
  EXPECT_EQ(program.locations("C"), "default-argument default.seen");
  EXPECT_EQ(program.locations("D"), "");
}

TEST(LinkLocations, NestedContainers) {
  const Linked program(R"(
    table = {}
    def f(k):
        table["a"]["x"] = 1        # A
        table[k]["x"] = 1          # B
        table[k] = 1               # C
  )");
  EXPECT_EQ(program.locations("A"), "global table, item table[a]");
  EXPECT_EQ(program.locations("B"), "global table, item table[...]");
  EXPECT_EQ(program.locations("C"), "global table");
}

TEST(LinkLocations, FreshObjectsAreOwnedUntilTheyEscape) {
  const Linked program(R"(
    class Box:
        def __init__(self): self.n = 0
    kept = []
    def look(box): return box.n
    def keep(box): kept.append(box)
    def owned():
        box = Box()
        look(box)
        print(box)
        box.n += 1                 # A
        d = {}
        d["k"] = 1                 # B
        return box
    def escaped():
        box = Box()
        box.n += 1                 # C
        keep(box)
        box.n += 1                 # D
  )");
  EXPECT_EQ(program.locations("A"), "");
  EXPECT_EQ(program.locations("B"), "");
  EXPECT_EQ(program.locations("C"), "");
  EXPECT_EQ(program.locations("D"), "instance-attribute Box.n");
}

TEST(LinkLocations, AContainerHandedToThreadsIsOneLocation) {
  const Linked program(R"(
    import threading
    def work(counts):
        counts["k"] = 1            # A
        deeper(counts)
    def deeper(inner):
        inner["k"] += 1            # B
    def main():
        counts = {}
        other = {}
        other["k"] = 1             # C
        threading.Thread(target=work, args=(counts,)).start()
        counts["k"] = 2            # D
  )");
  EXPECT_EQ(program.locations("A"), "local-object main.<local>");
  EXPECT_EQ(program.locations("B"), "local-object main.<local>");
  EXPECT_EQ(program.locations("C"), "");
  EXPECT_EQ(program.locations("D"), "local-object main.<local>");
}

TEST(LinkLocations, ThreadLocalStateIsNoLocation) {
  const Linked program(R"(
    import threading
    local = threading.local()
    class Context(threading.local):
        def __init__(self): self.depth = 0
        def enter(self): self.depth += 1   # A
    context = Context()
    def f():
        local.n = local.n + 1              # B
        context.depth += 1                 # C
  )");
  EXPECT_EQ(program.locations("A"), "");
  EXPECT_EQ(program.locations("B"), "global local");
  EXPECT_EQ(program.locations("C"), "global context");
}

TEST(LinkLocations, WhatWasSwappedOutBelongsToTheTaker) {
  const Linked program(R"(
    class C:
        def __init__(self): self.items = []
        def take(self):
            taken, self.items = self.items, []
            taken.pop()            # A
        def drop(self):
            items = self.items
            items.pop()            # B
  )");
  EXPECT_EQ(program.locations("A"), "");
  EXPECT_EQ(program.locations("B"), "instance-attribute C.items");
}

TEST(LinkLocations, APropertyStandsForTheAttributeBehindIt) {
  const Linked program(R"(
    class Mixer:
        def __init__(self): self._volume = 0
        @property
        def volume(self): return self._volume
        @volume.setter
        def volume(self, value): self._volume = value
        def louder(self): self.volume += 1     # A
  )");
  EXPECT_EQ(program.locations("A"), "instance-attribute Mixer._volume");
}

TEST(LinkLocations, ClassesThatAreContainers) {
  const Linked program(R"(
    class Registry(dict):
        def put(self, k):
            if k not in self:      # A
                self[k] = 1
  )");
  EXPECT_EQ(program.locations("A"), "instance-attribute Registry");
}

}  // namespace
}  // namespace gilcheck::analyzer
