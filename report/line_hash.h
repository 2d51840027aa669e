#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gilcheck::report {

/// GitHub's `primaryLocationLineHash` of every line: a rolling hash over the 100 characters from
/// the line's start, blanks left out, and an ordinal among the lines with that hash. Element 0 is
/// line 1. Equal to what github/codeql-action computes (src/fingerprints.ts), which warns when a
/// SARIF file says otherwise. Pure.
std::vector<std::string> line_hashes(std::string_view utf8);

}  // namespace gilcheck::report
