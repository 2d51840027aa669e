// What a name means: local, closure cell, global, class attribute.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "extracted.h"

namespace gilcheck::analyzer {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Scopes, GlobalStatement) {
  const Extracted module(R"(
    n = 0
    def bump():
        global n
        n += 1
    def local():
        n = 0
        n += 1
  )");
  EXPECT_THAT(module.accesses("bump"), ElementsAre("load n", "store n"));
  EXPECT_THAT(module.accesses("local"), IsEmpty());
}

TEST(Scopes, GlobalMadeByAFunction) {
  const Extracted module(R"(
    def set_up():
        global made
        made = 1
    def read():
        return made
  )");
  EXPECT_THAT(module.accesses("set_up"), ElementsAre("store made"));
  EXPECT_THAT(module.accesses("read"), ElementsAre("load made"));
  ASSERT_FALSE(module.summary().globals.empty());
}

TEST(Scopes, NamesBoundOnceAreNoState) {
  const Extracted module(R"(
    import os
    class C: pass
    def f(): pass
    def g():
        os.path
        C
        f
        len
  )");
  EXPECT_THAT(module.accesses("g"), ElementsAre("load os.path"));
}

TEST(Scopes, AttributesOfClassesAndImportsAreLocations) {
  const Extracted module(R"(
    from .state import carts
    class C:
        total = 0
    def f(k):
        C.total += 1
        carts[k] = 1
  )");
  EXPECT_THAT(module.accesses("f"),
              ElementsAre("load C.total", "store C.total", "item_store carts[k]"));
}

TEST(Scopes, ClosureCells) {
  const Extracted module(R"(
    def counter():
        n = 0
        cache = {}
        def bump(k):
            nonlocal n
            n += 1
            cache[k] = n
            return n
        return bump
  )");
  EXPECT_THAT(module.accesses("counter"), ElementsAre("store n@counter", "store cache@counter"));
  EXPECT_THAT(module.accesses("counter.<locals>.bump"),
              ElementsAre("load n@counter", "store n@counter", "load n@counter",
                          "load cache@counter", "item_store cache@counter[k]", "load n@counter"));
  EXPECT_THAT(module.regions("counter.<locals>.bump"),
              ElementsAre("data: load n@counter -> store n@counter"));
}

TEST(Scopes, ParametersThatNobodyRebindsAreFollowedIntoNestedFunctions) {
  const Extracted module(R"(
    def wrap(self, f):
        def inner():
            self.n += 1
            f()
        return inner
  )");
  EXPECT_THAT(module.accesses("wrap.<locals>.inner"), ElementsAre("load self.n", "store self.n"));
  EXPECT_THAT(module.calls("wrap.<locals>.inner"), ElementsAre("f() unused"));
}

TEST(Scopes, LoopVariableCapturedByALambdaIsOneCell) {
  const Extracted module(R"(
    def make(items):
        out = []
        for i in items:
            out.append(lambda: i)
        return out
  )");
  EXPECT_THAT(module.accesses("make"), Contains("store i@make"));
  EXPECT_THAT(module.accesses("make.<locals>.<lambda>"), ElementsAre("load i@make"));
}

TEST(Scopes, ClassBodyNamesAreNotSeenByMethods) {
  const Extracted module(R"(
    def outer():
        x = 1
        x = 2
        class C:
            x = 3
            def get(self):
                return x
        return C
  )");
  EXPECT_THAT(module.accesses("outer.<locals>.C.get"), ElementsAre("load x@outer"));
  EXPECT_THAT(module.accesses("outer.<locals>.C"), ElementsAre("store class outer.<locals>.C.x"));
}

TEST(Scopes, ComprehensionVariablesStayInside) {
  const Extracted module(R"(
    def f(table):
        k = 5
        other = {k: v for k, v in table.items()}
        return k
  )");
  EXPECT_THAT(module.returns("f"), ElementsAre("5"));
}

TEST(Scopes, WalrusInAComprehensionBindsAround) {
  const Extracted module(R"(
    def f(items):
        if any((last := item).ok for item in items):
            return last
  )");
  EXPECT_THAT(module.returns("f"), ElementsAre("each of items"));
}

TEST(Scopes, FirstIterableBelongsToTheScopeAround) {
  const Extracted module(R"(
    def f(x):
        return [x for x in x]
  )");
  EXPECT_THAT(module.accesses("f"), ElementsAre("iterate x"));
}

TEST(Scopes, GlobalAndLocalOfOneName) {
  const Extracted module(R"(
    x = 1
    def f():
        x = 2
        def g():
            global x
            x = x + 1
        return g
  )");
  EXPECT_THAT(module.accesses("f.<locals>.g"), ElementsAre("load x", "store x"));
}

TEST(Scopes, ShadowedBuiltinIsNoBuiltin) {
  const Extracted module(R"(
    def f(self, len):
        return len(self.q)
  )");
  EXPECT_THAT(module.accesses("f"), Not(Contains("length self.q")));
}

