#include "project/configuration.h"

#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "project/closest_word.h"
#include "project/file_reader.h"
#include "project/option_table.h"
#include "project/paths.h"
#include "project/setting_values.h"
#include "project/toml_text.h"
#include "project/user_error.h"

namespace gilcheck::project {

namespace {

constexpr std::uint64_t kLargestConfiguration = 16U << 20U;

bool exists(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0;
}

bool is_directory(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

constexpr std::string_view kMissingDirectory = "missing-directory";
constexpr std::string_view kUnknownTable = "unknown-table";

/// The message says where: what is wrong is no matter of the code that is analysed.
void warn(Settings& settings, std::string_view code, std::string message) {
  settings.warnings.push_back(
      {Severity::warning, std::string(code), std::move(message), "", std::nullopt});
}

/// One value on its way into the settings, with what its error messages need.
struct Value {
  const Option& option;
  const toml::node& node;
  std::string_view file;
  const std::string& base;

  std::string where(const toml::node& at) const {
    return place_in(file, at.source()) + ": " + std::string(option.key);
  }
  std::string where() const { return where(node); }

  [[noreturn]] void wrong_type(const toml::node& at) const {
    throw UserError(where(at) + " must be " + std::string(describe(option.type)),
                    "for example: " + std::string(option.example));
  }
  bool boolean() const {
    if (const auto* value = node.as_boolean()) return value->get();
    wrong_type(node);
  }
  std::string text() const {
    if (const auto* value = node.as_string()) return value->get();
    wrong_type(node);
  }
  std::vector<std::string> list(const toml::node& at) const {
    const auto* array = at.as_array();
    if (array == nullptr) wrong_type(at);
    std::vector<std::string> out;
    for (const auto& element : *array) {
      const auto* value = element.as_string();
      if (value == nullptr) wrong_type(element);
      out.push_back(value->get());
    }
    return out;
  }
  std::vector<std::string> list() const { return list(node); }
  std::vector<std::string> selectors(const toml::node& at) const {
    auto out = list(at);
    check_selectors(where(at), out);
    return out;
  }
  std::vector<std::string> selectors() const { return selectors(node); }
  std::vector<ExcludePattern> patterns() const {
    std::vector<ExcludePattern> out;
    for (auto& pattern : list()) out.push_back({base, std::move(pattern)});
    return out;
  }
};

using Setter = std::function<void(Settings&, const Value&)>;

void set_per_file_ignores(Settings& settings, const Value& value) {
  const auto* table = value.node.as_table();
  if (table == nullptr) value.wrong_type(value.node);
  settings.per_file_ignores.clear();
  for (const auto& [pattern, list] : *table) {
    settings.per_file_ignores.push_back(
        {{value.base, std::string(pattern.str())}, value.selectors(list)});
  }
}

void set_src(Settings& settings, const Value& value) {
  settings.src.clear();
  std::erase_if(settings.warnings, [](const Diagnostic& d) { return d.code == kMissingDirectory; });
  for (const auto& directory : value.list()) {
    settings.src.push_back(absolute_path(directory, value.base));
    if (is_directory(settings.src.back())) continue;
    warn(settings, kMissingDirectory,
         value.where() + ": '" + displayable(directory) + "' is not a directory");
  }
}

void set_max_file_size(Settings& settings, const Value& value) {
  if (const auto* number = value.node.as_integer()) {
    settings.max_file_size = parse_size(value.where(), std::to_string(number->get()));
  } else {
    settings.max_file_size = parse_size(value.where(), value.text());
  }
}

void set_python_version(Settings& settings, const Value& value) {
  if (value.node.is_floating_point()) {
    throw UserError(value.where() + " must be a string: as a number, 3.10 would be 3.1",
                    "for example: " + std::string(value.option.example));
  }
  settings.python_version = parse_python_version(value.where(), value.text());
}

void set_jobs(Settings& settings, const Value& value) {
  constexpr std::int64_t kMost = 1024;
  const auto* number = value.node.as_integer();
  if (number == nullptr) value.wrong_type(value.node);
  if (number->get() < 0 || number->get() > kMost) {
    throw UserError(value.where() + " must lie between 0 and " + std::to_string(kMost), "");
  }
  settings.jobs = static_cast<unsigned>(number->get());
}

/// A command, or a path relative to the configuration.
void set_python(Settings& settings, const Value& value) {
  const std::string text = value.text();
  settings.python = text.find('/') == std::string::npos ? text : absolute_path(text, value.base);
}

void set_path(std::string& setting, const Value& value) {
  const std::string text = value.text();
  setting = text.empty() ? text : absolute_path(text, value.base);
}

void set_unit_timeout(Settings& settings, const Value& value) {
  constexpr std::int64_t kMost = kLongestUnitTimeout;
  const auto* number = value.node.as_integer();
  if (number == nullptr) value.wrong_type(value.node);
  if (number->get() < 1 || number->get() > kMost) {
    throw UserError(value.where() + " must lie between 1 and " + std::to_string(kMost), "");
  }
  settings.unit_timeout = static_cast<unsigned>(number->get());
}

const std::unordered_map<std::string_view, Setter>& setters() {
  static const std::unordered_map<std::string_view, Setter> all = {
      {"select", [](Settings& s, const Value& v) { s.select = v.selectors(); }},
      {"extend-select", [](Settings& s, const Value& v) { s.extend_select = v.selectors(); }},
      {"ignore", [](Settings& s, const Value& v) { s.ignore = v.selectors(); }},
      {"per-file-ignores", set_per_file_ignores},
      {"confidence",
       [](Settings& s, const Value& v) { s.confidence = parse_confidence(v.where(), v.text()); }},
      {"assume", [](Settings& s, const Value& v) { s.assume = parse_assume(v.where(), v.text()); }},
      {"python-version", set_python_version},
      {"exclude", [](Settings& s, const Value& v) { s.exclude = v.patterns(); }},
      {"extend-exclude", [](Settings& s, const Value& v) { s.extend_exclude = v.patterns(); }},
      {"respect-gitignore", [](Settings& s, const Value& v) { s.respect_gitignore = v.boolean(); }},
      {"force-exclude", [](Settings& s, const Value& v) { s.force_exclude = v.boolean(); }},
      {"src", set_src},
      {"c", [](Settings& s, const Value& v) { s.c = v.boolean(); }},
      {"python", set_python},
      {"compile-commands", [](Settings& s, const Value& v) { set_path(s.compile_commands, v); }},
      {"libclang", [](Settings& s, const Value& v) { set_path(s.libclang, v); }},
      {"unit-timeout", set_unit_timeout},
      {"max-file-size", set_max_file_size},
      {"output-format",
       [](Settings& s, const Value& v) {
         s.output_format = parse_output_format(v.where(), v.text());
       }},
      {"cache", [](Settings& s, const Value& v) { s.cache = v.boolean(); }},
      {"cache-dir",
       [](Settings& s, const Value& v) { s.cache_dir = absolute_path(v.text(), v.base); }},
      {"jobs", set_jobs},
  };
  return all;
}

/// What was probably meant, as the start of a hint; "" when there is no guess.
std::string likely_key(std::string_view unknown) {
  // The section as pyproject.toml has it, in a file that is all gilcheck's.
  if (unknown == "tool" || unknown == "gilcheck") {
    return "[tool.gilcheck] belongs into pyproject.toml; here the keys stand at the top level; ";
  }
  const auto close = closest_word(unknown, option_keys());
  return close.empty() ? std::string() : "did you mean '" + std::string(close) + "'? ";
}

/// Applies every key of a table.
void apply_table(Settings& settings, const toml::table& table, std::string_view file,
                 const std::string& base) {
  for (const auto& [key, node] : table) {
    const Option* option = find_option(key.str());
    if (option == nullptr) {
      throw UserError(
          place_in(file, key.source()) + ": unknown key '" + std::string(key.str()) + "'",
          likely_key(key.str()) + "`gilcheck config` lists the keys");
    }
    setters().at(option->key)(settings, Value{*option, node, file, base});
  }
}

std::string read_configuration(const std::string& path, const std::string& shown) {
  ReadResult file = read_regular_file(path, kLargestConfiguration);
  if (!file.ok()) throw UserError("cannot read configuration '" + shown + "': " + file.error);
  return std::move(file.bytes);
}

/// How the file is named in messages: relative to the working directory if it lies below it.
std::string shown_name(const std::string& path, const std::string& working_directory) {
  return displayable(is_within(path, working_directory) ? relative_to(path, working_directory)
                                                        : path);
}

/// Reads the closest configuration at or above `start`; the directory it was found in, or "".
std::string apply_closest(Settings& settings, const std::string& start) {
  for (std::string at = start;; at = std::string(parent_of(at))) {
    for (const bool pyproject : {false, true}) {
      const std::string path = join(at, pyproject ? "pyproject.toml" : "gilcheck.toml");
      if (!exists(path)) continue;
      const std::string shown = shown_name(path, settings.working_directory);
      if (apply_toml(settings, read_configuration(path, shown), shown, at, pyproject)) {
        settings.config_file = path;
        return at;
      }
    }
    if (at == "/") return {};
  }
}

/// Whether a `--config` argument is a setting rather than a file.
bool is_inline(std::string_view argument) {
  const auto equals = argument.find('=');
  if (equals == std::string_view::npos) return false;
  const auto key = argument.substr(0, equals);
  return std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' ||
           c == ' ' || c == '"' || c == '*' || c == '\'';
  });
}

/// Shells eat quotes, so a bare word is taken for a string.
void apply_inline(Settings& settings, const std::string& argument) {
  std::string document = argument;
  const auto value = argument.find('=') + 1;
  const auto is_word_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '/';
  };
  const bool word =
      value < argument.size() && std::all_of(argument.begin() + static_cast<std::ptrdiff_t>(value),
                                             argument.end(), is_word_character);
  if (word && argument.substr(value) != "true" && argument.substr(value) != "false") {
    document = argument.substr(0, value) + "\"" + argument.substr(value) + "\"";
  }
  apply_toml(settings, document, kCommandLine, settings.working_directory, false);
}

