#include "project/zero_packing.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace gilcheck::project {

namespace {

constexpr std::size_t kGroup = 8;
constexpr std::size_t kMostZeroGroups = 256;  ///< after one byte without bits, itself included

bool all_zero(std::string_view bytes, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, std::min(kGroup, bytes.size() - at));
  return word == 0;
}

}  // namespace

std::string pack_zeros(std::string_view bytes) {
  std::string out(sizeof(std::uint64_t), '\0');
  const std::uint64_t size = bytes.size();
  std::memcpy(out.data(), &size, sizeof size);
  out.reserve(bytes.size() / 2);
  for (std::size_t at = 0; at < bytes.size();) {
    if (all_zero(bytes, at)) {
      std::size_t groups = 1;
      at += kGroup;
      for (; groups < kMostZeroGroups && at < bytes.size() && all_zero(bytes, at); ++groups) {
        at += kGroup;
      }
      out.push_back('\0');
      out.push_back(static_cast<char>(groups - 1));
      continue;
    }
    const std::size_t end = std::min(at + kGroup, bytes.size());
    const std::size_t mask_at = out.size();
    unsigned mask = 0;
    out.push_back('\0');
    for (unsigned bit = 1; at < end; ++at, bit <<= 1U) {
      if (bytes[at] == '\0') continue;
      mask |= bit;
      out.push_back(bytes[at]);
    }
    out[mask_at] = static_cast<char>(mask);
  }
  return out;
}

std::optional<std::string> unpack_zeros(std::string_view packed) {
  std::uint64_t size = 0;
  if (packed.size() < sizeof size) return std::nullopt;
  std::memcpy(&size, packed.data(), sizeof size);
  packed.remove_prefix(sizeof size);
  // Two bytes stand for at most this many: a damaged size must not ask for all memory.
  if (size > (packed.size() + 1) / 2 * kGroup * kMostZeroGroups) return std::nullopt;
  std::string out(size, '\0');
  std::size_t at = 0;
  std::size_t in = 0;
  while (at < size) {
    if (in >= packed.size()) return std::nullopt;
    const auto mask = static_cast<unsigned char>(packed[in++]);
    if (mask == 0) {
      if (in >= packed.size()) return std::nullopt;
      at += kGroup * (std::size_t{static_cast<unsigned char>(packed[in++])} + 1);
      continue;
    }
    for (unsigned bit = 0; bit < kGroup; ++bit) {
      if ((mask >> bit & 1U) == 0) continue;
      if (in >= packed.size() || at + bit >= size) return std::nullopt;
      out[at + bit] = packed[in++];
    }
    at += kGroup;
  }
  if (in != packed.size() || at >= size + kGroup) return std::nullopt;
  return out;
}

}  // namespace gilcheck::project
