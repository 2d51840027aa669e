#include <gtest/gtest.h>

#include <regex>

#include "report/report.h"
#include "tests/cpp/report/sample_result.h"

namespace gilcheck::report {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = text.find('\n', at);
    out.push_back(text.substr(at, end - at));
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return out;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string full(const Sample& sample, std::string_view path, std::size_t width = 100) {
  auto options = sample.options();
  options.width = width;
  const auto text = render(Format::full, sample.only(path), options);
  return text.substr(0, text.find("\n\n") + 1);
}

TEST(Format, NamesAndValuesAgree) {
  EXPECT_EQ(format_names().size(), 5U);
  for (const auto name : format_names()) {
    const auto format = format_from(name);
    ASSERT_TRUE(format.has_value());
    EXPECT_EQ(to_string(*format), name);
  }
  EXPECT_EQ(format_from("xml"), std::nullopt);
  EXPECT_EQ(format_from(""), std::nullopt);
}

TEST(FullFormat, ArguesOneFinding) {
  EXPECT_EQ(full(Sample(), "pkg/stats.py"),
            R"(pkg/stats.py:10:9: GIL101 unlocked-read-modify-write (high, gil-masked)
  Stats.n is read and written back with no lock held
    9 |     def bump(self):
   10 |         self.n += 1
      |         ^^^^^^^^^^^ reads and writes Stats.n; no lock is held
   shared     the instance `stats` is a module global (pkg/stats.py:16)
   thread     Thread(target=work) is started 4 times and calls Stats.bump (pkg/stats.py:22)
   conflict   the same statement in another thread
   guard      Stats.safe is always written under self._lock (1 of 1 accesses); Stats.n never is (0
              of 1) (pkg/stats.py:13)
   GIL        atomic with the GIL: no switch point lies inside; torn on a free-threaded build
   harm       two threads read the same value and one update is lost
   fix        hold self._lock around the statement
   status     static: found by reading the code, not yet run
)");
}

TEST(FullFormat, ShowsRegionSwitchPointAndConflictsElsewhere) {
  EXPECT_EQ(full(Sample(), "pkg/cache.py"),
            R"(pkg/cache.py:7:8: GIL102 check-then-act (high, already-racy)
  cache is tested and then written; another thread can come in between
    5 | def lookup(key):
    6 |     """Makes what is missing."""
    7 |     if key not in cache:
      |        ^^^^^^^^^^^^^^^^ 1: tests cache
    8 |         # One blank line is not worth an elision.
    9 |
   10 |         cache[key] = make(key)
      |         ^^^^^^^^^^^^^^^^^^^^^^ 2: writes cache; no lock is held
      |                      ~~~~~~~~~ the GIL can change hands here
    --> pkg/cache.py:23:9, forget in another thread
   18 | def forget(key):
  ...
   23 |         del cache[key]
      |         -------------- deletes cache; no lock is held
    --> admin tool/50%:ops,1.py:4:5, reset in another thread
    3 | def reset():
    4 |     cache.clear()
      |     ------------- empties cache; under admin_lock
   shared     cache is a module global (pkg/cache.py:3)
   conflict   forget deletes cache (pkg/cache.py:23); no lock is held
              reset empties cache (admin tool/50%:ops,1.py:4); under admin_lock
              the same code in another thread
   GIL        torn with the GIL too: the call make(key) ends between test and write
   harm       two threads make two values, and d[k](x) keeps one
   status     static: found by reading the code, not yet run
)");
}

TEST(FullFormat, DrawsANearConflictIntoTheFrameOfTheRegion) {
  Sample sample;
  auto result = sample.only("pkg/stats.py");
  auto conflict = result.findings[0].region[0];
  conflict.kind = AccessKind::write;
  conflict.symbol = "Stats.__init__";
  conflict.site.span = {5, 9, 5, 19};
  result.findings[0].conflicts = {conflict};
  const auto text = render(Format::full, result, sample.options());
  EXPECT_TRUE(contains(text,
                       "    4 |     def __init__(self):\n"
                       "    5 |         self.n = 0\n"
                       "      |         ---------- another thread writes Stats.n; no lock is "
                       "held\n  ...\n   10 |         self.n += 1\n"))
      << text;
  EXPECT_TRUE(contains(text, "conflict   Stats.__init__ writes Stats.n (pkg/stats.py:5)")) << text;
}

TEST(FullFormat, AlignsTabsAndWideCharactersAndDisarmsEscapes) {
  EXPECT_EQ(
      full(Sample(), "pkg/wide.py"),
      "pkg/wide.py:3:13: GIL101 unlocked-read-modify-write (medium, gil-masked-if-builtin)\n"
      "  an item of d is read and written back\n"
      "    1 | def tally(d):\n"
      "    2 |     for name in names:  # \xE2\x90\x9B[31m\xE8\xAF\x8D\n"
      "    3 |         d[\"\xE9\x94\xAE\xF0\x9F\x99\x82\"] = "
      "d.get(\"\xE9\x94\xAE\xF0\x9F\x99\x82\", 0) + 1\n"
      "      |         ^^^^^^^^^   ^^^^^^^^^^^^^^^^ 1: reads "
      "wide.d[\"\xE9\x94\xAE\xF0\x9F\x99\x82\"]\n"
      "      |         |\n"
      "      |         2: writes wide.d[\"\xE9\x94\xAE\xF0\x9F\x99\x82\"]; no lock is held\n"
      "      |                     ~~~~~~~~~~~~~~~~~~~~ the GIL can change hands here, unless "
      "builtin\n"
      "   GIL        atomic with the GIL only if the operands are builtin: + of an operand of "
      "unknown type\n"
      "   status     static: found by reading the code, not yet run\n");
}

TEST(FullFormat, BracketsStatementsOfSeveralLines) {
  EXPECT_EQ(full(Sample(), "pkg/multi.py"),
            R"(pkg/multi.py:2:5: GIL104 torn-multi-location-update (medium, already-racy)
  state.latest and state.count are written one after the other
    1 |   def publish(event):
    2 | /     state.latest = build(
    3 | |         event,
    4 | |         extra={
  ...   |
    9 | |         },
   10 | |     )
      | |_____^ 1: writes state.latest; under a and b
   11 |       x = 1; state.count = (
      |  ____________^
   12 | |         state.count + 1)
      | |________________________^ 2: writes state.latest; under a and b
   GIL        torn with the GIL too: a switch point lies inside
   status     static: found by reading the code, not yet run
)");
}

TEST(FullFormat, SaysWhereTheRegionIsWithoutItsSource) {
  EXPECT_EQ(
      full(Sample(), "pkg/gone.py"),
      "pkg/gone.py:7:3: GIL106 shared-iterator (low)\n"
      "  an iterator is advanced by several threads\xE2\x90\x9B[2J\xE2\x90\x8A::error::forged\n"
      "   region     advances it; no lock is held (pkg/gone.py:7:3)\n"
      "   note       bytes that are not UTF-8: \xEF\xBF\xBD\xEF\xBF\xBD\n"
      "   status     static: found by reading the code, not yet run\n");
}

TEST(FullFormat, SurvivesAnEmptyFileAndAnEmptyFinding) {
  Sample sample;
  CheckResult result;
  result.findings.emplace_back();
  result.findings.back().path = "empty.py";
  result.findings.back().span = {1, 1, 1, 1};
  result.findings.emplace_back();
  for (const auto name : format_names()) {
    EXPECT_FALSE(render(*format_from(name), result, sample.options()).empty()) << name;
    EXPECT_FALSE(render(*format_from(name), result, RenderOptions{}).empty()) << name;
  }
}

TEST(FullFormat, WrapsAtTheWidthWithAHangingIndent) {
  Sample sample;
  for (const std::size_t width : {60U, 80U, 100U}) {
    for (const auto& line : lines_of(full(sample, "pkg/cache.py", width))) {
      const bool header = line.find("GIL102") != std::string::npos;
      if (!header) {
        EXPECT_LE(line.size(), width) << line;
      }
    }
  }
  EXPECT_TRUE(contains(full(sample, "pkg/stats.py", 60),
                       "   guard      Stats.safe is always written under self._lock\n"
                       "              (1 of 1 accesses); Stats.n never is (0 of 1)\n"));
  EXPECT_TRUE(contains(full(sample, "pkg/stats.py", 0), "never is (0 of 1) (pkg/stats.py:13)\n"));
}

TEST(FullFormat, DiffersInColourOnlyByEscapes) {
  Sample sample;
  auto options = sample.options();
  const auto plain = render(Format::full, sample.result, options);
  EXPECT_FALSE(contains(plain, "\x1b"));
  options.color = true;
  const auto coloured = render(Format::full, sample.result, options);
  EXPECT_TRUE(contains(coloured, "\x1b[1m"));
  EXPECT_EQ(std::regex_replace(coloured, std::regex("\x1b\\[[0-9;]*m"), ""), plain);
}

TEST(FullFormat, LimitsConflictFramesAndRows) {
  Sample sample;
  auto result = sample.only("pkg/stats.py");
  auto& finding = result.findings[0];
  finding.conflicts.clear();
  for (std::uint32_t i = 1; i <= 9; ++i) {
    finding.conflicts.push_back({AccessKind::write, {"pkg/multi.py", {i, 1, i, 2}}, "f", {}, ""});
  }
  const auto text = render(Format::full, result, sample.options());
  std::size_t frames = 0;
  for (auto at = text.find("-->"); at != std::string::npos; at = text.find("-->", at + 1)) ++frames;
  EXPECT_EQ(frames, 2U);
  EXPECT_TRUE(contains(text, "              and 5 more\n")) << text;
}

TEST(ConciseFormat, IsOneLineEach) {
  Sample sample;
  const auto lines = lines_of(render(Format::concise, sample.result, sample.options()));
  ASSERT_GE(lines.size(), 9U);
  EXPECT_EQ(
      lines[0],
      "pkg/cache.py:7:8: GIL102 [high, already-racy] cache is tested and then written; another "
      "thread can come in between");
  EXPECT_EQ(lines[1],
            "pkg/gone.py:7:3: GIL106 [low] an iterator is advanced by several "
            "threads\xE2\x90\x9B[2J\xE2\x90\x8A::error::forged");
  EXPECT_EQ(lines[5], "pkg/bad.py:3:1: warning: cannot parse this line: 100% wrong [syntax-error]");
  EXPECT_EQ(lines[6], "pkg/secret.py: error: permission denied [unreadable-file]");
  EXPECT_EQ(lines[7], "info: nothing to suppress here [unused-suppression]");
}

TEST(TextFormats, LeaveOutSuppressedFindings) {
  Sample sample;
  for (const auto format : {Format::full, Format::concise, Format::github}) {
    EXPECT_FALSE(contains(render(format, sample.result, sample.options()), "pkg/quiet.py"));
  }
  for (const auto format : {Format::json, Format::sarif}) {
    EXPECT_TRUE(contains(render(format, sample.result, sample.options()), "pkg/quiet.py"));
  }
}

TEST(Summary, CountsByConfidenceAndClass) {
  Sample sample;
  EXPECT_EQ(
      summary(sample.result, sample.options()),
      "5 findings (2 high, 2 medium, 1 low; 1 gil-masked, 2 already-racy, 1 "
      "gil-masked-if-builtin) in 5 of 119 files\n"
      "Also: 1 suppressed\n"
      "Not seen: 1 file could not be read, 1 file has syntax errors (the rest is analysed)\n");
  auto one = sample.only("pkg/stats.py");
  one.coverage = {};
  one.coverage.files_analysed = 1;
  EXPECT_EQ(summary(one, sample.options()), "1 finding (1 high; 1 gil-masked) in 1 of 1 file\n");
  auto none_class = sample.only("pkg/gone.py");
  none_class.coverage = one.coverage;
  EXPECT_EQ(summary(none_class, sample.options()), "1 finding (1 low) in 1 of 1 file\n");
}

TEST(Summary, SaysWhatWasCoveredWhenThereIsNothing) {
  Sample sample;
  CheckResult result;
  result.coverage = sample.result.coverage;
  result.coverage.files_failed = 0;
  result.coverage.files_with_syntax_errors = 0;
  auto options = sample.options();
  options.width = 0;
  EXPECT_EQ(summary(result, options),
            "No findings in 119 files\n"
            "Covered: 77 regions of 40 shared locations examined in 310 functions; 12 locks and 5 "
            "thread roots seen; 2310 of 2540 calls resolved\n");
  options.hidden = 3;
  EXPECT_TRUE(contains(summary(result, options),
                       "Also: 3 below medium confidence not shown (--confidence low)\n"));
  EXPECT_FALSE(contains(summary(result, options), "--assume"));
}

TEST(Summary, NamesTheOptionWhenNothingConcurrentIsInSight) {
  Sample sample;
  CheckResult result;
  result.coverage.files_analysed = 3;
  auto options = sample.options();
  options.no_concurrency_in_sight = true;
  EXPECT_TRUE(contains(summary(result, options), "--assume threaded"));
  EXPECT_FALSE(contains(summary(sample.result, options), "--assume threaded"));
  EXPECT_EQ(summary(CheckResult{}, options), "No findings, for no Python file was analysed\n");
}

TEST(Statistics, TellsFindingsPerRuleAndTheDenominators) {
  Sample sample;
  const auto lines = lines_of(statistics(sample.result, sample.options()));
  EXPECT_EQ(lines[0], "Findings");
  EXPECT_EQ(
      lines[2],
      "  GIL101 unlocked-read-modify-write      2     1       1    0           1             0  "
      "         1           1");
  EXPECT_EQ(
      lines[6],
      "  total                                  5     2       2    1           1             2  "
      "         1           1");
  const auto text = statistics(sample.result, sample.options());
  EXPECT_TRUE(contains(text, "files found, analysed                     120      119  99.1 %\n"));
  EXPECT_TRUE(contains(text, "accesses, resolved                       9000     8995  99.9 %\n"));
  EXPECT_TRUE(contains(text, "thread roots                                5\n"));
  EXPECT_TRUE(contains(statistics(CheckResult{}, sample.options()), " -\n"));
}

TEST(GithubFormat, EscapesPropertiesAndMessages) {
  Sample sample;
  auto result = sample.only("pkg/stats.py");
  auto& finding = result.findings[0];
  finding.path = "a,b:c%d.py";
  finding.message = "50% of a: b,c\r\nnext";
  finding.evidence.clear();
  finding.severity = Severity::error;
  EXPECT_EQ(render(Format::github, result, sample.options()),
            "::error title=gilcheck (GIL101),file=a%2Cb%3Ac%25d.py,line=10,col=9,endLine=10,"
            "endColumn=20::50%25 of a: b,c%0D%0Anext (high, gil-masked)\n");
}

TEST(GithubFormat, GivesNoColumnsForSeveralLines) {
  Sample sample;
  EXPECT_EQ(
      render(Format::github, sample.only("pkg/multi.py"), sample.options()),
      "::warning title=gilcheck (GIL104),file=pkg/multi.py,line=2,endLine=10::state.latest and "
      "state.count are written one after the other (medium, already-racy)\n");
}

TEST(GithubFormat, CannotBeMadeToEmitACommand) {
  Sample sample;
  for (const auto& line : lines_of(render(Format::github, sample.result, sample.options()))) {
    EXPECT_TRUE(line.starts_with("::warning title=gilcheck (") ||
                line.starts_with("::error title=gilcheck (") ||
                line.starts_with("::notice title=gilcheck ("))
        << line;
    EXPECT_FALSE(contains(line, "\x1b"));
  }
}

TEST(Formats, AreTheSameBytesEveryTime) {
  for (const auto name : format_names()) {
    const Sample first;
    const Sample second;
    EXPECT_EQ(render(*format_from(name), first.result, first.options()),
              render(*format_from(name), second.result, second.options()));
  }
}

}  // namespace
}  // namespace gilcheck::report
