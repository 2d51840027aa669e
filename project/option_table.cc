#include "project/option_table.h"

#include <algorithm>

#include "project/paths.h"

namespace gilcheck::project {

namespace {

std::vector<Option> make_options() {
  return {
      {.key = "select",
       .type = OptionType::selectors,
       .default_value = R"(["ALL"])",
       .summary = "The rules that are reported.",
       .details = "A selector is a code (`GIL101`), a prefix of codes (`GIL1`), a rule's name "
                  "(`unlocked-read-modify-write`), a family or `ALL`. Where `select` and `ignore` "
                  "both concern a rule, the more specific selector wins; between equals, `ignore`.",
       .example = R"(select = ["GIL1", "GIL203"])",
       .flag = "--select"},
      {.key = "extend-select",
       .type = OptionType::selectors,
       .default_value = "[]",
       .summary = "Rules that are reported in addition to `select`.",
       .details = "",
       .example = R"(extend-select = ["GIL104"])",
       .flag = "--extend-select"},
      {.key = "ignore",
       .type = OptionType::selectors,
       .default_value = "[]",
       .summary = "Rules that are not reported.",
       .details =
           "A `--select` on the command line replaces `select`, `extend-select` and `ignore` "
           "of the file; `--ignore` adds to them.",
       .example = R"(ignore = ["GIL107"])",
       .flag = "--ignore"},
      {.key = "per-file-ignores",
       .type = OptionType::selector_table,
       .default_value = "{}",
       .summary = "Rules that are not reported in some files.",
       .details = "Each key is a pattern in gitignore syntax, relative to the configuration file; "
                  "every pattern that matches counts. A pattern that starts with `!` concerns the "
                  "files that do *not* match the rest.",
       .example = "[per-file-ignores]\n\"tests/\" = [\"ALL\"]\n\"*_pb2.py\" = [\"GIL1\"]",
       .flag = ""},
      {.key = "confidence",
       .type = OptionType::word,
       .default_value = "\"medium\"",
       .summary = "The least confidence that is reported.",
       .details =
           "`high`: sharing is seen, the region is surely unprotected, the harm is concrete. "
           "`medium`: one link is inferred. `low`: a link is missing, for instance a lock "
           "that could not be identified may protect the location.",
       .example = R"(confidence = "high")",
       .flag = "--confidence",
       .choices = {"high", "medium", "low"}},
      {.key = "assume",
       .type = OptionType::word,
       .default_value = "\"auto\"",
       .summary = "Who is believed to call the code from several threads.",
       .details = "`threaded`: every public function may run in several threads: the question of a "
                  "library's author. `auto`: that for modules and classes that own a lock, and "
                  "otherwise the threads that are started in sight. `single`: only the latter.",
       .example = R"(assume = "threaded")",
       .flag = "--assume",
       .choices = {"auto", "threaded", "single"}},
      {.key = "python-version",
       .type = OptionType::text,
       .default_value = "\"3.14\"",
       .summary = "The version of CPython whose switch points decide between gil-masked and "
                  "already-racy.",
       .details = "Since 3.10 the interpreter hands the GIL over only at calls, backward jumps and "
                  "where Python code runs underneath; before, between most instructions.",
       .example = R"(python-version = "3.9")",
       .flag = "--python-version"},
      {.key = "exclude",
       .type = OptionType::patterns,
       .default_value = "",
       .summary = "Files and directories that are not entered; replaces the default list.",
       .details =
           "Patterns in gitignore syntax, relative to the configuration file: a name without "
           "a slash matches at every level, a trailing slash only directories, a leading "
           "slash only here, `!` takes an exclusion back. Directories that hold a "
           "`pyvenv.cfg` are left out in any case. A path given on the command line is "
           "checked even if it is excluded, unless `force-exclude` is set.",
       .example = R"(exclude = ["/vendor/", "*_pb2.py"])",
       .flag = "--exclude"},
      {.key = "extend-exclude",
       .type = OptionType::patterns,
       .default_value = "[]",
       .summary = "More patterns to exclude, in addition to `exclude`.",
       .details = "",
       .example = R"(extend-exclude = ["/tests/data/"])",
       .flag = "--extend-exclude"},
      {.key = "respect-gitignore",
       .type = OptionType::boolean,
       .default_value = "true",
       .summary = "Leave out what .gitignore, .ignore and .git/info/exclude say.",
       .details =
           "Files of every level count, up to the root of the repository. The ignore file of "
           "the user's git configuration does not: results must not depend on the machine.",
       .example = "respect-gitignore = false",
       .flag = "--no-respect-gitignore"},
      {.key = "force-exclude",
       .type = OptionType::boolean,
       .default_value = "false",
       .summary = "Apply `exclude` to the paths on the command line too.",
       .details = "For pre-commit and editors, which name every file.",
       .example = "force-exclude = true",
       .flag = "--force-exclude"},
      {.key = "src",
       .type = OptionType::directories,
       .default_value = "[]",
       .summary = "Directories from which modules are imported.",
       .details = "Relative to the configuration file. Needed only where it cannot be seen from "
                  "`__init__.py`, a `src` directory, or a directory's pyproject.toml or setup.py, "
                  "as with namespace packages in unusual places.",
       .example = R"(src = ["python", "tools/lib"])",
       .flag = ""},
      {.key = "c",
       .type = OptionType::boolean,
       .default_value = "true",
       .summary = "Check C and C++ sources of extension modules, too.",
       .details = "Needs libclang at run time: `pip install 'gilcheck[c]'`, or the distribution's "
                  "library. Without it, C files are left out and the summary says so.",
       .example = "c = false",
       .flag = "--no-c"},
      {.key = "python",
       .type = OptionType::text,
       .default_value = "\"\"",
       .summary = "The interpreter whose headers C sources are compiled against.",
       .details =
           "A command, a path relative to the configuration file, or a directory that holds "
           "`Python.h`. Unset: of the active virtual environment, the `python3` on PATH, the "
           "system and the user's cache (`gilcheck/python-headers/`), the first that is 3.13 "
           "or newer, for only those declare what the free-threaded build has.",
       .example = R"(python = "python3.14")",
       .flag = "--python"},
      {.key = "compile-commands",
       .type = OptionType::text,
       .default_value = "\"\"",
       .summary = "The compile database with the flags of C sources.",
       .details = "A `compile_commands.json`, or a directory that holds one, relative to the "
                  "configuration file. Unset: that of the root or of its build directories. Flags "
                  "of files that are in none are worked out from the project's layout.",
       .example = R"(compile-commands = "build/cp314")",
       .flag = "--compile-commands"},
      {.key = "libclang",
       .type = OptionType::text,
       .default_value = "\"\"",
       .summary = "The library that parses C and C++.",
       .details =
           "A file, or a directory that holds it, relative to the configuration file. Unset: "
           "the distribution's LLVM 19, then that of the Python package `libclang`.",
       .example = R"(libclang = "/usr/lib/llvm-19/lib/libclang.so.1")",
       .flag = "--libclang"},
      {.key = "unit-timeout",
       .type = OptionType::integer,
       .default_value = "60",
       .summary = "How many seconds one C or C++ file may take to parse.",
       .details = "A file that takes longer is given up, reported and counted.",
       .example = "unit-timeout = 300",
       .flag = "--unit-timeout"},
      {.key = "max-file-size",
       .type = OptionType::size,
       .default_value = "\"64MB\"",
       .summary = "Larger files are not analysed; a warning says so.",
       .details = "Bytes, or text with a unit (k, MB, GB: powers of 1024), at most 2GB.",
       .example = R"(max-file-size = "8MB")",
       .flag = ""},
      {.key = "output-format",
       .type = OptionType::word,
       .default_value = "\"full\"",
       .summary = "How findings are written.",
       .details = "The environment variable `GILCHECK_OUTPUT_FORMAT` wins over the file, the "
                  "command line over both.",
       .example = R"(output-format = "concise")",
       .flag = "--output-format",
       .choices = {"full", "concise", "json", "sarif", "github"}},
      {.key = "cache",
       .type = OptionType::boolean,
       .default_value = "true",
       .summary = "Keep what was learned about unchanged files between runs.",
       .details = "",
       .example = "cache = false",
       .flag = "--no-cache"},
      {.key = "cache-dir",
       .type = OptionType::text,
       .default_value = "\".gilcheck_cache\"",
       .summary = "Where the cache is kept.",
       .details = "Relative to the configuration file. Without configuration it is next to the "
                  "repository's root, or in the working directory when there is none. "
                  "`gilcheck clean` removes it.",
       .example = R"(cache-dir = "build/gilcheck-cache")",
       .flag = "--cache-dir"},
      {.key = "jobs",
       .type = OptionType::integer,
       .default_value = "0",
       .summary = "How many threads work; 0 means one per processor.",
       .details = "The output does not depend on it.",
       .example = "jobs = 2",
       .flag = "-j/--jobs"},
  };
}

const std::vector<Option>& table() {
  static const std::vector<Option> all = [] {
    auto made = make_options();
    for (auto& option : made) {
      if (option.key != "exclude") continue;
      static const std::string defaults = [] {
        std::string text = "[";
        for (const auto& name : default_excludes()) {
          text += (text.size() > 1 ? ", \"" : "\"") + name + "\"";
        }
        return text + "]";
      }();
      option.default_value = defaults;
    }
    return made;
  }();
  return all;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : displayable(text)) {
    // displayable() leaves backslashes only in front of its own \xHH.
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

std::string list_of(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() > 1 ? ", " : "") + quoted(item);
  return out + "]";
}

std::string patterns_of(const std::vector<ExcludePattern>& items) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() > 1 ? ", " : "") + quoted(item.pattern);
  return out + "]";
}

