// Where expressions begin and end, without libclang's extents where the text tells: an extent costs
// a lexer for its last token, and most expressions end where one of their parts does.
//
// Only tokens that are written in a file of the project count, not those of macros: between two of
// them the text holds what the compiler read. Whatever is not understood is asked of libclang.

#include "clang_plugin/frontend/unit_builder.h"

namespace gilcheck::clang_plugin {

namespace {

/// Nesting up to which parts are looked at: the stack is not ours alone.
constexpr unsigned kDeepest = 400;

bool word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

char char_at(std::string_view text, std::size_t at) {
  return at < text.size() ? text[at] : '\0';
}

/// Past the word at `at`; `at` itself if there is none, or the text does not tell where it ends.
std::size_t word_end(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (word_character(char_at(text, end))) ++end;
  const char next = char_at(text, end);
  const bool goes_on = next == '\\' || next == '$' || static_cast<unsigned char>(next) >= 0x80;
  return goes_on ? at : end;
}

/// Past a number that is an integer in the source; `at` if it looks like another.
std::size_t integer_end(std::string_view text, std::size_t at) {
  const std::size_t end = word_end(text, at);
  const char next = char_at(text, end);
  return next == '.' || next == '\'' || next == '+' || next == '-' ? at : end;
}

/// Past the literal between quotes that begins at `at`; `at` if it is not closed on its line.
std::size_t literal_end(std::string_view text, std::size_t at) {
  const char quote = char_at(text, at);
  if (quote != '"' && quote != '\'') return at;
  for (std::size_t i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == quote) return i + 1;
    if (text[i] == '\\') ++i;
  }
  return at;
}

/// The next token: past white space and comments.
std::size_t token_after(std::string_view text, std::size_t at) {
  for (;;) {
    const char c = char_at(text, at);
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at;
    } else if (c == '/' && char_at(text, at + 1) == '*') {
      at = text.find("*/", at + 2);
      if (at == text.npos) return text.size();
      at += 2;
    } else if (c == '/' && char_at(text, at + 1) == '/') {
      at = text.find('\n', at);
      if (at == text.npos) return text.size();
    } else {
      return at;
    }
  }
}

}  // namespace

bool UnitBuilder::written(Node& node, unsigned depth) {
  if (node.extent == Node::Extent::unknown) {
    const bool told = texts_tell() && depth < kDeepest && find_extent(node, depth + 1);
    node.extent = told ? Node::Extent::written : Node::Extent::other;
  }
  return node.extent == Node::Extent::written;
}

bool UnitBuilder::texts_tell() {
  // C++ has names of many tokens. A file with errors has expressions that were made up.
  if (texts_tell_ == Tells::unknown) {
    const bool told = !unit_.cplusplus && lib_.getNumDiagnostics(tu_) == 0;
    texts_tell_ = told ? Tells::yes : Tells::no;
  }
  return texts_tell_ == Tells::yes;
}

