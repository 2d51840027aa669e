#pragma once
// The rules, each in the file of its name. A new one: its page in rules/, its function in a file
// here, its line below and in rules.cc, programs in corpus/c/.

#include <span>

#include "clang_plugin/detect/candidate.h"

namespace gilcheck::clang_plugin {

// modules.cc
void module_without_gil_slot(const Context&, std::vector<Candidate>&);  // GIL501
void single_phase_module(const Context&, std::vector<Candidate>&);      // GIL515
void objects_in_statics(const Context&, std::vector<Candidate>&);       // GIL515
void false_claims(const Context&, std::vector<Candidate>&);             // GIL502: runs last
// statics.cc
void unlocked_statics(const Context&, std::vector<Candidate>&);  // GIL505, 506
// object_state.cc
void unlocked_object_state(const Context&, std::vector<Candidate>&);  // GIL507, 516
// thread_state.cc
void state_assumed_across_detach(const Context&, FunctionIndex, std::vector<Candidate>&);  // GIL510
void api_call_while_detached(const Context&, FunctionIndex, std::vector<Candidate>&);      // GIL511
// lock_use.cc
void critical_section_misuse(const Context&, FunctionIndex, std::vector<Candidate>&);  // GIL512
void lock_held_while_python_runs(const Context&, std::vector<Candidate>&);             // GIL517

// borrowed.cc
void borrowed_from_container(const Context&, FunctionIndex,
                             std::vector<Candidate>&);  // GIL503, 504, 508
// field_across_call.cc
void field_across_call(const Context&, FunctionIndex, std::vector<Candidate>&);  // GIL504
// refcount_test.cc
void refcount_as_uniqueness(const Context&, FunctionIndex, std::vector<Candidate>&);  // GIL509
// allocator_domain.cc
void allocator_domains(const Context&, std::vector<Candidate>&);  // GIL513
// hidden_state.cc
void non_reentrant_call(const Context&, FunctionIndex, std::vector<Candidate>&);  // GIL514
// revival.cc
void unowned_cache_revival(const Context&, std::vector<Candidate>&);  // GIL518

std::span<const FunctionRule> function_rules();
std::span<const ProgramRule> program_rules();

}  // namespace gilcheck::clang_plugin
