#include "project/cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/analyzer.h"
#include "clang_plugin/clang_plugin.h"
#include "project/paths.h"
#include "project/wire.h"
#include "project/zero_packing.h"

namespace gilcheck::project {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMagic = "gilcheck pack 2\n";
/// Magic, identity, place of the index, checksum of these.
constexpr std::size_t kHeaderSize = kMagic.size() + 16 + 24 + 8;
constexpr std::uint32_t kDaysKept = 30;
constexpr std::size_t kAnswersKept = 8;
constexpr std::uint64_t kLargestPack = std::uint64_t{4} << 30U;
constexpr std::string_view kTagName = "CACHEDIR.TAG";
constexpr std::string_view kIgnoreName = ".gitignore";
constexpr std::string_view kIgnoreEverything = "*\n";
constexpr std::string_view kTagSignature = "Signature: 8a477f597d28d172789f06886806bc55";
constexpr std::string_view kPackPrefix = "pack-";
constexpr std::string_view kPackEnding = ".bin";
constexpr std::string_view kTemporaryEnding = ".tmp";

std::uint32_t today() {
  return static_cast<std::uint32_t>(wall_clock_ns() / 86'400'000'000'000);
}

bool read_at(int fd, std::uint64_t offset, std::uint64_t size, std::string& out) {
  out.resize(size);
  std::size_t got = 0;
  while (got < size) {
    const ssize_t n = ::pread(fd, out.data() + got, size - got, static_cast<off_t>(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    got += static_cast<std::size_t>(n);
  }
  return true;
}

void write(WireWriter& out, const Hash128& hash) {
  out.put(hash.low);
  out.put(hash.high);
}

Hash128 get_hash(WireReader& in) {
  Hash128 hash;
  hash.low = in.get<std::uint64_t>();
  hash.high = in.get<std::uint64_t>();
  return hash;
}

void write(WireWriter& out, const Cache::Blob& blob) {
  out.put(blob.offset);
  out.put(blob.size);
  out.put(blob.checksum);
}

Cache::Blob get_blob(WireReader& in) {
  Cache::Blob blob;
  blob.offset = in.get<std::uint64_t>();
  blob.size = in.get<std::uint64_t>();
  blob.checksum = in.get<std::uint64_t>();
  return blob;
}

void write(WireWriter& out, const Cache::Entry& entry) {
  out.put(entry.stamp.size);
  out.put(entry.stamp.mtime_ns);
  out.put(entry.stamp.ctime_ns);
  out.put(entry.stamp.inode);
  out.put(entry.stamp.device);
  out.put(static_cast<std::uint8_t>(entry.settled ? 1 : 0));
  write(out, entry.content);
  write(out, entry.facts);
  write(out, entry.summary);
  out.put(entry.last_used);
}

Cache::Entry get_entry(WireReader& in) {
  Cache::Entry entry;
  entry.stamp.size = in.get<std::uint64_t>();
  entry.stamp.mtime_ns = in.get<std::int64_t>();
  entry.stamp.ctime_ns = in.get<std::int64_t>();
  entry.stamp.inode = in.get<std::uint64_t>();
  entry.stamp.device = in.get<std::uint64_t>();
  entry.settled = in.flag();
  entry.content = get_hash(in);
  entry.facts = read_file_facts(in);
  entry.summary = get_blob(in);
  entry.last_used = in.get<std::uint32_t>();
  return entry;
}

/// Whether a cache may have put a file of this name into its directory.
bool is_cache_file(std::string_view name) {
  if (name == kTagName || name == kIgnoreName || name.starts_with(kPrecompiledPrefix)) return true;
  const bool named_so =
      name.starts_with(kPackPrefix) || name.starts_with(kTagName) || name.starts_with(kIgnoreName);
  return (named_so && name.ends_with(kTemporaryEnding)) ||
         (name.starts_with(kPackPrefix) && name.ends_with(kPackEnding));
}

bool holds_other_files(const std::string& directory) {
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (!is_cache_file(it->path().filename().string())) return true;
  }
  return false;
}

struct Answer {
  Hash128 key;
  Cache::Blob blob;
};

}  // namespace

std::string hex(const Hash128& hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const std::uint64_t half : {hash.high, hash.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      out.push_back(kDigits[(half >> static_cast<unsigned>(shift)) & 15U]);
    }
  }
  return out;
}

