// What `__all__` lists, as far as the file tells.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "extracted.h"

namespace gilcheck::analyzer {
namespace {

/// "a b" for exactly these, "a b ..." if there may be others, "-" without `__all__`.
std::string exports(std::string_view python) {
  const Extracted module(python);
  const ModuleSummary& summary = module.summary();
  if (summary.export_list == ExportList::none) return "-";
  std::string out;
  for (const Sym name : summary.exports) {
    if (!out.empty()) out += ' ';
    out += summary.name(name);
  }
  if (summary.export_list == ExportList::partial) out += out.empty() ? "..." : " ...";
  return out;
}

TEST(Exports, WithoutAListNoneIsKnown) {
  EXPECT_EQ(exports("a = 1\nprint(a)\n"), "-");
  EXPECT_EQ(exports("class C:\n    __all__ = ['a']\n"), "-");
  EXPECT_EQ(exports("def f():\n    __all__ = ['a']\n"), "-");
  EXPECT_EQ(exports("__all__: list[str]\n"), "-");
}

TEST(Exports, Literals) {
  EXPECT_EQ(exports("__all__ = ['a', \"_b\"]\n"), "a _b");
  EXPECT_EQ(exports("__all__ = ('a',)\n"), "a");
  EXPECT_EQ(exports("__all__ = 'a', 'b'\n"), "a b");
  EXPECT_EQ(exports("__all__: list[str] = ['a']\n"), "a");
  EXPECT_EQ(exports("names = __all__ = ['a']\n"), "a");
  EXPECT_EQ(exports("__all__ = []\n"), "");
  EXPECT_EQ(exports("__all__ = list(('a', 'b'))\n"), "a b");
}

TEST(Exports, MoreThanSixteenNames) {
  std::string python = "__all__ = [";
  std::string names;
  for (int i = 0; i < 40; ++i) {
    python += "'n" + std::to_string(i) + "', ";
    names += (i == 0 ? "n" : " n") + std::to_string(i);
  }
  EXPECT_EQ(exports(python + "]\n"), names);
}

TEST(Exports, AddedTo) {
  EXPECT_EQ(exports(R"(
    __all__ = ['a']
    __all__ += ['b']
    __all__ = __all__ + ['c'] + ['d']
    __all__.append('e')
    __all__.extend(['f', 'g'])
    __all__.sort()
    if True:
        __all__ += ('h',)
  )"),
            "a b d c e f g h");
}

TEST(Exports, WhatIsNotALiteralMayListMore) {
  EXPECT_EQ(exports("import a\n__all__ = a.__all__ + ['b']\n"), "b ...");
  EXPECT_EQ(exports("import a\n__all__ = ['b']\n__all__ += a.__all__\n"), "b ...");
  EXPECT_EQ(exports("import a\n__all__ = [*a.__all__, 'b']\n"), "b ...");
  EXPECT_EQ(exports("__all__ = [name for name in dir()]\n"), "...");
  EXPECT_EQ(exports("__all__ = ['a']\n__all__[:] = make()\n"), "a ...");
  EXPECT_EQ(exports("from a import __all__\n"), "...");
  EXPECT_EQ(exports(R"(
    __all__ = ['a']
    def public(f):
        __all__.append(f.__name__)
        return f
  )"),
            "a ...");
}

TEST(Exports, ReadingItAddsNothing) {
  EXPECT_EQ(exports(R"(
    __all__ = ['a']
    def __dir__():
        return sorted(__all__ + ['b'])
  )"),
            "a");
}

}  // namespace
}  // namespace gilcheck::analyzer
