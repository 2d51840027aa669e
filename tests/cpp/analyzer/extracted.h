#pragma once
// One Python file put through parse and extract, and what its summary says as short lines of text
// that a test can spell out.

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analyzer.h"

namespace gilcheck::analyzer {

/// The summary of a piece of Python. Functions are named by qualified name ("C.f",
/// "f.<locals>.g"); "" is the module body. An unknown name is a failure of the test.
class Extracted {
 public:
  /// The text may be indented as a whole; the first line break is not part of it.
  explicit Extracted(std::string_view python);

  const ModuleSummary& summary() const { return summary_; }
  const SourceText& source() const { return source_; }
  const Function& function(std::string_view qualname) const;
  const Class& klass(std::string_view qualname) const;

  /// In order of execution: "load self.n", "item_store self.d[k]", "method self.q.pop",
  /// "iterate self.d items", "whole self.heap heapq.heappush"; locks: "load self.n under
  /// self.lock".
  std::vector<std::string> accesses(std::string_view qualname) const;
  /// "control absent: contains self.d[k] -> item_store self.d[k]", in order of their ends; followed
  /// by " under LOCK, ..." for what is held throughout and " rechecked" for a fast path.
  std::vector<std::string> regions(std::string_view qualname) const;
  /// For each region what may switch threads inside: "" (nothing), "call" (certain),
  /// "operator? subscript?" (only with operands that run Python).
  std::vector<std::string> switches(std::string_view qualname) const;
  /// "writes self.a self.b", "reads a b".
  std::vector<std::string> pairings(std::string_view qualname) const;
  /// "f(x, key=y)", with " in loop", " decorator", " unused" and " under LOCK".
  std::vector<std::string> calls(std::string_view qualname) const;
  std::vector<std::string> returns(std::string_view qualname) const;

  std::string path(PathId id) const;
  std::string value(ValueId id) const;
  std::string held(HeldId id) const;
  std::string access(AccessId id) const;
  /// The source text of a range.
  std::string text(ByteRange range) const { return std::string(source_.slice(range)); }

 private:
  std::string name(Sym sym) const { return std::string(summary_.name(sym)); }

  SourceText source_;
  ModuleSummary summary_;
};

}  // namespace gilcheck::analyzer
