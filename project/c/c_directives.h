#pragma once
// Suppression comments in C and C++.

#include <string>
#include <vector>

#include "base/source_text.h"
#include "clang_plugin/unit.h"
#include "project/file_facts.h"

namespace gilcheck::project {

/// The text of a C file. Bytes that are not UTF-8 become `?`, one each, so that columns counted in
/// bytes stay what they are.
SourceText c_source_text(std::string bytes);

/// Lines as they are, columns in code points.
Span span_of(const clang_plugin::Pos& pos, const SourceText& source);

/// The directives among the comments of one file of the unit. `// gilcheck: ignore[...] reason` at
/// the end of a line covers that line, on lines of its own the next statement up to its `;` or
/// brace; `file-ignore[...]` covers the file. `// noqa: borrowed-ref OK` (CPython's own convention)
/// covers its line for the rules on borrowed references. Annotations (`guarded-by(...)`,
/// `init-only`, `confined`, `benign(...)`, `holds(...)`) are the analysis' business and give
/// nothing here.
std::vector<Directive> c_directives(const clang_plugin::Unit& unit, clang_plugin::FileId file,
                                    const SourceText& source);

}  // namespace gilcheck::project
