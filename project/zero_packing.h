#pragma once
// A compact form for bytes that are mostly zero: flat vectors of small numbers, as summaries and
// units are. It costs a fraction of what reading the file costs, and needs no library.
//
//   size of the original (8 bytes), then per group of 8 bytes: a byte whose bits say which are not
//   zero, and those; after a byte without bits, how many more groups of zeros follow (one byte)

#include <optional>
#include <string>
#include <string_view>

namespace gilcheck::project {

std::string pack_zeros(std::string_view bytes);
/// Nothing for bytes that are truncated or otherwise not what `pack_zeros` gives.
std::optional<std::string> unpack_zeros(std::string_view packed);

}  // namespace gilcheck::project
