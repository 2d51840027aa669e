#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "analyzer/parse/arena.h"

namespace gilcheck::analyzer {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

TEST(Arena, PiecesDoNotOverlap) {
  Arena arena;
  std::vector<std::pair<char*, std::size_t>> pieces;
  for (std::size_t size = 0; size < 3000; size += 7) {
    auto* piece = static_cast<char*>(arena.allocate(size));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(piece) % 8, 0u);
    std::memset(piece, static_cast<int>(size % 251), size);
    pieces.emplace_back(piece, size);
  }
  for (const auto& [piece, size] : pieces) {
    EXPECT_EQ(std::string(piece, size), std::string(size, static_cast<char>(size % 251)));
  }
}

TEST(Arena, ResizingKeepsTheContent) {
  Arena arena;
  auto* piece = static_cast<char*>(arena.resize(nullptr, 3));
  std::memcpy(piece, "abc", 3);
  for (std::size_t size = 4; size < 4 * kMegabyte; size = size * 3 / 2) {
    piece = static_cast<char*>(arena.resize(piece, size));
    ASSERT_EQ(std::string(piece, 3), "abc");
    std::memset(piece + 3, 'x', size - 3);
  }
  EXPECT_EQ(std::string(static_cast<char*>(arena.resize(piece, 3)), 3), "abc");
}

TEST(Arena, AReleasedPieceServesTheNextOfItsSize) {
  Arena arena;
  void* first = arena.allocate(40);
  void* second = arena.allocate(40);
  arena.release(nullptr);
  arena.release(first);
  EXPECT_NE(arena.allocate(400), first);
  EXPECT_EQ(arena.allocate(40), first);
  EXPECT_NE(arena.allocate(40), second);
}

TEST(Arena, ClearingStartsOver) {
  Arena arena;
  void* first = arena.allocate(100);
  arena.allocate(5 * kMegabyte);
  for (int i = 0; i < 100; ++i) arena.allocate(kMegabyte / 2);
  arena.release(first);
  arena.clear();
  void* again = arena.allocate(100);
  EXPECT_EQ(again, first);
  EXPECT_NE(arena.allocate(100), again);
}

}  // namespace
}  // namespace gilcheck::analyzer
