#pragma once
// Breaking a paragraph into lines of a width. Pure; safe to call concurrently.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gilcheck::report {

/// Breaks `text` at blanks into lines of at most `width` cells; a longer word gets a line of its
/// own, for a path or a name cut in two cannot be searched or clicked. `width` 0 does not wrap.
/// Control characters are made visible. Never returns an empty vector.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

}  // namespace gilcheck::report
