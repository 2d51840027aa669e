#include "project/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project/analysis_record.h"
#include "project/configuration.h"
#include "project/user_error.h"
#include "temporary_tree.h"

namespace gilcheck::project {
namespace {

constexpr std::string_view kRacy = R"(import threading

counter = 0


def work():
    global counter
    for _ in range(1000):
        counter += 1


for _ in range(4):
    threading.Thread(target=work).start()
)";

class SessionTest : public testing::Test {
 protected:
  Settings settings() const {
    ConfigurationRequest request;
    request.working_directory = tree_.root();
    return load_settings(request);
  }
  CheckResult check() { return check(settings()); }
  CheckResult check(const Settings& settings) {
    Session session(settings);
    CheckResult result = session.check({"."});
    notes_ = session.notes();
    return result;
  }
  static std::string text(const CheckResult& result) {
    analyzer::Analysis analysis;
    analysis.findings = result.findings;
    return write_analysis(analysis);
  }
  TemporaryTree tree_;
  RunNotes notes_;
};

TEST_F(SessionTest, FindsAndCounts) {
  tree_.write("app.py", kRacy);
  tree_.write("pkg/__init__.py");
  const CheckResult result = check();
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].rule, "GIL101");
  EXPECT_EQ(result.findings[0].path, "app.py");
  EXPECT_EQ(result.findings[0].span.line, 9U);
  EXPECT_EQ(result.coverage.files_found, 2U);
  EXPECT_EQ(result.coverage.files_analysed, 2U);
  EXPECT_EQ(result.coverage.bytes, kRacy.size());
}

TEST_F(SessionTest, TheSecondRunLinksNothing) {
  tree_.write("app.py", kRacy);
  const CheckResult first = check();
  EXPECT_FALSE(notes_.answer_from_cache);
  const CheckResult second = check();
  EXPECT_TRUE(notes_.answer_from_cache);
  EXPECT_EQ(text(first), text(second));
  EXPECT_EQ(second.coverage.files_from_cache, 1U);
}

TEST_F(SessionTest, AfterAChangeTheAnswerIsThatOfAColdRun) {
  tree_.write("app.py", kRacy);
  tree_.write("b.py", kRacy);
  check();
  tree_.write("b.py", "\n" + std::string(kRacy));
  const CheckResult warm = check();
  EXPECT_FALSE(notes_.answer_from_cache);
  EXPECT_EQ(warm.coverage.files_from_cache, 1U);
  Settings cold = settings();
  cold.cache = false;
  EXPECT_EQ(text(warm), text(check(cold)));
}

TEST_F(SessionTest, SelectionDoesNotTouchTheCachedAnswer) {
  tree_.write("app.py", kRacy);
  Settings none = settings();
  none.select = {"GIL2"};
  EXPECT_TRUE(check(none).findings.empty());
  EXPECT_EQ(check().findings.size(), 1U);
  EXPECT_TRUE(notes_.answer_from_cache);
}

TEST_F(SessionTest, JobsDoNotChangeTheAnswer) {
  for (int i = 0; i < 25; ++i) tree_.write("m" + std::to_string(i) + ".py", kRacy);
  std::string expected;
  for (const unsigned jobs : {1U, 2U, 5U}) {
    Settings parallel = settings();
    parallel.cache = false;
    parallel.jobs = jobs;
    const std::string got = text(check(parallel));
    if (expected.empty()) expected = got;
    EXPECT_EQ(got, expected) << jobs;
  }
}

TEST_F(SessionTest, GivesTheTextOfItsFiles) {
  tree_.write("app.py", kRacy);
  Session session(settings());
  session.check({"."});
  ASSERT_NE(session.source("app.py"), nullptr);
  EXPECT_EQ(session.source("app.py")->line(9), "        counter += 1");
  EXPECT_EQ(session.source("nowhere.py"), nullptr);
}

TEST_F(SessionTest, ChecksBytesThatAreInNoFile) {
  Session session(settings());
  const CheckResult result = session.check_bytes(std::string(kRacy), "pkg/app.py");
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].path, "pkg/app.py");
  ASSERT_NE(session.source("pkg/app.py"), nullptr);
  EXPECT_FALSE(std::filesystem::exists(tree_.path(".gilcheck_cache")));
}

TEST_F(SessionTest, ReportsProgress) {
  tree_.write("a.py");
  tree_.write("b.py");
  Progress progress;
  Session session(settings(), &progress);
  session.check({"."});
  EXPECT_EQ(progress.files_total, 2U);
  EXPECT_EQ(progress.files_done, 2U);
  EXPECT_EQ(progress.phase, Phase::finishing);
}

TEST_F(SessionTest, ANamedFileOverTheLimitIsAFailure) {
  tree_.write("app.py", kRacy);
  Settings small = settings();
  small.max_file_size = 10;
  Session session(small);
  const CheckResult result = session.check({"app.py"});
  EXPECT_TRUE(session.notes().named_path_failed);
  EXPECT_EQ(result.coverage.files_failed, 1U);
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].code, "unreadable-file");
}

TEST_F(SessionTest, LoadsSummariesForDebugging) {
  tree_.write("b.py", kRacy);
  tree_.write("a.py");
  for (int round = 0; round < 2; ++round) {  // the second from the cache
    Session session(settings());
    session.load({"."});
    const auto modules = session.modules();
    ASSERT_EQ(modules.size(), 2U);
    EXPECT_EQ(modules[1]->path, "b.py");
    EXPECT_EQ(session.source_of_module(1).text(), kRacy);
  }
}

}  // namespace
}  // namespace gilcheck::project
