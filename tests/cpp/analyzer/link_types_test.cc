// Types of variables, attributes and calls.

#include <gtest/gtest.h>

#include "linked.h"

namespace gilcheck::analyzer {
namespace {

TEST(LinkTypes, WhatIsStoredDecides) {
  const Linked program(R"(
    import collections, queue
    class C:
        items = []
        def __init__(self, given, size=3):
            self.n = 0
            self.d = {}
            self.q = queue.Queue()
            self.dq = collections.deque(maxlen=size)
            self.late = None
            self.mixed = 1
            self.given = given
        def fill(self):
            self.late = C(1)
            self.mixed = "text"
            self.n += 1
    c = C("x")
  )");
  EXPECT_EQ(program.type("C.items"), "list");
  EXPECT_EQ(program.type("C.n"), "int");
  EXPECT_EQ(program.type("C.d"), "dict");
  EXPECT_EQ(program.type("C.q"), "queue");
  EXPECT_EQ(program.type("C.dq"), "deque");
  EXPECT_EQ(program.type("C.late"), "C or None");
  EXPECT_EQ(program.type("C.mixed"), "immutable");
}

TEST(LinkTypes, AChainOfThousandsOfClassesIsBounded) {
  std::string text = "class C0:\n    def m(self): pass\n";
  for (int i = 1; i < 2000; ++i) {
    text += "class C" + std::to_string(i) + "(C" + std::to_string(i - 1) + "): pass\n";
  }
  const Linked program(text);
  for (ClassIndex c = 0; c < 2000; ++c) ASSERT_LE(program.program().ancestry(c).size(), 256u);
  EXPECT_EQ(program.program().ancestry(200).size(), 201u);
}

TEST(LinkTypes, UnknownValuesBesideAContainerAreMarked) {
  const Linked program(R"(
    import threading
    class C:
        def __init__(self, items, lock):
            self.items = items or []
            self.lock = lock or threading.Lock()
            self.number = items if items else 0
  )");
  EXPECT_EQ(program.type("C.items"), "list?");
  EXPECT_EQ(program.type("C.lock"), "lock?");
  EXPECT_EQ(program.type("C.number"), "unknown");
}

TEST(LinkTypes, Annotations) {
  const Linked program(R"(
    from typing import Optional, Union, Any, ClassVar
    class Node:
        left: "Node"
        right: Optional["Node"] = None
        def __init__(self, parent: "Node | None", extra: Any, table: dict[str, int]):
            self.parent = parent
            self.extra = extra
            self.table = table
            self.other: Union[int, None] = make()
  )");
  EXPECT_EQ(program.type("Node.left"), "Node");
  EXPECT_EQ(program.type("Node.right"), "Node or None");
  EXPECT_EQ(program.type("Node.parent"), "Node or None");
  EXPECT_EQ(program.type("Node.extra"), "unknown");
  EXPECT_EQ(program.type("Node.table"), "dict");
  EXPECT_EQ(program.type("Node.other"), "int or None");
}

TEST(LinkTypes, ArgumentsFlowIntoParametersThreadsIncluded) {
  const Linked program(R"(
    import threading
    from concurrent.futures import ThreadPoolExecutor
    class Box: pass
    def direct(box):
        global a
        a = box
    def threaded(box, *, by_name=None):
        global b, c
        b = box
        c = by_name
    def submitted(box):
        global d
        d = box
    def mapped(box):
        global e
        e = box
    a = b = c = d = e = None
    def main():
        direct(Box())
        threading.Thread(target=threaded, args=(Box(),)).start()
        with ThreadPoolExecutor() as pool:
            pool.submit(submitted, Box())
            pool.map(mapped, [Box(), Box()])
  )");
  EXPECT_EQ(program.type("a"), "Box or None");
  EXPECT_EQ(program.type("b"), "Box or None");
  EXPECT_EQ(program.type("d"), "Box or None");
  EXPECT_EQ(program.type("e"), "Box or None");
}

TEST(LinkTypes, ElementsOfContainers) {
  const Linked program(R"(
    from collections import defaultdict
    class Box:
        def open(self): pass
    boxes = []
    table = {}
    nested = defaultdict(lambda: defaultdict(Box))
    def fill():
        boxes.append(Box())
        table["k"] = Box()
    def use():
        for box in boxes:
            box.open()           # A
        table["x"].open()        # B
        for key, box in table.items():
            box.open()           # C
        for key in table:
            key.open()           # D
        nested["a"]["b"].open()  # E
        local = [Box()]
        local[0].open()          # F
  )");
  EXPECT_EQ(program.callees("A"), "Box.open");
  EXPECT_EQ(program.callees("B"), "Box.open");
  EXPECT_EQ(program.callees("C"), "Box.open");
  EXPECT_EQ(program.callees("D"), "unknown");
  EXPECT_EQ(program.callees("F"), "Box.open");
}

TEST(LinkTypes, MethodsThroughTheHierarchy) {
  const Linked program(R"(
    class Base:
        def hook(self): pass
        def run(self):
            self.hook()          # A
        @classmethod
        def make(cls): return cls()
        @staticmethod
        def plain(): return 1
    class Derived(Base):
        def hook(self):
            super().hook()       # B
    def use(d: Derived):
        d.run()                  # C
        d.hook()                 # D
        Derived.make()           # E
        Base.plain()             # F
  )");
  EXPECT_EQ(program.callees("A"), "Base.hook");
  EXPECT_EQ(program.callees("B"), "Base.hook");
  EXPECT_EQ(program.callees("C"), "Base.run");
  EXPECT_EQ(program.callees("D"), "Derived.hook");
  EXPECT_EQ(program.callees("E"), "Base.make");
  EXPECT_EQ(program.callees("F"), "Base.plain");
}

TEST(LinkTypes, PropertiesAndDescriptorsAnswer) {
  const Linked program(R"(
    class Box: pass
    class Field:
        def __get__(self, obj, owner): return Box()
    class C:
        field = Field()
        def __init__(self): self._box = Box()
        @property
        def box(self): return self._box
        @box.setter
        def box(self, value): self._box = value
    a = C().box
    b = C().field
  )");
  EXPECT_EQ(program.type("a"), "Box?");  // the setter may have stored anything
  EXPECT_EQ(program.type("b"), "Box");
}

TEST(LinkTypes, AwaitingGivesTheResultAndPartialTheFunction) {
  const Linked program(R"(
    import functools
    async def fetch(): return {}
    def work(n): return []
    async def main():
        global a, b
        a = await fetch()
        b = functools.partial(work, 1)()
    a = None
    b = None
  )");
  EXPECT_EQ(program.type("a"), "dict or None");
  EXPECT_EQ(program.type("b"), "list or None");
}

TEST(LinkTypes, CyclesEnd) {
  const Linked program(R"(
    class C:
        def __init__(self):
            self.a = self.b
            self.b = self.a
            self.c = self.c or {}
        def f(self): return self.g()
        def g(self): return self.f()
    x = C().f()
    class A(B): pass
    class B(A): pass
    y = A().anything
  )");
  EXPECT_EQ(program.type("C.a"), "unknown");
  EXPECT_EQ(program.type("C.c"), "dict");
  EXPECT_EQ(program.type("x"), "unknown");
  EXPECT_EQ(program.type("y"), "unknown");
}

TEST(LinkTypes, FieldsOfDataclassesBelongToInstances) {
  const Linked program(R"(
    from dataclasses import dataclass, field
    @dataclass
    class Point:
        x: int = 0
        tags: list = field(default_factory=list)
        def add(self, tag):
            self.tags.append(tag)   # A
    class Plain:
        tags: list = []
        def add(self, tag):
            self.tags.append(tag)   # B
  )");
  EXPECT_EQ(program.type("Point.tags"), "list");
  EXPECT_EQ(program.locations("A"), "instance-attribute Point.tags");
  EXPECT_EQ(program.locations("B"), "class-attribute Plain.tags");
}

}  // namespace
}  // namespace gilcheck::analyzer
