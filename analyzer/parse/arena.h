#pragma once
// Memory for many small pieces that all end together.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace gilcheck::analyzer {

/// malloc's interface for one thread, with `clear` on top. Pieces are aligned to 8 bytes. A
/// released piece serves a later request of its size class, so that what grows by reallocation does
/// not pile up. Out of memory ends the program if it meets a C caller (std::bad_alloc).
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* allocate(std::size_t bytes);
  /// `piece` may be null; its content moves along.
  void* resize(void* piece, std::size_t bytes);
  /// `piece` may be null.
  void release(void* piece);
  /// All pieces end. Keeps the memory for what comes next, up to a bound.
  void clear();

 private:
  struct Free {
    Free* next;
  };
  // Up to 1 kB a class per 16 bytes, above a class per power of two.
  static constexpr std::size_t kFineClasses = 64;
  static constexpr std::size_t kClasses = kFineClasses + 1 + 64;

  static std::size_t class_of(std::size_t total);
  static std::size_t size_of_class(std::size_t size_class);
  std::byte* take(std::size_t total);

  using Block = std::unique_ptr<std::byte[]>;
  std::vector<Block> blocks_;    // of one size
  std::size_t used_blocks_ = 0;  // the last of them is the current one
  std::byte* at_ = nullptr;      // free part of the current block
  std::byte* end_ = nullptr;
  std::vector<Block> large_;  // a piece each
  std::array<Free*, kClasses> free_{};
};

}  // namespace gilcheck::analyzer
