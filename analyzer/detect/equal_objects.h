#pragma once
// Whether two objects that two threads make by the same code can stand for each other, so that it
// does no harm when one of them replaces the other.

#include "analyzer/detect/candidate.h"

namespace gilcheck::analyzer {

/// A method of a logger of the standard library: what it writes twice does no harm.
bool only_logs(const DetectContext& context, ModuleIndex module, CallId call);

/// Objects of the program class never differ in what others see: nothing that one method changes is
/// read by another after construction, construction has no effect beyond the object, and the class
/// keeps no lock, thread, file or other resource of its own. Said only of classes known to the top.
bool interchangeable(const DetectContext& context, ClassIndex klass);

/// The container made by `value` is a constant table: what it holds is made of immutable values,
/// nothing in the program changes what `location` holds, and nobody is given the container itself.
bool constant_table(const DetectContext& context, LocationId location, ModuleIndex module,
                    ValueId value);

}  // namespace gilcheck::analyzer