std::string common_target_directory(const ConfigurationRequest& request) {
  std::string common;
  for (const auto& target : request.targets) {
    std::string path = absolute_path(target, request.working_directory);
    if (!is_directory(path)) path = std::string(parent_of(path));
    common = common.empty() ? path : common_directory(common, path);
  }
  return common.empty() ? request.working_directory : common;
}

std::string repository_root(const std::string& start) {
  for (std::string at = start;; at = std::string(parent_of(at))) {
    if (exists(join(at, ".git")) || exists(join(at, ".hg"))) return at;
    if (at == "/") return {};
  }
}

/// Tables of a pyproject.toml without [tool.gilcheck] that were probably meant to be it.
void warn_of_likely_tables(Settings& settings, const toml::table& document, std::string_view name) {
  static constexpr std::string_view kName[] = {"gilcheck"};
  const auto look = [&](const toml::table& tables, const std::string& prefix) {
    for (const auto& [key, node] : tables) {
      if (node.as_table() == nullptr || closest_word(key.str(), kName).empty()) continue;
      // A short name is close as an abbreviation, but may be another tool's.
      if (key.str().size() + 2 < kName[0].size()) continue;
      warn(settings, kUnknownTable,
           place_in(name, key.source()) + ": [" + prefix + displayable(key.str()) +
               "] is not read; did you mean [tool.gilcheck]?");
    }
  };
  look(document, "");
  if (const auto* tool = document["tool"].as_table()) look(*tool, "tool.");
}

}  // namespace

