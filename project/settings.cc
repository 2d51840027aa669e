#include "project/settings.h"

namespace gilcheck::project {

std::string_view to_string(OutputFormat format) {
  switch (format) {
    case OutputFormat::full: return "full";
    case OutputFormat::concise: return "concise";
    case OutputFormat::json: return "json";
    case OutputFormat::sarif: return "sarif";
    case OutputFormat::github: return "github";
  }
  return "";
}

std::string_view to_string(analyzer::Assume assume) {
  switch (assume) {
    case analyzer::Assume::single: return "single";
    case analyzer::Assume::automatic: return "auto";
    case analyzer::Assume::threaded: return "threaded";
  }
  return "";
}

const std::vector<std::string>& default_excludes() {
  // What version control, package managers, test runners and other tools leave behind.
  static const std::vector<std::string> names = {
      ".bzr/",         ".direnv/",        ".eggs/",       ".git/",           ".gilcheck_cache/",
      ".hg/",          ".mypy_cache/",    ".nox/",        ".pyenv/",         ".pytest_cache/",
      ".pytype/",      ".ruff_cache/",    ".svn/",        ".tox/",           ".venv/",
      "/build/lib/",   "/build/bdist.*/", "__pycache__/", "__pypackages__/", "node_modules/",
      "site-packages/"};
  return names;
}

DiscoveryOptions discovery_options(const Settings& settings) {
  DiscoveryOptions out;
  out.root = settings.root;
  out.working_directory = settings.working_directory;
  if (settings.exclude) {
    out.exclude = *settings.exclude;
  } else {
    for (const auto& name : default_excludes()) out.exclude.push_back({settings.root, name});
  }
  out.exclude.insert(out.exclude.end(), settings.extend_exclude.begin(),
                     settings.extend_exclude.end());
  out.respect_gitignore = settings.respect_gitignore;
  out.force_exclude = settings.force_exclude;
  out.c_sources = settings.c;
  return out;
}

}  // namespace gilcheck::project
