#pragma once
// Source fragments for messages.

#include <string>

#include "base/source_text.h"

namespace gilcheck::analyzer {

/// The text of a range on one line: without comments, white space folded, cut at `most` characters
/// (code points).
std::string code_text(const SourceText& source, ByteRange range, std::size_t most);

/// 64-bit FNV-1a, for fingerprints (http://www.isthe.com/chongo/tech/comp/fnv/).
std::uint64_t stable_hash(std::string_view text, std::uint64_t seed = 14695981039346656037ull);

}  // namespace gilcheck::analyzer
