#include "project/module_name.h"

#include <gtest/gtest.h>

#include "temporary_tree.h"

namespace gilcheck::project {
namespace {

class ModuleNameTest : public testing::Test {
 protected:
  std::string name(std::string_view path, std::vector<std::string> src = {}) {
    if (!std::filesystem::exists(tree_.path(path))) tree_.write(path);
    for (auto& directory : src) directory = tree_.path(directory);
    return ModuleNamer(tree_.root(), src).name(tree_.path(path)).dotted;
  }
  TemporaryTree tree_;
};

TEST_F(ModuleNameTest, ModulesOfAPackageStartAtTheTopmostInit) {
  tree_.write("pkg/__init__.py");
  tree_.write("pkg/sub/__init__.py");
  EXPECT_EQ(name("pkg/sub/mod.py"), "pkg.sub.mod");
  EXPECT_EQ(name("pkg/__init__.py"), "pkg");
  EXPECT_TRUE(ModuleNamer(tree_.root(), {}).name(tree_.path("pkg/__init__.py")).is_package);
}

TEST_F(ModuleNameTest, ARootInsideAPackageDoesNotCutTheName) {
  tree_.write("pkg/__init__.py");
  tree_.write("pkg/sub/__init__.py");
  tree_.write("pkg/sub/mod.py");
  const auto name = ModuleNamer(tree_.path("pkg/sub"), {}).name(tree_.path("pkg/sub/mod.py"));
  EXPECT_EQ(name.dotted, "pkg.sub.mod");
}

TEST_F(ModuleNameTest, SrcLayout) {
  tree_.write("pyproject.toml");
  tree_.write("src/pkg/__init__.py");
  EXPECT_EQ(name("src/pkg/mod.py"), "pkg.mod");
  EXPECT_EQ(name("src/namespace/part/mod.py"), "namespace.part.mod");
  EXPECT_EQ(name("tests/test_mod.py"), "tests.test_mod");
}

TEST_F(ModuleNameTest, NamespacePackagesAboveAPackage) {
  tree_.write("company/product/__init__.py");
  EXPECT_EQ(name("company/product/mod.py"), "company.product.mod");
}

TEST_F(ModuleNameTest, AContainerIsNoNamespacePackage) {
  tree_.write("lib/pkg/__init__.py");
  tree_.write("scripts/tool.py");
  tree_.write("scripts/helper/__init__.py");
  EXPECT_EQ(name("lib/pkg/mod.py"), "pkg.mod");
  EXPECT_EQ(name("scripts/helper/mod.py"), "helper.mod");
}

TEST_F(ModuleNameTest, ConfiguredSourceRootsWin) {
  tree_.write("code/pkg/__init__.py");
  EXPECT_EQ(name("code/pkg/mod.py"), "code.pkg.mod");
  EXPECT_EQ(name("code/pkg/mod.py", {"code"}), "pkg.mod");
}

TEST_F(ModuleNameTest, ScriptsAreNamedByTheirPathAsFarAsItCanBeImported) {
  EXPECT_EQ(name("main.py"), "main");
  EXPECT_EQ(name("tools/gen.py"), "tools.gen");
  EXPECT_EQ(name("python3.11/threading.py"), "threading");
  EXPECT_EQ(name("bin/script"), "bin.script");
}

TEST_F(ModuleNameTest, OfSeveralProjectsEachIsASourceRoot) {
  tree_.write("one/setup.py");
  tree_.write("one/pkg/__init__.py");
  EXPECT_EQ(name("one/pkg/mod.py"), "pkg.mod");
  EXPECT_EQ(name("one/run.py"), "run");
}

TEST_F(ModuleNameTest, TwoOriginsWithOneNameAreToldApart) {
  ModuleNamer namer(tree_.root(), {});
  for (const auto* path : {"app-a/main.py", "app-a/only.py", "app-b/main.py", "top.py"}) {
    tree_.write(path);
  }
  std::vector<ModuleName> names;
  for (const auto* path : {"app-a/main.py", "app-a/only.py", "app-b/main.py", "top.py"}) {
    names.push_back(namer.name(tree_.path(path)));
  }
  EXPECT_EQ(names[0].dotted, names[2].dotted);
  tell_apart(names, tree_.root());
  EXPECT_EQ(names[0].dotted, "app-a.main");
  EXPECT_EQ(names[1].dotted, "app-a.only");
  EXPECT_EQ(names[2].dotted, "app-b.main");
  EXPECT_EQ(names[3].dotted, "top");
}

}  // namespace
}  // namespace gilcheck::project