std::string word(bool value) {
  return value ? "true" : "false";
}

}  // namespace

std::span<const Option> options() {
  return table();
}

const Option* find_option(std::string_view key) {
  const auto& all = table();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Option& option) { return option.key == key; });
  return found == all.end() ? nullptr : &*found;
}

std::span<const std::string_view> option_keys() {
  static const std::vector<std::string_view> keys = [] {
    std::vector<std::string_view> all;
    for (const auto& option : table()) all.push_back(option.key);
    return all;
  }();
  return keys;
}

std::string_view describe(OptionType type) {
  switch (type) {
    case OptionType::boolean: return "true or false";
    case OptionType::word: return "a string";
    case OptionType::text: return "a string";
    case OptionType::integer: return "an integer";
    case OptionType::size: return "a number of bytes or a string such as \"64MB\"";
    case OptionType::selectors: return "a list of rule selectors";
    case OptionType::patterns: return "a list of gitignore patterns";
    case OptionType::directories: return "a list of directories";
    case OptionType::selector_table: return "a table from patterns to lists of rule selectors";
  }
  return "";
}

std::string value_of(const Settings& settings, const Option& option) {
  const std::string_view key = option.key;
  if (key == "select") return list_of(settings.select);
  if (key == "extend-select") return list_of(settings.extend_select);
  if (key == "ignore") return list_of(settings.ignore);
  if (key == "per-file-ignores") {
    std::string out = "{";
    for (const auto& entry : settings.per_file_ignores) {
      out += (out.size() > 1 ? ", " : "") + quoted(entry.files.pattern) + " = " +
             list_of(entry.selectors);
    }
    return out + "}";
  }
  if (key == "confidence") return quoted(gilcheck::to_string(settings.confidence));
  if (key == "assume") return quoted(to_string(settings.assume));
  if (key == "python-version") {
    return quoted(std::to_string(settings.python_version.major) + "." +
                  std::to_string(settings.python_version.minor));
  }
  if (key == "exclude") {
    return settings.exclude ? patterns_of(*settings.exclude) : std::string(option.default_value);
  }
  if (key == "extend-exclude") return patterns_of(settings.extend_exclude);
  if (key == "respect-gitignore") return word(settings.respect_gitignore);
  if (key == "force-exclude") return word(settings.force_exclude);
  if (key == "src") return list_of(settings.src);
  if (key == "c") return word(settings.c);
  if (key == "python") return quoted(settings.python);
  if (key == "compile-commands") return quoted(settings.compile_commands);
  if (key == "libclang") return quoted(settings.libclang);
  if (key == "unit-timeout") return std::to_string(settings.unit_timeout);
  if (key == "max-file-size") return std::to_string(settings.max_file_size);
  if (key == "output-format") return quoted(to_string(settings.output_format));
  if (key == "cache") return word(settings.cache);
  if (key == "cache-dir") return quoted(settings.cache_dir);
  if (key == "jobs") return std::to_string(settings.jobs);
  return "";
}

}  // namespace gilcheck::project
