#pragma once
// What is stored, seen from the question whether a second thread that stores the same does harm.
// Reads the finished program only; may be called from any number of threads.

#include "analyzer/detect/candidate.h"

namespace gilcheck::analyzer {

/// The value as stored, with annotations looked through.
const ValueNode& stored(const ModuleSummary& summary, ValueId value);

bool is_constant(const ValueNode& node);
bool is_none(const ValueNode& node);
bool is_bool(const ValueNode& node);

enum class Made : std::uint8_t {
  identity,   ///< a new object whose identity or later content matters
  immutable,  ///< equal to what the other thread makes: either can stand for the other
  unknown,
  given,  ///< what a caller passed in, another one in each thread
};

/// What `value`, stored in `location`, is in each of two threads that store it.
Made made_value(const DetectContext& context, LocationId location, ModuleIndex module,
                ValueId value);

}  // namespace gilcheck::analyzer
