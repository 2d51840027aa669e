#pragma once
// Whether an interpreter is good for the runtime, tried out.

#include <string>

#include "project/interpreters/interpreter_facts.h"

namespace gilcheck::project {

/// Compiles a small extension with the interpreter's headers, the internal ones included, and
/// imports it there, in a temporary directory. "" if that works, else why not: "no headers". Takes
/// about a second. Other variables than TMPDIR and CC do not matter.
std::string try_extension(const InterpreterFacts& facts);

}  // namespace gilcheck::project
