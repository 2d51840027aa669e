#include "report/report.h"

#include <array>
#include <ostream>
#include <sstream>

#include "report/concise.h"
#include "report/full.h"
#include "report/github.h"
#include "report/json.h"
#include "report/sarif.h"

namespace gilcheck::report {

namespace {

constexpr std::array<std::string_view, 5> kNames = {"full", "concise", "json", "sarif", "github"};

}  // namespace

std::span<const std::string_view> format_names() {
  return kNames;
}

std::optional<Format> format_from(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Format>(i);
  }
  return std::nullopt;
}

std::string_view to_string(Format format) {
  return kNames[static_cast<std::size_t>(format)];
}

void render(std::ostream& out, Format format, const CheckResult& result,
            const RenderOptions& options) {
  switch (format) {
    case Format::full: return render_full(out, result, options);
    case Format::concise: return render_concise(out, result, options);
    case Format::json: return render_json(out, result, options);
    case Format::sarif: return render_sarif(out, result, options);
    case Format::github: return render_github(out, result, options);
  }
}

std::string render(Format format, const CheckResult& result, const RenderOptions& options) {
  std::ostringstream out;
  render(out, format, result, options);
  return std::move(out).str();
}

}  // namespace gilcheck::report
