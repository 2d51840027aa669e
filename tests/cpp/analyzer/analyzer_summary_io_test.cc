// The cache format: what was written comes back; what was damaged is refused.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "extracted.h"

namespace gilcheck::analyzer {
namespace {

constexpr std::string_view kProgram = R"(
    """Thread-safe."""
    import threading
    from .a import b as c
    lock = threading.Lock()
    class C(Base):
        x: int = 1
        def f(self, k, *args, **kw):
            with self.lock:
                if k not in self.d:
                    self.d[k] = [v for v in self.e if v]
            try:
                return self.d[k]
            except KeyError:
                self.n += 1  # gilcheck: ignore[GIL101] fine
        @property
        def p(self):
            yield lambda: self.q
)";

TEST(SummaryIo, RoundTrip) {
  const Extracted module(kProgram);
  const std::string bytes = serialize(module.summary());
  const auto back = deserialize(bytes);
  ASSERT_NE(back, nullptr);
  EXPECT_TRUE(serialize(*back) == bytes);
  EXPECT_EQ(back->path, "m.py");
  EXPECT_EQ(back->module, "m");
  EXPECT_TRUE(back->documented_thread_safe);
  EXPECT_EQ(back->functions.size(), module.summary().functions.size());
  EXPECT_EQ(debug_summary(*back, module.source()),
            debug_summary(module.summary(), module.source()));
}

TEST(SummaryIo, EmptyFile) {
  const Extracted module("");
  EXPECT_NE(deserialize(serialize(module.summary())), nullptr);
}

TEST(SummaryIo, WhatIsKeptOfBrokenSyntaxHolds) {
  // Found by fuzzing: a function within a syntax error that captures a parameter of another one.
  constexpr std::string_view program =
      "class C:\n"
      "    def f(self, a):\n"
      "        def g():\n"
      "            self.f(a)\n"
      "        h = lambda b: (b, lambda: b)\n"
      "        if a:\n"
      "            raise a[0]\n"
      "def k():\n"
      "    C().f(1)\n";
  for (std::size_t at = 0; at <= program.size(); ++at) {
    for (const std::string_view wrong : {"\xef\xbf\xbd", ")", "\n", "\"\"\""}) {
      std::string text(program);
      text.insert(at, wrong);
      EXPECT_NE(deserialize(serialize(Extracted(text).summary())), nullptr) << text;
    }
  }
}

TEST(SummaryIo, TruncatedOrExtendedBytesAreRefused) {
  std::string bytes = serialize(Extracted(kProgram).summary());
  for (std::size_t size = 0; size < bytes.size(); size += 1 + size / 64) {
    EXPECT_EQ(deserialize(std::string_view(bytes).substr(0, size)), nullptr) << size;
  }
  bytes += '\0';
  EXPECT_EQ(deserialize(bytes), nullptr);
}

TEST(SummaryIo, ForeignBytesAreRefused) {
  EXPECT_EQ(deserialize("hello, world: no summary at all"), nullptr);
  EXPECT_EQ(deserialize(std::string(1000, '\xff')), nullptr);
}

TEST(SummaryIo, DamagedBytesAreRefusedOrStayInBounds) {
  const Extracted module(kProgram);
  const std::string bytes = serialize(module.summary());
  std::mt19937 random(1);
  int refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string damaged = bytes;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    const auto back = deserialize(damaged);
    if (back == nullptr) {
      ++refused;
      continue;
    }
    // Reads everything there is.
    EXPECT_FALSE(serialize(*back).empty());
    EXPECT_FALSE(debug_summary(*back, module.source()).empty());
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace gilcheck::analyzer
