#pragma once
// Long runs of lines that hold nothing but a `\`: tree-sitter's lexer looks through the rest of the
// run at each of them, which takes seconds for ten thousand.

#include <string>
#include <string_view>

namespace gilcheck::analyzer {

/// The text with such lines turned into blanks where many of them follow each other; no byte moves.
/// Empty if there are none, as nearly always. It parses to the same tree.
std::string join_blank_continuations(std::string_view text);

}  // namespace gilcheck::analyzer
