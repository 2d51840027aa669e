#include "project/module_name.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "project/paths.h"

namespace gilcheck::project {

namespace {

bool exists(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0;
}

bool holds_modules(const std::string& directory) {
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".py") return true;
  }
  return false;
}

/// Directories that hold packages and are never packages themselves.
bool is_container(std::string_view name) {
  constexpr std::array<std::string_view, 7> kContainers = {
      "src", "lib", "python", "packages", "projects", "site_packages", "vendor"};
  return std::find(kContainers.begin(), kContainers.end(), name) != kContainers.end();
}

std::string without_ending(std::string_view name) {
  const auto dot = name.rfind('.');
  return std::string(dot == 0 ? name : name.substr(0, dot));
}

}  // namespace

bool is_identifier(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

ModuleNamer::ModuleNamer(std::string root, std::vector<std::string> source_roots)
    : root_(std::move(root)), source_roots_(std::move(source_roots)) {}

const ModuleNamer::DirectoryFacts& ModuleNamer::facts(const std::string& directory) {
  const auto [it, added] = facts_.try_emplace(directory);
  if (added) {
    DirectoryFacts& found = it->second;
    found.has_init = exists(join(directory, "__init__.py"));
    found.is_project = exists(join(directory, "pyproject.toml")) ||
                       exists(join(directory, "setup.py")) || exists(join(directory, "setup.cfg"));
    found.has_modules = found.has_init || holds_modules(directory);
  }
  return it->second;
}

std::string ModuleNamer::origin_of(const std::string& directory) {
  if (const auto found = origins_.find(directory); found != origins_.end()) return found->second;
  std::string origin;
  const auto is_source_root = [&](const std::string& at) {
    if (std::find(source_roots_.begin(), source_roots_.end(), at) != source_roots_.end())
      return true;
    if (facts(at).has_init) return false;
    if (facts(at).is_project) return true;
    return last_part(at) == "src" && facts(std::string(parent_of(at))).is_project;
  };
  // The deepest source root above the file, if every step down from it could be imported.
  for (std::string at = directory;; at = std::string(parent_of(at))) {
    if (is_source_root(at)) {
      origin = at;
      break;
    }
    if (at == root_ || at == "/" || !is_identifier(last_part(at))) break;
  }
  const bool package = facts(directory).has_init;
  const bool by_settings =
      std::find(source_roots_.begin(), source_roots_.end(), origin) != source_roots_.end();
  if (!by_settings && (origin.empty() || package)) {
    // Up through the packages, then through what can only be a namespace package.
    std::string at = directory;
    while (at != "/" && facts(at).has_init) at = std::string(parent_of(at));
    while (at != root_ && at != origin && at != "/" && is_within(at, root_) &&
           is_identifier(last_part(at)) && !is_container(last_part(at)) &&
           !(package && facts(at).has_modules) && !facts(at).is_project) {
      at = std::string(parent_of(at));
    }
    origin = at;
  }
  origins_.emplace(directory, origin);
  return origin;
}

ModuleName ModuleNamer::name(const std::string& absolute_path) {
  const std::string directory(parent_of(absolute_path));
  const std::string origin = origin_of(directory);
  ModuleName out;
  const std::string stem = without_ending(last_part(absolute_path));
  out.is_package = stem == "__init__";
  if (directory != origin) {
    out.dotted = relative_to(directory, origin);
    std::replace(out.dotted.begin(), out.dotted.end(), '/', '.');
  }
  if (!out.is_package || out.dotted.empty()) {
    if (!out.dotted.empty()) out.dotted.push_back('.');
    out.dotted += stem;
  }
  out.origin = origin;
  return out;
}

void tell_apart(std::vector<ModuleName>& names, const std::string& root) {
  std::unordered_map<std::string_view, const ModuleName*> first;
  std::unordered_set<std::string> ambiguous;
  for (const auto& name : names) {
    const auto [it, added] = first.try_emplace(name.dotted, &name);
    if (added || it->second->origin == name.origin) continue;
    ambiguous.insert(name.origin);
    ambiguous.insert(it->second->origin);
  }
  if (ambiguous.empty()) return;
  for (auto& name : names) {
    if (name.origin == root || !ambiguous.contains(name.origin)) continue;
    std::string prefix = relative_to(name.origin, root);
    std::replace(prefix.begin(), prefix.end(), '/', '.');
    name.dotted = prefix + "." + name.dotted;
  }
}

}  // namespace gilcheck::project
