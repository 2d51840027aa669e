#pragma once
// One run over a project: from paths to the answer. The shells (cli/, later lsp/) drive this and
// nothing below it.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analyzer.h"
#include "base/finding.h"
#include "base/source_text.h"
#include "clang_plugin/clang_plugin.h"
#include "project/discovery.h"
#include "project/progress.h"
#include "project/settings.h"

namespace gilcheck::project {

/// What the answer itself has no place for.
struct RunNotes {
  std::uint64_t hidden = 0;              ///< findings left out for their confidence
  bool no_concurrency_in_sight = false;  ///< no lock and no thread root anywhere
  bool named_file_failed = false;        ///< a file given by name could not be read
  bool answer_from_cache = false;        ///< nothing was linked or detected
};

/// Thread contract: one thread at a time, except `source`, which may be called concurrently after
/// `check` or `load`. Findings do not depend on the number of jobs, nor on the cache.
///
/// Errors: UserError for targets that do not exist; everything else that goes wrong with a file is
/// a diagnostic. Standard exceptions (memory) pass through.
class Session {
 public:
  /// `progress` may be null and must outlive the session.
  explicit Session(Settings settings, Progress* progress = nullptr);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Settings& settings() const;

  /// The files a check would analyse.
  Discovery discover(const std::vector<std::string>& targets);

  /// Discovery, summaries (from the cache where possible), the engine, then selection and
  /// suppression: findings of enabled rules and sufficient confidence, suppressed ones marked.
  CheckResult check(const std::vector<std::string>& targets);

  /// The same for one file whose bytes are given. `filename` names it: relative to the working
  /// directory, need not exist. The cache is not used.
  CheckResult check_bytes(std::string bytes, std::string_view filename);

  const RunNotes& notes() const;

  /// Reads and summarises, and goes no further: what `debug` shows.
  void load(const std::vector<std::string>& targets);
  /// After `load`: the summaries, sorted by path, and the text of the i-th.
  std::vector<const analyzer::ModuleSummary*> modules() const;
  const SourceText& source_of_module(std::size_t index) const;
  /// After `load`: what went wrong with files.
  const std::vector<Diagnostic>& diagnostics() const;

  /// Reads and parses the C and C++ sources, and goes no further.
  void load_c(const std::vector<std::string>& targets);
  /// After `load_c`: the units, sorted by path. They live as long as the session.
  std::vector<const clang_plugin::Unit*> c_units() const;

  /// Text of a file of the last run, by the path findings carry; null if it was none of its files
  /// or can no longer be read.
  const SourceText* source(std::string_view relative) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gilcheck::project
