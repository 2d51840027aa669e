#include "base/fingerprint.h"

#include <map>

namespace gilcheck {

std::uint64_t stable_hash(std::string_view text, std::uint64_t seed) {
  for (const char c : text) {
    seed ^= static_cast<unsigned char>(c);
    seed *= 1099511628211ULL;
  }
  return seed;
}

std::string without_space(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f') out += c;
  }
  return out;
}

std::string hex16(std::uint64_t hash) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = 16; i-- > 0; hash >>= 4U) out[i] = kDigits[hash & 15U];
  return out;
}

void number_equal_fingerprints(std::vector<Finding>& findings) {
  std::map<std::string, int> seen;
  for (Finding& finding : findings) {
    const int occurrence = seen[finding.fingerprint]++;
    if (occurrence == 0) continue;
    finding.fingerprint =
        hex16(stable_hash(finding.fingerprint + "#" + std::to_string(occurrence)));
  }
}

}  // namespace gilcheck
