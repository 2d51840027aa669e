#include "report/code_frame.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/display_width.h"
#include "report/frame_plan.h"
#include "report/wrap.h"

namespace gilcheck::report {

namespace {

constexpr std::string_view kElision = "...";
constexpr std::size_t kLabelRoom = 24;  // a label gets at least this much, or a row of its own

char stroke(MarkKind kind) {
  switch (kind) {
    case MarkKind::region: return '^';
    case MarkKind::other_thread: return '-';
    case MarkKind::switch_point: return '~';
  }
  return '^';
}

/// Text at a cell of a row that is otherwise blank.
struct Segment {
  std::size_t cell;
  std::string text;
  Ink ink;
};

/// A span on one source line, in cells of the shown (possibly cut) line.
struct Underline {
  std::size_t begin;
  std::size_t end;
  const Mark* mark;
};

/// A bracket while it is drawn.
struct OpenBracket {
  Bracket plan;
  const Mark* mark;
  bool open = false;  // drawing has passed its beginning and not its end
};

/// The part of a line that is shown.
struct Window {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t line_width = 0;

  std::size_t lead() const { return begin == 0 ? 0 : kElision.size(); }
  std::size_t place(std::size_t cell) const {
    return std::clamp(cell, begin, end) - begin + lead();
  }
};

class Frame {
 public:
  Frame(const SourceText& source, FramePlan plan, const FrameLayout& layout)
      : source_(source), plan_(std::move(plan)), layout_(layout) {
    for (const auto& bracket : plan_.brackets) {
      brackets_.push_back({bracket, &plan_.marks[bracket.mark]});
    }
  }

  std::string draw() {
    std::uint32_t previous = 0;
    for (const auto line : plan_.lines) {
      if (previous != 0 && line != previous + 1) draw_elision();
      draw_line(line);
      previous = line;
    }
    return std::move(out_);
  }

 private:
  std::size_t margin() const { return layout_.number_width + 3 + 2 * plan_.lanes; }
  std::size_t room() const {
    return layout_.width > margin() + kLabelRoom ? layout_.width - margin() : kLabelRoom;
  }

  Ink ink_of(const Mark& mark) const {
    switch (mark.kind) {
      case MarkKind::region: return layout_.region_ink;
      case MarkKind::other_thread: return Ink::other_thread;
      case MarkKind::switch_point: return Ink::switch_point;
    }
    return layout_.region_ink;
  }

  /// Writes segments in order of their cell; a segment that would overlap is moved right.
  void draw_segments(std::vector<Segment> segments, std::string& row) const {
    std::stable_sort(segments.begin(), segments.end(),
                     [](const auto& a, const auto& b) { return a.cell < b.cell; });
    std::size_t cursor = 0;
    for (const auto& segment : segments) {
      if (segment.text.empty()) continue;
      if (segment.cell > cursor) {
        row.append(segment.cell - cursor, ' ');
        cursor = segment.cell;
      }
      row += layout_.paint(segment.ink, segment.text);
      cursor += display_width(segment.text);
    }
  }

  void finish(std::string row) {
    while (!row.empty() && row.back() == ' ') row.pop_back();
    out_ += row;
    out_ += '\n';
  }

  std::string gutter(std::string_view number) const {
    return layout_.paint(Ink::gutter, fmt::format("{:>{}} |", number, layout_.number_width));
  }

  void draw_elision() {
    std::string row =
        layout_.paint(Ink::gutter, fmt::format("{:>{}}", kElision, layout_.number_width));
    if (plan_.lanes != 0) {
      row.append(2, ' ');  // where " |" would be
      row += ' ';
      draw_segments(lane_strokes(), row);
    }
    finish(std::move(row));
  }

  /// The lanes beside the next row.
  std::vector<Segment> lane_strokes() const {
    std::vector<Segment> out;
    for (const auto& bracket : brackets_) {
      if (bracket.open) out.push_back({2 * bracket.plan.lane, "|", ink_of(*bracket.mark)});
    }
    return out;
  }

  /// The lanes beside source line `line`, on which brackets may begin.
  std::vector<Segment> lane_strokes_at(std::uint32_t line) {
    auto out = lane_strokes();
    for (auto& bracket : brackets_) {
      if (bracket.mark->span.line != line || !bracket.plan.from_line_start) continue;
      out.push_back({2 * bracket.plan.lane, "/", ink_of(*bracket.mark)});
      bracket.open = true;
    }
    return out;
  }

