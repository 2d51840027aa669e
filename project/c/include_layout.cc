#include "project/c/include_layout.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <system_error>

#include "project/discovery.h"
#include "project/file_reader.h"
#include "project/paths.h"

namespace gilcheck::project {

namespace {

constexpr std::uint64_t kLargestHeader = 16U << 20U;
constexpr std::size_t kMostFollowed = 20'000;

/// Headers that bring Python.h along.
bool reaches_python(std::string_view name) {
  return name == "Python.h" || name.ends_with("/Python.h") || name.starts_with("pybind11/") ||
         name.starts_with("nanobind/");
}

template <typename Items, typename Item>
void add_once(Items& items, Item&& item) {
  if (std::find(items.begin(), items.end(), item) == items.end()) {
    items.push_back(std::forward<Item>(item));
  }
}

}  // namespace

IncludeLayout::IncludeLayout(const std::vector<std::string>& headers, HeaderPlaces places)
    : places_(std::move(places)) {
  for (const auto& header : headers) {
    by_name_[std::string(last_part(header))].push_back(header);
    headers_.insert(header);
  }
}

const SourceScan& IncludeLayout::scan_of(const std::string& header) {
  const auto [it, added] = scans_.try_emplace(header);
  if (added) {
    const ReadResult file = read_regular_file(header, kLargestHeader);
    if (file.ok()) it->second = scan_source(file.bytes);
  }
  return it->second;
}

std::string IncludeLayout::directory_with(std::string_view name,
                                          const std::string& includer) const {
  const auto found = by_name_.find(std::string(last_part(name)));
  if (found == by_name_.end()) return {};
  const std::string ending = "/" + std::string(name);
  std::string best;
  std::size_t best_common = 0;
  for (const auto& header : found->second) {
    if (!header.ends_with(ending)) continue;
    std::string directory = header.substr(0, header.size() - ending.size());
    const std::size_t common = common_directory(directory, parent_of(includer)).size();
    const bool closer = best.empty() || common > best_common ||
                        (common == best_common && directory.size() < best.size());
    if (!closer) continue;
    best = std::move(directory);
    best_common = common;
  }
  return best;
}

bool IncludeLayout::elsewhere(const std::string& name) {
  const auto [it, added] = elsewhere_.try_emplace(name, false);
  if (added) {
    it->second = is_standard_header(name);
    for (const auto* list : {&places_.system, &places_.python}) {
      for (const auto& directory : *list) {
        // A header of Python's that the project has itself is searched like any other of its own.
        const std::string path = join(directory, name);
        it->second = it->second || (!headers_.contains(path) && is_file(path));
      }
    }
  }
  return it->second;
}

std::string IncludeLayout::package_with(const std::string& name) {
  const auto slash = name.find('/');
  if (slash == std::string::npos) return {};
  const auto [it, added] = packages_.try_emplace(name);
  if (!added) return it->second;
  for (const auto& packages : places_.packages) {
    std::error_code error;
    std::vector<std::string> roots;
    // The package is mostly named as its headers' directory is; its own layout varies.
    const std::string package = join(packages, name.substr(0, slash));
    for (const std::string_view layout : {"include", "_core/include", "core/include"}) {
      roots.push_back(join(package, layout));
    }
    for (const auto& root : roots) {
      if (is_file(join(root, name))) return it->second = root;
    }
  }
  return {};
}

Reached IncludeLayout::follow(const std::string& source, const SourceScan& scan) {
  Reached out;
  std::unordered_set<std::string> seen = {source};
  std::deque<std::pair<std::string, const SourceScan*>> pending = {{source, &scan}};
  const auto visit = [&](const std::string& path) {
    if (!seen.insert(path).second || seen.size() > kMostFollowed) return;
    if (is_c_source(path)) out.sources.push_back(path);
    pending.emplace_back(path, nullptr);
  };
  while (!pending.empty()) {
    auto [file, known] = std::move(pending.front());
    pending.pop_front();
    // Copied: following a header may move the table its scan lies in.
    const std::vector<IncludeLine> includes = (known != nullptr ? *known : scan_of(file)).includes;
    for (const auto& include : includes) {
      out.python = out.python || reaches_python(include.name);
      if (include.name.empty() || include.name.front() == '/') continue;
      if (include.quoted) {
        const std::string beside = absolute_path(include.name, parent_of(file));
        if (headers_.contains(beside) || is_file(beside)) {
          visit(beside);
          continue;
        }
      }
      const bool climbs = include.name.find("..") != std::string::npos;
      if (climbs || elsewhere(include.name)) continue;
      if (std::string directory = directory_with(include.name, file); !directory.empty()) {
        visit(join(directory, include.name));
        add_once(out.directories, std::move(directory));
      } else if (std::string package = package_with(include.name); !package.empty()) {
        add_once(out.package_directories, std::move(package));
      }
    }
  }
  return out;
}

}  // namespace gilcheck::project