std::string make_cache_directory(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return error.message();
  struct stat status{};
  // So that backup programs and git leave the directory alone. Which must never happen to a
  // directory of the user's: `--cache-dir .` would make git ignore the whole project.
  if (::stat(join(directory, kTagName).c_str(), &status) == 0) return {};
  if (holds_other_files(directory)) return "it holds other files, so it is no cache";
  const std::string tag = std::string(kTagSignature) + "\n# Written by gilcheck; safe to delete.\n";
  if (auto why = write_file_atomically(join(directory, kTagName), tag); !why.empty()) return why;
  const std::string ignore_file = join(directory, kIgnoreName);
  if (::stat(ignore_file.c_str(), &status) == 0) return {};
  return write_file_atomically(ignore_file, kIgnoreEverything);
}

/// An open pack, immutable.
class Cache::Pack {
 public:
  /// Null if there is none that can be used.
  static std::unique_ptr<Pack> open(const std::string& path, const Hash128& identity) {
    auto pack = std::unique_ptr<Pack>(new Pack);
    pack->fd_ = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat status{};
    if (pack->fd_ < 0 || ::fstat(pack->fd_, &status) != 0 || !S_ISREG(status.st_mode)) return {};
    pack->inode_ = static_cast<std::uint64_t>(status.st_ino);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    return pack->load(size, identity) ? std::move(pack) : nullptr;
  }
  ~Pack() {
    if (fd_ >= 0) ::close(fd_);
  }
  Pack(const Pack&) = delete;
  Pack& operator=(const Pack&) = delete;

  /// As it was put.
  std::optional<std::string> read(const Blob& blob) const {
    const auto packed = read_packed(blob);
    return packed ? unpack_zeros(*packed) : std::nullopt;
  }
  /// As it is kept, for copying.
  std::optional<std::string> read_packed(const Blob& blob) const {
    std::string bytes;
    if (!read_at(fd_, blob.offset, blob.size, bytes)) return std::nullopt;
    if (checksum_of(bytes) != blob.checksum) return std::nullopt;
    return bytes;
  }
  std::uint64_t inode() const { return inode_; }
  const std::unordered_map<Hash128, Entry, Hash128Hasher>& entries() const { return entries_; }
  const std::vector<Answer>& answers() const { return answers_; }

 private:
  Pack() = default;

  bool load(std::uint64_t size, const Hash128& identity) {
    std::string header;
    if (size < kHeaderSize || size > kLargestPack || !read_at(fd_, 0, kHeaderSize, header)) {
      return false;
    }
    const auto covered = std::string_view(header).substr(0, kHeaderSize - sizeof(std::uint64_t));
    WireReader tail(std::string_view(header).substr(covered.size()));
    if (!header.starts_with(kMagic) || tail.get<std::uint64_t>() != checksum_of(covered)) {
      return false;
    }
    WireReader in(covered.substr(kMagic.size()));
    if (get_hash(in) != identity) return false;
    const Blob index = get_blob(in);
    std::string bytes;
    if (index.offset > size || index.size != size - index.offset) return false;
    if (!read_at(fd_, index.offset, index.size, bytes)) return false;
    if (checksum_of(bytes) != index.checksum) return false;
    return parse_index(bytes, index.offset);
  }

  bool parse_index(std::string_view bytes, std::uint64_t blobs_end) {
    WireReader in(bytes);
    const auto fits = [&](const Blob& blob) {
      return blob.offset <= blobs_end && blob.size <= blobs_end - blob.offset;
    };
    const auto count = in.count();
    entries_.reserve(count);
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
      const Hash128 key = get_hash(in);
      Entry entry = get_entry(in);
      if (in.ok() && fits(entry.summary)) entries_.emplace(key, std::move(entry));
    }
    const auto answers = in.count();
    for (std::uint32_t i = 0; i < answers && in.ok(); ++i) {
      Answer answer{get_hash(in), get_blob(in)};
      if (in.ok() && fits(answer.blob)) answers_.push_back(answer);
    }
    return in.ok() && in.at_end();
  }

  int fd_ = -1;
  std::uint64_t inode_ = 0;
  std::unordered_map<Hash128, Entry, Hash128Hasher> entries_;
  std::vector<Answer> answers_;
};

/// A pack being written, under a temporary name until it is finished.
class Cache::Writer {
 public:
  ~Writer() {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(temporary_.c_str());
  }

