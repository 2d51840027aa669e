// gilcheck rule: the catalogue.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/json_text.h"
#include "project/user_error.h"
#include "rules/catalogue.h"

namespace gilcheck::cli {

namespace {

constexpr const char* kExamples = R"(Examples:
  gilcheck rule GIL101                         one rule, by code
  gilcheck rule check-then-act                 or by name
  gilcheck rule --all                          the list
  gilcheck rule --all --output-format json     everything, for programs)";

struct RuleArguments {
  std::vector<std::string> names;
  bool all = false;
  std::string output_format = "text";
};

std::vector<const rules::Rule*> chosen_rules(const RuleArguments& arguments) {
  std::vector<const rules::Rule*> out;
  if (arguments.all) {
    for (const auto& rule : rules::all()) out.push_back(&rule);
    return out;
  }
  for (const auto& name : arguments.names) {
    const rules::Rule* rule = rules::find(name);
    if (rule == nullptr) {
      const auto close = rules::suggest(name);
      throw project::UserError(
          "there is no rule '" + name + "'",
          (close.empty() ? std::string() : "did you mean '" + std::string(close) + "'? ") +
              "`gilcheck rule --all` lists the rules");
    }
    out.push_back(rule);
  }
  if (out.empty()) {
    throw project::UserError("which rule?", "name one, as in `gilcheck rule GIL101`, or use --all");
  }
  return out;
}

std::string as_json(const rules::Rule& rule, std::size_t level) {
  std::vector<std::string> tags;
  for (const auto tag : rule.tags) tags.push_back(json_string(tag));
  return json_object({{"code", json_string(rule.code)},
                      {"name", json_string(rule.name)},
                      {"family", json_string(rule.family)},
                      {"summary", json_string(rule.summary)},
                      {"severity", json_string(to_string(rule.severity))},
                      {"stage", json_string(rules::name_of(rule.stage))},
                      {"since", json_string(rule.since)},
                      {"tags", json_array(tags, level + 1)},
                      {"what_it_finds", json_string(rule.what_it_finds)},
                      {"why_with_gil", json_string(rule.why_with_gil)},
                      {"why_without_gil", json_string(rule.why_without_gil)},
                      {"example", json_string(rule.example)},
                      {"use_instead", json_string(rule.use_instead)},
                      {"when_wrong", json_string(rule.when_wrong)},
                      {"references", json_string(rule.references)},
                      {"markdown", json_string(rule.markdown)}},
                     level);
}

/// The list: one line per rule.
std::string as_table(const std::vector<const rules::Rule*>& rules) {
  std::size_t widest = 0;
  for (const auto* rule : rules) widest = std::max(widest, rule->name.size());
  std::string out;
  for (const auto* rule : rules) {
    out += std::string(rule->code) + "  " + std::string(rule->name) +
           std::string(widest - rule->name.size() + 2, ' ') + rule->summary + "\n";
  }
  return out;
}

/// Markdown reads well as text once headings stand out and code has no fences.
std::string as_text(const rules::Rule& rule) {
  const bool color = use_color(ColorChoice::automatic, Stream::out);
  std::string out;
  std::string_view rest = rule.markdown;
  bool code = false;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.starts_with("```")) {
      code = !code;
      continue;
    }
    if (code) {
      if (!line.empty()) out += "    ";
      out += line;
    } else if (line.starts_with('#')) {
      line.remove_prefix(std::min(line.find_first_not_of("# "), line.size()));
      out += color ? "\x1b[1m" + std::string(line) + "\x1b[0m" : std::string(line);
    } else {
      out += line;
    }
    out += '\n';
  }
  return out;
}

ExitStatus run(const RuleArguments& arguments) {
  const auto rules = chosen_rules(arguments);
  std::string out;
  if (arguments.output_format == "json") {
    if (arguments.all || rules.size() > 1) {
      std::vector<std::string> items;
      for (const auto* rule : rules) items.push_back(as_json(*rule, 1));
      out = json_array(items) + "\n";
    } else {
      out = as_json(*rules.front(), 0) + "\n";
    }
  } else if (arguments.output_format == "text" && arguments.all) {
    out = as_table(rules);
  } else {
    for (const auto* rule : rules) {
      if (!out.empty()) out += "\n";
      out += arguments.output_format == "text" ? as_text(*rule) : rule->markdown;
      if (!out.ends_with('\n')) out += '\n';
    }
  }
  write_out(out);
  return ExitStatus::clean;
}

}  // namespace

void add_rule_command(CLI::App& app, Action& chosen) {
  auto arguments = std::make_shared<RuleArguments>();
  CLI::App* command = app.add_subcommand("rule", "Explain a rule");
  command->footer(kExamples);
  command->add_option("RULE", arguments->names, "Codes or names of rules");
  command->add_flag("--all", arguments->all, "Every rule");
  command->add_option("--output-format", arguments->output_format, "text, json or markdown [text]")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "markdown"}).description(""));
  command->callback([&chosen, arguments] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace gilcheck::cli
