#pragma once
// Source lines with marks under them, in the manner of a compiler. Pure; safe to call concurrently.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/position.h"
#include "base/source_text.h"
#include "report/paint.h"

namespace gilcheck::report {

enum class MarkKind : std::uint8_t {
  region,        ///< an access of the region: ^^^
  other_thread,  ///< a conflicting access: ---
  switch_point,  ///< where the GIL can change hands: ~~~
};

/// A stretch of code to underline, and what to say about it.
struct Mark {
  Span span;
  MarkKind kind = MarkKind::region;
  std::string label;
};

struct FrameLayout {
  Painter paint{false};
  Ink region_ink = Ink::warning;
  std::size_t width = 0;         ///< cells per line; 0: no limit
  std::size_t number_width = 5;  ///< cells of the line number column
};

/// Whether the span's first line exists in the text.
bool is_in(const SourceText& source, const Span& span);

/// Draws the lines that the marks touch, the header of the enclosing function or class (else one
/// line of context), and `...` where lines are left out. Spans may reach past the text; they are
/// cut. Marks on lines that do not exist are not drawn. Ends with a line break unless empty.
std::string code_frame(const SourceText& source, std::vector<Mark> marks,
                       const FrameLayout& layout);

}  // namespace gilcheck::report
