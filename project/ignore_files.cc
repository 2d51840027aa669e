#include "project/ignore_files.h"

#include <sys/stat.h>

#include <vector>

#include "project/file_reader.h"
#include "project/paths.h"

namespace gilcheck::project {

namespace {

/// Far beyond any real ignore file.
constexpr std::uint64_t kLargestIgnoreFile = 16U << 20U;

IgnorePatterns read_patterns(const std::string& path) {
  const ReadResult file = read_regular_file(path, kLargestIgnoreFile);
  return file.ok() ? IgnorePatterns::parse(file.bytes) : IgnorePatterns();
}

bool exists(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0;
}

}  // namespace

IgnoreLevel::Pointer IgnoreLevel::enter(const std::string& directory, Pointer parent) {
  auto level = std::make_shared<IgnoreLevel>();
  level->directory_ = directory;
  level->git_ = read_patterns(join(directory, ".gitignore"));
  level->plain_ = read_patterns(join(directory, ".ignore"));
  if (exists(join(directory, ".git"))) {
    level->repository_top_ = true;
    level->repository_ = read_patterns(join(directory, ".git/info/exclude"));
  }
  level->parent_ = std::move(parent);
  return level;
}

IgnoreLevel::Pointer IgnoreLevel::enter_from_top(const std::string& directory,
                                                 const std::string& root) {
  std::vector<std::string> chain{directory};
  std::size_t keep = 1;
  for (std::string at = directory;; at = std::string(parent_of(at))) {
    if (at != directory) chain.push_back(at);
    if (exists(join(at, ".git"))) {
      keep = chain.size();
      break;
    }
    if (at == root) keep = chain.size();
    if (at == "/") break;
  }
  Pointer level;
  for (std::size_t i = keep; i-- > 0;) level = enter(chain[i], std::move(level));
  return level;
}

bool IgnoreLevel::ignores(std::string_view absolute, bool is_directory) const {
  using Verdict = IgnorePatterns::Verdict;
  Verdict plain = Verdict::none;
  Verdict git = Verdict::none;
  Verdict repository = Verdict::none;
  bool inside_repository = true;
  for (const IgnoreLevel* level = this; level != nullptr; level = level->parent_.get()) {
    const std::size_t skip = level->directory_ == "/" ? 1 : level->directory_.size() + 1;
    const auto relative = absolute.substr(skip);
    if (plain == Verdict::none) plain = level->plain_.match(relative, is_directory);
    if (inside_repository) {
      if (git == Verdict::none) git = level->git_.match(relative, is_directory);
      if (repository == Verdict::none) {
        repository = level->repository_.match(relative, is_directory);
      }
    }
    if (level->repository_top_) inside_repository = false;
  }
  for (const Verdict verdict : {plain, git, repository}) {
    if (verdict != Verdict::none) return verdict == Verdict::ignored;
  }
  return false;
}

}  // namespace gilcheck::project
