#pragma once
// Colours of the text formats. With colour off every call returns its text unchanged.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/finding.h"

namespace gilcheck::report {

/// What a piece of text is, not how it looks.
enum class Ink : std::uint8_t {
  path,
  error,
  warning,
  info,
  emphasis,
  gutter,
  other_thread,
  switch_point,
  row_label,
  faint,
};

/// The ink of a severity's word and marks.
Ink ink_of(Severity severity);

class Painter {
 public:
  explicit Painter(bool color) : color_(color) {}
  std::string operator()(Ink ink, std::string_view text) const;

 private:
  bool color_;
};

}  // namespace gilcheck::report