TEST(Scopes, Imports) {
  const Extracted module(R"(
    import a.b
    import a.c as d
    from ..x.y import z as w, v
    from .p import *
  )");
  const ModuleSummary& s = module.summary();
  ASSERT_EQ(s.imports.size(), 5u);
  const auto text = [&](const Import& import) {
    return std::string(import.level, '.') + std::string(s.name(import.module)) + ":" +
           std::string(s.name(import.name)) + " as " + std::string(s.name(import.bound));
  };
  EXPECT_EQ(text(s.imports[0]), "a.b: as a");
  EXPECT_TRUE(s.imports[0].whole);
  EXPECT_EQ(text(s.imports[1]), "a.c: as d");
  EXPECT_FALSE(s.imports[1].whole);
  EXPECT_EQ(text(s.imports[2]), "..x.y:z as w");
  EXPECT_EQ(text(s.imports[3]), "..x.y:v as v");
  EXPECT_EQ(text(s.imports[4]), ".p:* as *");
}

TEST(Scopes, ClassesKnowBasesMetaclassAndMembers) {
  const Extracted module(R"(
    class C(Base, Generic[T], metaclass=Meta):
        x: int
        y = 1
        def m(self): pass
        class Inner: pass
  )");
  const ModuleSummary& s = module.summary();
  const Class& c = module.klass("C");
  ASSERT_EQ(c.bases.count, 2u);
  EXPECT_EQ(module.value(s.value_lists[c.bases.first]), "Base");
  EXPECT_EQ(module.value(s.value_lists[c.bases.first + 1]), "Generic");
  EXPECT_EQ(module.value(c.metaclass), "Meta");
  std::vector<std::string> members;
  for (std::uint32_t i = c.members.first; i < c.members.end(); ++i) {
    members.emplace_back(s.name(s.class_members[i].name));
  }
  EXPECT_THAT(members, ElementsAre("x", "y", "m", "Inner"));
  EXPECT_EQ(module.function("C.m").owner, 0u);
}

TEST(Scopes, FunctionFlags) {
  const Extracted module(R"(
    class C:
        @property
        def p(self): return 1
        @p.setter
        def p(self, v): pass
        @staticmethod
        def s(): pass
        @classmethod
        def c(cls): pass
        async def a(self): pass
        def g(self): yield 1
  )");
  const auto flags = [&](std::string_view name) { return module.function(name).flags; };
  EXPECT_TRUE(flags("C.p") & kFunctionProperty);
  EXPECT_TRUE(flags("C.s") & kFunctionStatic);
  EXPECT_TRUE(flags("C.c") & kFunctionClassMethod);
  EXPECT_TRUE(flags("C.a") & kFunctionAsync);
  EXPECT_TRUE(flags("C.g") & kFunctionGenerator);
  EXPECT_TRUE(flags("C") & kFunctionClassBody);
  EXPECT_TRUE(flags("") & kFunctionModule);
}

TEST(Scopes, Parameters) {
  const Extracted module(R"(
    def f(a, /, b: int = 1, *args, c=None, **kw): pass
  )");
  const ModuleSummary& s = module.summary();
  const Range params = module.function("f").params;
  ASSERT_EQ(params.count, 5u);
  const auto param = [&](std::uint32_t i) { return s.params[params.first + i]; };
  EXPECT_EQ(s.name(param(0).name), "a");
  EXPECT_EQ(s.name(param(1).name), "b");
  EXPECT_EQ(module.value(param(1).annotation), "int");
  EXPECT_EQ(module.value(param(1).default_value), "1");
  EXPECT_EQ(param(2).star, 1);
  EXPECT_TRUE(param(3).keyword_only);
  EXPECT_EQ(param(4).star, 2);
}

TEST(Scopes, GenericAnnotationsKeepAllArguments) {
  const Extracted module("def f(a: dict[str, X], b: list[Y]): pass\n");
  const ModuleSummary& s = module.summary();
  const Range params = module.function("f").params;
  EXPECT_EQ(module.value(s.params[params.first].annotation), "dict[()]");
  EXPECT_EQ(module.value(s.params[params.first + 1].annotation), "list[Y]");
}

TEST(Scopes, DocumentedThreadSafety) {
  const Extracted module(R"(
    class Yes:
        """A queue. Thread-safe."""
    class No:
        """A queue. Not thread-safe."""
    class Neither:
        """A queue."""
    class NoEither:
        """This class isn't meant to be thread safe."""
  )");
  EXPECT_TRUE(module.klass("Yes").documented_thread_safe);
  EXPECT_FALSE(module.klass("No").documented_thread_safe);
  EXPECT_FALSE(module.klass("Neither").documented_thread_safe);
  EXPECT_FALSE(module.klass("NoEither").documented_thread_safe);
}

}  // namespace
}  // namespace gilcheck::analyzer
