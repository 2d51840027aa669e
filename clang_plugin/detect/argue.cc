// Writes a candidate down as a finding.

#include <fmt/format.h>

#include <algorithm>

#include "base/fingerprint.h"
#include "clang_plugin/detect/candidate.h"
#include "clang_plugin/detect/generated_code.h"
#include "clang_plugin/link/generated.h"
#include "rules/catalogue.h"

namespace gilcheck::clang_plugin {

namespace {

std::uint32_t code_points(std::string_view text) {
  return static_cast<std::uint32_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

/// The author's line as a place: what Cython made of which part of it is not known.
Site site_of(const Unit& unit, const SourceMark& mark, const SourceByPath& source_of) {
  Site out;
  out.path = unit.files[mark.file];
  const std::string_view line = source_of(out.path).line(mark.source_line);
  const auto first = std::min(line.find_first_not_of(" \t"), line.size());
  const std::string_view rest = line.substr(first);
  const auto last = rest.find_last_not_of(" \t\r\n");
  const auto column = static_cast<std::uint32_t>(first) + 1;  // blanks are one byte each
  out.span = {mark.source_line, column, mark.source_line,
              column + (last == rest.npos ? 0 : code_points(rest.substr(0, last + 1)))};
  return out;
}

/// Columns of positions count bytes, those of findings code points.
Site site_of(const Unit& unit, const Pos& pos, const SourceByPath& source_of) {
  Site out;
  out.path = unit.files[pos.file];
  const SourceText& source = source_of(out.path);
  const auto column = [&](std::uint32_t line, std::uint32_t bytes) {
    const std::string_view text = source.line(line);
    if (bytes == 0) return 1U;
    return code_points(text.substr(0, std::min<std::size_t>(bytes - 1, text.size()))) + 1;
  };
  out.span = {std::max(pos.line, 1U), column(pos.line, pos.column), std::max(pos.end_line, 1U),
              column(pos.end_line, pos.end_column)};
  return out;
}

/// Names and remedies in the author's words, and where the C stands that the finding was made from.
void speak_cython(const Candidate& candidate, const Unit& unit, const Pos& pos,
                  const SourceByPath& source_of, Finding& out) {
  if (candidate.region.empty()) {
    // The directive, if the module's author wrote it there and not in a build script.
    if (const SourceMark* mark = first_mark(unit)) {
      out.path = unit.files[mark->file];
      const SourceText& source = source_of(out.path);
      std::uint32_t line = 1;
      for (std::uint32_t at = 1; at <= source.line_count(); ++at) {
        const std::string_view text = source.line(at);
        if (!text.starts_with('#')) break;
        if (text.find("freethreading_compatible") != text.npos) line = at;
      }
      out.span = {line, 1, line, code_points(source.line(line)) + 1};
    }
  }
  out.message = with_source_names(out.message);
  out.location.name = with_source_names(out.location.name);
  out.symbol = with_source_names(out.symbol);
  const auto access = [](AccessRecord& record) {
    record.symbol = with_source_names(record.symbol);
    record.note = with_source_names(record.note);
    for (std::string& lock : record.locks) lock = with_source_names(lock);
  };
  for (AccessRecord& record : out.region) access(record);
  for (AccessRecord& record : out.conflicts) access(record);
  for (Evidence& evidence : out.evidence) {
    const std::string_view fix = cython_fix(out.rule);
    evidence.text = evidence.kind == EvidenceKind::fix && !fix.empty()
                        ? std::string(fix)
                        : with_source_names(evidence.text);
  }
  if (out.switch_point) out.switch_point->text = with_source_names(out.switch_point->text);
  out.evidence.push_back({EvidenceKind::note, fmt::format("{} made this of it", unit.generator),
                          site_of(unit, pos, source_of)});
}

}  // namespace

Site site_of(const Context& context, UnitIndex unit_index, const Pos& pos,
             const SourceByPath& source_of) {
  const Unit& unit = context.program.unit(unit_index);
  const SourceMark* mark = source_mark(unit, pos);
  return mark != nullptr ? site_of(unit, *mark, source_of) : site_of(unit, pos, source_of);
}

AccessRecord access_record(const Context& context, const Touch& touch,
                           const SourceByPath& source_of) {
  AccessRecord out;
  out.kind = touch.kind;
  out.site = site_of(context, context.unit_index(touch.function),
                     context.instr(touch.function, touch.instr).pos, source_of);
  out.symbol = context.program.name(touch.function);
  for (const Held& held : context.protecting(touch.function, touch.instr)) {
    std::string text = held.text(context.program, touch.function);
    if (std::find(out.locks.begin(), out.locks.end(), text) == out.locks.end()) {
      out.locks.push_back(std::move(text));
    }
  }
  out.note = touch.note;
  return out;
}

void say(Candidate& candidate, EvidenceKind kind, std::string text, std::optional<At> at) {
  candidate.evidence.push_back({kind, std::move(text), at});
}

void say_shared(const Context& context, Candidate& candidate, FunctionIndex function,
                FunctionIndex through) {
  const Context::Reached reached = context.reached(function, through);
  if (!reached.text.empty()) {
    say(candidate, EvidenceKind::shared,
        fmt::format("{}(): {}, from any thread", context.program.name(function), reached.text),
        reached.at);
  }
}

void say_window(const Context& context, Candidate& candidate, FunctionIndex function, ValueId first,
                ValueId last) {
  const auto switches = context.switches_between(function, first, last);
  if (switches.empty()) {
    candidate.window = WindowClass::gil_masked;
    say(candidate, EvidenceKind::gil,
        "one GIL window: nothing between gives up the GIL or runs Python code; it works with the "
        "GIL and breaks in the free-threaded build");
    return;
  }
  const ValueId at = switches.front();
  const Instr& call = context.instr(function, at);
  std::string name(context.callee_name(function, at));
  if (name.empty()) name = call.op == Op::destroy ? "a destructor" : "a call through a pointer";
  const Python python = context.effects.python(context.unit_index(function), call);
  const bool certain = python == Python::Always;
  candidate.window = certain ? WindowClass::already_racy : WindowClass::gil_masked_if_builtin;
  say(candidate, EvidenceKind::gil,
      certain
          ? fmt::format("not one GIL window: {} can run Python code or give up the GIL; it can "
                        "break today",
                        name)
          : fmt::format("one GIL window unless {} runs a method or destructor written in Python",
                        name));
  candidate.switch_point = Touch{function, at, AccessKind::call, name};
}

Finding argue(const Context& context, const Candidate& candidate, const SourceByPath& source_of) {
  Finding out;
  out.rule = candidate.rule;
  if (const rules::Rule* rule = rules::find(out.rule)) {
    out.name = rule->name;
    out.severity = rule->severity;
  }
  if (candidate.error) out.severity = Severity::error;
  out.message = candidate.message;
  out.confidence = candidate.confidence;
  out.window = candidate.window;
  out.location = {candidate.location_kind, candidate.location_name};
  for (const Touch& touch : candidate.region)
    out.region.push_back(access_record(context, touch, source_of));
  for (const Touch& touch : candidate.conflicts) {
    out.conflicts.push_back(access_record(context, touch, source_of));
  }
  Site site;
  if (candidate.at) {
    site = site_of(context, candidate.at->unit, candidate.at->pos, source_of);
    out.symbol = candidate.symbol;
  } else if (!out.region.empty()) {
    site = out.region.front().site;
    out.symbol = out.region.front().symbol;
  }
  out.path = site.path;
  out.span = site.span;
  for (const Row& row : candidate.evidence) {
    Evidence made{row.kind, row.text, std::nullopt};
    if (row.at) made.site = site_of(context, row.at->unit, row.at->pos, source_of);
    out.evidence.push_back(std::move(made));
  }
  if (candidate.switch_point) {
    const Touch& touch = *candidate.switch_point;
    out.switch_point =
        SwitchPoint{"c-call", fmt::format("{} can run Python code or give up the GIL", touch.note),
                    access_record(context, touch, source_of).site,
                    candidate.window == WindowClass::already_racy};
  }
  if (candidate.at || !candidate.region.empty()) {
    const Touch first = candidate.region.empty() ? Touch{} : candidate.region.front();
    const Unit& unit = context.program.unit(candidate.at ? candidate.at->unit
                                                         : context.unit_index(first.function));
    const Pos& pos =
        candidate.at ? candidate.at->pos : context.instr(first.function, first.instr).pos;
    if (from_cython(unit)) speak_cython(candidate, unit, pos, source_of, out);
  }
  std::uint64_t hash = stable_hash(out.rule);
  hash = stable_hash(out.path, stable_hash("|", hash));
  hash = stable_hash(out.symbol, stable_hash("|", hash));
  hash = stable_hash(out.location.name, stable_hash("|", hash));
  for (const AccessRecord& access : out.region) {
    const SourceText& source = source_of(access.site.path);
    hash = stable_hash(without_space(source.line(access.site.span.line)), stable_hash("|", hash));
  }
  out.fingerprint = hex16(hash);
  return out;
}

}  // namespace gilcheck::clang_plugin
