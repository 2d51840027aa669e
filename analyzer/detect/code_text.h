#pragma once
// Source fragments for messages.

#include <string>

#include "base/source_text.h"

namespace gilcheck::analyzer {

/// The text of a range on one line: without comments, white space folded, cut at `most` characters
/// (code points).
std::string code_text(const SourceText& source, ByteRange range, std::size_t most);

}  // namespace gilcheck::analyzer
