#pragma once
// The whole answer of the engine as flat bytes, so that a run on an unchanged project need not link
// and detect again.

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/analyzer.h"

namespace gilcheck::project {

std::string write_analysis(const analyzer::Analysis& analysis);
/// Nothing for bytes that are truncated or otherwise not what `write_analysis` writes.
std::optional<analyzer::Analysis> read_analysis(std::string_view bytes);

}  // namespace gilcheck::project
