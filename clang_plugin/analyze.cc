// The phases after the frontend, over all units of a project.

#include <algorithm>
#include <tuple>

#include "base/fingerprint.h"
#include "clang_plugin/clang_plugin.h"
#include "clang_plugin/detect/rules.h"

namespace gilcheck::clang_plugin {

Analysis analyze(std::span<const Unit* const> units, const ParallelFor& parallel,
                 const SourceByPath& source_of) {
  Analysis out;
  const auto program = Program::build(units, parallel);
  const Effects effects = Effects::build(*program);
  const Locks locks = Locks::build(*program, effects);
  const References references = References::build(*program, effects);
  const Globals globals = Globals::build(*program, effects, locks);
  const Context context(*program, effects, locks, references, globals);

  std::vector<std::vector<Candidate>> found(program->functions().size());
  parallel(found.size(), [&](std::size_t f) {
    for (const FunctionRule rule : function_rules()) {
      rule(context, static_cast<FunctionIndex>(f), found[f]);
    }
  });
  std::vector<Candidate> all;
  for (auto& part : found) {
    all.insert(all.end(), std::make_move_iterator(part.begin()),
               std::make_move_iterator(part.end()));
  }
  for (const ProgramRule rule : program_rules()) rule(context, all);

  out.findings.resize(all.size());
  parallel(all.size(), [&](std::size_t i) { out.findings[i] = argue(context, all[i], source_of); });
  std::sort(out.findings.begin(), out.findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.path, a.span, a.rule, a.location.name, a.fingerprint) <
           std::tie(b.path, b.span, b.rule, b.location.name, b.fingerprint);
  });
  number_equal_fingerprints(out.findings);

  CoverageC& coverage = out.coverage;
  coverage.units = units.size();
  for (const Unit* unit : units) {
    const bool complete = std::none_of(unit->problems.begin(), unit->problems.end(),
                                       [](const Problem&) { return true; });
    coverage.units_complete += complete ? 1 : 0;
  }
  coverage.functions = program->functions().size();
  for (const FunctionNode& node : program->functions()) {
    coverage.entry_points += std::any_of(node.entries.begin(), node.entries.end(),
                                         [](const Entry& entry) {
                                           return entry.kind != EntryKind::exported;
                                         })
                                 ? 1
                                 : 0;
  }
  coverage.globals = program->globals().size();
  return out;
}

}  // namespace gilcheck::clang_plugin
