#include "project/closest_word.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace gilcheck::project {

namespace {

std::string folded(std::string_view word) {
  std::string out;
  for (const char c : word) {
    out.push_back(c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  return out;
}

/// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({replaced, previous[j] + 1, current[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

std::string_view closest_word(std::string_view word, std::span<const std::string_view> candidates) {
  constexpr std::size_t kLongestWord = 64;
  if (word.empty() || word.size() > kLongestWord) return {};
  const std::string wanted = folded(word);
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const auto candidate : candidates) {
    if (const auto d = distance(wanted, folded(candidate)); d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  if (!best.empty() || wanted.size() < 3) return best;
  for (const auto candidate : candidates) {
    if (candidate.starts_with(wanted)) return candidate;
  }
  // `format` for `output-format`.
  for (const auto candidate : candidates) {
    if (candidate.ends_with(wanted) && candidate[candidate.size() - wanted.size() - 1] == '-') {
      return candidate;
    }
  }
  return {};
}

}  // namespace gilcheck::project
