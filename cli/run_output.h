#pragma once
// How `gilcheck run` hands out what it found, whichever detector did.

#include <cstddef>
#include <string>

#include "base/finding.h"
#include "cli/exit_status.h"
#include "report/race_findings.h"

namespace gilcheck::cli {

struct RunOutput {
  std::string format = "text";  ///< "json", "sarif" and "github", too
  std::string file;             ///< "": standard error for text, else standard output
  std::string fail_on = "error";

  [[nodiscard]] bool as_text() const { return format == "text"; }
  [[nodiscard]] bool as_json() const { return format == "json"; }
  [[nodiscard]] bool color() const;
};

/// `sarif` and `github`: the formats of `gilcheck check`.
std::string as_findings(const CheckResult& findings, const RunOutput& output,
                        report::RaceSources& sources);

/// Writes the text where it belongs: standard output is the command's, unless a machine reads.
void hand_out(const std::string& text, const RunOutput& output);

/// The command's, or 66 if it passed and something was found.
ExitStatus status_of_run(int status, std::size_t found, const RunOutput& output);

/// "1 race", "3 races".
std::string races(std::size_t count);

}  // namespace gilcheck::cli
