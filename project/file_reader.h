#pragma once
// Reading files that may be anything: huge, gone, a named pipe, changing under us.

#include <cstdint>
#include <string>
#include <string_view>

namespace gilcheck::project {

/// What identifies one state of a file's content without reading it.
struct FileStamp {
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;  ///< also moves when someone sets mtime back
  std::uint64_t inode = 0;
  std::uint64_t device = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;

  /// Whether a content read at `read_at_ns` can be recognised by this stamp later. A file changed
  /// again within the clock's granularity may keep its stamp, so a stamp younger than two seconds
  /// at the time of reading proves nothing (git calls such an entry racy).
  bool settled_at(std::int64_t read_at_ns) const;
};

std::int64_t wall_clock_ns();

struct StampResult {
  FileStamp stamp;
  std::string error;  ///< empty, or why there is no regular file to read
  bool missing = false;
  bool ok() const { return error.empty(); }
};

struct ReadResult {
  std::string bytes;
  FileStamp stamp;
  bool settled = false;  ///< `stamp` will recognise these bytes later
  std::string error;     ///< empty, or why there are no bytes, as a phrase: "permission denied"
  bool ok() const { return error.empty(); }
};

/// Asks without opening. Follows symbolic links.
StampResult stamp_of(const std::string& path);
/// A regular file is there, as far as asking tells.
bool is_file(const std::string& path);

/// Reads a regular file of at most `limit` bytes. Never blocks on a FIFO, never opens a device. May
/// be called concurrently.
ReadResult read_regular_file(const std::string& path, std::uint64_t limit);

/// Writes so that readers see the old content or the new one, never a part: a temporary file in the
/// same directory, then rename. Returns an empty string or what went wrong.
std::string write_file_atomically(const std::string& path, std::string_view bytes);

/// The first bytes of a regular file; empty when it cannot be read.
std::string read_start(const std::string& path, std::size_t size);

}  // namespace gilcheck::project
