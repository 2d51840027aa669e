#pragma once
// Code that Cython generated: what its author wrote, what is Cython's own, and what the names in it
// stand for. Functions, variables and types of the author are declared under names that say what
// they are (Cython/Compiler/Naming.py); their statements stand below the source line they were made
// from (SourceMark).
//
// Thread contract: pure functions of an immutable unit.

#include <string>
#include <string_view>

#include "clang_plugin/unit.h"

namespace gilcheck::clang_plugin {

bool from_cython(const Unit& unit);

/// Whether a function has statements of the author's: always in code that nobody generated. The
/// functions around it that unpack arguments and make or destroy objects have none.
bool written_by_author(const Unit& unit, const Function& function);
/// The same of a variable with static storage, by its name and unit.
bool declared_by_author(const Unit& unit, std::string_view variable);
/// The same of a field. A variable of a generator or closure is a field of a structure of its own.
bool field_of_author(const Unit& unit, std::string_view record, std::string_view field);
/// A structure that keeps the variables of one call of a generator, or of a function with closures.
bool keeps_variables_of_a_call(std::string_view record);
/// A generator or coroutine's code: Cython lets one thread at a time into it.
bool is_generator_body(const Unit& unit, const Function& function);

/// The author's line that a position was made from; null for what is nobody's, and for a position
/// in code that was not generated.
const SourceMark* source_mark(const Unit& unit, const Pos& pos);
/// A position in the author's first line, for what a whole module says; null as above.
const SourceMark* first_mark(const Unit& unit);

/// "pkg.Stats.bump" for `__pyx_pf_3pkg_5Stats_2bump`; other names as they are.
std::string source_name(std::string_view name);
/// A sentence with all such names in it replaced.
std::string with_source_names(std::string_view text);

}  // namespace gilcheck::clang_plugin
