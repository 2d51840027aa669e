#include "project/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "project/user_error.h"
#include "temporary_tree.h"

namespace gilcheck::project {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DiscoveryTest : public testing::Test {
 protected:
  DiscoveryTest() {
    options_.root = tree_.root();
    options_.working_directory = tree_.root();
  }
  Discovery find(const std::vector<std::string>& targets = {"."}) {
    return discover(targets, options_);
  }
  std::vector<std::string> names(const std::vector<std::string>& targets = {"."}) {
    std::vector<std::string> out;
    for (const auto& file : find(targets).files) out.push_back(file.relative);
    return out;
  }
  void exclude(std::string pattern) {
    options_.exclude.push_back({tree_.root(), std::move(pattern)});
  }

  TemporaryTree tree_;
  DiscoveryOptions options_;
};

TEST_F(DiscoveryTest, FindsPythonFilesBelowDirectoriesSorted) {
  for (const auto* name : {"b.py", "a/z.py", "a/b/c.pyw", "a.txt", "stub.pyi", "script"}) {
    tree_.write(name);
  }
  EXPECT_THAT(names(), ElementsAre("a/b/c.pyw", "a/z.py", "b.py"));
}

TEST_F(DiscoveryTest, ADirectoryNamedLikeAFileIsADirectory) {
  tree_.write("x.py/inner.py");
  EXPECT_THAT(names(), ElementsAre("x.py/inner.py"));
}

TEST_F(DiscoveryTest, EachFileOnceHoweverOftenItIsNamed) {
  tree_.write("a/x.py");
  EXPECT_THAT(names({"a", "a/x.py", ".", tree_.path("a/x.py"), "a/../a/x.py"}),
              ElementsAre("a/x.py"));
}

TEST_F(DiscoveryTest, GitignoreOfEveryLevelCounts) {
  tree_.directory(".git");
  tree_.write(".gitignore", "*.gen.py\n/out/\n");
  tree_.write("pkg/.gitignore", "!keep.gen.py\nlocal.py\n");
  for (const auto* name : {"a.gen.py", "out/x.py", "pkg/b.gen.py", "pkg/keep.gen.py",
                           "pkg/local.py", "pkg/out/y.py", "local.py"}) {
    tree_.write(name);
  }
  EXPECT_THAT(names(), ElementsAre("local.py", "pkg/keep.gen.py", "pkg/out/y.py"));
  // From inside, the parents' files count as well.
  EXPECT_THAT(names({"pkg"}), ElementsAre("pkg/keep.gen.py", "pkg/out/y.py"));
}

TEST_F(DiscoveryTest, WhatIsInsideAnIgnoredDirectoryCannotBeTakenBack) {
  tree_.write(".gitignore", "out/\n!out/x.py\n");
  tree_.write("out/x.py");
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(DiscoveryTest, ANestedRepositoryHasItsOwnRules) {
  tree_.directory(".git");
  tree_.write(".gitignore", "x.py\n");
  tree_.directory("sub/.git");
  tree_.write("sub/x.py");
  tree_.write("x.py");
  EXPECT_THAT(names(), ElementsAre("sub/x.py"));
}

TEST_F(DiscoveryTest, DotIgnoreWinsOverGitignore) {
  tree_.write(".gitignore", "a.py\n");
  tree_.write(".ignore", "!a.py\nb.py\n");
  tree_.write("a.py");
  tree_.write("b.py");
  EXPECT_THAT(names(), ElementsAre("a.py"));
}

TEST_F(DiscoveryTest, InfoExcludeCounts) {
  tree_.write(".git/info/exclude", "private.py\n");
  tree_.write("private.py");
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(DiscoveryTest, IgnoreFilesCanBeDisregarded) {
  tree_.write(".gitignore", "*.py\n");
  tree_.write("a.py");
  options_.respect_gitignore = false;
  EXPECT_THAT(names(), ElementsAre("a.py"));
}

TEST_F(DiscoveryTest, ExcludePatternsAreRelativeToTheirBase) {
  for (const auto* name : {"gen/a.py", "pkg/gen/b.py", "pkg/c_pb2.py", "pkg/d.py"})
    tree_.write(name);
  exclude("/gen/");
  exclude("*_pb2.py");
  EXPECT_THAT(names(), ElementsAre("pkg/d.py", "pkg/gen/b.py"));
  options_.exclude = {{tree_.path("pkg"), "./gen"}, {tree_.path("pkg"), "../gen"}};
  EXPECT_THAT(names(), ElementsAre("pkg/c_pb2.py", "pkg/d.py"));
  options_.exclude = {{tree_.root(), tree_.path("pkg")}};
  EXPECT_THAT(names(), ElementsAre("gen/a.py"));
}

TEST_F(DiscoveryTest, VirtualEnvironmentsAreLeftOutByTheirMarkNotTheirName) {
  tree_.write("env/pyvenv.cfg");
  tree_.write("env/lib/x.py");
  tree_.write("venv/__init__.py");
  EXPECT_THAT(names(), ElementsAre("venv/__init__.py"));
  EXPECT_THAT(names({"env"}), ElementsAre("env/lib/x.py"));
}

TEST_F(DiscoveryTest, ANamedFileIsTakenWhateverExcludesIt) {
  tree_.write(".gitignore", "*.py\n");
  tree_.write("a.py");
  exclude("a.py");
  EXPECT_THAT(names({"a.py"}), ElementsAre("a.py"));
  options_.force_exclude = true;
  EXPECT_THAT(names({"a.py"}), IsEmpty());
}

TEST_F(DiscoveryTest, ForceExcludeLooksAtTheDirectoriesAbove) {
  tree_.write("gen/deep/a.py");
  exclude("gen/");
  options_.force_exclude = true;
  EXPECT_THAT(names({"gen/deep/a.py", "gen/deep"}), IsEmpty());
}

TEST_F(DiscoveryTest, ANamedScriptIsPythonByItsFirstLine) {
  tree_.write("tool", "#!/usr/bin/env python3\n");
  tree_.write("shell", "#!/bin/sh\n");
  const auto found = find({"tool", "shell"});
  ASSERT_EQ(found.files.size(), 1U);
  EXPECT_EQ(found.files[0].relative, "tool");
  ASSERT_EQ(found.diagnostics.size(), 1U);
  EXPECT_EQ(found.diagnostics[0].code, "not-python");
  EXPECT_FALSE(found.named_path_unreadable);
}

TEST_F(DiscoveryTest, LinksToDirectoriesAreNotFollowed) {
  tree_.write("a/x.py");
  tree_.link("..", "a/loop");
  tree_.link("a", "b");
  EXPECT_THAT(names(), ElementsAre("a/x.py"));
  EXPECT_THAT(names({"b"}), ElementsAre("b/x.py"));
}

TEST_F(DiscoveryTest, LinksToFilesCountOnceAndOnlyWithoutAnotherName) {
  tree_.write("a/x.py");
  TemporaryTree elsewhere;
  elsewhere.write("y.py");
  tree_.link("a/x.py", "same.py");
  tree_.link(elsewhere.path("y.py"), "other.py");
  tree_.link(elsewhere.path("y.py"), "third.py");
  EXPECT_THAT(names(), ElementsAre("a/x.py", "other.py"));
}

TEST_F(DiscoveryTest, WhatCannotBeReadIsReportedAndDoesNotHang) {
  tree_.link("nowhere.py", "dangling.py");
  tree_.link("self.py", "self.py");
  ASSERT_EQ(::mkfifo(tree_.path("pipe.py").c_str(), 0600), 0);
  const auto found = find();
  EXPECT_THAT(found.files, IsEmpty());
  ASSERT_EQ(found.diagnostics.size(), 3U);
  for (const auto& diagnostic : found.diagnostics) EXPECT_EQ(diagnostic.code, "unreadable-file");
  EXPECT_FALSE(found.named_path_unreadable);
  EXPECT_TRUE(find({"pipe.py"}).named_path_unreadable);
}

TEST_F(DiscoveryTest, AMissingTargetIsAnError) {
  try {
    find({"nowhere"});
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'nowhere' does not exist"));
    EXPECT_FALSE(error.hint().empty());
  }
}

TEST_F(DiscoveryTest, StrangeNamesAreShownSafely) {
  tree_.write("a\nb.py");
  tree_.write("\xFF.py");
  EXPECT_THAT(names(), ElementsAre("\\xff.py", "a\\x0ab.py"));
}

}  // namespace
}  // namespace gilcheck::project
