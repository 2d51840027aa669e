#include "report/frame_plan.h"

#include <algorithm>

#include "report/display_width.h"

namespace gilcheck::report {

namespace {

constexpr std::uint32_t kSpanHead = 3;  // lines shown at both ends of a long multi-line span
constexpr std::uint32_t kSpanTail = 2;
constexpr std::uint32_t kGapToFill = 2;       // an elision must hide more lines than this
constexpr std::uint32_t kHeaderSearch = 400;  // lines to go up in search of a def or class

bool is_blank(const SourceText& source, std::uint32_t line) {
  return source.line(line).find_first_not_of(" \t\f") == std::string_view::npos;
}

/// Whether the line opens the body of a C function: `f(int a) {`, or `{` below its declarator.
bool opens_c_body(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text.ends_with('{') && text.find(')') != std::string_view::npos;
}

/// The header of the Python function or class, or of the C function, around `line`, judged by
/// indentation; 0 when there is none near.
std::uint32_t header_above(const SourceText& source, std::uint32_t line) {
  std::size_t indent = DisplayLine(source.line(line)).indent();
  const auto lowest = line > kHeaderSearch ? line - kHeaderSearch : 1;
  for (auto at = line - 1; at >= lowest && at > 0 && indent > 0; --at) {
    if (is_blank(source, at)) continue;
    auto text = source.line(at);
    text.remove_prefix(text.find_first_not_of(" \t\f"));
    const auto here = DisplayLine(source.line(at)).indent();
    if (here >= indent || text.starts_with('#')) continue;
    if (text.starts_with("def ") || text.starts_with("async def ") || text.starts_with("class ")) {
      return at;
    }
    if (here == 0 && opens_c_body(text)) return at;
    if (here == 0 && text.starts_with('{') && at > 1 &&
        source.line(at - 1).find(')') != std::string_view::npos) {
      return at - 1;
    }
    indent = here;
  }
  return 0;
}

/// Cuts spans to the text, joins marks that lie on each other, and orders what is left.
std::vector<Mark> settled(const SourceText& source, std::vector<Mark> marks) {
  std::vector<Mark> kept;
  for (auto& mark : marks) {
    if (!is_in(source, mark.span)) continue;
    auto& span = mark.span;
    if (span.end_line > source.line_count()) {
      span.end_line = source.line_count();
      span.end_column = UINT32_MAX;
    }
    if (span.end_line < span.line) span.end_line = span.line;
    if (span.end_line == span.line) span.end_column = std::max(span.end_column, span.column + 1);
    const auto same = std::find_if(kept.begin(), kept.end(), [&](const Mark& other) {
      return other.span == span && other.kind == mark.kind;
    });
    if (same == kept.end()) {
      kept.push_back(std::move(mark));
    } else if (!same->label.ends_with(mark.label)) {
      if (!same->label.empty()) same->label += ", then ";
      same->label += mark.label;
    }
  }
  return kept;
}

void assign_lanes(const SourceText& source, FramePlan& plan) {
  for (std::size_t i = 0; i < plan.marks.size(); ++i) {
    const auto& mark = plan.marks[i];
    if (mark.span.end_line == mark.span.line) continue;
    const DisplayLine line(source.line(mark.span.line));
    plan.brackets.push_back({i, 0, line.cell_of(mark.span.column) <= line.indent()});
  }
  const auto span_of = [&](const Bracket& bracket) { return plan.marks[bracket.mark].span; };
  auto& brackets = plan.brackets;
  std::sort(brackets.begin(), brackets.end(), [&](const auto& a, const auto& b) {
    if (span_of(a).line != span_of(b).line) return span_of(a).line < span_of(b).line;
    if (span_of(a).end_line != span_of(b).end_line)
      return span_of(a).end_line > span_of(b).end_line;
    return a.mark < b.mark;
  });
  for (std::size_t i = 0; i < brackets.size(); ++i) {
    std::set<std::size_t> taken;
    for (std::size_t j = 0; j < i; ++j) {
      if (span_of(brackets[j]).end_line >= span_of(brackets[i]).line) {
        taken.insert(brackets[j].lane);
      }
    }
    while (taken.contains(brackets[i].lane)) ++brackets[i].lane;
    plan.lanes = std::max(plan.lanes, brackets[i].lane + 1);
  }
}

std::set<std::uint32_t> lines_to_show(const SourceText& source, const std::vector<Mark>& marks) {
  std::set<std::uint32_t> lines;
  std::uint32_t first = UINT32_MAX;
  for (const auto& mark : marks) {
    const auto begin = mark.span.line;
    const auto end = mark.span.end_line;
    first = std::min(first, begin);
    const bool whole = end - begin < kSpanHead + kSpanTail + kGapToFill;
    for (auto line = begin; line <= end; ++line) {
      if (!whole && line == begin + kSpanHead) line = end - kSpanTail + 1;
      lines.insert(line);
    }
  }
  if (const auto header = header_above(source, first); header != 0) {
    lines.insert(header);
  } else if (first > 1 && !is_blank(source, first - 1)) {
    lines.insert(first - 1);
  }
  std::vector<std::uint32_t> fill;
  for (auto at = lines.begin(); std::next(at) != lines.end(); ++at) {
    const auto next = *std::next(at);
    if (next - *at - 1 > kGapToFill) continue;
    for (auto line = *at + 1; line < next; ++line) fill.push_back(line);
  }
  lines.insert(fill.begin(), fill.end());
  return lines;
}

}  // namespace

bool is_in(const SourceText& source, const Span& span) {
  return span.line >= 1 && span.line <= source.line_count();
}

FramePlan plan_frame(const SourceText& source, std::vector<Mark> marks) {
  FramePlan plan;
  plan.marks = settled(source, std::move(marks));
  if (plan.marks.empty()) return plan;
  assign_lanes(source, plan);
  plan.lines = lines_to_show(source, plan.marks);
  return plan;
}

}  // namespace gilcheck::report
