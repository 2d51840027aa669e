#include "clang_plugin/link/annotations.h"

#include <array>
#include <utility>

namespace gilcheck::clang_plugin {

namespace {

Annotation meaning(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, Annotation>, 5> kWords = {
      {{"init-only", Annotation::init_only},
       {"confined", Annotation::confined},
       {"guarded-by", Annotation::guarded_by},
       {"holds", Annotation::guarded_by},
       {"benign", Annotation::benign}}};
  for (const auto& [word, what] : kWords) {
    if (text.starts_with(word)) return what;
  }
  return Annotation::none;
}

/// On one of the lines, or on lines of its own that end just above.
Annotated annotation(const Unit& unit, FileId file, std::uint32_t first, std::uint32_t last) {
  for (const Comment& comment : unit.comments) {
    if (comment.pos.file != file) continue;
    const bool beside =
        comment.own_line == 0 && comment.pos.line >= first && comment.pos.line <= last;
    const bool above = comment.own_line != 0 && comment.pos.end_line + 1 == first;
    if (!beside && !above) continue;
    std::string_view text = unit.text(comment.text);
    if (!text.starts_with("gilcheck:")) continue;
    text.remove_prefix(9);
    while (text.starts_with(' ')) text.remove_prefix(1);
    if (const Annotation what = meaning(text); what != Annotation::none) return {what, text};
  }
  return {};
}

}  // namespace

Annotated annotation_at(const Unit& unit, const Pos& declaration) {
  // The declaration may go on over several lines; its comment stands at the end.
  if (declaration.line == 0) return {};
  return annotation(unit, declaration.file, declaration.line, declaration.end_line);
}

Annotated annotation_of(const Unit& unit, const Function& function) {
  if (function.pos.line == 0 || function.blocks.count == 0) return {};
  return annotation(unit, function.pos.file, function.pos.line, function.name_pos.end_line);
}

}  // namespace gilcheck::clang_plugin
