#include "project/setting_values.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <span>

#include "project/closest_word.h"
#include "project/user_error.h"
#include "rules/catalogue.h"

namespace gilcheck::project {

namespace {

[[noreturn]] void not_one_of(std::string_view where, std::string_view what, std::string_view word,
                             std::span<const std::string_view> choices) {
  std::string message =
      std::string(where) + ": '" + std::string(word) + "' is no " + std::string(what);
  std::string hint;
  if (const auto close = closest_word(word, choices); !close.empty()) {
    hint = "did you mean '" + std::string(close) + "'? ";
  }
  hint += "choose one of ";
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i != 0) hint += i + 1 == choices.size() ? " and " : ", ";
    hint += choices[i];
  }
  throw UserError(message, hint);
}

template <typename Number>
std::optional<Number> number_from(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Confidence parse_confidence(std::string_view where, std::string_view word) {
  if (const auto level = confidence_from(word)) return *level;
  constexpr std::array<std::string_view, 3> kChoices = {"high", "medium", "low"};
  not_one_of(where, "confidence", word, kChoices);
}

analyzer::Assume parse_assume(std::string_view where, std::string_view word) {
  using analyzer::Assume;
  for (const auto assume : {Assume::single, Assume::automatic, Assume::threaded}) {
    if (to_string(assume) == word) return assume;
  }
  constexpr std::array<std::string_view, 3> kChoices = {"auto", "threaded", "single"};
  not_one_of(where, "assumption", word, kChoices);
}

OutputFormat parse_output_format(std::string_view where, std::string_view word) {
  for (const auto format : {OutputFormat::full, OutputFormat::concise, OutputFormat::json,
                            OutputFormat::sarif, OutputFormat::github}) {
    if (to_string(format) == word) return format;
  }
  constexpr std::array<std::string_view, 5> kChoices = {"full", "concise", "json", "sarif",
                                                        "github"};
  not_one_of(where, "output format", word, kChoices);
}

analyzer::PythonVersion parse_python_version(std::string_view where, std::string_view word) {
  constexpr int kNewestKnown = 99;
  std::string_view text = word;
  if (text.starts_with("py")) text.remove_prefix(2);
  const auto dot = text.find('.');
  if (dot != std::string_view::npos) {
    const auto major = number_from<int>(text.substr(0, dot));
    // "3.12.1" names 3.12.
    auto rest = text.substr(dot + 1);
    if (const auto patch = rest.find('.'); patch != std::string_view::npos) {
      if (number_from<int>(rest.substr(patch + 1))) rest = rest.substr(0, patch);
    }
    const auto minor = number_from<int>(rest);
    if (major == 3 && minor && *minor >= 0 && *minor <= kNewestKnown) return {3, *minor};
  }
  throw UserError(std::string(where) + ": '" + std::string(word) + "' is no version of Python 3",
                  "write it as major.minor, for example 3.13");
}

std::uint64_t parse_size(std::string_view where, std::string_view word) {
  const auto digits = static_cast<std::size_t>(
      std::find_if(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c) == 0; }) -
      word.begin());
  std::string unit;
  for (const char c : word.substr(digits)) {
    if (c != ' ') unit.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  constexpr std::array<std::string_view, 4> kUnits = {"", "k", "m", "g"};
  if (const auto value = number_from<std::uint64_t>(word.substr(0, digits))) {
    for (unsigned i = 0; i < kUnits.size(); ++i) {
      const std::string prefix(kUnits[i]);
      const bool named =
          unit == prefix || unit == prefix + "b" || (i != 0 && unit == prefix + "ib");
      if (!named) continue;
      // Offsets into a file are 32 bits wide in the summaries.
      constexpr std::uint64_t kLargest = std::uint64_t{2} << 30U;
      const std::uint64_t factor = std::uint64_t{1} << (10U * i);
      if (*value == 0 || *value > kLargest / factor) break;
      return *value * factor;
    }
  }
  throw UserError(std::string(where) + ": '" + std::string(word) + "' is no file size",
                  "write bytes, or a number with k, MB or GB up to 2GB, for example \"64MB\"");
}

void check_selectors(std::string_view where, const std::vector<std::string>& selectors) {
  for (const auto& selector : selectors) {
    if (rules::is_selector(selector)) continue;
    const std::string_view close = rules::suggest(selector);
    throw UserError(
        std::string(where) + ": '" + selector + "' selects no rule",
        (close.empty() ? std::string() : "did you mean '" + std::string(close) + "'? ") +
            "`gilcheck rule --all` lists the rules; a prefix such as GIL1 selects a "
            "family, ALL every rule");
  }
}

}  // namespace gilcheck::project
