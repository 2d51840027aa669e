#pragma once
// The Python pass as its callers see it: bytes to summary (per file, in parallel, no I/O), then
// summaries to findings (whole program). No JSON, no protocol, no file system.

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/summary.h"
#include "base/external_state.h"
#include "base/finding.h"
#include "base/source_text.h"

namespace gilcheck::analyzer {

/// Whom we believe to call the code from several threads (DESIGN section 3, phase 4).
enum class Assume : std::uint8_t {
  single,     ///< only what visible thread roots reach
  automatic,  ///< thread roots, and modules and classes that own a lock
  threaded,   ///< every public function may run in several threads
};

struct PythonVersion {
  int major = 3;
  int minor = 14;
};

struct AnalysisOptions {
  Assume assume = Assume::automatic;
  PythonVersion python_version;
  /// What functions of the program's own extension modules do without a lock.
  std::vector<ExternalState> external_state;
};

/// One file's bytes to its summary: phases `parse` and `extract`. `path` is the relative path
/// findings will carry, `module` the dotted module name, `is_package` true for `__init__.py`.
/// Pure; may be called concurrently. Syntax errors leave the rest of the file analysed and are
/// counted in the summary; never throws on input.
ModuleSummary summarize(std::string_view path, std::string_view module, bool is_package,
                        const SourceText& source);

/// Flat bytes for the on-disk cache and back. `deserialize` checks every index and range and
/// returns null for bytes that are truncated, foreign, corrupt or of another format version.
std::string serialize(const ModuleSummary& summary);
std::unique_ptr<ModuleSummary> deserialize(std::string_view bytes);
/// Changes whenever summaries written by an older program must not be read.
std::uint64_t summary_format_version();

/// Runs `body(i)` for i in [0, count), in any order, possibly in parallel; returns when all are
/// done. The engine owns no threads; the session passes its pool.
using ParallelFor =
    std::function<void(std::size_t count, const std::function<void(std::size_t)>& body)>;
/// Source text of file `index`, for positions and code fragments. Called only for files that have
/// something to report; may be called concurrently; the reference outlives the analysis.
using SourceOf = std::function<const SourceText&(std::size_t index)>;

struct Analysis {
  std::vector<Finding> findings;         ///< every confidence, sorted by path, position, rule; no
                                         ///< suppression applied, no selection made
  Coverage coverage;                     ///< the fields that the engine knows (not the file counts)
  bool no_concurrency_in_sight = false;  ///< no lock and no thread root anywhere
};

/// Phases `link`, `evidence` and `detect` over all files of a program. The result does not depend
/// on the order in which `parallel` runs things. Summaries must be sorted by path.
Analysis analyze(std::span<const ModuleSummary* const> modules, const AnalysisOptions& options,
                 const ParallelFor& parallel, const SourceOf& source_of);

/// Intermediate forms for `gilcheck debug`, as stable, readable text.
std::string debug_syntax(const SourceText& source);
std::string debug_summary(const ModuleSummary& summary, const SourceText& source);
std::string debug_callgraph(std::span<const ModuleSummary* const> modules,
                            const AnalysisOptions& options, const SourceOf& source_of);
std::string debug_threads(std::span<const ModuleSummary* const> modules,
                          const AnalysisOptions& options, const SourceOf& source_of);
std::string debug_locks(std::span<const ModuleSummary* const> modules,
                        const AnalysisOptions& options, const SourceOf& source_of);

}  // namespace gilcheck::analyzer
