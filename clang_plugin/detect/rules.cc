#include "clang_plugin/detect/rules.h"

#include <array>

#include "clang_plugin/detect/borrowed.h"

namespace gilcheck::clang_plugin {

std::span<const FunctionRule> function_rules() {
  static constexpr std::array kRules{&borrowed_from_container};
  return kRules;
}

std::span<const ProgramRule> program_rules() {
  static constexpr std::array<ProgramRule, 0> kRules{};
  return kRules;
}

}  // namespace gilcheck::clang_plugin
