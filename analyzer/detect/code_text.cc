#include "analyzer/detect/code_text.h"

namespace gilcheck::analyzer {

std::string code_text(const SourceText& source, ByteRange range, std::size_t most) {
  std::string out;
  std::size_t count = 0;
  bool space = false;
  for (const char c : source.slice(range)) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\\') {
      space = !out.empty();
      continue;
    }
    const bool starts_point = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (starts_point && count + (space ? 1u : 0u) >= most) {
      out += "...";
      return out;
    }
    if (space) {
      out += ' ';
      ++count;
      space = false;
    }
    out += c;
    if (starts_point) ++count;
  }
  return out;
}

std::uint64_t stable_hash(std::string_view text, std::uint64_t seed) {
  for (const char c : text) {
    seed ^= static_cast<unsigned char>(c);
    seed *= 1099511628211ull;
  }
  return seed;
}

}  // namespace gilcheck::analyzer
