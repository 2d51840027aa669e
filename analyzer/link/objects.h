#pragma once
// Containers that a function makes and others reach through their parameters.

#include <string_view>

#include "analyzer/link/model.h"

namespace gilcheck::analyzer {

class Evaluator;

/// The object a value is, one step: the variable it is kept in, the parameter, the evaluation.
ObjectRef object_of(const Model& model, Evaluator& evaluator, ModuleIndex m, ValueId v);
ObjectRef object_of_path(const Model& model, Evaluator& evaluator, ModuleIndex m, PathId p);
/// Follows parameters to where all their callers agree.
ObjectRef follow_parameters(const Model& model, ObjectRef ref);
/// The same; unknown for objects that never leave the function that makes them.
ObjectRef resolve_object(const Model& model, ObjectRef ref);
/// Fills Model::param_objects.
void build_param_objects(Model& model, const ParallelFor& parallel);
/// Whether a function of the standard library answers with a copy of its argument.
bool is_copy(std::string_view function);
/// True if evaluating the value makes a new object each time.
bool makes_object(const Model& model, ModuleIndex m, ValueId v);

}  // namespace gilcheck::analyzer
