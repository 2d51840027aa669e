#pragma once
// One file on its way through a run.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "analyzer/analyzer.h"
#include "base/source_text.h"
#include "project/cache.h"
#include "project/content_hash.h"
#include "project/discovery.h"
#include "project/file_facts.h"
#include "project/module_name.h"

namespace gilcheck::project {

/// Thread contract: one thread works on a unit at a time, except `source`, which may be called
/// concurrently once the content hash is known.
class Unit {
 public:
  Unit(FoundFile found, ModuleName name);

  const FoundFile& file() const { return file_; }
  const ModuleName& module() const { return module_; }
  const FileFacts& facts() const { return facts_; }
  const Hash128& content() const { return content_; }
  std::uint64_t size() const { return size_; }
  /// Why there is nothing to analyse, or "".
  const std::string& failure() const { return failure_; }
  /// Its facts are known and it has not failed.
  bool known() const { return known_; }
  bool from_cache() const { return entry_ != nullptr; }
  const analyzer::ModuleSummary* summary() const { return summary_.get(); }
  /// The file was no longer what was analysed when its text was asked for.
  bool changed_meanwhile() const { return changed_.load(); }

  /// Asks the file system; takes facts from the cache when the stamp proves the content.
  void look_up(Cache* cache);
  /// Reads the file and either recognises its content in the cache or summarises it.
  void read(Cache* cache, std::uint64_t limit);
  /// Makes the summary available: from the cache, or by reading again if the cache is damaged.
  void need_summary(Cache* cache, std::uint64_t limit);
  /// Takes the bytes as the content; the file system is never asked.
  void take(std::string bytes);
  /// The text, read again if need be; empty text if that is not possible.
  const SourceText& source() const;
  /// Drops the summary once nobody needs it.
  void forget_summary() { summary_.reset(); }

 private:
  void summarize(std::string bytes, bool keep_text);

  FoundFile file_;
  ModuleName module_;
  Hash128 key_;
  FileStamp stamp_;
  bool settled_ = false;
  std::uint64_t size_ = 0;
  bool known_ = false;
  Hash128 content_;
  FileFacts facts_;
  std::string failure_;
  const Cache::Entry* entry_ = nullptr;
  std::unique_ptr<analyzer::ModuleSummary> summary_;

  mutable std::once_flag source_once_;
  mutable std::unique_ptr<SourceText> source_;
  mutable std::atomic<bool> changed_{false};
};

}  // namespace gilcheck::project
