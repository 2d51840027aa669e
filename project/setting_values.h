#pragma once
// From words to settings, for the configuration file and the command line alike. Every function
// throws UserError; `where` names the place ("--assume", "pyproject.toml:12") and starts the
// message.

#include <string>
#include <string_view>
#include <vector>

#include "project/settings.h"

namespace gilcheck::project {

Confidence parse_confidence(std::string_view where, std::string_view word);
analyzer::Assume parse_assume(std::string_view where, std::string_view word);
OutputFormat parse_output_format(std::string_view where, std::string_view word);
/// "3.9", "3.14": any minor version of Python 3 from 3.0.
analyzer::PythonVersion parse_python_version(std::string_view where, std::string_view word);
/// "67108864", "64MB", "64 MiB", "1g": powers of 1024.
std::uint64_t parse_size(std::string_view where, std::string_view word);
/// Checks that each selector selects at least one rule.
void check_selectors(std::string_view where, const std::vector<std::string>& selectors);

}  // namespace gilcheck::project