bool UnitBuilder::find_extent(Node& node, unsigned depth) {
  const CXSourceLocation location = lib_.getCursorLocation(node);
  node.location = location.int_data;
  if (!in_segment(node.location)) {
    unsigned offset = 0;
    if (locate(location, offset) == nullptr || !in_segment(node.location)) return false;
  }
  const std::string_view text = text_of(*segment_.file);
  const NodeList& parts = node.operands;
  const unsigned first = segment_.first;
  const std::size_t here = node.location - first;
  // Parts that are not of this stretch of locations are of another file.
  const auto part = [&](Node& of) {
    return written(of, depth) && in_segment(of.begin) && in_segment(of.end);
  };
  const auto between = [&](unsigned begin, std::size_t end) {
    node.begin = begin;
    node.end = static_cast<unsigned>(end) + first;
    return node.begin < node.end;
  };
  const auto from_here = [&](std::size_t end) { return between(node.location, end); };
  const auto closed = [&](unsigned begin, unsigned last, char bracket) {
    const std::size_t at = token_after(text, last - first);
    return char_at(text, at) == bracket && between(begin, at + 1);
  };
  switch (node.kind()) {
    case CXCursor_DeclRefExpr: return node.children.empty() && from_here(word_end(text, here));
    case CXCursor_IntegerLiteral: return from_here(integer_end(text, here));
    case CXCursor_CharacterLiteral: return from_here(literal_end(text, here));
    case CXCursor_StringLiteral: {
      // The only one, or the last of several that stand together?
      const std::size_t end = literal_end(text, here);
      const char next = char_at(text, token_after(text, end));
      return (next == ',' || next == ')' || next == ';' || next == '}') && from_here(end);
    }
    case CXCursor_MemberRefExpr:
      return parts.size() == 1 && node.children.size() == 1 && part(parts.front()) &&
             word_end(text, here) > here && between(parts.front().begin, word_end(text, here));
    case CXCursor_UnexposedExpr:
      // An implicit conversion stands where its operand does.
      return parts.size() == 1 && node.children.size() == 1 && part(parts.front()) &&
             parts.front().location == node.location &&
             between(parts.front().begin, parts.front().end - first);
    case CXCursor_ParenExpr:
      return parts.size() == 1 && char_at(text, here) == '(' && part(parts.front()) &&
             closed(node.location, parts.front().end, ')');
    case CXCursor_CStyleCastExpr:
      return parts.size() == 1 && char_at(text, here) == '(' && part(parts.front()) &&
             from_here(parts.front().end - first);
    case CXCursor_UnaryOperator: {
      if (parts.size() != 1 || !part(parts.front())) return false;
      const CXUnaryOperatorKind code = lib_.getCursorUnaryOperatorKind(node);
      if (code != CXUnaryOperator_PostInc && code != CXUnaryOperator_PostDec) {
        return from_here(parts.front().end - first);
      }
      const std::size_t at = token_after(text, parts.front().end - first);
      const std::string_view sign = code == CXUnaryOperator_PostInc ? "++" : "--";
      return text.substr(at, 2) == sign && between(parts.front().begin, at + 2);
    }
    case CXCursor_BinaryOperator:
    case CXCursor_CompoundAssignOperator:
      return parts.size() == 2 && part(parts.front()) && part(parts.back()) &&
             between(parts.front().begin, parts.back().end - first);
    case CXCursor_ConditionalOperator:
      return parts.size() == 3 && part(parts.front()) && part(parts.back()) &&
             between(parts.front().begin, parts.back().end - first);
    case CXCursor_ArraySubscriptExpr:
      return parts.size() == 2 && part(parts.front()) && part(parts.back()) &&
             closed(parts.front().begin, parts.back().end, ']');
    case CXCursor_CallExpr: {
      if (parts.empty() || !part(parts.front()) || !part(parts.back())) return false;
      if (parts.size() > 1) return closed(parts.front().begin, parts.back().end, ')');
      const std::size_t open = token_after(text, parts.front().end - first);
      return char_at(text, open) == '(' &&
             closed(parts.front().begin, static_cast<unsigned>(open) + 1 + first, ')');
    }
    case CXCursor_ReturnStmt: {
      if (text.substr(here, 6) != "return" || word_end(text, here) != here + 6) return false;
      if (parts.empty()) return from_here(here + 6);
      return part(parts.front()) && from_here(parts.front().end - first);
    }
    case CXCursor_BreakStmt:
    case CXCursor_ContinueStmt: {
      const std::string_view word = node.kind() == CXCursor_BreakStmt ? "break" : "continue";
      return text.substr(here, word.size()) == word && word_end(text, here) == here + word.size() &&
             from_here(here + word.size());
    }
    default: return false;
  }
}

void UnitBuilder::place(Node& node) {
  node.placed = true;
  if (written(node, 0)) {
    KnownFile* file = in_segment(node.begin) ? segment_.file : nullptr;
    if (file == nullptr) {
      unsigned offset = 0;
      file = locate(lib_.getCursorLocation(node), offset);
    }
    if (file != nullptr && in_segment(node.begin)) {
      node.pos.file = listed(*file);
      line_and_column(*file, node.begin - segment_.first, node.pos.line, node.pos.column);
      line_and_column(*file, node.end - segment_.first, node.pos.end_line, node.pos.end_column);
      return;
    }
  }
  const Placed& asked = extent(node);
  node.pos = asked.pos;
  node.macro = asked.macro;
}

Pos UnitBuilder::position(Node& node) {
  if (!node.placed) place(node);
  return node.pos;
}

Sym UnitBuilder::macro_at(Node& node) {
  if (!node.placed) place(node);
  return node.macro;
}

}  // namespace gilcheck::clang_plugin
