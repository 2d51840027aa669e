#pragma once
// A finding before it is written down: what a rule found, in terms of functions and instructions.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.h"
#include "clang_plugin/detect/context.h"

namespace gilcheck::clang_plugin {

struct Touch {
  FunctionIndex function = 0;
  ValueId instr = 0;
  AccessKind kind = AccessKind::read;
  std::string note;
};

struct Row {
  EvidenceKind kind = EvidenceKind::note;
  std::string text;
  std::optional<At> at;
};

struct Candidate {
  std::string_view rule;  ///< "GIL505"
  Confidence confidence = Confidence::low;
  WindowClass window = WindowClass::none;
  std::string message;           ///< one sentence, no trailing period
  std::string location_kind;     ///< "c-global", "c-static", "c-field", "c-reference", "c-module"
  std::string location_name;     ///< "cache", "struct pool.free", "Foo.items"
  std::vector<Touch> region;     ///< in order; the first is where the finding stands
  std::vector<Touch> conflicts;  ///< what another thread does meanwhile
  std::vector<Row> evidence;     ///< shared, guard, gil, harm, fix: in this order
  /// Where the finding stands if it has no region (a module's definition).
  std::optional<At> at;
  std::string symbol;  ///< for those
  /// The switch point that makes it already-racy.
  std::optional<Touch> switch_point;
  bool error = false;  ///< severity error instead of the rule's own
};

/// Adds an evidence row.
void say(Candidate& candidate, EvidenceKind kind, std::string text,
         std::optional<At> at = std::nullopt);
/// Adds the rows about who reaches the function and what the GIL does to the region, and decides
/// the class: gil-masked if no switch point can run between the first and the last access.
/// `through`: the caller to tell of, kNone for the nearest.
void say_shared(const Context& context, Candidate& candidate, FunctionIndex function,
                FunctionIndex through = kNone);
void say_window(const Context& context, Candidate& candidate, FunctionIndex function, ValueId first,
                ValueId last);

/// A position as findings carry it: columns in code points; of generated code the author's line,
/// if that is known.
Site site_of(const Context& context, UnitIndex unit, const Pos& pos, const SourceByPath& source_of);
/// One access written down: columns in code points, the locks held.
AccessRecord access_record(const Context& context, const Touch& touch,
                           const SourceByPath& source_of);
Finding argue(const Context& context, const Candidate& candidate, const SourceByPath& source_of);

/// A rule looks at the whole program, or at one function, and appends what it finds. Called
/// concurrently for different functions.
using FunctionRule = void (*)(const Context&, FunctionIndex, std::vector<Candidate>&);
using ProgramRule = void (*)(const Context&, std::vector<Candidate>&);

}  // namespace gilcheck::clang_plugin
