#include "project/runtime/static_findings.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "base/source_text.h"
#include "project/file_reader.h"
#include "project/paths.h"
#include "project/user_error.h"
#include "rules/catalogue.h"

namespace gilcheck::project {

namespace {

using nlohmann::json;

constexpr std::uint64_t kMostBytes = 256ULL << 20U;

/// Findings name files relative to the root of the project, which is the current directory or one
/// above it.
std::string found_file(const std::string& path) {
  std::string base = current_directory();
  for (;;) {
    const std::string file = absolute_path(path, base);
    if (is_file(file)) return real_path(file);
    if (base == "/") return {};
    base = parent_of(base);
  }
}

class Sources {
 public:
  const SourceText* of(const std::string& file) {
    const auto [place, fresh] = texts_.try_emplace(file);
    std::optional<SourceText>& text = place->second;
    if (fresh) {
      const ReadResult read = read_regular_file(file, kMostBytes);
      if (read.ok()) text = SourceText(decode_python_source(read.bytes).utf8);
    }
    return text.has_value() ? &text.value() : nullptr;
  }

 private:
  std::map<std::string, std::optional<SourceText>> texts_;
};

/// The range of a JSON object's `line`, `column`, `end_line` and `end_column`; nothing if the text
/// does not reach that far.
std::optional<SourceRange> range_of(const json& place, const SourceText& text) {
  const auto line = place.value("line", 0U);
  const auto end_line = place.value("end_line", 0U);
  const auto bytes = [&](std::uint32_t at_line, std::uint32_t column) -> std::optional<int> {
    if (at_line < 1 || at_line > text.line_count() || column < 1) return std::nullopt;
    const std::string_view whole = text.line(at_line);
    std::size_t at = 0;
    for (std::uint32_t i = 1; i < column; ++i) {
      if (at >= whole.size()) return std::nullopt;
      do {
        ++at;
      } while (at < whole.size() && (static_cast<unsigned char>(whole[at]) & 0xC0U) == 0x80U);
    }
    return static_cast<int>(at);
  };
  const auto column = bytes(line, place.value("column", 0U));
  const auto end_column = bytes(end_line, place.value("end_column", 0U));
  if (!column || !end_column) return std::nullopt;
  return SourceRange{static_cast<int>(line), *column, static_cast<int>(end_line), *end_column};
}

/// False if the text is not what the finding was made of.
bool add_ranges(const json& accesses, const std::string& path, const SourceText& text,
                std::vector<SourceRange>& out) {
  for (const json& access : accesses) {
    if (access.value("path", "") != path) continue;
    const auto range = range_of(access, text);
    if (!range) return false;
    out.push_back(*range);
  }
  return true;
}

}  // namespace

StaticFindings read_static_findings(const std::string& path) {
  const ReadResult read = read_regular_file(path, kMostBytes);
  if (!read.ok()) {
    throw UserError("cannot read findings from '" + displayable(path) + "': " + read.error,
                    "`gilcheck check --output-format json --output-file FILE` writes them");
  }
  StaticFindings out;
  Sources sources;
  try {
    const json document = json::parse(read.bytes);
    for (const json& one : document.at("findings")) {
      if (one.value("suppressed", false)) continue;
      StaticFinding finding;
      finding.rule = one.at("rule").get<std::string>();
      finding.fingerprint = one.at("fingerprint").get<std::string>();
      finding.location = one.at("location").at("name").get<std::string>();
      finding.path = one.at("path").get<std::string>();
      const rules::Rule* rule = rules::find(finding.rule);
      if (rule != nullptr && rule->family == "c-extensions") {
        ++out.in_c;
        continue;
      }
      finding.file = found_file(finding.path);
      const SourceText* text = finding.file.empty() ? nullptr : sources.of(finding.file);
      if (text == nullptr || !add_ranges(one.at("region"), finding.path, *text, finding.region) ||
          !add_ranges(one.at("conflicts"), finding.path, *text, finding.conflicts)) {
        ++out.gone;
        continue;
      }
      if (finding.region.empty()) {
        const auto whole = range_of(one, *text);
        if (!whole) {
          ++out.gone;
          continue;
        }
        finding.region.push_back(*whole);
      }
      out.all.push_back(std::move(finding));
    }
  } catch (const json::exception&) {
    throw UserError("'" + displayable(path) + "' is not what `gilcheck check` writes as JSON",
                    "`gilcheck check --output-format json --output-file FILE` writes it");
  }
  return out;
}

bool confirms(const json& report, const StaticFinding& finding) {
  const auto meets = [&](const json& frame, const std::vector<SourceRange>& ranges) {
    if (frame.value("path", "") != finding.file) return false;
    const int line = frame.value("line", 0);
    const SourceRange range{line, frame.value("column", 0),
                            std::max(frame.value("end_line", 0), line),
                            frame.value("end_column", 0)};
    return std::ranges::any_of(ranges, [&](const SourceRange& one) { return one.meets(range); });
  };
  const json& opened = report.at("opened");
  const json& closing = report.at("closing").at("stack").at(0);
  const json& other = report.at("other").at("stack").at(0);
  const bool begins = meets(opened, finding.region);
  const bool ends = meets(closing, finding.region);
  if (begins && ends) return true;
  // The region may be the other side's: an access without the lock that others hold from end to
  // end.
  if (meets(other, finding.region))
    return meets(opened, finding.conflicts) || meets(closing, finding.conflicts);
  return (begins || ends) && meets(other, finding.conflicts);
}

}  // namespace gilcheck::project
