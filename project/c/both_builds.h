#pragma once
// The build with the GIL, beside the free-threaded one. A unit is read as the free-threaded build
// compiles it. Where its own files have conditionals on Py_GIL_DISABLED it is read once more
// without the macro, for the code that stands in the other branch only: what is racy with the GIL
// too is as wrong there.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.h"
#include "clang_plugin/unit.h"

namespace gilcheck::project {

/// Lines of one file, sorted.
struct FileLines {
  std::string path;  ///< relative, as findings carry it
  std::vector<std::uint32_t> lines;
};

/// Whether a directive of the text decides by Py_GIL_DISABLED, or derives a macro from it. Pure.
bool has_gil_conditional(std::string_view text);

/// Where functions of the project do something in `unit` that they do not do in `other`, the same
/// source preprocessed otherwise. Sorted by path. What a macro makes counts where it is used.
std::vector<FileLines> lines_only_in(const clang_plugin::Unit& unit,
                                     const clang_plugin::Unit& other);

/// Lines that only one of two builds compiles, of all units.
struct BuildLines {
  std::vector<FileLines> free_threaded;
  std::vector<FileLines> with_gil;
};

/// `findings` are those of the free-threaded build, `others` those of the build with the GIL. Adds
/// of the latter what is racy with the GIL, too, on lines that are compiled only there, unless the
/// free-threaded build has the same; each says in which build it holds. Keeps order and unique
/// fingerprints.
void add_build_with_gil(std::vector<Finding>& findings, std::vector<Finding> others,
                        const BuildLines& lines);

}  // namespace gilcheck::project
