// gilcheck config: what can be configured, and how.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/json_text.h"
#include "project/closest_word.h"
#include "project/option_table.h"
#include "project/user_error.h"

namespace gilcheck::cli {

namespace {

using project::Option;
using project::OptionType;

constexpr const char* kExamples = R"(Examples:
  gilcheck config                             the keys
  gilcheck config per-file-ignores            one key: meaning, default, example
  gilcheck config --output-format schema      a JSON Schema, for editors)";

constexpr std::string_view kPage = R"(# Configuration

gilcheck reads `gilcheck.toml`, or the section `[tool.gilcheck]` of `pyproject.toml`:

```toml
# pyproject.toml                        # gilcheck.toml
[tool.gilcheck]                         assume = "threaded"
assume = "threaded"                     ignore = ["GIL107"]
ignore = ["GIL107"]
```

The file is looked for in the directory that holds all the paths of the command line, then in its
parents; the closest one is used, alone. Where both files lie next to each other, `gilcheck.toml`
wins; a `pyproject.toml` without the section does not count. One configuration holds for the whole
run, since findings are about the whole program.

The command line wins over the file. `--config FILE` names a file, `--config 'KEY=VALUE'` sets a key
for one run, `--isolated` ignores every file, and `gilcheck check --show-settings` prints what is in
effect. An unknown key or a bad value is an error that names the file, the line and the likely key; a
section whose name looks like a slip, and a directory of `src` that is not there, are warnings.

## Paths in the output

Findings name files relative to the *root*: the directory of the configuration file, else the root of
the repository, else the working directory if it holds all paths, else the deepest directory that
does. `--root DIR` chooses another. The formats for people (`full`, `concise`) show them relative to
the working directory, or as absolute paths where they lie outside it.

## Which files are checked

`gilcheck check` without a path checks the current directory. Directories are searched for `.py` and
`.pyw` files, and for C and C++ sources (`.c`, `.cc`, `.cpp`, `.cxx`; see below). Left out are the patterns of `exclude` and `extend-exclude`, what `.gitignore`,
`.ignore` and `.git/info/exclude` say (`respect-gitignore`), directories that hold a `pyvenv.cfg`,
and symbolic links to directories. A file given by name is checked whatever it matches, also without
an ending if its `#!` line names python; `force-exclude` changes that. `--show-files` lists the
outcome. When there is no file at all, a warning says so and the exit status is 0; a path that
does not exist is an error (2), and so is one given by name that cannot be read; a
run in which every file was lost ends with 2 as well.

## C and C++ sources

They are parsed by libclang 18 or 19 (`pip install 'gilcheck[c]'`, or the distribution's), under
`Py_GIL_DISABLED=1`; files of the project with conditionals on that macro also without it, for what is racy
in the build with the GIL. Without a usable library they are left out and the summary says so; `--no-c` leaves
them out on purpose. Nothing is parsed unless some source includes `Python.h`, directly or through
headers.

Flags come from a `compile_commands.json` in the root, its `build/` directories or where
`--compile-commands` says. For files that are in none they are worked out: the headers of Python from an
interpreter (`--python`; otherwise the first that is 3.13 or newer of the active virtual environment, the
`python3` on PATH, the system and `gilcheck/python-headers/` in the user's cache), include directories
from the project's own headers and the literals in `setup.py`, `setup.cfg`, `pyproject.toml`,
`meson.build` and `CMakeLists.txt`. Headers of Python that a database names are used if they are 3.13 or
newer and `--python` asks for no others; what is used in their place is said (`python-headers-replaced`),
and `--statistics` gives the versions.

A header that is missing degrades the file: it is reported (`missing-header`) and counted. So are errors
(`c-error`), files that take longer than `unit-timeout` and files that end the parser. A file given by
name that could not be parsed makes the exit status 2.

Suppressions are written `// gilcheck: ignore[GIL505] reason` or `/* gilcheck: ... */`; on a line of its
own, such a comment covers the next statement up to its `;` or brace; `file-ignore[...]` covers the file. A
finding in a header is silenced in the header. `// noqa: borrowed-ref OK` silences GIL503 and GIL504 on its
line.

Where the code is right for a reason that is not seen, say the reason at the declaration, at the end of its
line or on a line of its own above:

| comment | at a variable or field | at the definition of a function |
|---|---|---|
| `// gilcheck: guarded-by(lock)` | the lock is held at every access | its callers hold the lock; also `holds(lock)` |
| `// gilcheck: init-only` | only written before others can look | only runs while the module is initialised |
| `// gilcheck: confined` | only one thread has it | only one thread runs it, and what only it calls |
| `// gilcheck: benign(reason)` | races on it do no harm | races in it on variables and fields do no harm |

Such variables and fields are in no finding on unlocked state (GIL505 to 507, 510, 516), nor is a
reference that is borrowed from what they hold. They are believed: neither the lock's name nor whether it is
held is checked.

## Suppression comments

```python
self.hits += 1  # gilcheck: ignore[GIL101] statistics, may be off by a few

# gilcheck: ignore[GIL102, GIL103] built at import time
if cache is None:
    cache = {}

# gilcheck: file-ignore[GIL105] only the main thread runs this
```

At the end of a line the comment covers that line; on a line of its own it covers the next logical
line (of a compound statement: its header); the third form covers the whole file. A finding is
silenced when one of its accesses starts on a covered line. Comments that are malformed, name no rule
or silence nothing are reported as warnings.

## The cache

Summaries of files, and precompiled headers of Python for C, are kept in `.gilcheck_cache/` by content, together with the last answers, so that
only what changed is analysed again. It may be deleted at any time (`gilcheck clean`), be shared by
runs at the same time, and is never read by another build of the program. A directory that holds
anything else is not made a cache.

## Keys
)";

struct ConfigArguments {
  std::string key;
  std::string output_format = "text";
};

std::string choices_of(const Option& option) {
  std::string out;
  for (const auto choice : option.choices) {
    out += (out.empty() ? "\"" : ", \"") + std::string(choice) + "\"";
  }
  return out;
}

std::string type_of(const Option& option) {
  return option.choices.empty() ? std::string(project::describe(option.type))
                                : "one of " + choices_of(option);
}

std::string as_text(const Option& option) {
  std::string out = std::string(option.key) + "\n\n" + std::string(option.summary);
  if (!option.details.empty()) out += "\n" + std::string(option.details);
  out += "\n\nType:     " + type_of(option);
  out += "\nDefault:  " + std::string(option.default_value);
  if (!option.flag.empty()) out += "\nFlag:     " + std::string(option.flag);
  out += "\nExample:\n";
  std::string_view rest = option.example;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    out += "    " + std::string(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string as_markdown(const Option& option) {
  std::string out = "\n### `" + std::string(option.key) + "`\n\n" + std::string(option.summary);
  if (!option.details.empty()) out += " " + std::string(option.details);
  out += "\n\n- Type: " + (option.choices.empty() ? std::string(project::describe(option.type))
                                                  : "one of `" + choices_of(option) + "`");
  out += "\n- Default: `" + std::string(option.default_value) + "`";
  if (!option.flag.empty()) out += "\n- Command line: `" + std::string(option.flag) + "`";
  return out + "\n\n```toml\n" + std::string(option.example) + "\n```\n";
}

using Members = std::vector<std::pair<std::string, std::string>>;

/// The schema of one key's value.
std::string schema_of(const Option& option) {
  constexpr std::size_t kLevel = 2;
  Members members = {{"description", json_string(option.summary)}};
  const auto strings = [](const std::string& what) {
    return json_object({{"description", json_string(what)}, {"type", json_string("string")}},
                       kLevel + 1);
  };
  const auto type = [&](const char* name) { members.emplace_back("type", json_string(name)); };
  switch (option.type) {
    case OptionType::boolean: type("boolean"); break;
    case OptionType::word: {
      std::vector<std::string> choices;
      for (const auto choice : option.choices) choices.push_back(json_string(choice));
      members.emplace_back("enum", json_array(choices, kLevel + 1));
      break;
    }
    case OptionType::text: type("string"); break;
    case OptionType::integer:
      type("integer");
      members.emplace_back("minimum", "0");
      break;
    case OptionType::size:
      members.emplace_back("type",
                           json_array({json_string("integer"), json_string("string")}, kLevel + 1));
      break;
    case OptionType::selectors:
      type("array");
      members.emplace_back("items", strings("a rule selector"));
      break;
    case OptionType::patterns:
      type("array");
      members.emplace_back("items", strings("a gitignore pattern"));
      break;
    case OptionType::directories:
      type("array");
      members.emplace_back("items", strings("a directory"));
      break;
    case OptionType::selector_table:
      type("object");
      members.emplace_back("additionalProperties", json_object({{"type", json_string("array")},
                                                                {"items", R"({"type": "string"})"}},
                                                               kLevel + 1));
      break;
  }
  if (option.key == "python-version") {
    members.emplace_back("pattern", json_string(R"(^3\.[0-9]+(\.[0-9]+)?$)"));
  }
  return json_object(members, kLevel);
}

std::string schema() {
  Members properties;
  for (const auto& option : project::options()) {
    properties.emplace_back(option.key, schema_of(option));
  }
  return json_object(
             {{"$schema", json_string("https://json-schema.org/draft/2020-12/schema")},
              {"title", json_string("gilcheck")},
              {"description", json_string("gilcheck.toml, or [tool.gilcheck] in pyproject.toml")},
              {"type", json_string("object")},
              {"additionalProperties", "false"},
              {"properties", json_object(properties, 1)}}) +
         "\n";
}

std::string as_json(const Option& option) {
  return json_object({{"key", json_string(option.key)},
                      {"type", json_string(type_of(option))},
                      {"default", json_string(option.default_value)},
                      {"summary", json_string(option.summary)},
                      {"details", json_string(option.details)},
                      {"flag", json_string(option.flag)},
                      {"example", json_string(option.example)}},
                     1);
}

const Option& option_named(const std::string& key) {
  if (const auto* option = project::find_option(key)) return *option;
  const auto close = project::closest_word(key, project::option_keys());
  throw project::UserError(
      "there is no key '" + key + "'",
      (close.empty() ? std::string() : "did you mean '" + std::string(close) + "'? ") +
          "`gilcheck config` lists the keys");
}

std::string all_as_text() {
  std::size_t widest = 0;
  for (const auto& option : project::options()) widest = std::max(widest, option.key.size());
  std::string out;
  for (const auto& option : project::options()) {
    out += std::string(option.key) + std::string(widest - option.key.size() + 2, ' ') +
           std::string(option.summary) + "\n";
  }
  return out +
         "\n`gilcheck config KEY` tells more about one; `gilcheck check --show-settings` "
         "prints the values in effect.\n";
}

ExitStatus run(const ConfigArguments& arguments) {
  const std::string& format = arguments.output_format;
  std::vector<const Option*> shown;
  if (!arguments.key.empty()) {
    shown.push_back(&option_named(arguments.key));
  } else {
    for (const auto& option : project::options()) shown.push_back(&option);
  }
  std::string out;
  if (format == "schema") {
    out = schema();
  } else if (format == "json") {
    std::vector<std::string> items;
    for (const auto* option : shown) items.push_back(as_json(*option));
    out = json_array(items) + "\n";
  } else if (format == "markdown") {
    if (arguments.key.empty()) out = kPage;
    for (const auto* option : shown) out += as_markdown(*option);
  } else {
    out = arguments.key.empty() ? all_as_text() : as_text(*shown.front());
  }
  write_out(out);
  return ExitStatus::clean;
}

}  // namespace

void add_config_command(CLI::App& app, Action& chosen) {
  auto arguments = std::make_shared<ConfigArguments>();
  CLI::App* command = app.add_subcommand("config", "Explain the configuration");
  command->footer(kExamples);
  command->add_option("KEY", arguments->key, "A key");
  command
      ->add_option("--output-format", arguments->output_format,
                   "text, json, markdown or schema [text]")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "markdown", "schema"}).description(""));
  command->callback([&chosen, arguments] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace gilcheck::cli
