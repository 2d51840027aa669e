#include "analyzer/parse/arena.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace gilcheck::analyzer {

namespace {

/// In front of each piece: its size class.
using Header = std::uint64_t;
constexpr std::size_t kBlock = std::size_t{1} << 20;
constexpr std::size_t kMostBlocks = 32;  // kept

Header& header_of(void* piece) {
  return *(static_cast<Header*>(piece) - 1);
}

}  // namespace

std::size_t Arena::class_of(std::size_t total) {
  if (total <= kFineClasses * 16) return (total + 15) / 16;
  return kFineClasses + static_cast<std::size_t>(std::bit_width(total - 1));
}

std::size_t Arena::size_of_class(std::size_t size_class) {
  return size_class <= kFineClasses ? size_class * 16
                                    : std::size_t{1} << (size_class - kFineClasses);
}

std::byte* Arena::take(std::size_t total) {
  if (total > kBlock) {
    return large_.emplace_back(std::make_unique_for_overwrite<std::byte[]>(total)).get();
  }
  if (static_cast<std::size_t>(end_ - at_) < total) {
    if (used_blocks_ == blocks_.size()) {
      blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(kBlock));
    }
    at_ = blocks_[used_blocks_++].get();
    end_ = at_ + kBlock;
  }
  return std::exchange(at_, at_ + total);
}

void* Arena::allocate(std::size_t bytes) {
  const std::size_t size_class = class_of(bytes + sizeof(Header));
  Free*& free = free_[size_class];
  if (free != nullptr) return std::exchange(free, free->next);
  void* piece = take(size_of_class(size_class)) + sizeof(Header);
  header_of(piece) = size_class;
  return piece;
}

void* Arena::resize(void* piece, std::size_t bytes) {
  if (piece == nullptr) return allocate(bytes);
  const std::size_t capacity = size_of_class(header_of(piece)) - sizeof(Header);
  if (bytes <= capacity) return piece;
  void* moved = allocate(bytes);
  std::memcpy(moved, piece, capacity);
  release(piece);
  return moved;
}

void Arena::release(void* piece) {
  if (piece == nullptr) return;
  Free*& free = free_[header_of(piece)];
  auto* released = static_cast<Free*>(piece);
  released->next = free;
  free = released;
}

void Arena::clear() {
  large_.clear();
  blocks_.resize(std::min(blocks_.size(), kMostBlocks));
  used_blocks_ = 0;
  at_ = end_ = nullptr;
  free_.fill(nullptr);
}

}  // namespace gilcheck::analyzer
