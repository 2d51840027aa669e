#include "project/c/build_hints.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <system_error>

#include "project/file_reader.h"
#include "project/paths.h"

namespace gilcheck::project {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestBuildFile = 4U << 20U;
constexpr std::size_t kLongestList = 20'000;

bool is_directory(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// From an opening bracket at or after `at` to the one that closes it; empty if there is none near.
std::string_view bracketed(std::string_view text, std::size_t at) {
  constexpr std::size_t kNear = 40;
  const auto open = text.find_first_of("[({", at);
  if (open == std::string_view::npos || open - at > kNear) return {};
  if (text.substr(at, open - at).find('\n') != std::string_view::npos) return {};
  int depth = 0;
  for (std::size_t i = open; i < text.size() && i - open < kLongestList; ++i) {
    if (std::string_view("[({").find(text[i]) != std::string_view::npos) ++depth;
    if (std::string_view("])}").find(text[i]) != std::string_view::npos && --depth == 0) {
      return text.substr(open + 1, i - open - 1);
    }
  }
  return {};
}

/// Quoted words, and bare ones as CMake has them.
std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < list.size();) {
    const char c = list[i];
    if (c == '#') {
      i = std::min(list.find('\n', i), list.size());
    } else if (c == '"' || c == '\'') {
      const auto end = std::min(list.find(c, i + 1), list.size());
      out.emplace_back(list.substr(i + 1, end - i - 1));
      i = end + 1;
    } else if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '$') {
      const auto end = std::min(list.find_first_of(" \t\r\n,\"'()[]", i), list.size());
      out.emplace_back(list.substr(i, end - i));
      i = std::max(end, i + 1);
    } else {
      ++i;
    }
  }
  return out;
}

void add_directories(std::string_view list, const std::string& base, BuildHints& out) {
  constexpr std::string_view kVariables[] = {"${CMAKE_CURRENT_SOURCE_DIR}", "${CMAKE_SOURCE_DIR}",
                                             "${PROJECT_SOURCE_DIR}"};
  for (std::string word : words_of(list)) {
    for (const auto variable : kVariables) {
      if (word.starts_with(variable)) word.replace(0, variable.size(), ".");
    }
    if (word.empty() || word.starts_with('/') || word.find('$') != std::string::npos) continue;
    const std::string path = absolute_path(word, base);
    const bool known =
        std::find(out.directories.begin(), out.directories.end(), path) != out.directories.end();
    if (!known && is_directory(path)) out.directories.push_back(path);
  }
}

bool is_macro_name(std::string_view name) {
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
         });
}

/// `("NAME", "value")` and `("NAME", None)`; a value that is computed is not known.
void add_macros(std::string_view list, BuildHints& out) {
  for (auto open = list.find('('); open != std::string_view::npos;
       open = list.find('(', open + 1)) {
    const auto close = list.find(')', open);
    if (close == std::string_view::npos) return;
    const std::string_view pair = list.substr(open + 1, close - open - 1);
    const auto comma = pair.find(',');
    if (comma == std::string_view::npos) continue;
    const auto name = words_of(pair.substr(0, comma));
    std::string_view value = pair.substr(comma + 1);
    const auto start = value.find_first_not_of(" \t\r\n");
    if (name.size() != 1 || !is_macro_name(name[0]) || start == std::string_view::npos) continue;
    value.remove_prefix(start);
    while (!value.empty() &&
           (std::isspace(static_cast<unsigned char>(value.back())) != 0 || value.back() == ',')) {
      value.remove_suffix(1);
    }
    std::string macro = name[0];
    const bool literal = value.size() >= 2 && (value[0] == '"' || value[0] == '\'') &&
                         value.find(value[0], 1) == value.size() - 1;
    if (literal) {
      macro += "=" + std::string(value.substr(1, value.size() - 2));
    } else if (value != "None") {
      continue;
    }
    if (std::find(out.macros.begin(), out.macros.end(), macro) == out.macros.end()) {
      out.macros.push_back(std::move(macro));
    }
  }
}

}  // namespace

void add_build_hints(std::string_view text, const std::string& directory, BuildHints& out) {
  for (const std::string_view key : {"include_dirs", "include-dirs", "include_directories"}) {
    for (auto at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
      add_directories(bracketed(text, at + key.size()), directory, out);
    }
  }
  constexpr std::string_view kMacros = "define_macros";
  for (auto at = text.find(kMacros); at != std::string_view::npos;
       at = text.find(kMacros, at + 1)) {
    add_macros(bracketed(text, at + kMacros.size()), out);
  }
  // A word of nanobind's own function, which makes a definition of it (nanobind-config.cmake).
  constexpr std::string_view kNanobind = "nanobind_add_module";
  for (auto at = text.find(kNanobind); at != std::string_view::npos;
       at = text.find(kNanobind, at + 1)) {
    const auto words = words_of(bracketed(text, at + kNanobind.size()));
    const std::string macro = "NB_FREE_THREADED";
    if (std::find(words.begin(), words.end(), "FREE_THREADED") != words.end() &&
        std::find(out.macros.begin(), out.macros.end(), macro) == out.macros.end()) {
      out.macros.push_back(macro);
    }
  }
}

BuildHints build_hints(const std::string& directory) {
  constexpr std::array<const char*, 5> kFiles = {"setup.py", "setup.cfg", "pyproject.toml",
                                                 "meson.build", "CMakeLists.txt"};
  BuildHints out;
  for (const char* name : kFiles) {
    const ReadResult file = read_regular_file(join(directory, name), kLargestBuildFile);
    if (file.ok()) add_build_hints(file.bytes, directory, out);
  }
  return out;
}

}  // namespace gilcheck::project
