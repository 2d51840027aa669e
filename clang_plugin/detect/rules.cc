#include "clang_plugin/detect/rules.h"

#include <array>

namespace gilcheck::clang_plugin {

std::span<const FunctionRule> function_rules() {
  static constexpr std::array kRules{
      FunctionRule{state_assumed_across_detach}, FunctionRule{api_call_while_detached},
      FunctionRule{critical_section_misuse},     FunctionRule{borrowed_from_container},
      FunctionRule{field_across_call},           FunctionRule{refcount_as_uniqueness},
      FunctionRule{non_reentrant_call}};
  return kRules;
}

std::span<const ProgramRule> program_rules() {
  static constexpr std::array kRules{ProgramRule{module_without_gil_slot},
                                     ProgramRule{single_phase_module},
                                     ProgramRule{objects_in_statics},
                                     ProgramRule{unlocked_statics},
                                     ProgramRule{unlocked_object_state},
                                     ProgramRule{lock_held_while_python_runs},
                                     ProgramRule{allocator_domains},
                                     ProgramRule{unowned_cache_revival},
                                     ProgramRule{false_claims}};
  return kRules;
}

}  // namespace gilcheck::clang_plugin
