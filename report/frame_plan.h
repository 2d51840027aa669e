#pragma once
// What a code frame shows, before it is drawn. Pure; safe to call concurrently.

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "base/source_text.h"
#include "report/code_frame.h"

namespace gilcheck::report {

/// A mark over several lines, drawn as a bracket in a lane left of the code.
struct Bracket {
  std::size_t mark = 0;  ///< index
  std::size_t lane = 0;
  bool from_line_start = false;  ///< begins at the first character of its line
};

struct FramePlan {
  std::vector<Mark> marks;        ///< inside the text; no two on one span with one kind
  std::vector<Bracket> brackets;  ///< by first line, the longer one first
  std::size_t lanes = 0;
  std::set<std::uint32_t> lines;
};

/// Cuts marks to the text, joins those that lie on each other, and chooses the lines: those with
/// marks, the header of the enclosing function or class (else a line of context), and what lies in
/// gaps too small to leave out. Marks on lines that do not exist are dropped.
FramePlan plan_frame(const SourceText& source, std::vector<Mark> marks);

}  // namespace gilcheck::report
