#include "cli/run_output.h"

#include <fmt/format.h>

#include "cli/console.h"
#include "project/paths.h"
#include "report/report.h"

namespace gilcheck::cli {

namespace {

constexpr int kFound = 66;

}  // namespace

bool RunOutput::color() const {
  return file.empty() && use_color(ColorChoice::automatic, Stream::error);
}

std::string as_findings(const CheckResult& findings, const RunOutput& output,
                        report::RaceSources& sources) {
  report::RenderOptions options;
  options.tool_version = GILCHECK_VERSION;
  options.source_of = [&](std::string_view path) {
    return sources.of(project::absolute_path(path, project::current_directory()));
  };
  // The option takes no other name.
  return report::render(report::format_from(output.format).value_or(report::Format::sarif),
                        findings, options);
}

void hand_out(const std::string& text, const RunOutput& output) {
  if (!output.file.empty()) {
    write_output_file(output.file, text);
  } else if (output.as_text()) {
    write_error(text);
  } else {
    write_out(text);
  }
}

ExitStatus status_of_run(int status, std::size_t found, const RunOutput& output) {
  const bool fails = status == 0 && found != 0 && output.fail_on != "never";
  return static_cast<ExitStatus>(fails ? kFound : status);
}

std::string races(std::size_t count) {
  return count == 1 ? "1 race" : fmt::format("{} races", count);
}

}  // namespace gilcheck::cli
