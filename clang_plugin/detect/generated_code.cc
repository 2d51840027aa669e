#include "clang_plugin/detect/generated_code.h"

#include <algorithm>

#include "clang_plugin/link/generated.h"

namespace gilcheck::clang_plugin {

namespace {

/// The author calls it by name in the line that the instruction was made from.
bool called_by_author(const Context& c, const Touch& touch) {
  const Unit& unit = c.unit(touch.function);
  const Instr& instr = unit.instrs[touch.instr];
  const std::string_view name =
      instr.op == Op::call ? c.callee_name(touch.function, touch.instr) : std::string_view{};
  const auto mark =
      std::upper_bound(unit.marks.begin(), unit.marks.end(), instr.pos.line,
                       [](std::uint32_t line, const SourceMark& m) { return line < m.line; });
  if (mark == unit.marks.begin()) return false;
  const std::string_view line = unit.text(std::prev(mark)->source_text);
  const std::string_view macro = unit.text(instr.macro);
  return (!name.empty() && line.find(name) != line.npos) ||
         (!macro.empty() && line.find(macro) != line.npos);
}

bool concerns_author(const Context& c, const Candidate& candidate) {
  if (candidate.region.empty()) {
    if (!candidate.at || !from_cython(c.program.unit(candidate.at->unit))) return true;
    // Whether the module needs the GIL is a directive of the author's.
    return candidate.location_kind == "c-module";
  }
  const Touch& first = candidate.region.front();
  const Unit& unit = c.unit(first.function);
  if (!from_cython(unit)) return true;
  for (const Touch& touch : candidate.region) {
    if (is_generator_runtime(c, touch.function)) return false;
  }
  // These rules have looked at who declared the variable or field.
  if (candidate.rule == "GIL505" || candidate.rule == "GIL506" || candidate.rule == "GIL507" ||
      candidate.rule == "GIL516" || candidate.rule == "GIL518") {
    return true;
  }
  // A lock is taken where the author says so.
  if (candidate.rule == "GIL512" || candidate.rule == "GIL517") return true;
  return std::any_of(candidate.region.begin(), candidate.region.end(),
                     [&](const Touch& touch) { return called_by_author(c, touch); });
}

}  // namespace

void drop_generated(const Context& context, std::vector<Candidate>& all) {
  std::erase_if(all,
                [&](const Candidate& candidate) { return !concerns_author(context, candidate); });
  for (Candidate& candidate : all) {
    std::erase_if(candidate.conflicts, [&](const Touch& touch) {
      return is_generator_runtime(context, touch.function);
    });
  }
}

std::string_view cython_fix(std::string_view rule) {
  if (rule == "GIL501") {
    return "once its state is protected, say so in its first lines: "
           "# cython: freethreading_compatible=True";
  }
  if (rule == "GIL505") {
    return "hold a cython.pymutex of the module around every access (`with lock:`), or make it a C "
           "atomic";
  }
  if (rule == "GIL506") {
    return "fill it when the module is imported, or hold a cython.pymutex from the test to the "
           "assignment";
  }
  if (rule == "GIL507" || rule == "GIL516") {
    return "`with cython.critical_section(self):` around the access in every method, or a "
           "cython.pymutex in the class";
  }
  return "";
}

}  // namespace gilcheck::clang_plugin
