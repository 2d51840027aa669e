// Flags of C sources: shell quoting, compile databases, what a file includes, build files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project/c/build_hints.h"
#include "project/c/compile_database.h"
#include "project/c/compiler_flags.h"
#include "project/c/include_layout.h"
#include "project/c/python_headers.h"
#include "project/c/python_words.h"
#include "project/c/shell_words.h"
#include "project/c/source_scan.h"
#include "temporary_tree.h"

namespace gilcheck::project {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(ShellWords, QuotesAndBackslashes) {
  EXPECT_THAT(split_shell_words(R"(cc -DX='a b' "-DY=\"q\"" a\ b "" -DZ=\'c\')"),
              ElementsAre("cc", "-DX=a b", "-DY=\"q\"", "a b", "", "-DZ='c'"));
  EXPECT_THAT(split_shell_words("a \\\n b 'unfinished"), ElementsAre("a", "b", "unfinished"));
  EXPECT_THAT(split_shell_words("  \t "), IsEmpty());
}

TEST(CompilerFlags, KeepsWhatChangesTheMeaning) {
  const auto flags = compiler_flags(
      {"ccache",   "cc",     "-Iinc",      "-I",       "../other",   "-isystem/sys", "-DA=1",
       "-D",       "B",      "-UC",        "-O2",      "-g3",        "-Wall",        "-MD",
       "-MF",      "x.d",    "-c",         "x.c",      "-o",         "x.o",          "-std=c11",
       "-fopenmp", "-mavx2", "-Wl,-z,now", "-fno-plt", "--nonsense", "-include",     "pre.h"},
      "/p/build");
  EXPECT_THAT(flags.arguments,
              ElementsAre("-I/p/build/inc", "-I/p/other", "-isystem/sys", "-DA=1", "-DB", "-UC",
                          "-std=c11", "-fopenmp", "-mavx2", "-include", "/p/build/pre.h"));
  EXPECT_THAT(flags.unknown, ElementsAre("--nonsense"));
}

TEST(CompilerFlags, ResponseFiles) {
  const TemporaryTree tree;
  tree.write("flags.rsp", "-DA='x y' -Iinc @more.rsp @gone.rsp");
  tree.write("more.rsp", "-DB @more.rsp");
  const auto flags = compiler_flags({"cc", "@flags.rsp"}, tree.root());
  EXPECT_THAT(flags.arguments, Contains("-DA=x y"));
  EXPECT_THAT(flags.arguments, Contains("-DB"));
  EXPECT_THAT(flags.problems, Contains(testing::HasSubstr("gone.rsp")));
  EXPECT_THAT(flags.problems, Contains(testing::HasSubstr("includes itself")));
}

TEST(CompileDatabase, BothFormsAndRelativeDirectories) {
  const TemporaryTree tree;
  tree.write("a.c");
  tree.write("src/b.c");
  tree.write("build/compile_commands.json", R"([
    {"directory": "..", "file": "a.c", "command": "cc -DX='1 2' -c a.c"},
    {"directory": "", "file": "../src/b.c", "arguments": ["cc", "-I.", "../src/b.c"]},
    {"directory": "..", "file": "gone.c", "command": "cc -c gone.c"},
    {"directory": "..", "file": "a.c", "command": "cc -DSECOND -c a.c"},
    {"file": 3}, 4])");
  std::vector<Diagnostic> diagnostics;
  const auto path = CompileDatabase::find_in(tree.root());
  EXPECT_EQ(path, tree.path("build/compile_commands.json"));
  const auto database = CompileDatabase::read(path, tree.root(), diagnostics);
  ASSERT_NE(database.find(tree.path("a.c")), nullptr);
  EXPECT_THAT(database.find(tree.path("a.c"))->arguments, ElementsAre("-DX=1 2"));
  ASSERT_NE(database.find(tree.path("src/b.c")), nullptr);
  EXPECT_THAT(database.find(tree.path("src/b.c"))->arguments,
              ElementsAre("-I" + tree.path("build")));
  EXPECT_EQ(database.find(tree.path("gone.c")), nullptr);
  std::vector<std::string> codes;
  for (const auto& diagnostic : diagnostics) codes.push_back(diagnostic.code);
  EXPECT_THAT(codes, ElementsAre("compile-database-entry", "compile-database-stale"));
}

TEST(CompileDatabase, WhatIsNoDatabaseIsSaid) {
  const TemporaryTree tree;
  for (const char* text : {"", "{", "[{]", "{}", "3", "[\"\xff\"]"}) {
    tree.write("compile_commands.json", text);
    std::vector<Diagnostic> diagnostics;
    const auto database =
        CompileDatabase::read(tree.path("compile_commands.json"), tree.root(), diagnostics);
    EXPECT_EQ(database.size(), 0u) << text;
    ASSERT_EQ(diagnostics.size(), 1u) << text;
    EXPECT_EQ(diagnostics[0].code, "compile-database-unreadable") << text;
  }
}

TEST(SourceScan, IncludesInEveryBranchButNotInCommentsOrLiterals) {
  const auto scan = scan_source(
      "/* #include \"no.h\" */\n// #include \"no.h\"\nconst char *s = \"\\\n#include <no.h>\";\n"
      "#if X\n  #  include \"a.h\"  // why\n#else\n#include <sys/b.h>\n#endif\n#include MACRO\n"
      "char c = '\"';\n#include \"c.h\"\n");
  std::vector<std::string> names;
  for (const auto& include : scan.includes) names.push_back(include.name);
  EXPECT_THAT(names, ElementsAre("a.h", "sys/b.h", "c.h"));
  EXPECT_TRUE(scan.includes[0].quoted);
  EXPECT_FALSE(scan.includes[1].quoted);
}

TEST(SourceScan, PreamblesThatAllowAPrecompiledPython) {
  PythonWords words({});
  const auto simple = [&](std::string_view text) {
    return can_precompile(scan_source(text).preamble, words);
  };
  EXPECT_TRUE(simple("#include <Python.h>\n"));
  EXPECT_TRUE(simple("// x\n#define PY_SSIZE_T_CLEAN\n#include \"Python.h\"\nint x;\n"));
  EXPECT_TRUE(
      simple("#ifndef PY_SSIZE_T_CLEAN\n#define PY_SSIZE_T_CLEAN\n#endif\n"
             "#include <stdio.h>\n#include <vector>\n#include <Python.h>\n"));
  EXPECT_TRUE(simple("#define SPAM 1\n#include <Python.h>\n"));
  EXPECT_FALSE(simple("#include \"spam.h\"\n#include <Python.h>\n"));
  EXPECT_FALSE(simple("int x;\n#include <Python.h>\n"));
  EXPECT_FALSE(simple("#ifdef X\n#include <Python.h>\n#endif\n"));
  EXPECT_FALSE(simple("#define _GNU_SOURCE\n#include <Python.h>\n"));
  EXPECT_FALSE(simple("#ifdef X\n#define PY_SSIZE_T_CLEAN\n#endif\n#include <Python.h>\n"));
  EXPECT_FALSE(simple("int x;\n"));
  EXPECT_TRUE(scan_source("#define PY_SSIZE_T_CLEAN\n#include <Python.h>").preamble.size_t_clean);
}

TEST(SourceScan, MacrosThatPythonsHeadersMentionRuleItOut) {
  const TemporaryTree tree;
  tree.write("Python.h", "#ifdef Py_LIMITED_API\n#endif\n");
  PythonWords words({tree.root()});
  EXPECT_TRUE(words.may_matter("Py_LIMITED_API"));
  EXPECT_FALSE(words.may_matter("SPAM_VERSION"));
}

TEST(IncludeLayout, TheClosestHeaderOfTheProject) {
  const TemporaryTree tree;
  tree.write("one/include/util/config.h", "#include <util/deep.h>\n");
  tree.write("one/include/util/deep.h");
  tree.write("two/include/util/config.h");
  tree.write("compat/stdint.h");
  tree.write("one/src/spam.c", "#include \"util/config.h\"\n#include <stdint.h>\n");
  tree.write("one/src/inner.h");
  IncludeLayout layout(
      {tree.path("one/include/util/config.h"), tree.path("compat/stdint.h"),
       tree.path("one/include/util/deep.h"), tree.path("two/include/util/config.h")},
      {});
  const auto reached = layout.follow(tree.path("one/src/spam.c"),
                                     scan_source("#include \"util/config.h\"\n#include <stdint.h>\n"
                                                 "#include \"inner.h\"\n#include \"gone.h\"\n"));
  EXPECT_THAT(reached.directories, ElementsAre(tree.path("one/include")));
  EXPECT_FALSE(reached.python);
}

TEST(IncludeLayout, PythonIsReachedThroughHeadersThatIncludeEachOther) {
  const TemporaryTree tree;
  tree.write("a.h", "#include \"b.h\"\n");
  tree.write("b.h", "#include \"a.h\"\n#include <Python.h>\n");
  tree.write("part.c");
  IncludeLayout layout({tree.path("a.h"), tree.path("b.h")}, {});
  const auto reached =
      layout.follow(tree.path("x.c"), scan_source("#include \"a.h\"\n#include \"part.c\"\n"));
  EXPECT_TRUE(reached.python);
  EXPECT_THAT(reached.sources, ElementsAre(tree.path("part.c")));
}

TEST(BuildHints, LiteralsOfSetupPyMesonAndCMake) {
  const TemporaryTree tree;
  tree.directory("include");
  tree.directory("vendor/z");
  BuildHints hints;
  add_build_hints(
      "Extension('x', include_dirs=['include', sys.prefix, 'gone'],\n"
      "  define_macros=[('A', '1'), (\"B\", None), ('C', VERSION)])\n",
      tree.root(), hints);
  add_build_hints("include_directories('vendor/z')\n", tree.root(), hints);
  add_build_hints("target_include_directories(x PRIVATE ${CMAKE_SOURCE_DIR}/include)\n",
                  tree.root(), hints);
  EXPECT_THAT(hints.directories, ElementsAre(tree.path("include"), tree.path("vendor/z")));
  add_build_hints("nanobind_add_module(x STABLE_ABI FREE_THREADED x.cc)\n", tree.root(), hints);
  EXPECT_THAT(hints.macros, ElementsAre("A=1", "B", "NB_FREE_THREADED"));
}

TEST(PythonHeaders, VersionAndConfigurationBesideASourceTree) {
  const TemporaryTree tree;
  tree.write("Include/Python.h");
  tree.write("Include/patchlevel.h",
             "/* PY_MAJOR_VERSION */\n#define PY_MAJOR_VERSION 3\n#define PY_MINOR_VERSION  14\n");
  tree.write("pyconfig.h");
  const auto found = python_headers_in(tree.path("Include"));
  EXPECT_TRUE(found.found() && found.free_threaded());
  EXPECT_EQ(found.minor, 14u);
  EXPECT_THAT(found.directories, ElementsAre(tree.path("Include"), tree.root()));
  EXPECT_FALSE(python_headers_in(tree.root()).found());
}

}  // namespace
}  // namespace gilcheck::project
