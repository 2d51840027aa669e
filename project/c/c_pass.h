#pragma once
// The C pass of a run: from source files to units (parsed in worker processes, cached), then to
// findings.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analyzer.h"
#include "base/finding.h"
#include "base/source_text.h"
#include "clang_plugin/clang_plugin.h"
#include "project/c/unit_record.h"
#include "project/cache.h"
#include "project/discovery.h"
#include "project/progress.h"
#include "project/settings.h"
#include "project/workers.h"

namespace gilcheck::project {

/// Thread contract: one thread at a time, except `source`, which may be called concurrently once
/// units were read.
///
/// Errors: UserError for settings that name what does not exist; everything else becomes a
/// diagnostic.
class CPass {
 public:
  CPass(const Settings& settings, const Workers& workers, Progress* progress);
  ~CPass();
  CPass(const CPass&) = delete;
  CPass& operator=(const CPass&) = delete;

  /// Works out the flags of every source and makes its unit's record known: from the cache, or by
  /// parsing. Does nothing, and loads no libclang, when no source reaches Python.h. `headers`:
  /// those of the project. `cache` may be null.
  void read(std::vector<FoundFile> sources, const std::vector<std::string>& headers, Cache* cache);

  /// After `read`: findings of every confidence, and the engine's coverage figures. From the cache
  /// where possible.
  clang_plugin::Analysis analyse(Cache* cache);

  /// After `read`: the units, sorted by path; loads those that are not.
  std::vector<const clang_plugin::Unit*> units(Cache* cache);

  /// After `read`: how each source is compiled, with the precompiled header it was given.
  std::vector<clang_plugin::Job> jobs() const;

  /// After `analyse`: suppression comments per file, sorted by path.
  const std::vector<UnitRecord::File>& directives() const;
  /// After `analyse`: what is wrong with files and set-up; fills in what only we know.
  void describe(Coverage& coverage, std::vector<Diagnostic>& diagnostics);
  /// A file given by name, or a library given by name, could not be used.
  bool named_file_failed() const;

  /// Text of a C file of the project by the path findings carry; null if it cannot be read.
  const SourceText* source(std::string_view relative) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gilcheck::project
