#include "project/selection.h"

#include <algorithm>

#include "project/paths.h"
#include "rules/catalogue.h"

namespace gilcheck::project {

namespace {

/// How narrowly a selector names the rule; 0 when it does not.
std::size_t specificity(const rules::Rule& rule, std::string_view selector) {
  if (!rules::matches(rule, selector)) return 0;
  if (selector == "ALL") return 1;
  if (selector == rule.name) return rule.code.size() + 1;
  if (selector == rule.family) return 4;  // as a prefix like GIL1
  return selector.size() + 1;
}

std::size_t best(const rules::Rule& rule, const std::vector<std::string>& selectors) {
  std::size_t out = 0;
  for (const auto& selector : selectors) out = std::max(out, specificity(rule, selector));
  return out;
}

/// The same where only the code is known.
std::size_t specificity_of_code(std::string_view code, const std::vector<std::string>& selectors) {
  std::size_t out = 0;
  for (const auto& selector : selectors) {
    if (selector == "ALL") out = std::max(out, std::size_t{1});
    if (code.starts_with(selector)) out = std::max(out, selector.size() + 1);
  }
  return out;
}

}  // namespace

Selection::Selection(const Settings& settings) : root_(settings.root) {
  for (const auto& rule : rules::all()) {
    const auto selected = std::max(best(rule, settings.select), best(rule, settings.extend_select));
    enabled_.emplace(rule.code, selected > best(rule, settings.ignore));
  }
  // Of a rule that the catalogue does not know (yet), the code alone says what it matches.
  selected_ = settings.select;
  selected_.insert(selected_.end(), settings.extend_select.begin(), settings.extend_select.end());
  ignored_ = settings.ignore;
  for (const auto& entry : settings.per_file_ignores) {
    FileRule rule;
    rule.base = entry.files.base;
    std::string_view pattern = entry.files.pattern;
    if (pattern.starts_with('!')) {
      rule.inverted = true;
      pattern.remove_prefix(1);
    }
    if (pattern.starts_with("./")) pattern.remove_prefix(1);
    rule.patterns.add(pattern);
    rule.selectors = entry.selectors;
    file_rules_.push_back(std::move(rule));
  }
}

bool Selection::enabled(std::string_view code) const {
  const auto found = enabled_.find(code);
  if (found != enabled_.end()) return found->second;
  const std::size_t selected = specificity_of_code(code, selected_);
  return selected > specificity_of_code(code, ignored_);
}

bool Selection::enabled_in(std::string_view code, const std::string& relative) const {
  const rules::Rule* rule = rules::find(code);
  if (rule == nullptr) return true;
  return std::none_of(file_rules_.begin(), file_rules_.end(), [&](const FileRule& entry) {
    const bool concerned =
        std::any_of(entry.selectors.begin(), entry.selectors.end(),
                    [&](const std::string& selector) { return rules::matches(*rule, selector); });
    if (!concerned) return false;
    const std::string absolute = absolute_path(relative, root_);
    const bool inside =
        is_within(absolute, entry.base) && entry.patterns.covers(relative_to(absolute, entry.base));
    return inside != entry.inverted;
  });
}

}  // namespace gilcheck::project
