// The phases after the frontend, over all units of a project.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "base/fingerprint.h"
#include "clang_plugin/clang_plugin.h"
#include "clang_plugin/detect/external_state.h"
#include "clang_plugin/detect/generated_code.h"
#include "clang_plugin/detect/rules.h"

namespace gilcheck::clang_plugin {

namespace {

/// One finding for a location that several functions treat the same wrong way: the first, which
/// names the others.
void merge_by_location(std::vector<Candidate>& all, const Program& program) {
  std::map<std::pair<std::string_view, std::string>, std::size_t> first;
  std::vector<std::vector<FunctionIndex>> others(all.size());
  std::vector<bool> dropped(all.size(), false);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].location_kind != "c-field" || all[i].region.empty()) continue;
    const auto [found, fresh] = first.emplace(std::pair(all[i].rule, all[i].location_name), i);
    if (fresh) continue;
    // The surest stands for all.
    if (all[i].confidence > all[found->second].confidence) {
      std::swap(all[i], all[found->second]);
    }
    const FunctionIndex f = all[i].region.front().function;
    auto& named = others[found->second];
    if (f != all[found->second].region.front().function &&
        std::find(named.begin(), named.end(), f) == named.end()) {
      named.push_back(f);
    }
    dropped[i] = true;
  }
  std::vector<Candidate> kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (dropped[i]) continue;
    if (!others[i].empty()) {
      std::string text = "the same in ";
      for (std::size_t k = 0; k < others[i].size() && k < 5; ++k) {
        text += (k == 0 ? "" : ", ") + std::string(program.name(others[i][k])) + "()";
      }
      if (others[i].size() > 5) {
        text += " and " + std::to_string(others[i].size() - 5) + " more functions";
      }
      say(all[i], EvidenceKind::note, std::move(text));
    }
    kept.push_back(std::move(all[i]));
  }
  all = std::move(kept);
}

/// A free list or a cache without references (GIL518) says more than that its variable is unlocked
/// (GIL505).
void prefer_caches(std::vector<Candidate>& all) {
  std::set<std::string> caches;
  for (const Candidate& candidate : all) {
    if (candidate.rule == "GIL518") caches.insert(candidate.location_name);
  }
  std::erase_if(all, [&](const Candidate& candidate) {
    return candidate.rule == "GIL505" && caches.contains(candidate.location_name);
  });
}

}  // namespace

Analysis analyze(std::span<const Unit* const> units, const ParallelFor& parallel,
                 const SourceByPath& source_of) {
  Analysis out;
  const auto program = Program::build(units, parallel);
  const Effects effects = Effects::build(*program);
  const References references = References::build(*program, effects);
  const Locks locks = Locks::build(*program, effects, references);
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
  for (const ProgramRule rule : program_rules()) {
    rule(context, all);
    drop_generated(context, all);  // before the next: GIL502 names what is left
  }
  prefer_caches(all);
  merge_by_location(all, *program);
  out.external_state = external_state(context, all, source_of);

  out.findings.resize(all.size());
  parallel(all.size(), [&](std::size_t i) { out.findings[i] = argue(context, all[i], source_of); });
  std::sort(out.findings.begin(), out.findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.path, a.span, a.rule, a.location.name, a.fingerprint) <
           std::tie(b.path, b.span, b.rule, b.location.name, b.fingerprint);
  });
  // The instances of a template, and a header in several units: one place, one finding.
  const auto same = [](const Finding& a, const Finding& b) {
    return std::tie(a.path, a.span, a.rule, a.location.name) ==
           std::tie(b.path, b.span, b.rule, b.location.name);
  };
  out.findings.erase(std::unique(out.findings.begin(), out.findings.end(), same),
                     out.findings.end());
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
    coverage.entry_points +=
        std::any_of(node.entries.begin(), node.entries.end(),
                    [](const Entry& entry) { return entry.kind != EntryKind::exported; })
            ? 1
            : 0;
  }
  coverage.globals = program->globals().size();
  return out;
}

}  // namespace gilcheck::clang_plugin
