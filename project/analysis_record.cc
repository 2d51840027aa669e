#include "project/analysis_record.h"

#include "project/file_facts.h"
#include "project/wire.h"

namespace gilcheck::project {

namespace {

void put(WireWriter& out, const std::string& text) {
  out.put(std::string_view(text));
}
void put(WireWriter& out, bool flag) {
  out.put(static_cast<std::uint8_t>(flag ? 1 : 0));
}

std::string get_text(WireReader& in) {
  return std::string(in.text());
}

void put(WireWriter& out, const Site& site) {
  put(out, site.path);
  write(out, site.span);
}

Site get_site(WireReader& in) {
  Site site;
  site.path = get_text(in);
  site.span = read_span(in);
  return site;
}

template <typename T, typename Write>
void put_list(WireWriter& out, const std::vector<T>& items, Write&& write_item) {
  out.put(static_cast<std::uint32_t>(items.size()));
  for (const auto& item : items) write_item(item);
}

template <typename T, typename Read>
std::vector<T> get_list(WireReader& in, Read&& read_item) {
  std::vector<T> items;
  const auto count = in.count();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) items.push_back(read_item());
  return items;
}

void put(WireWriter& out, const AccessRecord& access) {
  out.put(access.kind);
  put(out, access.site);
  put(out, access.symbol);
  put_list(out, access.locks, [&](const std::string& lock) { put(out, lock); });
  put(out, access.note);
}

AccessRecord get_access(WireReader& in) {
  AccessRecord access;
  access.kind = in.enumerator(AccessKind::call);
  access.site = get_site(in);
  access.symbol = get_text(in);
  access.locks = get_list<std::string>(in, [&] { return get_text(in); });
  access.note = get_text(in);
  return access;
}

void put(WireWriter& out, const Evidence& evidence) {
  out.put(evidence.kind);
  put(out, evidence.text);
  put(out, evidence.site.has_value());
  if (evidence.site) put(out, *evidence.site);
}

Evidence get_evidence(WireReader& in) {
  Evidence evidence;
  evidence.kind = in.enumerator(EvidenceKind::note);
  evidence.text = get_text(in);
  if (in.flag()) evidence.site = get_site(in);
  return evidence;
}

void put(WireWriter& out, const Finding& finding) {
  put(out, finding.rule);
  put(out, finding.name);
  put(out, finding.message);
  out.put(finding.severity);
  out.put(finding.confidence);
  out.put(finding.window);
  out.put(finding.status);
  put(out, finding.path);
  write(out, finding.span);
  put(out, finding.symbol);
  put(out, finding.location.kind);
  put(out, finding.location.name);
  put_list(out, finding.region, [&](const AccessRecord& access) { put(out, access); });
  put_list(out, finding.conflicts, [&](const AccessRecord& access) { put(out, access); });
  put_list(out, finding.evidence, [&](const Evidence& evidence) { put(out, evidence); });
  put(out, finding.switch_point.has_value());
  if (finding.switch_point) {
    put(out, finding.switch_point->kind);
    put(out, finding.switch_point->text);
    put(out, finding.switch_point->site);
    put(out, finding.switch_point->certain);
  }
  put(out, finding.fingerprint);
}

Finding get_finding(WireReader& in) {
  Finding finding;
  finding.rule = get_text(in);
  finding.name = get_text(in);
  finding.message = get_text(in);
  finding.severity = in.enumerator(Severity::error);
  finding.confidence = in.enumerator(Confidence::high);
  finding.window = in.enumerator(WindowClass::gil_masked_if_builtin);
  finding.status = in.enumerator(Status::proven);
  finding.path = get_text(in);
  finding.span = read_span(in);
  finding.symbol = get_text(in);
  finding.location.kind = get_text(in);
  finding.location.name = get_text(in);
  finding.region = get_list<AccessRecord>(in, [&] { return get_access(in); });
  finding.conflicts = get_list<AccessRecord>(in, [&] { return get_access(in); });
  finding.evidence = get_list<Evidence>(in, [&] { return get_evidence(in); });
  if (in.flag()) {
    SwitchPoint point;
    point.kind = get_text(in);
    point.text = get_text(in);
    point.site = get_site(in);
    point.certain = in.flag();
    finding.switch_point = std::move(point);
  }
  finding.fingerprint = get_text(in);
  return finding;
}

void put(WireWriter& out, const ExternalState& state) {
  put(out, state.module);
  put(out, state.name);
  put(out, state.function);
  put(out, state.site);
  put(out, state.of_object);
  put(out, state.location.kind);
  put(out, state.location.name);
  put(out, state.rule);
  out.put(state.confidence);
  out.put(state.window);
  put(out, state.access);
}

ExternalState get_external_state(WireReader& in) {
  ExternalState state;
  state.module = get_text(in);
  state.name = get_text(in);
  state.function = get_text(in);
  state.site = get_site(in);
  state.of_object = in.flag();
  state.location.kind = get_text(in);
  state.location.name = get_text(in);
  state.rule = get_text(in);
  state.confidence = in.enumerator(Confidence::high);
  state.window = in.enumerator(WindowClass::gil_masked_if_builtin);
  state.access = get_access(in);
  return state;
}

void put(WireWriter& out, std::span<const ExternalState> states) {
  out.put(static_cast<std::uint32_t>(states.size()));
  for (const ExternalState& state : states) put(out, state);
}

/// Every counter of the coverage, in one place for both directions.
template <typename C, typename Visit>
void each_counter(C& coverage, Visit&& visit) {
  visit(coverage.files_found);
  visit(coverage.files_analysed);
  visit(coverage.files_with_syntax_errors);
  visit(coverage.files_failed);
  visit(coverage.files_from_cache);
  visit(coverage.lines);
  visit(coverage.bytes);
  visit(coverage.classes);
  visit(coverage.functions);
  visit(coverage.calls_seen);
  visit(coverage.calls_resolved);
  visit(coverage.accesses_seen);
  visit(coverage.accesses_resolved);
  visit(coverage.locks);
  visit(coverage.thread_roots);
  visit(coverage.shared_locations);
  visit(coverage.regions);
  visit(coverage.c.functions);
  visit(coverage.c.entry_points);
  visit(coverage.c.globals);
}

}  // namespace

std::string write_analysis(const analyzer::Analysis& analysis,
                           std::span<const ExternalState> external_state) {
  WireWriter out;
  put_list(out, analysis.findings, [&](const Finding& finding) { put(out, finding); });
  each_counter(analysis.coverage, [&](const std::uint64_t& counter) { out.put(counter); });
  put(out, analysis.no_concurrency_in_sight);
  put(out, external_state);
  return out.take();
}

std::optional<analyzer::Analysis> read_analysis(std::string_view bytes,
                                                std::vector<ExternalState>* external_state) {
  WireReader in(bytes);
  analyzer::Analysis analysis;
  analysis.findings = get_list<Finding>(in, [&] { return get_finding(in); });
  each_counter(analysis.coverage,
               [&](std::uint64_t& counter) { counter = in.get<std::uint64_t>(); });
  analysis.no_concurrency_in_sight = in.flag();
  auto states = get_list<ExternalState>(in, [&] { return get_external_state(in); });
  if (!in.ok() || !in.at_end()) return std::nullopt;
  if (external_state != nullptr) *external_state = std::move(states);
  return analysis;
}

std::string write_external_state(std::span<const ExternalState> external_state) {
  WireWriter out;
  put(out, external_state);
  return out.take();
}

}  // namespace gilcheck::project
