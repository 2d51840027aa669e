#pragma once
// gil-masked or already-racy: whether the interpreter can hand over the GIL between two accesses.
// The model and its sources stand in rules/tables/switch_points.tsv.

#include <optional>
#include <string>

#include "analyzer/link/program.h"
#include "base/finding.h"

namespace gilcheck::analyzer {

/// The verdict on one region, with the switch point that decides it.
struct Window {
  WindowClass window = WindowClass::gil_masked;
  bool has_switch = false;
  bool certain = true;
  std::string kind;  ///< as in gilcheck::SwitchPoint
  std::string text;  ///< "the call make(k) ends between the two"
  ByteRange range;
};

/// Judges the stretch between the ends of a region. `code` gives the source text of a range.
Window judge_window(const Program& program, ModuleIndex module, const Region& region,
                    const SourceText& source);

/// The verdict for a region inside one C call over a container: already-racy only if the call runs
/// Python code for certain.
Window one_call_window(const Program& program, const std::string& call, bool runs_python,
                       bool maybe_python, ByteRange range);

}  // namespace gilcheck::analyzer
