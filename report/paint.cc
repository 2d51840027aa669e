#include "report/paint.h"

#include <fmt/color.h>

namespace gilcheck::report {

namespace {

fmt::text_style style_of(Ink ink) {
  using fmt::emphasis;
  using fmt::terminal_color;
  switch (ink) {
    case Ink::path: return fmt::emphasis::bold;
    case Ink::error: return emphasis::bold | fmt::fg(terminal_color::bright_red);
    case Ink::warning: return emphasis::bold | fmt::fg(terminal_color::yellow);
    case Ink::info: return emphasis::bold | fmt::fg(terminal_color::bright_cyan);
    case Ink::emphasis: return emphasis::bold;
    case Ink::gutter: return fmt::fg(terminal_color::bright_blue);
    case Ink::other_thread: return emphasis::bold | fmt::fg(terminal_color::bright_magenta);
    case Ink::switch_point: return fmt::fg(terminal_color::cyan);
    case Ink::row_label: return emphasis::bold;
    case Ink::faint: return emphasis::faint;
  }
  return {};
}

}  // namespace

Ink ink_of(Severity severity) {
  switch (severity) {
    case Severity::info: return Ink::info;
    case Severity::warning: return Ink::warning;
    case Severity::error: return Ink::error;
  }
  return Ink::warning;
}

std::string Painter::operator()(Ink ink, std::string_view text) const {
  if (!color_ || text.empty()) return std::string(text);
  return fmt::format(style_of(ink), "{}", text);
}

}  // namespace gilcheck::report
