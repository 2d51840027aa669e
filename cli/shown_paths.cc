#include "cli/shown_paths.h"

#include <utility>

#include "project/paths.h"

namespace gilcheck::cli {

ShownPaths::ShownPaths(std::string root, std::string working_directory)
    : root_(std::move(root)), working_directory_(std::move(working_directory)) {}

const std::string& ShownPaths::shown(const std::string& relative) {
  const auto [it, added] = shown_.try_emplace(relative);
  if (added) {
    const std::string path = project::absolute_path(relative, root_);
    it->second = project::is_within(path, working_directory_)
                     ? project::relative_to(path, working_directory_)
                     : path;
    original_.emplace(it->second, it->first);
  }
  return it->second;
}

void ShownPaths::rewrite(std::string& path) {
  if (!path.empty()) path = shown(path);
}

void ShownPaths::rewrite(AccessRecord& access) {
  rewrite(access.site.path);
}

void ShownPaths::apply(CheckResult& result) {
  if (root_ == working_directory_) return;
  for (auto& finding : result.findings) {
    rewrite(finding.path);
    for (auto& access : finding.region) rewrite(access);
    for (auto& access : finding.conflicts) rewrite(access);
    for (auto& evidence : finding.evidence) {
      if (!evidence.site) continue;
      const std::string before = evidence.site->path;
      rewrite(evidence.site->path);
      // The sentence may name the place it speaks of.
      const std::string place = before + ":" + std::to_string(evidence.site->span.line);
      if (const auto at = evidence.text.find(place); at != std::string::npos) {
        evidence.text.replace(at, before.size(), evidence.site->path);
      }
    }
    if (finding.switch_point) rewrite(finding.switch_point->site.path);
  }
  for (auto& diagnostic : result.diagnostics) rewrite(diagnostic.path);
}

std::string_view ShownPaths::original(std::string_view shown) const {
  const auto found = original_.find(shown);
  return found == original_.end() ? shown : found->second;
}

}  // namespace gilcheck::cli
