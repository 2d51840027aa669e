#pragma once
// "Did you mean ...?"

#include <span>
#include <string_view>

namespace gilcheck::project {

/// The candidate closest to `word` by edit distance (insert, delete, replace, swap neighbours),
/// ignoring case and taking `_` for `-`; empty when none is close enough to be a slip of the
/// keyboard (a third of the word's length). A candidate that `word` abbreviates counts as close.
std::string_view closest_word(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace gilcheck::project
