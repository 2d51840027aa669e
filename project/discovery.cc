#include "project/discovery.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "project/file_reader.h"
#include "project/ignore_files.h"
#include "project/paths.h"
#include "project/user_error.h"

namespace gilcheck::project {

namespace {

enum class EntryKind : unsigned char { file, directory, link, other };

struct Entry {
  std::string name;
  EntryKind kind = EntryKind::other;
};

EntryKind kind_of(const struct stat& status) {
  if (S_ISREG(status.st_mode)) return EntryKind::file;
  if (S_ISDIR(status.st_mode)) return EntryKind::directory;
  if (S_ISLNK(status.st_mode)) return EntryKind::link;
  return EntryKind::other;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

/// The entries of a directory, sorted by name; an errno when it cannot be read.
int list_directory(const std::string& path, std::vector<Entry>& entries) {
  const std::unique_ptr<DIR, CloseDirectory> directory(::opendir(path.c_str()));
  if (!directory) return errno;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());  // NOLINT(concurrency-mt-unsafe): own stream
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    Entry found{std::string(name), EntryKind::other};
    switch (entry->d_type) {
      case DT_REG: found.kind = EntryKind::file; break;
      case DT_DIR: found.kind = EntryKind::directory; break;
      case DT_LNK: found.kind = EntryKind::link; break;
      case DT_UNKNOWN: {
        struct stat status{};
        if (::lstat(join(path, name).c_str(), &status) == 0) found.kind = kind_of(status);
        break;
      }
      default: break;
    }
    entries.push_back(std::move(found));
  }
  if (errno != 0) return errno;
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return 0;
}

bool has_python_ending(std::string_view name) {
  return name.ends_with(".py") || name.ends_with(".pyw");
}

bool is_header(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view ending = name.substr(dot);
  return ending == ".h" || ending == ".hh" || ending == ".hpp" || ending == ".hxx" ||
         ending == ".inc" || ending == ".inl" || ending == ".ipp" || ending == ".tcc";
}

bool has_python_shebang(const std::string& path) {
  constexpr std::size_t kLongestShebang = 256;
  const std::string start = read_start(path, kLongestShebang);
  if (!start.starts_with("#!")) return false;
  const std::string_view line = std::string_view(start).substr(0, start.find('\n'));
  return line.find("python") != std::string_view::npos ||
         line.find("pypy") != std::string_view::npos;
}

/// The exclude settings, one matcher per base directory.
class Excludes {
 public:
  explicit Excludes(const std::vector<ExcludePattern>& patterns) {
    for (const auto& [base, pattern] : patterns) add(base, pattern);
  }
  bool match(std::string_view absolute, bool is_directory) const {
    return std::any_of(groups_.begin(), groups_.end(), [&](const auto& group) {
      const auto& [base, patterns] = group;
      if (absolute == base || !is_within(absolute, base)) return false;
      const auto relative = absolute.substr(base == "/" ? 1 : base.size() + 1);
      return patterns.match(relative, is_directory) == IgnorePatterns::Verdict::ignored;
    });
  }

 private:
  /// People write `./x`, `../x` and absolute names too; gitignore knows none of these.
  void add(std::string base, std::string_view pattern) {
    if (pattern.starts_with('/') && base != "/" && pattern.starts_with(base + "/")) {
      pattern.remove_prefix(base.size());
    }
    std::string anchored;
    if (pattern.starts_with("./") || pattern.starts_with("../")) {
      while (true) {
        if (pattern.starts_with("./")) {
          pattern.remove_prefix(2);
        } else if (pattern.starts_with("../")) {
          pattern.remove_prefix(3);
          base = std::string(parent_of(base));
        } else {
          break;
        }
      }
      anchored = "/" + std::string(pattern);
      pattern = anchored;
    }
    auto found = std::find_if(groups_.begin(), groups_.end(),
                              [&](const auto& group) { return group.first == base; });
    if (found == groups_.end()) found = groups_.emplace(groups_.end(), base, IgnorePatterns());
    found->second.add(pattern);
  }
  std::vector<std::pair<std::string, IgnorePatterns>> groups_;
};

class Walk {
 public:
  explicit Walk(const DiscoveryOptions& options) : options_(options), excludes_(options.exclude) {}

