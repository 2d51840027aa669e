// ThreadSanitizer's log, as a real run wrote it (paths and some frames changed).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "project/sanitizer/sanitizer_report.h"

namespace gilcheck::project {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kHeader =
    "==================\n"
    "WARNING: ThreadSanitizer: data race (pid=14950)\n";
const std::string kAdd = "    #0\tadd\t/src/tally.c\t9\t36\t/src/tally.so\n";
const std::string kCalled =
    "    "
    "#1\tcfunction_vectorcall\t/build/Objects/methodobject.c\t483\t24\t/python/bin/python3.13\n";
const std::string kMemcpy = "    #0\tmemcpy\t<null>\t0\t0\t/python/bin/python3.13\n";
const std::string kInline =
    "    #1\tPy_INCREF\t/python/include/python3.13t/object.h\t700\t3\t/src/tally.so\n";
const std::string kDict =
    "    #0\tinsertdict\t/build/Objects/dictobject.c\t1700\t5\t/python/bin/python3.13\n";
const std::string kLibc = "    #0\tqsort\t<null>\t0\t0\t/lib/x86_64-linux-gnu/libc.so.6\n";

std::string report(const std::string& first, const std::string& second) {
  return kHeader + "  Write of size 8 at 0x7ffff650d1b0 by thread T2:\n" + first +
         "\n  Previous read of size 8 at 0x7ffff650d1b0 by main thread (mutexes: write M0):\n" +
         second +
         "\n  Location is global 'racy_calls' of size 8 at 0x7ffff650d1b0 (tally.so+0x41b0)\n\n"
         "  Thread T2 (tid=14955, running) created by main thread at:\n" +
         kCalled + "\nSUMMARY: ThreadSanitizer: data race /src/tally.c:9:36 in add\n" +
         "==================\n";
}

InterpreterFacts python() {
  InterpreterFacts facts;
  facts.executable = "/python/bin/python3.13";
  facts.base_prefix = "/python";
  facts.include = "/python/include/python3.13t";
  return facts;
}

SanitizerReport attributed(const std::string& first, const std::string& second) {
  auto reports = parse_sanitizer_log(report(first, second));
  EXPECT_THAT(reports, SizeIs(1));
  attribute(reports.at(0), python());
  return reports.at(0);
}

TEST(SanitizerReport, IsReadWithoutItsAddresses) {
  const auto reports = parse_sanitizer_log(report(kAdd + kCalled, kAdd));
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_EQ(reports[0].kind, "data race");
  EXPECT_THAT(reports[0].sections,
              ElementsAre(Field(&ReportSection::heading, "Write of size 8 by thread T2"),
                          Field(&ReportSection::heading,
                                "Previous read of size 8 by main thread (mutexes: write M0)"),
                          Field(&ReportSection::heading,
                                "Location is global 'racy_calls' of size 8 (tally.so)"),
                          Field(&ReportSection::heading, "Thread T2 created by main thread at")));
  ASSERT_THAT(reports[0].sections[0].stack, SizeIs(2));
  const NativeFrame& frame = reports[0].sections[0].stack[0];
  EXPECT_EQ(frame.function, "add");
  EXPECT_EQ(frame.path, "/src/tally.c");
  EXPECT_EQ(frame.line, 9);
  EXPECT_EQ(frame.module, "/src/tally.so");
}

TEST(SanitizerReport, CutOffOrForeignTextIsNone) {
  EXPECT_THAT(parse_sanitizer_log(""), IsEmpty());
  EXPECT_THAT(parse_sanitizer_log("==================\n    #0\tx\ny\n==================\n"),
              IsEmpty());
  const std::string whole = report(kAdd, kAdd);
  for (std::size_t size = 0; size + 19 < whole.size(); ++size)
    EXPECT_THAT(parse_sanitizer_log(std::string_view(whole).substr(0, size)), IsEmpty());
  EXPECT_THAT(parse_sanitizer_log("noise\n" + whole + "noise\n" + whole), SizeIs(2));
}

TEST(SanitizerReport, BelongsToTheExtensionIfOnePlaceLiesThere) {
  EXPECT_EQ(attributed(kAdd, kDict).owner, CodeOwner::extension);
  EXPECT_EQ(attributed(kDict + kAdd, kDict).owner, CodeOwner::interpreter);
  EXPECT_EQ(attributed(kLibc + kAdd, kLibc).owner, CodeOwner::system_library);
}

TEST(SanitizerReport, PlumbingIsNoPlace) {
  const SanitizerReport found = attributed(kMemcpy + kInline + kAdd, kAdd);
  EXPECT_THAT(found.places, ElementsAre(Field(&NativeFrame::function, "add"),
                                        Field(&NativeFrame::function, "add")));
  EXPECT_EQ(found.owner, CodeOwner::extension);
  EXPECT_THAT(attributed(kMemcpy, kAdd).places, ElementsAre(Field(&NativeFrame::function, "memcpy"),
                                                            Field(&NativeFrame::function, "add")));
}

TEST(SanitizerReport, PairsOfPlacesAreOneInEitherOrder) {
  const auto merged = merge_sanitizer_reports(
      {attributed(kDict, kDict), attributed(kAdd, kDict), attributed(kDict, kAdd)});
  ASSERT_THAT(merged, SizeIs(2));
  EXPECT_EQ(merged[0].owner, CodeOwner::extension);
  EXPECT_EQ(merged[0].count, 2U);
  EXPECT_EQ(merged[1].owner, CodeOwner::interpreter);
}

}  // namespace
}  // namespace gilcheck::project
