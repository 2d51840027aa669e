#include "project/c/c_unit.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "project/c/c_directives.h"
#include "project/paths.h"

namespace gilcheck::project {

namespace {

constexpr std::uint64_t kLargestDependency = std::uint64_t{1} << 30U;

Hash128 content_of(const Hash128& key, const std::vector<Dependency>& dependencies) {
  HashStream stream;
  stream.add("c unit").add(key);
  for (const auto& dependency : dependencies) {
    stream.add(dependency.path).add(dependency.content);
  }
  return stream.finish();
}

UnitRecord record_of(const clang_plugin::Unit& unit, const clang_plugin::Job& job) {
  UnitRecord out;
  out.lines = unit.lines;
  out.has_python = unit.has_python;
  out.generator = unit.generator;
  std::vector<std::optional<SourceText>> texts(unit.files.size());
  const auto text_of = [&](clang_plugin::FileId file) -> const SourceText& {
    if (!texts[file]) {
      ReadResult read = read_regular_file(
          file == 0 ? job.path : absolute_path(unit.files[file], job.root), kLargestDependency);
      texts[file] = c_source_text(std::move(read.bytes));
    }
    return *texts[file];
  };
  for (const auto& problem : unit.problems) {
    if (!problem.missing_header && out.errors++ != 0) continue;
    UnitProblem made;
    made.missing_header = problem.missing_header;
    made.text = displayable(unit.text(problem.text));
    made.path = unit.files[problem.pos.file];
    made.span = span_of(problem.pos, text_of(problem.pos.file));
    out.problems.push_back(std::move(made));
  }
  std::vector<bool> commented(unit.files.size());
  for (const auto& comment : unit.comments) commented[comment.pos.file] = true;
  for (clang_plugin::FileId file = 0; file < unit.files.size(); ++file) {
    if (!commented[file]) continue;
    auto directives = c_directives(unit, file, text_of(file));
    if (!directives.empty()) out.files.push_back({unit.files[file], std::move(directives)});
  }
  return out;
}

}  // namespace

std::optional<Dependency> DependencyHashes::now(const std::string& path, const Dependency* known) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(path); found != known_.end()) return found->second;
  }
  std::optional<Dependency> out;
  const StampResult stamp = stamp_of(path);
  if (stamp.ok() && known != nullptr && known->settled && known->stamp == stamp.stamp) {
    out = *known;
  } else if (stamp.ok()) {
    const ReadResult read = read_regular_file(path, kLargestDependency);
    if (read.ok()) {
      out = Dependency{path, read.stamp, read.settled, hash_of(read.bytes),
                       has_gil_conditional(read.bytes)};
    }
  }
  const std::lock_guard lock(mutex_);
  known_.insert_or_assign(path, out);
  return out;
}

bool CUnit::look_up(Cache* cache, DependencyHashes& hashes) {
  const Cache::Entry* entry = cache == nullptr ? nullptr : cache->find(key);
  if (entry == nullptr) return false;
  const auto bytes = cache->summary(*entry);
  if (!bytes) return false;
  auto known = read_unit_record(*bytes);
  if (!known || known->dependencies.empty()) return false;
  for (const auto& dependency : known->dependencies) {
    const auto now = hashes.now(dependency.path, &dependency);
    if (!now || now->content != dependency.content) return false;
  }
  const Hash128 place = content_of(key, known->dependencies);
  const Cache::Entry* unit_entry = cache->find(place);
  if (unit_entry == nullptr) return false;
  cache->keep(key, entry->stamp, entry->settled, false);
  cache->keep(place, unit_entry->stamp, unit_entry->settled, false);
  record = std::move(*known);
  content = place;
  from_cache = true;
  state = UnitState::known;
  return true;
}

void CUnit::take(std::unique_ptr<clang_plugin::Unit> parsed, std::string_view bytes,
                 std::int64_t started_ns, Cache* cache, DependencyHashes& hashes) {
  unit = std::move(parsed);
  record = record_of(*unit, job);
  state = UnitState::known;
  std::vector<std::string> paths = {job.path};
  for (const auto& path : unit->dependencies) {
    if (path != job.path) paths.push_back(path);
  }
  for (const auto& path : job.pch.empty() ? std::vector<std::string>() : precompiled) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  }
  const auto own = [&](const std::string& path) {
    return is_within(path, job.root) &&
           !(python.found() && is_within(path, python.directories.front()));
  };
  bool complete = !record.missing_headers();
  for (const auto& path : paths) {
    auto now = hashes.now(path, nullptr);
    if (!now) {
      complete = false;
      continue;
    }
    complete = complete && std::max(now->stamp.mtime_ns, now->stamp.ctime_ns) < started_ns;
    record.gil_conditional = record.gil_conditional || (now->gil_conditional && own(path));
    record.dependencies.push_back(std::move(*now));
  }
  content = content_of(key, record.dependencies);
  if (free_threaded != nullptr && free_threaded->unit != nullptr) {
    record.lines_of_builds = {lines_only_in(*free_threaded->unit, *unit),
                              lines_only_in(*unit, *free_threaded->unit)};
  }
  if (cache == nullptr || !complete) return;
  cache->put(content, Cache::Entry{}, bytes);
  cache->put(key, Cache::Entry{}, write(record));
}

bool CUnit::load(Cache* cache) {
  if (unit != nullptr) return true;
  const Cache::Entry* entry = cache == nullptr ? nullptr : cache->find(content);
  if (entry == nullptr) return false;
  const auto bytes = cache->summary(*entry);
  if (bytes) unit = clang_plugin::deserialize(*bytes);
  if (unit != nullptr && unit->path != file.relative) unit.reset();
  return unit != nullptr;
}

}  // namespace gilcheck::project
