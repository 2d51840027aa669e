#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "project/interpreters/build_needs.h"
#include "project/interpreters/build_step.h"
#include "project/interpreters/carried_file.h"
#include "project/interpreters/interpreter_facts.h"
#include "project/interpreters/interpreter_store.h"
#include "project/interpreters/interruption.h"
#include "project/interpreters/managed_name.h"
#include "project/interpreters/source_package.h"
#include "project/interpreters/source_tree.h"
#include "project/user_error.h"
#include "temporary_tree.h"

namespace gilcheck::project {
namespace {

TEST(ManagedName, IsReadAndWritten) {
  for (const char* text : {"3.13t", "3.13t-tsan", "3.13", "3.14", "3.15t", "3.14-tsan"}) {
    EXPECT_EQ(parse_managed_name(text).text(), text);
  }
  EXPECT_EQ(parse_managed_name("3.13t"), kDefaultInterpreter);
  EXPECT_EQ(parse_managed_name("3.14").version(), "3.14");
  EXPECT_FALSE(parse_managed_name("3.14").free_threaded);
}

TEST(ManagedName, WhatIsNoneIsRefused) {
  for (const char* text : {"", "3", "3.", "3.x", "3.13T", "3.13t-", "3.13t-asan", "3.13-tsan-t",
                           "4.0", "3.013", "3.1300", "python3.13", "3.13t/..", "../3.13t", "3.13.5",
                           "3.12t", "3.0", "3.99999999999999999999"}) {
    EXPECT_THROW((void)parse_managed_name(text), UserError) << text;
  }
}

TEST(ManagedName, TheErrorNamesTheWayOut) {
  try {
    (void)parse_managed_name("3.13.5t");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_NE(error.hint().find("3.13"), std::string::npos);
    EXPECT_NE(error.hint().find("--source"), std::string::npos);
  }
}

TEST(ManagedName, PathsAndCommandsAreNotMeantAsNames) {
  EXPECT_TRUE(looks_like_managed_name("3.13t"));
  EXPECT_TRUE(looks_like_managed_name("3.9"));
  for (const char* text :
       {"python3.13", "/usr/bin/python3", "./3.13t", "3.13t/bin/python", "", "3"}) {
    EXPECT_FALSE(looks_like_managed_name(text)) << text;
  }
}

constexpr const char* kFacts = R"({"executable": "/opt/bin/python3.13", "implementation": "cpython",
  "hexversion": 51187696, "version": "3.13.15", "free_threaded": true, "gil_enabled": false,
  "gil_switchable": true, "debug": false, "thread_sanitizer": false, "prefix": "/opt",
  "base_prefix": "/opt", "include": "/opt/include/python3.13t", "platinclude": "/opt/include/python3.13t",
  "headers": true, "internal_headers": true, "soabi": "cpython-313t-x86_64-linux-gnu",
  "extension_suffix": ".cpython-313t-x86_64-linux-gnu.so", "cache_tag": "cpython-313", "pytest": "9.1.1"})";

TEST(InterpreterFacts, AreReadFromWhatTheInterpreterPrints) {
  const auto facts = parse_interpreter_facts(kFacts);
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->major(), 3U);
  EXPECT_EQ(facts->minor(), 13U);
  EXPECT_TRUE(facts->free_threaded);
  EXPECT_EQ(facts->extension_suffix, ".cpython-313t-x86_64-linux-gnu.so");
  EXPECT_EQ(described(*facts), "CPython 3.13.15, free-threaded");
  EXPECT_EQ(why_unfit(*facts), "");
}

TEST(InterpreterFacts, LinesBeforeTheObjectAreSkipped) {
  EXPECT_TRUE(parse_interpreter_facts("a sitecustomize says\nhello\n" + std::string(kFacts)));
}

TEST(InterpreterFacts, AnythingElseIsRefused) {
  for (const char* text :
       {"", "{}", "[]", "null", "3.13", "{\"executable\": 3}", "{\"executable\""}) {
    EXPECT_FALSE(parse_interpreter_facts(text).has_value()) << text;
  }
}

TEST(InterpreterFacts, OldVersionsAndOtherImplementationsAreUnfit) {
  auto facts = parse_interpreter_facts(kFacts).value();
  facts.hexversion = 0x030b02f0;
  EXPECT_EQ(why_unfit(facts), "older than 3.13");
  facts.hexversion = 0x030f00f0;
  EXPECT_EQ(why_unfit(facts), "");
  facts.implementation = "pypy";
  EXPECT_EQ(why_unfit(facts), "not CPython");
}

TEST(InterpreterManifest, ComesBackAsItWasWritten) {
  const InterpreterManifest manifest{"3.13t",
                                     "3.13.15",
                                     "python3.13 (Debian forky)",
                                     {"--disable-gil", "--prefix=/a \"b\""},
                                     "/usr/bin/cc"};
  EXPECT_EQ(read_manifest(write_manifest(manifest)), manifest);
  EXPECT_FALSE(read_manifest("{\"name\": 1}").has_value());
  EXPECT_FALSE(read_manifest("").has_value());
}

TEST(SourcePins, TheNewestPinComesFirstAndEachSuiteOnceMoreWithoutVersion) {
  const auto pins = source_pins(
      "# trixie python3.13=9\n"
      "trixie python3.13=3.13.5-2\n"
      "forky  python3.13=3.13.15-1\n"
      "sid    libpython3.13-dev=3.13.18-1\n",
      "python3.13");
  const std::vector<SourcePin> expected = {
      {"forky", "3.13.15-1"}, {"forky", ""}, {"trixie", "3.13.5-2"}, {"trixie", ""}, {"sid", ""}};
  EXPECT_EQ(pins, expected);
}

