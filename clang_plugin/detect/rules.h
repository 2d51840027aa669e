#pragma once
// The rules, each in the file of its name. A new one: its page in rules/, its function in a file here,
// its line below and in rules.cc, programs in corpus/c/.

#include <span>

#include "clang_plugin/detect/candidate.h"

namespace gilcheck::clang_plugin {

// modules.cc
void module_without_gil_slot(const Context&, std::vector<Candidate>&);     // GIL501
void single_phase_module(const Context&, std::vector<Candidate>&);         // GIL515
void objects_in_statics(const Context&, std::vector<Candidate>&);          // GIL515
void false_claims(const Context&, std::vector<Candidate>&);                // GIL502: runs last
// statics.cc
void unlocked_statics(const Context&, std::vector<Candidate>&);            // GIL505, 506
// object_state.cc
void unlocked_object_state(const Context&, std::vector<Candidate>&);       // GIL507, 516
// thread_state.cc
void state_assumed_across_detach(const Context&, FunctionIndex, std::vector<Candidate>&);  // GIL510
void api_call_while_detached(const Context&, FunctionIndex, std::vector<Candidate>&);      // GIL511
// lock_use.cc
void critical_section_misuse(const Context&, FunctionIndex, std::vector<Candidate>&);      // GIL512
void lock_held_while_python_runs(const Context&, std::vector<Candidate>&);  // GIL517

std::span<const FunctionRule> function_rules();
std::span<const ProgramRule> program_rules();

}  // namespace gilcheck::clang_plugin
