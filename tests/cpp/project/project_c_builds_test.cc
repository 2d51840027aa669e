// The two builds of CPython: conditionals on the GIL, lines of one build, and whose findings count.

#include "project/c/both_builds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project/c/parse_protocol.h"
#include "project/c/unit_record.h"

namespace gilcheck::project {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(GilConditional, DirectivesThatDecideByTheMacro) {
  for (const char* text :
       {"#ifdef Py_GIL_DISABLED\n#endif", "int x;\n  #  ifndef Py_GIL_DISABLED",
        "#if !Py_GIL_DISABLED", "#if defined(A) || \\\n  defined(Py_GIL_DISABLED)",
        "#if A \\\r\n && Py_GIL_DISABLED", "#if A\n#elif defined(Py_GIL_DISABLED)\n#endif",
        "#define NO_GIL defined(Py_GIL_DISABLED)", "// Py_GIL_DISABLED\n#ifdef Py_GIL_DISABLED"}) {
    EXPECT_TRUE(has_gil_conditional(text)) << text;
  }
  for (const char* text :
       {"", "Py_GIL_DISABLED", "// #ifdef Py_GIL_DISABLED", "#define Py_GIL_DISABLED 1",
        "#undef Py_GIL_DISABLED", "#ifdef Py_GIL_DISABLED_NOT", "#ifdef NOT_Py_GIL_DISABLED",
        "#error no Py_GIL_DISABLED", "#", "\\\nPy_GIL_DISABLED", "x = Py_GIL_DISABLED \\\n#if"}) {
    EXPECT_FALSE(has_gil_conditional(text)) << text;
  }
}

Finding finding(std::string rule, std::uint32_t line, std::string location, WindowClass window) {
  Finding out;
  out.rule = std::move(rule);
  out.path = "a.c";
  out.span = {line, 5, line, 9};
  out.symbol = "f";
  out.location = {"c-field", std::move(location)};
  out.window = window;
  out.message = "it is racy";
  out.fingerprint = "0123456789abcdef";
  AccessRecord access;
  access.site = {out.path, out.span};
  out.region.push_back(access);
  out.evidence.push_back({EvidenceKind::gil, "not one window", std::nullopt});
  out.evidence.push_back({EvidenceKind::fix, "lock it", std::nullopt});
  return out;
}

TEST(BuildWithGil, AddsWhatIsRacyThereOnLinesOfItsOwn) {
  std::vector<Finding> all = {finding("GIL505", 3, "one", WindowClass::gil_masked)};
  const BuildLines lines = {{}, {{"a.c", {7, 8, 9}}}};
  add_build_with_gil(all,
                     {finding("GIL504", 8, "two", WindowClass::already_racy),
                      finding("GIL504", 3, "three", WindowClass::already_racy),
                      finding("GIL505", 7, "four", WindowClass::gil_masked),
                      finding("GIL504", 9, "five", WindowClass::gil_masked_if_builtin)},
                     lines);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].location.name, "one");
  EXPECT_EQ(all[1].location.name, "two");
  EXPECT_THAT(all[1].message, HasSubstr("in the build with the GIL"));
  EXPECT_EQ(all[1].evidence[1].kind, EvidenceKind::gil);
  EXPECT_THAT(all[1].evidence[1].text, HasSubstr("without Py_GIL_DISABLED"));
  EXPECT_NE(all[0].fingerprint, all[1].fingerprint);
  EXPECT_EQ(all[0].evidence.size(), 2U);
}

TEST(BuildWithGil, TheSameInBothIsOneFinding) {
  std::vector<Finding> all = {finding("GIL504", 5, "one", WindowClass::already_racy)};
  add_build_with_gil(all, {finding("GIL504", 8, "one", WindowClass::already_racy)},
                     {{{"a.c", {5}}}, {{"a.c", {8}}}});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].span.line, 5U);
  EXPECT_THAT(all[0].evidence[1].text, HasSubstr("only with Py_GIL_DISABLED"));
  ASSERT_TRUE(all[0].evidence.back().site.has_value());
  EXPECT_EQ(all[0].evidence.back().site->span.line, 8U);
}

TEST(UnitRecord, KeepsWhatIsKnownOfBothBuilds) {
  UnitRecord record;
  record.gil_conditional = true;
  record.lines_of_builds = {{{"a.c", {1, 2}}}, {{"b.h", {}}, {"c.h", {9}}}};
  record.dependencies.push_back({"/p/a.c", {}, true, {}, true});
  const auto back = read_unit_record(write(record));
  ASSERT_TRUE(back.has_value());
  EXPECT_TRUE(back->gil_conditional);
  EXPECT_TRUE(back->dependencies[0].gil_conditional);
  ASSERT_EQ(back->lines_of_builds.with_gil.size(), 2U);
  EXPECT_THAT(back->lines_of_builds.free_threaded[0].lines, ElementsAre(1, 2));
  EXPECT_THAT(back->lines_of_builds.with_gil[0].lines, IsEmpty());
  const std::string bytes = write(record);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(read_unit_record(std::string_view(bytes).substr(0, size)).has_value());
  }
}

TEST(ParseProtocol, ListsOfPaths) {
  EXPECT_THAT(split_list(join_list({"/a b", "", "/c\nd"})), ElementsAre("/a b", "", "/c\nd"));
  EXPECT_THAT(split_list(""), IsEmpty());
}

}  // namespace
}  // namespace gilcheck::project