  /// Makes the directory with its tag if need be. Returns why it could not, or "".
  std::string start(const std::string& directory, const std::string& path) {
    if (auto why = make_cache_directory(directory); !why.empty()) return why;
    temporary_ = path + "." + std::to_string(::getpid()) + "." + std::to_string(wall_clock_ns()) +
                 std::string(kTemporaryEnding);
    fd_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd_ < 0) return std::generic_category().message(errno);
    return append_raw(std::string(kHeaderSize, '\0'));
  }

  /// Adds a blob; `error()` tells whether it arrived.
  Blob append(std::string_view bytes) {
    const Blob blob{size_, bytes.size(), checksum_of(bytes)};
    if (error_.empty()) error_ = append_raw(bytes);
    return blob;
  }
  const std::string& error() const { return error_; }

  /// Writes index and header and gives the pack its name.
  std::string finish(const std::string& path, const Hash128& identity, std::string_view index) {
    const Blob blob = append(index);
    if (!error_.empty()) return error_;
    WireWriter header;
    write(header, identity);
    write(header, blob);
    std::string bytes = std::string(kMagic) + header.take();
    WireWriter tail;
    tail.put(checksum_of(bytes));
    bytes += tail.bytes();
    if (::pwrite(fd_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
      return std::generic_category().message(errno);
    }
    if (::rename(temporary_.c_str(), path.c_str()) != 0) {
      return std::generic_category().message(errno);
    }
    ::close(std::exchange(fd_, -1));
    return {};
  }

 private:
  std::string append_raw(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return std::generic_category().message(errno);
      size_ += static_cast<std::uint64_t>(n);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
  }

  int fd_ = -1;
  std::string temporary_;
  std::uint64_t size_ = 0;
  std::string error_;
};

/// What this run has recorded.
struct Cache::Pending {
  std::mutex mutex;
  std::unique_ptr<Writer> writer;
  std::string error;
  std::unordered_map<Hash128, Entry, Hash128Hasher> fresh;  ///< blobs are in `writer`
  std::unordered_map<Hash128, std::pair<FileStamp, bool>, Hash128Hasher> kept;
  bool refreshed = false;
  std::vector<Answer> answers;  ///< blobs are in `writer`

  /// The writer, started on first use; null when that failed.
  Writer* ready(const std::string& directory, const std::string& path) {
    if (!writer && error.empty()) {
      writer = std::make_unique<Writer>();
      error = writer->start(directory, path);
      if (!error.empty()) writer.reset();
    }
    return writer.get();
  }
};

namespace {

/// Temporary files of runs that died, and packs of programs that are gone.
void remove_leftovers(const std::string& directory, const std::string& current) {
  constexpr auto kTemporaryAge = std::chrono::hours(1);
  constexpr auto kPackAge = std::chrono::hours(24 * 7);
  std::error_code error;
  const auto now = fs::file_time_type::clock::now();
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    const bool ours = name.starts_with(kPackPrefix) || name.starts_with(kPrecompiledPrefix);
    if (!ours || it->path() == fs::path(current)) continue;
    const auto limit = name.ends_with(kTemporaryEnding) ? kTemporaryAge : kPackAge;
    std::error_code ignored;
    const auto written = fs::last_write_time(it->path(), ignored);
    if (!ignored && now - written > limit) fs::remove(it->path(), ignored);
  }
}

}  // namespace

Cache::Cache(std::string directory, const Hash128& program, std::string_view root)
    : directory_(std::move(directory)),
      identity_(HashStream().add(program).add(root).finish()),
      pending_(std::make_unique<Pending>()) {
  path_ = join(directory_, std::string(kPackPrefix) + hex(identity_) + std::string(kPackEnding));
  pack_ = Pack::open(path_, identity_);
}

Cache::~Cache() = default;

const Cache::Entry* Cache::find(const Hash128& key) const {
  if (!pack_) return nullptr;
  const auto found = pack_->entries().find(key);
  return found == pack_->entries().end() ? nullptr : &found->second;
}

std::optional<std::string> Cache::summary(const Entry& entry) const {
  return pack_ ? pack_->read(entry.summary) : std::nullopt;
}

std::optional<std::string> Cache::answer(const Hash128& key) const {
  if (!pack_) return std::nullopt;
  for (const auto& answer : pack_->answers()) {
    if (answer.key == key) return pack_->read(answer.blob);
  }
  return std::nullopt;
}

void Cache::put(const Hash128& key, Entry entry, std::string_view summary) {
  entry.last_used = today();
  const std::string packed = pack_zeros(summary);
  const std::lock_guard lock(pending_->mutex);
  if (Writer* writer = pending_->ready(directory_, path_)) {
    entry.summary = writer->append(packed);
    pending_->fresh.insert_or_assign(key, std::move(entry));
  }
}

