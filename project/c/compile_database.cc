#include "project/c/compile_database.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include <nlohmann/json.hpp>

#include "project/c/compiler_flags.h"
#include "project/c/shell_words.h"
#include "project/c/unit_flags.h"
#include "project/file_reader.h"
#include "project/paths.h"

namespace gilcheck::project {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::uint64_t kLargestDatabase = std::uint64_t{512} << 20U;
constexpr const char* kName = "compile_commands.json";

/// Text of a member, or "" if it is missing or no text.
std::string text_of(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> words_of(const Json& entry) {
  std::vector<std::string> out;
  const auto list = entry.find("arguments");
  if (list != entry.end() && list->is_array()) {
    for (const auto& word : *list) {
      if (word.is_string()) out.push_back(word.get<std::string>());
    }
    return out;
  }
  return split_shell_words(text_of(entry, "command"));
}

/// What is said once for the whole database, with the first example.
struct Remark {
  std::size_t count = 0;
  std::string example;
  void add(const std::string& what) {
    if (count++ == 0) example = what;
  }
};

/// The last -x counts, else the ending.
bool compiled_as_cplusplus(const std::vector<std::string>& arguments, const std::string& source) {
  bool out = is_cplusplus(source);
  for (const auto& word : arguments) {
    if (word.starts_with("-x") && word != "-xnone") out = word.starts_with("-xc++");
  }
  return out;
}

}  // namespace

std::string CompileDatabase::find_in(const std::string& directory) {
  std::vector<std::string> places = {directory};
  for (const char* name : {"build", "builddir", "_build"}) {
    const std::string build = join(directory, name);
    places.push_back(build);
    std::vector<std::string> children;
    std::error_code error;
    for (fs::directory_iterator it(build, error), end; !error && it != end; it.increment(error)) {
      std::error_code ignored;
      if (it->is_directory(ignored)) children.push_back(it->path().string());
    }
    std::sort(children.begin(), children.end());
    places.insert(places.end(), children.begin(), children.end());
  }
  for (const auto& place : places) {
    if (std::string path = join(place, kName); is_file(path)) return path;
  }
  return {};
}

CompileDatabase CompileDatabase::read(const std::string& path, const std::string& root,
                                      std::vector<Diagnostic>& diagnostics) {
  CompileDatabase out;
  const std::string shown = displayable(relative_to(path, root));
  const auto say = [&](Severity severity, std::string code, std::string message) {
    diagnostics.push_back({severity, std::move(code), std::move(message), shown, std::nullopt});
  };
  const ReadResult file = read_regular_file(path, kLargestDatabase);
  if (!file.ok()) {
    say(Severity::error, "compile-database-unreadable", file.error);
    return out;
  }
  const Json document = Json::parse(file.bytes, nullptr, false);
  if (document.is_discarded() || !document.is_array()) {
    say(Severity::error, "compile-database-unreadable",
        document.is_discarded() ? "is not valid JSON; flags are worked out instead"
                                : "is no list of commands; flags are worked out instead");
    return out;
  }
  Remark malformed;
  Remark gone;
  std::map<std::string, std::size_t> unknown;
  std::map<std::string, std::size_t> problems;
  const std::string here(parent_of(path));
  for (const auto& entry : document) {
    const std::string name = entry.is_object() ? text_of(entry, "file") : std::string();
    const auto words = entry.is_object() ? words_of(entry) : std::vector<std::string>();
    if (name.empty() || words.empty()) {
      malformed.add("");
      continue;
    }
    const std::string directory = absolute_path(text_of(entry, "directory"), here);
    const std::string source = absolute_path(name, directory);
    if (!is_file(source)) {
      gone.add(displayable(relative_to(source, root)));
      continue;
    }
    if (out.commands_.contains(source)) continue;
    CompilerFlags flags = compiler_flags(words, directory);
    drop_foreign_standard(flags, compiled_as_cplusplus(flags.arguments, source));
    for (auto& flag : flags.unknown) ++unknown[std::move(flag)];
    for (auto& problem : flags.problems) ++problems[std::move(problem)];
    CompileCommand command{directory, std::move(flags.arguments)};
    if (std::string real = real_path(source); !real.empty() && real != source) {
      out.commands_.emplace(std::move(real), command);
    }
    out.commands_.emplace(source, std::move(command));
  }
  if (malformed.count != 0) {
    say(Severity::warning, "compile-database-entry",
        std::to_string(malformed.count) + " entries have no file or no command and were left out");
  }
  if (gone.count != 0) {
    say(Severity::warning, "compile-database-stale",
        "names " + std::to_string(gone.count) + " files that do not exist, the first is " +
            gone.example);
  }
  for (const auto& [flag, count] : unknown) {
    say(Severity::warning, "unknown-flag",
        "the flag '" + displayable(flag) + "' is not known and was left out (" +
            std::to_string(count) + (count == 1 ? " command)" : " commands)"));
  }
  for (const auto& [problem, count] : problems) {
    say(Severity::warning, "unreadable-response-file", problem);
  }
  return out;
}

const CompileCommand* CompileDatabase::find(const std::string& absolute) const {
  auto found = commands_.find(absolute);
  if (found == commands_.end() && !commands_.empty()) found = commands_.find(real_path(absolute));
  return found == commands_.end() ? nullptr : &found->second;
}

}  // namespace gilcheck::project
