#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/parse/syntax_tree.h"
#include "analyzer/parse/unclosed_brackets.h"
#include "extracted.h"

namespace gilcheck::analyzer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> unclosed(std::string_view text) {
  std::vector<std::string> out;
  for (const ByteRange range : unclosed_statements(text)) {
    out.emplace_back(text.substr(range.begin, range.end - range.begin));
  }
  return out;
}

TEST(UnclosedBrackets, EndBeforeALineThatCanOnlyStartAStatement) {
  EXPECT_THAT(unclosed("x = [1,\n2\n\nimport os\ny = 1\n"), ElementsAre("x = [1,\n2"));
  EXPECT_THAT(unclosed("f(1\nfrom os import path\n"), ElementsAre("f(1"));
  EXPECT_THAT(unclosed("f(1\nasync def g(): pass\nh({\n"), ElementsAre("f(1", "h({"));
}

TEST(UnclosedBrackets, DecoratorsBelongToWhatFollows) {
  EXPECT_THAT(unclosed("f(1\n\n@a\n@b(\n    2\n)\n\n# why\ndef g(): pass\n"), ElementsAre("f(1"));
  EXPECT_THAT(unclosed("f(1\n@ matrix\nclass C: pass\n"), ElementsAre("f(1"));
}

TEST(UnclosedBrackets, ABodyEndsWithItsHeader) {
  EXPECT_THAT(unclosed("class C:\n    def f(self, x:\n        return x\n\n    def g(self):\n"),
              ElementsAre("def f(self, x:\n        return x"));
}

TEST(UnclosedBrackets, NoneInWhatIsClosed) {
  EXPECT_THAT(unclosed(""), IsEmpty());
  EXPECT_THAT(unclosed("f(\n1,\n)\ndef g(a,\nb): pass\n"), IsEmpty());
  EXPECT_THAT(unclosed("x = '(' + \"[\" # {\ndef f(): pass\n"), IsEmpty());
  EXPECT_THAT(unclosed("x = ('''\ndef f(\n''')\nimport os\n"), IsEmpty());
  EXPECT_THAT(unclosed("x = ('\\'(',\n'\\\\')\nimport os\n"), IsEmpty());
  EXPECT_THAT(unclosed("x = 1)\nimport os\n"), IsEmpty());
  EXPECT_THAT(unclosed("f(\nx\nfor x in y\nif x\n)\nimport os\n"), IsEmpty());
}

TEST(UnclosedBrackets, UnclosedStringsEndSomewhere) {
  EXPECT_THAT(unclosed("x = 'abc\ny = (\nimport os\n"), ElementsAre("y = ("));
  EXPECT_THAT(unclosed("x = '''abc\ny = (\nimport os\n"), ElementsAre("y = ("));
  EXPECT_THAT(unclosed("x = ('abc\\"), ElementsAre("x = ('abc\\"));
}

TEST(UnclosedBrackets, AllLineEndings) {
  EXPECT_THAT(unclosed("f(1,\r\n\r\nimport os\r\n"), ElementsAre("f(1,"));
  EXPECT_THAT(unclosed("f(1,\r\rimport os\r"), ElementsAre("f(1,"));
  EXPECT_THAT(unclosed("x = 1 + \\\r\n (2\r\nimport os\r\n"), ElementsAre("x = 1 + \\\r\n (2"));
}

TEST(UnclosedBrackets, WhatFollowsIsAnalysed) {
  const Extracted module(R"(
    class C:
        def before(self):
            self.a += 1

        def broken(self):
            f(1,

        def after(self):
            self.b += 1

    def outside(x):
        x.c += 1
  )");
  EXPECT_EQ(module.summary().syntax_errors.size(), 1u);
  EXPECT_THAT(module.regions("C.before"), ElementsAre("data: load self.a -> store self.a"));
  EXPECT_THAT(module.regions("C.after"), ElementsAre("data: load self.b -> store self.b"));
  EXPECT_THAT(module.regions("outside"), ElementsAre("data: load x.c -> store x.c"));
}

TEST(UnclosedBrackets, AStatementShorterThanItsReplacement) {
  const Extracted module("f(\nimport os\ndef g(self):\n    self.n += 1\n");
  EXPECT_EQ(module.summary().syntax_errors.size(), 1u);
  EXPECT_THAT(module.regions("g"), ElementsAre("data: load self.n -> store self.n"));
}

}  // namespace
}  // namespace gilcheck::analyzer
