// Whatever the input, summarize returns, quickly, and what could be read is there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "extracted.h"

namespace gilcheck::analyzer {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(BadInput, NothingAtAll) {
  const Extracted module("");
  EXPECT_EQ(module.summary().functions.size(), 1u);
  EXPECT_THAT(module.summary().syntax_errors, IsEmpty());
}

TEST(BadInput, OnlyAComment) {
  EXPECT_THAT(Extracted("# hello").accesses(""), IsEmpty());
}

TEST(BadInput, ErrorInOneFunctionLeavesTheOthers) {
  const Extracted module(R"(
    def before(self):
        self.a += 1
    def broken(self):
        self.n = = 2
    def after(self):
        self.b += 1
  )");
  EXPECT_FALSE(module.summary().syntax_errors.empty());
  EXPECT_THAT(module.regions("before"), ElementsAre("data: load self.a -> store self.a"));
  EXPECT_THAT(module.regions("after"), ElementsAre("data: load self.b -> store self.b"));
}

TEST(BadInput, IncompleteStatementWhileTyping) {
  const Extracted module(R"(
    class C:
        def f(self):
            self.n += 1
            self.
        def g(self):
            self.m += 1
  )");
  EXPECT_THAT(module.regions("C.f"), Contains("data: load self.n -> store self.n"));
  EXPECT_THAT(module.regions("C.g"), ElementsAre("data: load self.m -> store self.m"));
}

TEST(BadInput, ErrorsInsideEachOtherAreReportedOnce) {
  const Extracted module("x = = 1\ny = 2\n");
  EXPECT_EQ(module.summary().syntax_errors.size(), 1u);
}

TEST(BadInput, LineEndings) {
  for (const std::string_view text :
       {"def f(self):\n    self.n += 1\n", "def f(self):\r\n    self.n += 1\r\n"}) {
    EXPECT_THAT(Extracted(text).regions("f"), ElementsAre("data: load self.n -> store self.n"));
  }
}

TEST(BadInput, FormFeedAndTabs) {
  const Extracted module("\fdef f(self):\n\tself.n += 1\n\f\n\tself.m += 1\n");
  EXPECT_EQ(module.regions("f").size(), 2u);
}

TEST(BadInput, NamesOutsideAscii) {
  const Extracted module("def größe(self):\n    self.zähler += 1\n");
  EXPECT_THAT(module.regions("größe"), ElementsAre("data: load self.zähler -> store self.zähler"));
}

TEST(BadInput, DeepNesting) {
  constexpr int kDepth = 20000;
  for (const auto& [open, close] :
       std::initializer_list<std::pair<const char*, const char*>>{{"(", ")"},
                                                                  {"[", "]"},
                                                                  {"{1: ", "}"},
                                                                  {"f(", ")"},
                                                                  {"-", ""},
                                                                  {"not ", ""},
                                                                  {"lambda: ", ""},
                                                                  {"a[", "]"},
                                                                  {"x if y else ", ""},
                                                                  {"[x for x in ", "]"}}) {
    const Extracted module("v = " + repeated(open, kDepth) + "1" + repeated(close, kDepth) + "\n");
    EXPECT_EQ(module.summary().functions.front().qualname, 0u) << open;
  }
}

TEST(BadInput, DeepNestingOfTargets) {
  constexpr int kDepth = 100000;
  for (const auto& [before, after] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", " = v\n"}, {"for ", " in v: pass\n"}, {"del ", "\n"}, {"with v as ", ": pass\n"}}) {
    const Extracted module(before + repeated("[", kDepth) + "a" + repeated("]", kDepth) + after);
    EXPECT_EQ(module.summary().functions.size(), 1u) << before;
  }
}

TEST(BadInput, DeepNestingOfStatements) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += repeated(" ", i) + "if x:\n";
  text += repeated(" ", 1000) + "pass\ny = 1\n";
  EXPECT_THAT(Extracted(text).accesses(""), Contains("store y"));
}

TEST(BadInput, AsManyLevelsOfIndentationAsPythonAllows) {
  std::string text;
  for (int i = 0; i < 99; ++i) text += repeated(" ", i) + "def f():\n";
  text += repeated(" ", 99) + "pass\n";
  EXPECT_EQ(Extracted(text).summary().functions.size(), 100u);
}

TEST(BadInput, LongChains) {
  constexpr int kLength = 20000;
  for (const auto& [first, link] :
       std::initializer_list<std::pair<const char*, const char*>>{{"a", " + a"},
                                                                  {"a", " and a"},
                                                                  {"a", ".b"},
                                                                  {"a", ".b()"},
                                                                  {"a", "[0]"},
                                                                  {"a", " < a"},
                                                                  {"'a'", " 'a'"},
                                                                  {"a", " = a"},
                                                                  {"a", ", a"}}) {
    const Extracted module("v = " + (first + repeated(link, kLength)) + "\n");
    EXPECT_EQ(module.summary().functions.size(), 1u) << link;
  }
}

TEST(BadInput, LongElifChainOnOneLocation) {
  const Extracted module("def f(self):\n  if self.a: pass\n" +
                         repeated("  elif self.a == 1: self.a = 2\n", 3000));
  EXPECT_LT(module.regions("f").size(), 4000u);
}

TEST(BadInput, ManyDirectives) {
  const Extracted module(repeated("x = 1  # gilcheck: ignore[GIL101] a\n", 20000));
  EXPECT_EQ(module.summary().suppressions.size(), 20000u);
  EXPECT_EQ(module.summary().suppressions.back().first_line, 20000u);
}

TEST(BadInput, QualifiedNamesOfDeepScopesAreCut) {
  std::string text = "v = " + repeated("lambda: ", 5000) + "1\n";
  std::size_t longest = 0;
  const Extracted module(text);
  for (const Function& function : module.summary().functions) {
    longest = std::max(longest, module.summary().name(function.qualname).size());
  }
  EXPECT_LT(longest, 1100u);
}

TEST(BadInput, DuplicateParametersAndDefinitions) {
  const Extracted module("def f(a, a): return a\ndef f(b): return b\nclass f: pass\n");
  EXPECT_EQ(module.summary().functions.size(), 4u);
}

TEST(BadInput, StatementsOutsideTheirPlace) {
  const Extracted module("return 1\nyield 2\nnonlocal x\nglobal y\nbreak\nawait z\n*a\n");
  EXPECT_EQ(module.summary().functions.size(), 1u);
}

}  // namespace
}  // namespace gilcheck::analyzer