void Cache::keep(const Hash128& key, const FileStamp& stamp, bool settled, bool refreshed) {
  const std::lock_guard lock(pending_->mutex);
  pending_->kept.insert_or_assign(key, std::pair(stamp, settled));
  pending_->refreshed = pending_->refreshed || refreshed;
}

void Cache::put_answer(const Hash128& key, std::string_view bytes) {
  if (Writer* writer = pending_->ready(directory_, path_)) {
    pending_->answers.push_back({key, writer->append(pack_zeros(bytes))});
  }
}

std::string Cache::commit() {
  Pending& pending = *pending_;
  const bool anything = pending.refreshed || !pending.fresh.empty() || !pending.answers.empty();
  if (!anything) return pending.error;
  Writer* writer = pending.ready(directory_, path_);
  if (writer == nullptr) return pending.error;

  // A run that finished since we started may have replaced the pack; keep what it learned.
  std::vector<const Pack*> sources;
  struct stat status{};
  std::unique_ptr<Pack> newer;
  if (::stat(path_.c_str(), &status) == 0 &&
      (!pack_ || static_cast<std::uint64_t>(status.st_ino) != pack_->inode())) {
    newer = Pack::open(path_, identity_);
  }
  if (pack_) sources.push_back(pack_.get());
  if (newer) sources.push_back(newer.get());

  std::unordered_map<Hash128, Entry, Hash128Hasher> entries = std::move(pending.fresh);
  const std::uint32_t day = today();
  for (const Pack* source : sources) {
    for (const auto& [key, old] : source->entries()) {
      if (entries.contains(key)) continue;
      Entry entry = old;
      if (const auto kept = pending.kept.find(key);
          source == pack_.get() && kept != pending.kept.end()) {
        std::tie(entry.stamp, entry.settled) = kept->second;
        entry.last_used = day;
      } else if (entry.last_used + kDaysKept < day) {
        continue;
      }
      const auto bytes = source->read_packed(old.summary);
      if (!bytes) continue;
      entry.summary = writer->append(*bytes);
      entries.emplace(key, std::move(entry));
    }
  }
  std::vector<Answer> answers = std::move(pending.answers);
  for (const Pack* source : sources) {
    for (const auto& answer : source->answers()) {
      const bool known = std::any_of(answers.begin(), answers.end(),
                                     [&](const Answer& other) { return other.key == answer.key; });
      if (known || answers.size() >= kAnswersKept) continue;
      if (const auto bytes = source->read_packed(answer.blob)) {
        answers.push_back({answer.key, writer->append(*bytes)});
      }
    }
  }

  WireWriter index;
  index.put(static_cast<std::uint32_t>(entries.size()));
  for (const auto& [key, entry] : entries) {
    write(index, key);
    write(index, entry);
  }
  index.put(static_cast<std::uint32_t>(answers.size()));
  for (const auto& answer : answers) {
    write(index, answer.key);
    write(index, answer.blob);
  }
  std::string error = writer->finish(path_, identity_, index.bytes());
  pending.writer.reset();
  if (error.empty()) remove_leftovers(directory_, path_);
  return error;
}

Hash128 program_identity() {
  HashStream stream;
  stream.add(std::string_view(GILCHECK_VERSION)).add(analyzer::summary_format_version());
  stream.add(clang_plugin::unit_format_version());
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    const StampResult result = stamp_of(program.string());
    stream.add(result.stamp.size).add(static_cast<std::uint64_t>(result.stamp.mtime_ns));
  }
  return stream.finish();
}

CleanResult remove_cache(const std::string& directory) {
  CleanResult out;
  std::error_code error;
  if (!fs::exists(fs::symlink_status(directory, error))) return out;
  out.existed = true;
  if (!read_start(join(directory, kTagName), kTagSignature.size()).starts_with(kTagSignature)) {
    out.error = "is not a cache of gilcheck (it has no " + std::string(kTagName) + ")";
    return out;
  }
  std::vector<fs::path> ours;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (!is_cache_file(name)) continue;
    // Another program's cache, or the user, may have one with other contents.
    if (name == kIgnoreName && read_start(it->path().string(), 64) != kIgnoreEverything) continue;
    ours.push_back(it->path());
  }
  for (const auto& path : ours) {
    std::error_code ignored;
    const auto size = fs::file_size(path, ignored);
    if (!ignored) out.bytes += size;
    fs::remove(path, error);
    if (error) {
      out.error = error.message();
      return out;
    }
  }
  std::error_code not_empty;
  fs::remove(directory, not_empty);
  return out;
}

}  // namespace gilcheck::project
