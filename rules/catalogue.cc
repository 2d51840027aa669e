#include "rules/catalogue.h"

#include <algorithm>
#include <numeric>

#include "rules/embedded.h"
#include "rules/page.h"

namespace gilcheck::rules {
namespace {

struct Catalogue {
  std::vector<Rule> rules;
  std::string errors;

  Catalogue() {
    for (const EmbeddedFile& file : embedded_files()) {
      // Anything else in the folder (a README) is not a rule.
      if (!file.name.starts_with("GIL") || !file.name.ends_with(".md")) continue;
      rules.push_back(parse_page(file.name, file.text, errors));
    }
    std::ranges::sort(rules, {}, &Rule::code);
    if (rules.empty()) errors += "the catalogue is empty\n";
    for (std::size_t i = 1; i < rules.size(); ++i) {
      if (rules[i].code == rules[i - 1].code) {
        errors += std::string(rules[i].code) + " has two files\n";
      }
    }
  }
};

const Catalogue& catalogue() {
  static const Catalogue loaded;
  return loaded;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Levenshtein distance, blind to case.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (lower(a[i]) == lower(b[j]) ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substituted});
    }
  }
  return row.back();
}

}  // namespace

std::string_view catalogue_error() {
  return catalogue().errors;
}

std::span<const Rule> all() {
  return catalogue().rules;
}

const Rule* find(std::string_view code_or_name) {
  for (const Rule& rule : catalogue().rules) {
    if (rule.code == code_or_name || rule.name == code_or_name) return &rule;
  }
  return nullptr;
}

bool found_by_running(std::string_view code) {
  return code.starts_with("GIL9");
}

bool matches(const Rule& rule, std::string_view selector) {
  if (selector.empty()) return false;
  return selector == "ALL" || rule.code.starts_with(selector) || rule.name == selector ||
         rule.family == selector;
}

bool is_selector(std::string_view selector) {
  return std::ranges::any_of(all(), [&](const Rule& rule) { return matches(rule, selector); });
}

std::string_view suggest(std::string_view unknown) {
  if (unknown.empty()) return {};
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, unknown.size() / 4) + 1;
  const auto consider = [&](std::string_view candidate) {
    const std::size_t distance = edit_distance(unknown, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  };
  for (const Rule& rule : all()) {
    consider(rule.code);
    consider(rule.name);
    consider(rule.family);
  }
  consider("ALL");
  return best;
}

std::string_view name_of(Stage stage) {
  return stage == Stage::Stable ? "stable" : "preview";
}

}  // namespace gilcheck::rules
