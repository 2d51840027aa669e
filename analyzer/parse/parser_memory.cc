#include "analyzer/parse/parser_memory.h"

#include <tree_sitter/api.h>

#include <cstring>

#include "analyzer/parse/arena.h"

namespace gilcheck::analyzer {

namespace {

Arena& thread_arena() {
  thread_local Arena arena;
  return arena;
}

void* zeroed(std::size_t count, std::size_t size) {
  return std::memset(thread_arena().allocate(count * size), 0, count * size);
}

}  // namespace

ParserMemory::ParserMemory() {
  if constexpr (kEndsTrees) {
    // For the whole process, once: tree-sitter must not see memory of two allocators.
    [[maybe_unused]] static const bool installed = [] {
      ts_set_allocator(
          [](std::size_t bytes) { return thread_arena().allocate(bytes); }, zeroed,
          [](void* piece, std::size_t bytes) { return thread_arena().resize(piece, bytes); },
          [](void* piece) { thread_arena().release(piece); });
      return true;
    }();
  }
}

ParserMemory::~ParserMemory() {
  if constexpr (kEndsTrees) thread_arena().clear();
}

}  // namespace gilcheck::analyzer
