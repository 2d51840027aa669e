#pragma once
// Fingerprints of findings: stable under moves and reformatting, unique in one run.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.h"

namespace gilcheck {

/// 64-bit FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/). Feed the parts of a fingerprint one
/// after the other, each with the hash so far as seed.
std::uint64_t stable_hash(std::string_view text, std::uint64_t seed = 14695981039346656037ULL);
/// White space does not count, so that reformatting keeps the fingerprint.
std::string without_space(std::string_view text);
std::string hex16(std::uint64_t hash);
/// Equal text in one function: numbered in order, so that fingerprints stay unique.
void number_equal_fingerprints(std::vector<Finding>& findings);

}  // namespace gilcheck