bool apply_toml(Settings& settings, std::string_view text, std::string_view name,
                const std::string& base, bool pyproject) {
  const toml::table document =
      parse_toml(text, name,
                 name == kCommandLine ? "write it as in a file, quoted for the shell: --config "
                                        "'select=[\"GIL1\"]' or --config 'assume=\"threaded\"'"
                                      : "");
  if (!pyproject) {
    apply_table(settings, document, name, base);
    return true;
  }
  const auto* tool = document["tool"].as_table();
  if (tool == nullptr || !tool->contains("gilcheck")) {
    warn_of_likely_tables(settings, document, name);
    return false;
  }
  const auto* section = (*tool)["gilcheck"].as_table();
  if (section == nullptr) throw UserError(std::string(name) + ": tool.gilcheck must be a table");
  apply_table(settings, *section, name, base);
  return true;
}

Settings load_settings(const ConfigurationRequest& request) {
  Settings settings;
  settings.working_directory = request.working_directory;
  const std::string top = common_target_directory(request);

  std::vector<std::string> inline_settings;
  std::string file;
  for (const auto& argument : request.config) {
    if (argument.empty()) {
      throw UserError("--config: the argument is empty",
                      "give a TOML file, or a setting such as --config 'assume=\"threaded\"'");
    }
    if (is_inline(argument)) {
      inline_settings.push_back(argument);
    } else if (!file.empty()) {
      throw UserError("--config names two files, '" + file + "' and '" + argument + "'",
                      "give one file; settings can be added as --config 'key=value'");
    } else {
      file = argument;
    }
  }

  std::string config_directory;
  if (!file.empty()) {
    const std::string path = absolute_path(file, request.working_directory);
    const bool pyproject = last_part(path) == "pyproject.toml";
    if (!exists(path)) {
      throw UserError("--config: '" + displayable(file) + "' does not exist",
                      "give a TOML file, or a setting such as --config 'assume=\"threaded\"'");
    }
    const std::string directory(parent_of(path));
    apply_toml(settings, read_configuration(path, displayable(file)), displayable(file), directory,
               pyproject);
    settings.config_file = path;
    if (is_within(top, directory)) config_directory = directory;
  } else if (!request.isolated) {
    config_directory = apply_closest(settings, top);
  }

  if (request.root) {
    settings.root = absolute_path(*request.root, request.working_directory);
    if (!is_directory(settings.root)) {
      throw UserError("--root: '" + displayable(*request.root) + "' is not a directory",
                      "give the directory to which paths in the output shall be relative");
    }
  } else {
    settings.root = config_directory;
    if (settings.root.empty()) settings.root = repository_root(top);
    if (settings.root.empty()) {
      settings.root = is_within(top, request.working_directory) ? request.working_directory : top;
      // A root chosen for want of a better one may be a directory nobody expects to be written to.
      if (settings.cache_dir.empty()) {
        settings.cache_dir = join(request.working_directory, ".gilcheck_cache");
      }
    }
  }

  for (const auto& argument : inline_settings) apply_inline(settings, argument);
  if (settings.cache_dir.empty()) settings.cache_dir = join(settings.root, ".gilcheck_cache");
  return settings;
}

}  // namespace gilcheck::project
