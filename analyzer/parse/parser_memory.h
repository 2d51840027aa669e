#pragma once
// Where tree-sitter's memory comes from: it allocates and frees several pieces per token.

namespace gilcheck::analyzer {

/// While one exists, and not longer, tree-sitter may be used on this thread; one at a time. All
/// that it allocates comes from an arena of the thread, which is emptied at the end: what lives in
/// there need not be deleted. Under the sanitizers it comes from malloc, for them to see.
class ParserMemory {
 public:
  ParserMemory();
  ~ParserMemory();
  ParserMemory(const ParserMemory&) = delete;
  ParserMemory& operator=(const ParserMemory&) = delete;

#ifdef GILCHECK_SANITIZED
  static constexpr bool kEndsTrees = false;
#else
  static constexpr bool kEndsTrees = true;
#endif
};

}  // namespace gilcheck::analyzer