  void add_target(const std::string& target) {
    if (target.empty()) {
      throw UserError("one of the paths is empty", "to check the current directory, use `.`");
    }
    const std::string path = absolute_path(target, options_.working_directory);
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
      if (options_.force_exclude && excluded_with_parents(path, true)) return;
      walk(path);
      return;
    }
    const StampResult stamp = stamp_of(path);
    if (stamp.missing) {
      throw UserError("'" + displayable(target) + "' does not exist",
                      "give files or directories that hold code; without a path the current "
                      "directory is checked");
    }
    if (options_.force_exclude && excluded_with_parents(path, false)) return;
    if (!stamp.ok()) {
      unreadable(path,
                 stamp.error + (stamp.error.find("pipe") == std::string::npos
                                    ? ""
                                    : "; to check what a pipe delivers, use `-` and redirect it"));
      out_.named_file_unreadable = true;
      return;
    }
    if (is_c_source(path)) {
      if (options_.c_sources) {
        add_file(path, true);
      } else {
        diagnose("not-python", path, "is a C file, and C files are not checked (--no-c); skipped");
      }
      return;
    }
    if (options_.c_sources && is_header(path)) {
      diagnose("not-python", path,
               "is a header, which is checked with the sources that include it; skipped");
      return;
    }
    if (!has_python_ending(path) && !has_python_shebang(path)) {
      const bool stub = path.ends_with(".pyi");
      diagnose("not-python", path,
               stub ? "is a stub file, which has no code to check; skipped"
                    : "is not a Python file (no .py ending, no python in a #! line); skipped");
      return;
    }
    add_file(path, true);
  }

  Discovery finish() {
    add_links();
    if (!out_.c_files.empty()) find_headers();
    for (auto* files : {&out_.files, &out_.c_files}) {
      std::sort(files->begin(), files->end(),
                [](const FoundFile& a, const FoundFile& b) { return a.relative < b.relative; });
    }
    return std::move(out_);
  }

  bool excluded_with_parents(const std::string& path, bool is_directory) const {
    for (std::string at = path;; at = std::string(parent_of(at)), is_directory = true) {
      if (excludes_.match(at, is_directory)) return true;
      if (at == options_.root || at == "/") return false;
    }
  }

 private:
  void walk(const std::string& top) {
    IgnoreLevel::Pointer level;
    if (options_.respect_gitignore) level = IgnoreLevel::enter_from_top(top, options_.root);
    std::vector<std::pair<std::string, IgnoreLevel::Pointer>> pending{{top, level}};
    while (!pending.empty()) {
      auto [directory, parent] = std::move(pending.back());
      pending.pop_back();
      if (!entered_.insert(directory).second) continue;
      visit(directory, parent, directory == top, pending);
    }
  }

  bool wanted(std::string_view name) const {
    if (only_headers_) return is_header(name);
    return has_python_ending(name) || (options_.c_sources && is_c_source(name));
  }

  void found(const std::string& path) {
    if (only_headers_) {
      out_.headers.push_back(path);
    } else {
      add_file(path, false);
    }
  }

  /// Sources below a target may include what lies elsewhere in the project: a second walk, from the
  /// root. What is excluded or ignored for findings still counts: generated headers often are.
  void find_headers() {
    only_headers_ = true;
    entered_.clear();
    excludes_ = Excludes({});
    std::vector<std::pair<std::string, IgnoreLevel::Pointer>> pending{{options_.root, nullptr}};
    std::size_t left = kMostHeaderDirectories;
    while (!pending.empty() && left-- > 0) {
      auto [directory, level] = std::move(pending.back());
      pending.pop_back();
      if (last_part(directory).starts_with(".") && directory != options_.root) continue;
      visit(directory, level, directory == options_.root, pending);
    }
    std::sort(out_.headers.begin(), out_.headers.end());
  }

