#pragma once
// Recovery from brackets that nobody closes. To tree-sitter such a bracket may hold the rest of the
// file; a reader sees where the next statement starts.

#include <string_view>
#include <vector>

#include "base/position.h"

namespace gilcheck::analyzer {

/// The statements with an unclosed bracket, in order, each from its first character to the last one
/// before the next line that can only start a statement (`def`, `class`, `import`, `return`, a
/// decorator, ...) and is not indented deeper, else to the end of the text. Linear in the text.
std::vector<ByteRange> unclosed_statements(std::string_view text);

}  // namespace gilcheck::analyzer
