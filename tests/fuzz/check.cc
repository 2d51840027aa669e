// The whole Python pass on any bytes: decoding, parse, extract, the cache format, link, evidence
// and detect, as a program of two files that import each other. The labelled programs are the
// seeds.
//
// What must hold: nothing crashes; positions stay inside the text; a summary survives the cache
// unchanged; bytes from a damaged cache are refused or can be analysed.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analyzer.h"
#include "base/source_text.h"

namespace {

using namespace gilcheck;
using namespace gilcheck::analyzer;

/// Divides the input into the two files of the program.
constexpr std::string_view kDivider = "\n#----\n";

void require(bool holds) {
  if (!holds) std::abort();
}

struct File {
  SourceText source;
  ModuleSummary summary;
};

File summarize_file(std::string_view bytes, bool second) {
  File file;
  file.source = SourceText(decode_python_source(std::string(bytes)).utf8);
  file.summary = second ? summarize("pkg/b.py", "pkg.b", false, file.source)
                        : summarize("pkg/__init__.py", "pkg", true, file.source);
  return file;
}

void check_positions(const File& file) {
  const auto inside = [&](ByteRange range) {
    require(range.begin <= range.end && range.end <= file.source.text().size());
  };
  for (const Access& access : file.summary.accesses) inside(access.range);
  for (const Call& call : file.summary.calls) inside(call.range);
  for (const Region& region : file.summary.regions) inside(region.condition);
  for (const ByteRange range : file.summary.syntax_errors) inside(range);
  for (const Suppression& made : file.summary.suppressions) {
    require(made.line >= 1 && made.line <= std::max(file.source.line_count(), 1u));
    require(made.first_line <= made.last_line);
  }
}

void analyze_program(const ModuleSummary& first, const ModuleSummary& second,
                     const std::array<File, 2>& files) {
  const std::array<const ModuleSummary*, 2> modules{&first, &second};
  AnalysisOptions options;
  options.assume = Assume::threaded;
  const Analysis analysis = analyze(
      modules, options,
      [](std::size_t count, const std::function<void(std::size_t)>& body) {
        for (std::size_t i = 0; i < count; ++i) body(i);
      },
      [&](std::size_t index) -> const SourceText& { return files.at(index).source; });
  for (const Finding& finding : analysis.findings) {
    require(!finding.rule.empty() && finding.span.line >= 1 && finding.span.column >= 1);
    require(!finding.region.empty());
  }
}

/// A few bytes changed, at places and to values that the input itself decides.
std::string damaged(std::string bytes, std::uint64_t seed) {
  for (int i = 0; i < 3 && !bytes.empty(); ++i) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    bytes[seed % bytes.size()] = static_cast<char>(seed >> 32);
  }
  if (seed % 16 == 0) bytes.resize(bytes.size() - (seed >> 8) % (bytes.size() + 1));
  return bytes;
}

std::uint64_t seed_of(std::string_view bytes) {
  std::uint64_t hash = 1469598103934665603ull;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return hash | 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);  // NOLINT: bytes to text
  const std::size_t divider = std::min(input.find(kDivider), size);
  std::array<File, 2> files{summarize_file(input.substr(0, divider), false),
                            summarize_file(input.substr(divider), true)};
  for (const File& file : files) check_positions(file);

  const std::array<std::string, 2> stored{serialize(files[0].summary), serialize(files[1].summary)};
  std::array<std::unique_ptr<ModuleSummary>, 2> restored;
  for (std::size_t i = 0; i < restored.size(); ++i) {
    restored.at(i) = deserialize(stored.at(i));
    require(restored.at(i) != nullptr);
    require(serialize(*restored.at(i)) == stored.at(i));
  }
  analyze_program(*restored[0], *restored[1], files);

  const std::unique_ptr<ModuleSummary> wrong = deserialize(damaged(stored[1], seed_of(input)));
  if (wrong != nullptr) analyze_program(files[0].summary, *wrong, files);
  return 0;
}