  void visit(const std::string& directory, IgnoreLevel::Pointer level, bool top,
             std::vector<std::pair<std::string, IgnoreLevel::Pointer>>& pending) {
    std::vector<Entry> entries;
    if (const int error = list_directory(directory, entries); error != 0) {
      if (only_headers_) return;
      diagnose("unreadable-directory", directory,
               error == EACCES ? "permission denied" : std::generic_category().message(error));
      return;
    }
    const auto has = [&](std::string_view name) {
      return std::any_of(entries.begin(), entries.end(),
                         [&](const Entry& entry) { return entry.name == name; });
    };
    if (!top && has("pyvenv.cfg")) return;
    if (!top && level && (has(".gitignore") || has(".ignore") || has(".git"))) {
      level = IgnoreLevel::enter(directory, level);
    }
    for (const auto& entry : entries) {
      const std::string path = join(directory, entry.name);
      const bool is_directory = entry.kind == EntryKind::directory;
      if (!is_directory && !wanted(entry.name)) continue;
      if (excludes_.match(path, is_directory)) continue;
      if (level && level->ignores(path, is_directory)) continue;
      switch (entry.kind) {
        case EntryKind::directory: pending.emplace_back(path, level); break;
        case EntryKind::file: found(path); break;
        case EntryKind::link:
          if (!only_headers_) links_.push_back(path);
          break;
        case EntryKind::other:
          if (!only_headers_) unreadable(path, stamp_of(path).error);
          break;
      }
    }
  }

  /// Links that were found by walking, once everything that has a name of its own is known.
  void add_links() {
    std::sort(links_.begin(), links_.end());
    for (const auto& link : links_) {
      struct stat status{};
      if (::stat(link.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) continue;
      if (const StampResult stamp = stamp_of(link); !stamp.ok()) {
        unreadable(link, stamp.error);
        continue;
      }
      const std::unique_ptr<char, decltype(&std::free)> real(::realpath(link.c_str(), nullptr),
                                                             &std::free);
      if (real && known_.insert(real.get()).second) add_file(link, false);
    }
  }

  void add_file(const std::string& path, bool named) {
    if (!known_.insert(path).second) return;
    auto& files = is_c_source(path) ? out_.c_files : out_.files;
    files.push_back({path, displayable(relative_to(path, options_.root)), named});
  }

  void unreadable(const std::string& path, std::string why) {
    diagnose("unreadable-file", path, std::move(why));
  }

  void diagnose(std::string code, const std::string& path, std::string message) {
    out_.diagnostics.push_back({Severity::warning, std::move(code), std::move(message),
                                displayable(relative_to(path, options_.root)), std::nullopt});
  }

  const DiscoveryOptions& options_;
  Excludes excludes_;
  static constexpr std::size_t kMostHeaderDirectories = 5'000;
  bool only_headers_ = false;
  Discovery out_;
  std::unordered_set<std::string> known_;
  std::unordered_set<std::string> entered_;
  std::vector<std::string> links_;
};

}  // namespace

bool is_c_source(std::string_view name) {
  return name.ends_with(".c") || name.ends_with(".cc") || name.ends_with(".cpp") ||
         name.ends_with(".cxx");
}

Discovery discover(const std::vector<std::string>& targets, const DiscoveryOptions& options) {
  Walk walk(options);
  for (const auto& target : targets) walk.add_target(target);
  return walk.finish();
}

bool is_excluded(const std::string& absolute, const DiscoveryOptions& options) {
  return Walk(options).excluded_with_parents(absolute, false);
}

}  // namespace gilcheck::project
