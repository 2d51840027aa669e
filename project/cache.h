#pragma once
// What is kept between runs: module summaries by content, and whole answers of the engine.
//
// One file (a *pack*) per program and root. It is read by offset, never mapped, so that no other
// process can crash a reader; it is replaced by rename, so that a reader keeps the file it opened;
// every part carries a checksum, so that whatever is damaged is a miss. Two runs at once cost each
// other at most some misses. Blobs are kept packed (zero_packing.h) and copied as they are.
//
//   header | blobs (summaries and answers, back to back) | index
//
// The index holds, per file, its stamp, content hash and facts; a run in which nothing changed
// reads the header, the index and one answer.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "project/content_hash.h"
#include "project/file_facts.h"
#include "project/file_reader.h"

namespace gilcheck::project {

/// Thread contract: `find`, `summary`, `answer`, `put`, `keep` may be called concurrently with each
/// other; construction, `put_answer` and `commit` may not.
class Cache {
 public:
  /// Where a blob lies in the pack it came from.
  struct Blob {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint64_t checksum = 0;
  };
  struct Entry {
    FileStamp stamp;
    bool settled = false;  ///< `stamp` proves the content
    Hash128 content;
    FileFacts facts;
    Blob summary;
    std::uint32_t last_used = 0;  ///< days since 1970
  };

  /// Opens the pack for `root` in `directory` if there is one; nothing is created until something
  /// is put. `program` names the program and the format of its summaries: a pack written by another
  /// is not seen.
  Cache(std::string directory, const Hash128& program, std::string_view root);
  ~Cache();
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  /// Null when nothing is known. Valid until `commit`.
  const Entry* find(const Hash128& key) const;
  /// The serialised summary of an entry; nothing if it cannot be read intact.
  std::optional<std::string> summary(const Entry& entry) const;
  std::optional<std::string> answer(const Hash128& key) const;

  /// Records a new summary. `entry.summary` is filled in here.
  void put(const Hash128& key, Entry entry, std::string_view summary);
  /// Says that the entry is in use; `refreshed` when the stamp differs from the one that is kept.
  void keep(const Hash128& key, const FileStamp& stamp, bool settled, bool refreshed);
  void put_answer(const Hash128& key, std::string_view bytes);

  /// Writes a new pack if anything was recorded: what was put and kept, plus entries of the old
  /// pack that other runs used in the last month. Returns why it could not be written, or "".
  std::string commit();

 private:
  class Pack;
  class Writer;
  struct Pending;
  std::string directory_;
  std::string path_;
  Hash128 identity_;
  std::unique_ptr<Pack> pack_;
  std::unique_ptr<Pending> pending_;
};

/// How the names of precompiled headers in a cache directory begin.
inline constexpr std::string_view kPrecompiledPrefix = "pch-";
/// The hash as 32 hexadecimal digits.
std::string hex(const Hash128& hash);
/// Makes the directory, with the tag that says what it is. Returns why it could not, or "".
std::string make_cache_directory(const std::string& directory);

/// Identifies the running program for the cache: its version, its summaries' format and the file it
/// was started from, so that a rebuilt program trusts nothing the old one wrote.
Hash128 program_identity();

struct CleanResult {
  bool existed = false;
  std::uint64_t bytes = 0;
  std::string error;  ///< empty, or why it could not be removed
};
/// Removes a cache directory. Removes nothing from a directory that does not carry the cache's tag,
/// and only what the cache has written.
CleanResult remove_cache(const std::string& directory);

}  // namespace gilcheck::project