TEST(SourcePins, APackageWithoutPinIsLookedForInEverySuite) {
  const std::vector<SourcePin> expected = {{"trixie", ""}, {"forky", ""}, {"sid", ""}};
  EXPECT_EQ(source_pins("", "python3.14"), expected);
}

TEST(SourcePins, TheCarriedLockHasOneForTheDefaultInterpreter) {
  EXPECT_FALSE(
      source_pins(carried_file("python-headers.lock"), "python3.13").front().version.empty());
}

TEST(SourceTree, TheVersionIsReadFromPatchlevel) {
  EXPECT_EQ(version_in_patchlevel("#define PY_MAJOR_VERSION 3\n"
                                  "#define PY_VERSION      \t     \"3.14.0rc1+\"\n"),
            "3.14.0rc1+");
  EXPECT_EQ(version_in_patchlevel("#define PY_VERSION\n"), "");
  EXPECT_EQ(version_in_patchlevel(""), "");
}

TEST(HowToGet, NamesThePackagesOfWhatIsMissing) {
  const std::vector<BuildNeed> needs = {{"make", false, true, "", "make"},
                                        {"zlib", true, true, "", "zlib1g-dev"},
                                        {"OpenSSL", false, false, "no ssl", "libssl-dev"}};
  EXPECT_TRUE(how_to_get(needs, false).ends_with("apt-get install make libssl-dev"));
  EXPECT_TRUE(how_to_get(needs, true).ends_with("apt-get install make"));
  EXPECT_EQ(how_to_get({}, false), "");
}

std::string content(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

class BuildSteps : public ::testing::Test {
 protected:
  std::string log() const { return tree_.path("log"); }
  BuildStep shell(const std::string& script) const {
    return {"testing", {"sh", "-c", script}, tree_.path("."), {}};
  }
  TemporaryTree tree_;
};

TEST_F(BuildSteps, OutputGoesToTheLogAndIsPassedOnInWholeLines) {
  std::string seen;
  run_step(shell("printf 'one\\ntwo\\nunfinished'; printf 'three\\n' >&2"), log(),
           [&](std::string_view lines) {
             EXPECT_TRUE(lines.empty() || lines.ends_with('\n'));
             seen += lines;
           });
  EXPECT_EQ(seen, "one\ntwo\nunfinishedthree\n");
  EXPECT_NE(content(log()).find("==> testing: sh -c"), std::string::npos);
  EXPECT_EQ(last_lines(log(), 2), "    two\n    unfinishedthree\n");
}

TEST_F(BuildSteps, AFailureSaysHowItEnded) {
  const auto ignore = [](std::string_view) {};
  try {
    run_step(shell("exit 3"), log(), ignore);
    FAIL();
  } catch (const StepFailed& error) {
    EXPECT_STREQ(error.what(), "sh ended with exit status 3");
  }
  try {
    run_step(shell("kill -9 $$"), log(), ignore);
    FAIL();
  } catch (const StepFailed& error) {
    EXPECT_STREQ(error.what(), "sh was ended by SIGKILL");
  }
  EXPECT_THROW(run_step({"testing", {"no-such-program"}, "/", {}}, log(), ignore), StepFailed);
}

TEST_F(BuildSteps, VariablesThatSteerPythonAndMakeAreTakenOut) {
  ::setenv("PYTHONHOME", "/nowhere", 1);  // NOLINT(concurrency-mt-unsafe): one thread
  ::setenv("MAKEFLAGS", "-n", 1);         // NOLINT(concurrency-mt-unsafe)
  BuildStep step = shell("echo \"<$PYTHONHOME$MAKEFLAGS$CC>\"");
  step.environment.emplace_back("CC", "clang");
  std::string seen;
  run_step(step, log(), [&](std::string_view lines) { seen += lines; });
  ::unsetenv("PYTHONHOME");  // NOLINT(concurrency-mt-unsafe)
  ::unsetenv("MAKEFLAGS");   // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(seen, "<clang>\n");
}

TEST_F(BuildSteps, ASignalEndsTheProgramAndWhatItStarted) {
  const InterruptionGuard guard;
  const std::string pids = tree_.path("pids");
  bool raised = false;
  EXPECT_THROW(run_step(shell("sleep 1000 & echo $! >'" + pids + "'; echo ready; wait"), log(),
                        [&](std::string_view lines) {
                          if (lines.find("ready") == std::string_view::npos || raised) return;
                          raised = true;
                          ::raise(SIGINT);
                        }),
               Interrupted);
  const pid_t sleeper = std::stoi(content(pids));
  // A moment passes until the init process has taken note.
  bool gone = false;
  for (int tries = 0; tries < 200 && !gone; ++tries) {
    gone = ::kill(sleeper, 0) != 0 ||
           content("/proc/" + std::to_string(sleeper) + "/stat").find(") Z ") != std::string::npos;
    if (!gone) ::usleep(10'000);
  }
  EXPECT_TRUE(gone);
}

TEST_F(BuildSteps, ALockIsHeldByOneAtATime) {
  FileLock first(tree_.path("lock"));
  EXPECT_TRUE(first.try_lock());
  FileLock second(tree_.path("lock"));
  EXPECT_FALSE(second.try_lock());
}

}  // namespace
}  // namespace gilcheck::project