  /// One row of marks: gutter, the given lane strokes, and segments counted from the code.
  void draw_mark_row(std::vector<Segment> lanes, std::vector<Segment> segments) {
    std::string row = gutter("") + ' ';
    const std::size_t shift = 2 * plan_.lanes;
    for (auto& segment : segments) segment.cell += shift;
    lanes.insert(lanes.end(), std::make_move_iterator(segments.begin()),
                 std::make_move_iterator(segments.end()));
    draw_segments(std::move(lanes), row);
    finish(std::move(row));
  }

  Window window_for(const DisplayLine& line, std::size_t lo, std::size_t hi) const {
    Window window{0, line.width(), line.width()};
    if (layout_.width == 0 || line.width() <= room()) return window;
    const std::size_t cells = room() - 2 * kElision.size();
    if (hi > cells) {
      const std::size_t context =
          hi - lo < cells ? std::min<std::size_t>(12, cells - (hi - lo)) : 0;
      window.begin = lo - std::min(lo, context);
    }
    window.end = std::min(line.width(), window.begin + cells);
    return window;
  }

  void draw_line(std::uint32_t number) {
    const DisplayLine line(source_.line(number));
    std::size_t lo = line.width();
    std::size_t hi = 0;
    const auto stretch = [&](std::size_t begin, std::size_t end) {
      lo = std::min(lo, begin);
      hi = std::max(hi, end);
    };
    std::vector<Underline> flat;
    std::vector<OpenBracket*> opening;
    std::vector<OpenBracket*> closing;
    for (const auto& mark : plan_.marks) {
      if (mark.span.line != number || mark.span.end_line != number) continue;
      const auto begin = line.cell_of(mark.span.column);
      const auto end = std::max(begin + 1, line.cell_of(mark.span.end_column));
      flat.push_back({begin, end, &mark});
      stretch(begin, end);
    }
    for (auto& bracket : brackets_) {
      const auto& span = bracket.mark->span;
      if (span.line == number && !bracket.plan.from_line_start) {
        opening.push_back(&bracket);
        stretch(line.cell_of(span.column), line.cell_of(span.column) + 1);
      }
      if (span.end_line == number) {
        closing.push_back(&bracket);
        stretch(last_cell(line, span), last_cell(line, span) + 1);
      }
    }
    if (hi == 0) lo = 0;
    const Window window = window_for(line, lo, hi);

    std::string row = gutter(std::to_string(number)) + ' ';
    if (plan_.lanes != 0) {
      auto lanes = lane_strokes_at(number);
      lanes.push_back({2 * plan_.lanes - 1, " ", Ink::gutter});
      draw_segments(std::move(lanes), row);
    }
    if (window.begin != 0) row += layout_.paint(Ink::faint, kElision);
    row += line.slice(window.begin, window.end);
    if (window.end < window.line_width) row += layout_.paint(Ink::faint, kElision);
    finish(std::move(row));

    for (auto& underline : flat) {
      const bool past_end = underline.begin >= window.line_width;
      underline.begin = window.place(underline.begin);
      underline.end = past_end ? underline.begin + 1
                               : std::max(underline.begin + 1, window.place(underline.end));
    }
    draw_underlines(std::move(flat));
    for (auto* bracket : opening) {
      draw_bracket_end(*bracket, window.place(line.cell_of(bracket->mark->span.column)), true);
    }
    for (auto* bracket : closing) {
      draw_bracket_end(*bracket, window.place(last_cell(line, bracket->mark->span)), false);
    }
  }

  static std::size_t last_cell(const DisplayLine& line, const Span& span) {
    const auto end = line.cell_of(span.end_column);
    return end == 0 ? 0 : end - 1;
  }

  /// Spreads underlines over as few groups as it takes to have no overlap inside a group; region
  /// accesses come first.
  void draw_underlines(std::vector<Underline> all) {
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.mark->kind < b.mark->kind; });
    std::vector<std::vector<Underline>> groups;
    for (const auto& underline : all) {
      auto* home = static_cast<std::vector<Underline>*>(nullptr);
      for (auto& group : groups) {
        const bool free = std::none_of(group.begin(), group.end(), [&](const auto& other) {
          return underline.begin < other.end && other.begin < underline.end;
        });
        if (free) {
          home = &group;
          break;
        }
      }
      if (home == nullptr) home = &groups.emplace_back();
      home->push_back(underline);
    }
    for (auto& group : groups) draw_group(std::move(group));
  }

