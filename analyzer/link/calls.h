#pragma once
// Arguments of calls as flows into parameters.

#include <vector>

#include "analyzer/link/model.h"

namespace gilcheck::analyzer {

class Evaluator;

/// Appends what the call passes to parameters of program functions: directly, or through a thread
/// that it starts. Flow::target is the program-wide index of the parameter.
void collect_arguments(const Model& model, Evaluator& evaluator, ModuleIndex m, CallId call,
                       const Callee& callee, std::vector<Flow>& out);

}  // namespace gilcheck::analyzer
