#pragma once
// One translation unit on its way through a run.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "clang_plugin/clang_plugin.h"
#include "project/c/python_headers.h"
#include "project/c/unit_record.h"
#include "project/cache.h"
#include "project/content_hash.h"
#include "project/discovery.h"

namespace gilcheck::project {

/// Contents of files that units depend on, each asked once a run. May be called concurrently.
class DependencyHashes {
 public:
  /// The file as it is now; `known` spares reading it when its stamp proves that content. Nothing
  /// if it cannot be read.
  std::optional<Dependency> now(const std::string& path, const Dependency* known);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::optional<Dependency>> known_;
};

enum class UnitState : std::uint8_t {
  unread,
  known,   ///< its record is there
  failed,  ///< parsing took too long, ended the worker, or gave no tree
};

/// Thread contract: one thread works on a unit at a time.
struct CUnit {
  FoundFile file;
  clang_plugin::Job job;
  PythonHeaders python;  ///< those it is compiled against
  /// Of a unit read as the build with the GIL: the same source as the free-threaded one.
  CUnit* free_threaded = nullptr;
  /// Of the others: read as the build with the GIL, where that is another program.
  std::unique_ptr<CUnit> with_gil;
  bool wants_pch = false;
  std::vector<std::string> precompiled;  ///< files that job.pch is made of
  bool size_t_clean = false;

  UnitState state = UnitState::unread;
  std::string failure_code;  ///< of the diagnostic
  std::string failure;
  bool from_cache = false;
  UnitRecord record;
  Hash128 content;  ///< of everything the unit depends on; its place in the cache
  std::unique_ptr<clang_plugin::Unit> unit;

  /// What the flags, the library and the headers decide (and of the build with the GIL the content
  /// of the free-threaded one): the record's place in the cache.
  Hash128 key;

  /// Takes record and content from the cache if nothing they depend on has changed.
  bool look_up(Cache* cache, DependencyHashes& hashes);
  /// Takes a parsed unit: fills in the record and keeps both in the cache, unless a header is
  /// missing (it may appear) or a file was changed after `started_ns`. A unit of the build with the
  /// GIL wants the free-threaded one loaded.
  void take(std::unique_ptr<clang_plugin::Unit> parsed, std::string_view bytes,
            std::int64_t started_ns, Cache* cache, DependencyHashes& hashes);
  /// Loads the unit from the cache; false if it is not there intact.
  bool load(Cache* cache);
};

}  // namespace gilcheck::project
