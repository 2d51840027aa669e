#pragma once
// 128-bit content hashes (XXH3), the keys of the cache. Not for security.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace gilcheck::project {

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend auto operator<=>(const Hash128&, const Hash128&) = default;
};

Hash128 hash_of(std::string_view bytes);
std::uint64_t checksum_of(std::string_view bytes);

/// A hash over a sequence of values; strings are length-prefixed, so that ("ab", "c") and
/// ("a", "bc") differ. One thread at a time.
class HashStream {
 public:
  HashStream();
  ~HashStream();
  HashStream(const HashStream&) = delete;
  HashStream& operator=(const HashStream&) = delete;
  HashStream& add(std::string_view text);
  HashStream& add(std::uint64_t value);
  HashStream& add(const Hash128& hash) { return add(hash.low).add(hash.high); }
  Hash128 finish() const;

 private:
  void* state_;
};

struct Hash128Hasher {
  std::size_t operator()(const Hash128& hash) const { return static_cast<std::size_t>(hash.low); }
};

}  // namespace gilcheck::project
