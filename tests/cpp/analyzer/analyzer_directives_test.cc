// Suppression comments and the lines they cover.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "extracted.h"

namespace gilcheck::analyzer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> directives(const Extracted& module) {
  std::vector<std::string> out;
  const ModuleSummary& s = module.summary();
  for (const Suppression& made : s.suppressions) {
    std::string text = std::to_string(made.line) + ": ";
    switch (made.kind) {
      case DirectiveKind::ignore: text += "ignore"; break;
      case DirectiveKind::file_ignore: text += "file-ignore"; break;
      case DirectiveKind::malformed: text += "malformed"; break;
    }
    for (std::uint32_t i = made.codes.first; i < made.codes.end(); ++i) {
      text += " " + std::string(s.name(s.directive_codes[i]));
    }
    if (made.kind == DirectiveKind::ignore) {
      text += " on " + std::to_string(made.first_line) + "-" + std::to_string(made.last_line);
    }
    if (made.kind != DirectiveKind::malformed && made.reason != 0) {
      text += " (" + std::string(s.name(made.reason)) + ")";
    }
    out.push_back(std::move(text));
  }
  return out;
}

TEST(Directives, TrailingComment) {
  const Extracted module(R"(
    x = 1
    x += 1  # gilcheck: ignore[GIL101] start-up only
    x += 2
  )");
  EXPECT_THAT(directives(module), ElementsAre("2: ignore GIL101 on 2-2 (start-up only)"));
  EXPECT_FALSE(module.summary().suppressions[0].own_line);
}

TEST(Directives, OwnLineCoversTheNextStatement) {
  const Extracted module(R"(
    # gilcheck: ignore[GIL101, GIL102]

    # why
    x = [
        1,
    ]
    y = 2
  )");
  EXPECT_THAT(directives(module), ElementsAre("1: ignore GIL101 GIL102 on 4-6"));
  EXPECT_TRUE(module.summary().suppressions[0].own_line);
}

TEST(Directives, LogicalLineOfAStatementOverSeveralLines) {
  const Extracted module(R"(
    total = compute(
        1,  # gilcheck: ignore[GIL101]
        2,
    )
  )");
  EXPECT_THAT(directives(module), ElementsAre("2: ignore GIL101 on 1-4"));
}

TEST(Directives, CompoundStatementMeansItsHeader) {
  const Extracted module(R"(
    # gilcheck: ignore[GIL102]
    if (a and
            b):
        x = 1
    # gilcheck: ignore[GIL105]
    for k in d:
        pass
    # gilcheck: ignore[GIL202]
    with lock, \
            other:
        pass
  )");
  EXPECT_THAT(directives(module), ElementsAre("1: ignore GIL102 on 2-3", "5: ignore GIL105 on 6-6",
                                              "8: ignore GIL202 on 9-10"));
}

TEST(Directives, StatementsOnOneLine) {
  const Extracted module(R"(
    if a: x = 1; y = [  # gilcheck: ignore[GIL101]
        2]
  )");
  EXPECT_THAT(directives(module), ElementsAre("1: ignore GIL101 on 1-2"));
}

TEST(Directives, WholeFile) {
  const Extracted module("# gilcheck: file-ignore[GIL105] generated\nx = 1\n");
  EXPECT_THAT(directives(module), ElementsAre("1: file-ignore GIL105 (generated)"));
}

TEST(Directives, Malformed) {
  const Extracted module(R"(
    a = 1  # gilcheck: ignore
    b = 1  # gilcheck: ignore[]
    c = 1  # gilcheck: ingore[GIL101]
    d = 1  # gilcheck: ignore[GIL101
  )");
  EXPECT_THAT(directives(module),
              ElementsAre("1: malformed", "2: malformed", "3: malformed", "4: malformed"));
  const ModuleSummary& s = module.summary();
  EXPECT_THAT(std::string(s.name(s.suppressions[2].reason)), HasSubstr("ingore"));
}

TEST(Directives, ProseAndStringsAreNone) {
  const Extracted module(R"(
    x = "# gilcheck: ignore[GIL101]"
    # see the chapter about gilcheck: ignore[GIL101]
  )");
  EXPECT_THAT(directives(module), IsEmpty());
}

TEST(Directives, AfterOtherTools) {
  const Extracted module("x = 1  # noqa: E501 # gilcheck: ignore[GIL101] reason\n");
  EXPECT_THAT(directives(module), ElementsAre("1: ignore GIL101 on 1-1 (reason)"));
}

TEST(Directives, OwnLineAtTheEndOfTheFile) {
  const Extracted module("x = 1\n# gilcheck: ignore[GIL101]");
  ASSERT_EQ(module.summary().suppressions.size(), 1u);
}

TEST(Directives, InAnIndentedBlock) {
  const Extracted module(R"(
    def f(self):
        # gilcheck: ignore[GIL101] one thread
        self.n += 1
        self.m += 1
  )");
  EXPECT_THAT(directives(module), ElementsAre("2: ignore GIL101 on 3-3 (one thread)"));
}

}  // namespace
}  // namespace gilcheck::analyzer
