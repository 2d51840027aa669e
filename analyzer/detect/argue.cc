// A candidate written down: positions, names, evidence.

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/detect/candidate.h"
#include "analyzer/detect/code_text.h"
#include "base/fingerprint.h"
#include "rules/catalogue.h"

namespace gilcheck::analyzer {

namespace {

AccessKind access_kind(const DetectContext& context, const AccessRef& ref, LocationId location,
                       bool tested) {
  const Access& access = context.access(ref);
  switch (access.op) {
    case AccessOp::load:
    case AccessOp::item_load: return tested ? AccessKind::test : AccessKind::read;
    case AccessOp::store:
    case AccessOp::item_store:
      return (access.flags & kAccessAugmented) != 0 ? AccessKind::update : AccessKind::write;
    case AccessOp::del:
    case AccessOp::item_del: return AccessKind::remove;
    case AccessOp::contains:
    case AccessOp::length: return AccessKind::test;
    case AccessOp::iterate: return AccessKind::iterate;
    case AccessOp::method:
    case AccessOp::whole: {
      const std::uint16_t effect =
          effect_of(context.program, ref.module, ref.access, context.program.locations()[location]);
      if ((effect & kAdvances) != 0) return AccessKind::advance;
      if ((effect & kMutatesContent) != 0) return AccessKind::mutate;
      return tested                         ? AccessKind::test
             : access.op == AccessOp::whole ? AccessKind::iterate
                                            : AccessKind::read;
    }
  }
  return AccessKind::read;
}

std::string dotted_symbol(const Program& program, FunctionIndex index) {
  return program.function_name(index);
}

Site site_of(const DetectContext& context, ModuleIndex module, ByteRange range) {
  return {context.summary(module).path, context.source(module).span(range)};
}

AccessRecord record(const DetectContext& context, const AccessRef& ref, LocationId location,
                    bool tested) {
  AccessRecord out;
  const Access& access = context.access(ref);
  out.kind = access_kind(context, ref, location, tested);
  out.site = site_of(context, ref.module, access.range);
  out.symbol = dotted_symbol(context.program, ref.function);
  for (const HeldLock& held : context.program.locks_held(ref.function, access.held)) {
    if (held.strength == HeldLock::Strength::none) continue;
    std::string name = held.lock == kNone ? "(unknown)" : context.program.locks()[held.lock].name;
    if (std::find(out.locks.begin(), out.locks.end(), name) == out.locks.end()) {
      out.locks.push_back(std::move(name));
    }
  }
  return out;
}

std::string code_name(RuleCode rule) {
  return fmt::format("GIL{}", static_cast<int>(rule));
}

std::string guard_row(const DetectContext& context, const Candidate& candidate) {
  if (!candidate.guard_text.empty()) return candidate.guard_text;
  if (candidate.guard == kNone) return {};
  const LocationFacts& facts = context.facts[candidate.location];
  if (facts.main_lock == kNone || facts.guarded == 0) return {};
  const std::string& lock = context.program.locks()[facts.main_lock].name;
  std::uint32_t changes = static_cast<std::uint32_t>(facts.changes.size());
  return fmt::format("{} is accessed under {} in {} of {} places ({} of {} that change it)",
                     context.program.location_name(candidate.location), lock, facts.guarded,
                     facts.accesses.size(), facts.guarded_changes, changes);
}

std::string gil_row(const DetectContext& context, const Candidate& candidate) {
  const PythonVersion version = context.program.options().python_version;
  const Window& window = candidate.window;
  switch (window.window) {
    case WindowClass::gil_masked:
      return version.minor >= 11 || version.major > 3
                 ? "one GIL window: no switch point lies inside, so it works with the GIL and is "
                   "torn without it"
                 : fmt::format("one GIL window in CPython {}.{}; torn without the GIL",
                               version.major, version.minor);
    case WindowClass::already_racy:
      return fmt::format("not one GIL window: {}; it can be torn today", window.text);
    case WindowClass::gil_masked_if_builtin:
      return fmt::format("one GIL window if the operands are builtin: {}", window.text);
    case WindowClass::none: break;
  }
  return {};
}

}  // namespace

Finding argue(const DetectContext& context, const Candidate& candidate) {
  Finding out;
  out.rule = code_name(candidate.rule);
  if (const rules::Rule* rule = rules::find(out.rule)) {
    out.name = rule->name;
    out.severity = rule->severity;
  }
  out.message = candidate.message;
  out.confidence = candidate.confidence;
  out.window = candidate.window.window;
  const ModuleSummary& summary = context.summary(candidate.module);
  out.path = summary.path;
  out.span = context.source(candidate.module).span(candidate.primary);
  out.symbol = dotted_symbol(context.program, candidate.function);
  out.location = {std::string(context.program.location_kind(candidate.location)),
                  context.program.location_name(candidate.location)};
  for (std::size_t i = 0; i < candidate.region.size(); ++i) {
    const bool tested = i == 0 && candidate.region.size() > 1 &&
                        candidate.rule != RuleCode::read_modify_write &&
                        candidate.rule != RuleCode::torn_update;
    out.region.push_back(record(context, candidate.region[i], candidate.location, tested));
  }
  // `x += 1` is one place: said once, as an update.
  if (out.region.size() == 2 && out.region[0].site == out.region[1].site) {
    out.region.erase(out.region.begin());
  }
  for (const AccessRef& ref : candidate.conflicts) {
    AccessRecord made = record(context, ref, candidate.location, false);
    const bool own =
        std::find(candidate.region.begin(), candidate.region.end(), ref) != candidate.region.end();
    if (own) made.note = "the same code in another thread";
    out.conflicts.push_back(std::move(made));
  }

  const Sharing& sharing = context.concurrency.sharing(candidate.location);
  const auto add = [&](EvidenceKind kind, std::string text) -> Evidence& {
    out.evidence.push_back({kind, std::move(text), std::nullopt});
    return out.evidence.back();
  };
  if (!sharing.text.empty()) {
    Evidence& row = add(EvidenceKind::shared, sharing.text);
    if (sharing.has_site) row.site = site_of(context, sharing.module, sharing.site);
  }
  if (!candidate.conflicts.empty()) {
    const auto roots = context.concurrency.parallel_roots(
        candidate.location, candidate.region.front(), candidate.conflicts.front());
    if (roots) {
      for (const RootId id : {roots->first, roots->second}) {
        const ThreadRoot& root = context.concurrency.roots()[id];
        if (root.kind == ThreadRoot::Kind::main || root.kind == ThreadRoot::Kind::public_api)
          continue;
        if (sharing.text.find(root.text) != std::string::npos) continue;
        if (!out.evidence.empty() && out.evidence.back().text == root.text) continue;
        add(EvidenceKind::root, root.text).site = site_of(context, root.module, root.site);
        if (roots->first == roots->second) break;
      }
    }
  }
  if (const std::string text = guard_row(context, candidate); !text.empty()) {
    Evidence& row = add(EvidenceKind::guard, text);
    if (candidate.guard != kNone) {
      const Lock& lock = context.program.locks()[candidate.guard];
      if (lock.created.end > lock.created.begin) {
        row.site = site_of(context, lock.module, lock.created);
      }
    }
  }
  if (const std::string text = gil_row(context, candidate); !text.empty()) {
    add(EvidenceKind::gil, text);
  }
  if (!candidate.harm.empty()) add(EvidenceKind::harm, candidate.harm);
  if (!candidate.fix.empty()) add(EvidenceKind::fix, candidate.fix);

  if (candidate.window.has_switch) {
    // For GIL201 the switch point lies in the guarded region, which may be in another file.
    const ModuleIndex at = candidate.rule == RuleCode::inconsistent_guard
                               ? candidate.conflicts.front().module
                               : candidate.module;
    out.switch_point =
        SwitchPoint{candidate.window.kind, candidate.window.text,
                    site_of(context, at, candidate.window.range), candidate.window.certain};
  }

  std::uint64_t hash = stable_hash(out.rule);
  hash = stable_hash(out.path, stable_hash("|", hash));
  hash = stable_hash(out.symbol, stable_hash("|", hash));
  hash = stable_hash(out.location.name, stable_hash("|", hash));
  for (const AccessRef& ref : candidate.region) {
    const SourceText& source = context.source(ref.module);
    hash =
        stable_hash(without_space(source.slice(context.access(ref).range)), stable_hash("|", hash));
  }
  out.fingerprint = hex16(hash);
  return out;
}

}  // namespace gilcheck::analyzer