  void draw_group(std::vector<Underline> group) {
    std::sort(group.begin(), group.end(),
              [](const auto& a, const auto& b) { return a.begin < b.begin; });
    std::vector<Segment> row;
    for (const auto& underline : group) {
      row.push_back({underline.begin,
                     std::string(underline.end - underline.begin, stroke(underline.mark->kind)),
                     ink_of(*underline.mark)});
    }
    std::vector<Underline> pending;  // labels still to be written, from left to right
    for (const auto& underline : group) {
      if (!underline.mark->label.empty()) pending.push_back(underline);
    }
    if (!pending.empty() && pending.back().mark == group.back().mark) {
      const auto last = pending.back();
      const std::size_t at = last.end + 1;
      if (const auto lines = fit_label(last.mark->label, at); !lines.empty()) {
        pending.pop_back();
        row.push_back({at, lines[0], ink_of(*last.mark)});
        draw_mark_row(lane_strokes(), std::move(row));
        for (std::size_t i = 1; i < lines.size(); ++i) {
          auto more = connectors(pending);
          more.push_back({at, lines[i], ink_of(*last.mark)});
          draw_mark_row(lane_strokes(), std::move(more));
        }
        row.clear();
      }
    }
    if (!row.empty()) draw_mark_row(lane_strokes(), std::move(row));
    if (!pending.empty()) draw_mark_row(lane_strokes(), connectors(pending));
    while (!pending.empty()) {
      const auto last = pending.back();
      pending.pop_back();
      std::size_t at = last.begin;
      auto lines = fit_label(last.mark->label, at);
      if (lines.empty()) {
        at = room() > kLabelRoom + 10 ? room() - kLabelRoom - 10 : 0;
        lines = wrap(last.mark->label, room() - at);
      }
      for (const auto& line : lines) {
        auto more = connectors(pending);
        std::erase_if(more, [&](const Segment& segment) { return segment.cell >= at; });
        more.push_back({at, line, ink_of(*last.mark)});
        draw_mark_row(lane_strokes(), std::move(more));
      }
    }
  }

  std::vector<Segment> connectors(const std::vector<Underline>& pending) const {
    std::vector<Segment> out;
    for (const auto& underline : pending) {
      out.push_back({underline.begin, "|", ink_of(*underline.mark)});
    }
    return out;
  }

  /// The label's lines when it is written from cell `at`; empty when there is too little room.
  std::vector<std::string> fit_label(const std::string& label, std::size_t at) const {
    if (layout_.width == 0) return wrap(label, 0);
    const std::size_t left = room() > at ? room() - at : 0;
    if (left < kLabelRoom && display_width(label) > left) return {};
    return wrap(label, left);
  }

  /// The row on which a bracket turns into (or out of) the code: `|____^ label`.
  void draw_bracket_end(OpenBracket& bracket, std::size_t cell, bool opens) {
    const std::size_t shift = 2 * plan_.lanes;
    const std::size_t lane = 2 * bracket.plan.lane;
    const auto ink = ink_of(*bracket.mark);
    bracket.open = !opens;
    auto row = lane_strokes();
    bracket.open = opens;
    std::erase_if(row, [&](const Segment& segment) { return segment.cell > lane; });
    row.push_back(
        {lane + 1, std::string(shift + cell - lane - 1, '_') + stroke(bracket.mark->kind), ink});
    std::vector<std::string> label;
    std::size_t at = cell + 2;
    if (!opens && !bracket.mark->label.empty()) {
      label = fit_label(bracket.mark->label, at);
      if (!label.empty()) row.push_back({shift + at, label[0], ink});
    }
    draw_mark_row(std::move(row), {});
    if (opens || bracket.mark->label.empty()) return;
    std::size_t next = 1;
    if (label.empty()) {
      at = 0;
      next = 0;
      label = wrap(bracket.mark->label, room());
    }
    for (; next < label.size(); ++next) {
      draw_mark_row(lane_strokes(), {{at, label[next], ink}});
    }
  }

  const SourceText& source_;
  const FramePlan plan_;
  const FrameLayout& layout_;
  std::vector<OpenBracket> brackets_;
  std::string out_;
};

}  // namespace

std::string code_frame(const SourceText& source, std::vector<Mark> marks,
                       const FrameLayout& layout) {
  return Frame(source, plan_frame(source, std::move(marks)), layout).draw();
}

}  // namespace gilcheck::report
