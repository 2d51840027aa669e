#pragma once

#include <string>
#include <string_view>

namespace gilcheck::report {

inline constexpr char32_t kReplacement = 0xFFFD;

/// Takes one code point off `text`, which must not be empty. A byte that starts no valid sequence
/// is taken alone and counts as U+FFFD.
char32_t take_code_point(std::string_view& text);

/// Appends the UTF-8 form of `code`, which must be a scalar value.
void append_code_point(std::string& out, char32_t code);

}  // namespace gilcheck::report
