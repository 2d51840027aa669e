#include "project/file_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <system_error>
#include <utility>

namespace gilcheck::project {

namespace {

constexpr std::int64_t kRacyWindowNs = 2'000'000'000;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  /// Closes now and says whether that went well.
  bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

std::string describe_errno(int code) {
  switch (code) {
    case EACCES: return "permission denied";
    case ENOENT: return "no such file or directory";
    case ELOOP: return "a loop of symbolic links";
    case ENAMETOOLONG: return "the name is too long";
    default: return std::generic_category().message(code);
  }
}

std::int64_t nanoseconds(const struct timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

FileStamp stamp_from(const struct stat& status) {
  FileStamp stamp;
  stamp.size = static_cast<std::uint64_t>(status.st_size);
#ifdef __APPLE__
  stamp.mtime_ns = nanoseconds(status.st_mtimespec);
  stamp.ctime_ns = nanoseconds(status.st_ctimespec);
#else
  stamp.mtime_ns = nanoseconds(status.st_mtim);
  stamp.ctime_ns = nanoseconds(status.st_ctim);
#endif
  stamp.inode = static_cast<std::uint64_t>(status.st_ino);
  stamp.device = static_cast<std::uint64_t>(status.st_dev);
  return stamp;
}

/// Empty for a regular file.
std::string why_not_regular(const struct stat& status) {
  if (S_ISREG(status.st_mode)) return {};
  if (S_ISDIR(status.st_mode)) return "is a directory";
  if (S_ISFIFO(status.st_mode)) return "is a named pipe, not a file";
  if (S_ISSOCK(status.st_mode)) return "is a socket, not a file";
  return "is a device, not a file";
}

std::string over_limit(std::uint64_t size, std::uint64_t limit) {
  return "has " + std::to_string(size) + " bytes, more than max-file-size allows (" +
         std::to_string(limit) + ")";
}

}  // namespace

bool FileStamp::settled_at(std::int64_t read_at_ns) const {
  return read_at_ns - std::max(mtime_ns, ctime_ns) >= kRacyWindowNs;
}

std::int64_t wall_clock_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

StampResult stamp_of(const std::string& path) {
  StampResult out;
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    const int code = errno;
    out.error = describe_errno(code);
    struct stat link{};
    const bool dangling = code == ENOENT && ::lstat(path.c_str(), &link) == 0;
    if (dangling) out.error = "a symbolic link to nothing";
    out.missing = !dangling && (code == ENOENT || code == ENOTDIR || code == ENAMETOOLONG);
    return out;
  }
  out.stamp = stamp_from(status);
  out.error = why_not_regular(status);
  return out;
}

bool is_file(const std::string& path) {
  return stamp_of(path).ok();
}

ReadResult read_regular_file(const std::string& path, std::uint64_t limit) {
  ReadResult out;
  // Opening a device can have effects of its own, so ask first; O_NONBLOCK covers the case that a
  // FIFO takes the file's place in between.
  if (auto before = stamp_of(path); !before.ok()) {
    out.error = std::move(before.error);
    return out;
  }
  const std::int64_t read_at = wall_clock_ns();
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  struct stat status{};
  if (!file.valid() || ::fstat(file.get(), &status) != 0) {
    out.error = describe_errno(errno);
    return out;
  }
  out.error = why_not_regular(status);
  if (!out.ok()) return out;
  out.stamp = stamp_from(status);
  if (out.stamp.size > limit) {
    out.error = over_limit(out.stamp.size, limit);
    return out;
  }
  out.bytes.resize(out.stamp.size);
  std::size_t got = 0;
  while (true) {
    if (got == out.bytes.size()) {
      // Files in /proc say size 0, and a file may have grown: one more byte tells.
      char extra = 0;
      const ssize_t n = ::read(file.get(), &extra, 1);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      if (got >= limit) {
        out.bytes.clear();
        out.error = over_limit(got + 1, limit);
        return out;
      }
      out.bytes.resize(std::min<std::size_t>(limit, std::max<std::size_t>(got * 2, 4096)));
      out.bytes[got++] = extra;
    }
    const ssize_t n = ::read(file.get(), out.bytes.data() + got, out.bytes.size() - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      out.bytes.clear();
      out.error = describe_errno(errno);
      return out;
    }
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  out.bytes.resize(got);
  struct stat after{};
  const bool unchanged = ::fstat(file.get(), &after) == 0 && stamp_from(after) == out.stamp;
  out.settled = unchanged && got == out.stamp.size && out.stamp.settled_at(read_at);
  return out;
}

std::string write_file_atomically(const std::string& path, std::string_view bytes) {
  static std::atomic<unsigned> counter{0};
  const std::string temporary =
      path + "." + std::to_string(::getpid()) + "." + std::to_string(counter++) + ".tmp";
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.valid()) return describe_errno(errno);
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const std::string error = describe_errno(errno);
      ::unlink(temporary.c_str());
      return error;
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  if (!file.close() || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const std::string error = describe_errno(errno);
    ::unlink(temporary.c_str());
    return error;
  }
  return {};
}

std::string read_start(const std::string& path, std::size_t size) {
  if (!stamp_of(path).ok()) return {};
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!file.valid()) return {};
  std::string out(size, '\0');
  const ssize_t n = ::read(file.get(), out.data(), out.size());
  out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return out;
}

}  // namespace gilcheck::project
