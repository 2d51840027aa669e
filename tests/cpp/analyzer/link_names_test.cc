// Names across modules: imports, packages, re-exports, star imports, builtins.

#include <gtest/gtest.h>

#include "linked.h"

namespace gilcheck::analyzer {
namespace {

TEST(LinkNames, AnImportedNameIsTheDefinition) {
  const Linked program({{"m", R"(
                           from lib import Box, make
                           import lib
                           import lib as other
                           box = Box()
                           made = make()
                           again = lib.Box()
                           third = other.Box()
                         )"},
                        {"lib", R"(
                           class Box: pass
                           def make(): return Box()
                         )"}});
  EXPECT_EQ(program.type("Box"), "type Box");
  EXPECT_EQ(program.type("box"), "Box");
  EXPECT_EQ(program.type("made"), "Box");
  EXPECT_EQ(program.type("again"), "Box");
  EXPECT_EQ(program.type("third"), "Box");
}

TEST(LinkNames, CyclicImportsEnd) {
  const Linked program({{"m", "from a import x\nfrom a import *\n"},
                        {"a", "from b import x\nfrom b import *\n"},
                        {"b", "from a import x\nfrom a import *\n"}});
  EXPECT_EQ(program.type("x"), "unknown");
}

TEST(LinkNames, AStarImportTakesWhatAllLists) {
  const Linked program({{"m", R"(
                           from lib import *
                           listed = _Box()
                           left_out = Box()
                         )"},
                        {"lib", R"(
                           __all__ = ["_Box"]
                           class _Box: pass
                           class Box: pass
                         )"}});
  EXPECT_EQ(program.type("listed"), "_Box");
  EXPECT_EQ(program.type("left_out"), "unknown");
}

TEST(LinkNames, AnEmptyAllExportsNothing) {
  const Linked program(
      {{"m", "from lib import *\nbox = Box()\n"}, {"lib", "__all__ = []\nclass Box: pass\n"}});
  EXPECT_EQ(program.type("box"), "unknown");
}

TEST(LinkNames, WithoutAllAStarImportTakesWhatHasNoUnderscore) {
  const Linked program({{"m", R"(
                           from lib import *
                           box = Box()
                           hidden = _Box()
                         )"},
                        {"lib", R"(
                           class _Box: pass
                           class Box: pass
                         )"}});
  EXPECT_EQ(program.type("box"), "Box");
  EXPECT_EQ(program.type("hidden"), "unknown");
}

TEST(LinkNames, AnAllThatIsKnownInPartTakesPublicNamesToo) {
  const Linked program({{"m", R"(
                           from lib import *
                           box = Box()
                           listed = _Box()
                           hidden = _Other()
                         )"},
                        {"lib", R"(
                           import far
                           __all__ = far.__all__ + ["_Box"]
                           class _Box: pass
                           class _Other: pass
                           class Box: pass
                         )"}});
  EXPECT_EQ(program.type("box"), "Box");
  EXPECT_EQ(program.type("listed"), "_Box");
  EXPECT_EQ(program.type("hidden"), "unknown");
}

TEST(LinkNames, TheLastStarImportThatListsANameWins) {
  const auto taken = [](const std::string& list) {
    return Linked({{"m", "from first import *\nfrom second import *\ntaken = made\n"},
                   {"first", "class First: pass\nmade = First()\n"},
                   {"second", list + "class Second: pass\nmade = Second()\n"}})
        .type("taken");
  };
  EXPECT_EQ(taken(""), "Second");
  EXPECT_EQ(taken("__all__ = ['made']\n"), "Second");
  EXPECT_EQ(taken("__all__ = ['Second']\n"), "First");
}

TEST(LinkNames, AStarImportTakesSubmodulesThatAllLists) {
  const Linked program({{"m", "from pack import *\nbox = sub.Box()\n"},
                        {"pack.__init__", "__all__ = [\"sub\"]\n"},
                        {"pack.sub", "class Box: pass\n"}});
  EXPECT_EQ(program.type("box"), "Box");
}

TEST(LinkNames, ANameReExportedByAStarImportIsTheDefinition) {
  const Linked program({{"m", "from lib import Box\nbox = Box()\n"},
                        {"lib", "from parts import *\n"},
                        {"parts", "class Box: pass\n"}});
  EXPECT_EQ(program.type("box"), "Box");
}

TEST(LinkNames, AStarImportFindsANeighbourInAFolderThatIsNoPackage) {
  const Linked program({{"m", "from tools.run import box\nagain = box\n"},
                        {"tools.run", "from lib import *\nbox = Box()\n"},
                        {"tools.lib", "class Box: pass\n"}});
  EXPECT_EQ(program.type("again"), "Box");
}

TEST(LinkNames, TheProgramsOwnAlternativeWins) {
  const Linked program({{"m", R"(
                           try:
                               from speedups import Box
                           except ImportError:
                               from plain import Box
                           box = Box()
                         )"},
                        {"plain", "class Box: pass\n"}});
  EXPECT_EQ(program.type("box"), "Box");
}

TEST(LinkNames, VariablesOfOtherModulesAreTheirLocations) {
  const Linked program({{"m", R"(
                           import state
                           from state import hits
                           def f():
                               state.count += 1  # A
                               hits["k"] = 1     # B
                         )"},
                        {"state", "count = 0\nhits = {}\n"}});
  EXPECT_EQ(program.locations("A"), "global count");
  EXPECT_EQ(program.locations("B"), "global hits");
}

TEST(LinkNames, ANameThatFunctionsRebindIsState) {
  const Linked program(R"(
    handler = None
    def install():
        global handler
        def handler(): pass
    def use():
        return handler  # A
  )");
  EXPECT_EQ(program.locations("A"), "global handler");
}

TEST(LinkNames, ShadowedBuiltinsAreNotBuiltins) {
  const Linked program(R"(
    def sorted(x): return {}
    a = sorted([])
    b = list([])
  )");
  EXPECT_EQ(program.type("a"), "dict");
  EXPECT_EQ(program.type("b"), "list");
}

TEST(LinkNames, TheOnlyStarImportFromOutsideBindsWhatNobodyElseDoes) {
  const Linked program(R"(
    from somewhere import *
    def mine(): pass
    mine()  # A
    theirs()  # B
    len([])  # C
  )");
  EXPECT_EQ(program.callees("A"), "mine");
  EXPECT_EQ(program.callees("B"), "external somewhere.theirs");
  EXPECT_EQ(program.callees("C"), "external len");
}

TEST(LinkNames, OfSeveralStarImportsTheTablesDecide) {
  const Linked program(R"(
    from threading import *
    from somewhere import *
    theirs()  # A
    Thread()  # B
  )");
  EXPECT_EQ(program.callees("A"), "unknown");
  EXPECT_EQ(program.callees("B"), "external threading.Thread");
}

TEST(LinkNames, ACompleteAllDecidesWhichFunctionsArePublic) {
  const Linked program({{"p.__init__", "from p.a import offered\n"},
                        {"p.a", R"(
__all__ = ["listed", "C"]
def listed(): pass
def helper(): helped()
def helped(): pass
def offered(): pass
def handed_out(): pass
listed.hook = handed_out
class C:
    def method(self): pass
class D:
    def method_of_d(self): pass
)"},
                        {"p.b", "__all__ = ['x'] + more()\ndef perhaps(): pass\n"},
                        {"p.c", "def open(): pass\n"}});
  EXPECT_TRUE(program.function("listed").public_);
  EXPECT_FALSE(program.function("helper").public_);
  EXPECT_FALSE(program.function("helped").public_);
  EXPECT_TRUE(program.function("offered").public_);
  EXPECT_TRUE(program.function("handed_out").public_);
  EXPECT_TRUE(program.function("C.method").public_);
  EXPECT_TRUE(program.function("D.method_of_d").public_);
  EXPECT_TRUE(program.function("perhaps").public_);
  EXPECT_TRUE(program.function("open").public_);
}

}  // namespace
}  // namespace gilcheck::analyzer
