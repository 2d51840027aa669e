#pragma once
// The whole answer of the engine as flat bytes, so that a run on an unchanged project need not link
// and detect again.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analyzer.h"
#include "base/external_state.h"

namespace gilcheck::project {

/// `external_state` is what the C engine says beside its findings.
std::string write_analysis(const analyzer::Analysis& analysis,
                           std::span<const ExternalState> external_state = {});
/// Nothing for bytes that are truncated or otherwise not what `write_analysis` writes.
std::optional<analyzer::Analysis> read_analysis(
    std::string_view bytes, std::vector<ExternalState>* external_state = nullptr);
/// The same bytes for equal states, to tell answers apart.
std::string write_external_state(std::span<const ExternalState> external_state);

}  // namespace gilcheck::project
