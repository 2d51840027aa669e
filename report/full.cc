#include "report/full.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "report/code_frame.h"
#include "report/display_width.h"
#include "report/phrases.h"
#include "report/wrap.h"

namespace gilcheck::report {

namespace {

constexpr std::size_t kRowIndent = 3;
constexpr std::size_t kRowLabel = 11;
constexpr std::uint32_t kNearby = 12;  // a conflict this near is drawn into the region's frame
constexpr std::size_t kConflictFrames = 2;
constexpr std::size_t kConflictRows = 4;

/// Writes one finding. Short-lived; holds references into the result.
class Card {
 public:
  Card(std::ostream& out, const Finding& finding, const RenderOptions& options)
      : out_(out), finding_(finding), options_(options), paint_(options.color) {}

  void write() {
    header();
    sort_conflicts();
    size_gutter();
    region_frames();
    for (const auto* conflict : far_) conflict_frame(*conflict);
    argument();
    out_ << '\n';
  }

 private:
  void header() {
    out_ << paint_(Ink::path, printable(place({finding_.path, finding_.span}))) << ": "
         << paint_(ink_of(finding_.severity), printable(finding_.rule)) << ' '
         << paint_(Ink::emphasis, printable(finding_.name)) << " (" << verdict(finding_) << ")\n";
    for (const auto& line : wrap(finding_.message, inner_width(2))) {
      out_ << "  " << paint_(Ink::emphasis, line) << '\n';
    }
  }

  std::size_t inner_width(std::size_t indent) const {
    if (options_.width == 0) return 0;
    return options_.width > indent + 20 ? options_.width - indent : 20;
  }

  // ------------------------------------------------------------------ which code to show

  bool is_region_site(const Site& site) const {
    return std::any_of(finding_.region.begin(), finding_.region.end(),
                       [&](const auto& access) { return access.site == site; });
  }

  /// Near the region: into its frame. Elsewhere: a frame of its own, for the first few.
  void sort_conflicts() {
    for (const auto& conflict : finding_.conflicts) {
      if (is_region_site(conflict.site) || !drawable(conflict.site)) continue;
      const bool near =
          std::any_of(finding_.region.begin(), finding_.region.end(), [&](const auto& access) {
            const auto a = access.site.span.line;
            const auto b = conflict.site.span.line;
            return access.site.path == conflict.site.path && (a > b ? a - b : b - a) <= kNearby;
          });
      if (near) {
        near_.push_back(&conflict);
      } else if (far_.size() < kConflictFrames) {
        far_.push_back(&conflict);
      }
    }
  }

  bool drawable(const Site& site) const {
    const auto* source = source_of(options_, site.path);
    return source != nullptr && is_in(*source, site.span);
  }

  void size_gutter() {
    std::uint32_t last = 0;
    const auto see = [&](const Span& span) { last = std::max({last, span.line, span.end_line}); };
    for (const auto& access : finding_.region) see(access.site.span);
    for (const auto* conflict : near_) see(conflict->site.span);
    for (const auto* conflict : far_) see(conflict->site.span);
    number_width_ = std::max<std::size_t>(5, std::to_string(last).size() + 1);
  }

  FrameLayout layout() const {
    return {paint_, ink_of(finding_.severity), options_.width, number_width_};
  }

  // ------------------------------------------------------------------ frames

  std::string label_of(const AccessRecord& access, std::size_t index) const {
    std::string label = what(access, finding_.location);
    const bool several = finding_.region.size() > 1;
    const bool last = index + 1 == finding_.region.size();
    if (!access.locks.empty() || !several || (last && nothing_held())) label += "; " + held(access);
    return several ? fmt::format("{}: {}", index + 1, label) : label;
  }

  bool nothing_held() const {
    return std::all_of(finding_.region.begin(), finding_.region.end(),
                       [](const auto& access) { return access.locks.empty(); });
  }

  std::string conflict_label(const AccessRecord& conflict) const {
    return fmt::format("another thread {}; {}", what(conflict, finding_.location), held(conflict));
  }

  void region_frames() {
    // Files in order of appearance, the finding's own first.
    std::vector<std::pair<std::string_view, std::vector<Mark>>> files{{finding_.path, {}}};
    const auto marks_of = [&](std::string_view path) -> std::vector<Mark>& {
      for (auto& [name, marks] : files) {
        if (name == path) return marks;
      }
      return files.emplace_back(path, std::vector<Mark>{}).second;
    };
    for (std::size_t i = 0; i < finding_.region.size(); ++i) {
      const auto& access = finding_.region[i];
      marks_of(access.site.path)
          .push_back({access.site.span, MarkKind::region, label_of(access, i)});
    }
    if (finding_.region.empty()) files[0].second.push_back({finding_.span, MarkKind::region, ""});
    for (const auto* conflict : near_) {
      marks_of(conflict->site.path)
          .push_back({conflict->site.span, MarkKind::other_thread, conflict_label(*conflict)});
    }
    if (finding_.switch_point && finding_.window != WindowClass::gil_masked) {
      const auto& point = *finding_.switch_point;
      // Only beside the region's own code: a switch point deep in a callee is named in the GIL row.
      for (auto& [name, marks] : files) {
        if (name != point.site.path || point.site.span.line != point.site.span.end_line) continue;
        marks.push_back({point.site.span, MarkKind::switch_point,
                         point.certain ? "the GIL can change hands here"
                                       : "the GIL can change hands here, unless builtin"});
      }
    }
    for (auto& [path, marks] : files) {
      const auto* source = source_of(options_, path);
      if (source == nullptr || marks.empty()) continue;
      if (path != finding_.path) {
        arrow({std::string(path), marks.front().span}, "the region continues here");
      }
      out_ << code_frame(*source, std::move(marks), layout());
    }
  }

  void arrow(const Site& site, std::string_view remark) {
    out_ << std::string(number_width_ - 1, ' ') << paint_(Ink::gutter, "-->") << ' '
         << printable(place(site)) << ", " << remark << '\n';
  }

  void conflict_frame(const AccessRecord& conflict) {
    const auto* source = source_of(options_, conflict.site.path);
    arrow(conflict.site, conflict.symbol.empty()
                             ? "in another thread"
                             : fmt::format("{} in another thread", printable(conflict.symbol)));
    out_ << code_frame(*source,
                       {{conflict.site.span, MarkKind::other_thread,
                         fmt::format("{}; {}", what(conflict, finding_.location), held(conflict))}},
                       layout());
  }

  // ------------------------------------------------------------------ the argument

  void row(std::string_view label, const std::string& text) {
    const std::size_t indent = kRowIndent + kRowLabel;
    const auto lines = wrap(text, inner_width(indent));
    const std::string_view shown = label == last_label_ ? std::string_view() : label;
    out_ << std::string(kRowIndent, ' ') << paint_(Ink::row_label, shown)
         << std::string(kRowLabel - shown.size(), ' ') << lines.front() << '\n';
    for (std::size_t i = 1; i < lines.size(); ++i) {
      out_ << std::string(indent, ' ') << lines[i] << '\n';
    }
    last_label_ = label;
  }

  /// Rows for the evidence of one kind; whether there was any.
  bool rows_of(EvidenceKind kind, std::string_view label) {
    bool any = false;
    for (const auto& evidence : finding_.evidence) {
      if (evidence.kind != kind) continue;
      any = true;
      row(label, with_place(evidence));
    }
    return any;
  }

  void undrawn_region() {
    for (std::size_t i = 0; i < finding_.region.size(); ++i) {
      const auto& access = finding_.region[i];
      if (drawable(access.site)) continue;
      row("region", fmt::format("{} ({})", label_of(access, i), place(access.site)));
    }
  }

  void conflicts() {
    if (finding_.conflicts.empty()) return;
    if (conflicts_with_itself(finding_)) {
      const bool one_statement = finding_.region.size() == 1;
      row("conflict", one_statement ? "the same statement in another thread"
                                    : "the same code in another thread");
      return;
    }
    std::size_t rows = 0;
    bool same_code = false;
    for (const auto& conflict : finding_.conflicts) {
      if (is_region_site(conflict.site)) {
        same_code = true;
        continue;
      }
      if (++rows > kConflictRows) continue;
      const auto who = conflict.symbol.empty() ? std::string("module code") : conflict.symbol;
      row("conflict", fmt::format("{} {} ({}); {}", who, what(conflict, finding_.location),
                                  place_line(conflict.site), held(conflict)));
    }
    if (rows > kConflictRows) row("conflict", fmt::format("and {} more", rows - kConflictRows));
    if (same_code) row("conflict", "the same code in another thread");
  }

  void argument() {
    undrawn_region();
    rows_of(EvidenceKind::shared, "shared");
    rows_of(EvidenceKind::root, "thread");
    conflicts();
    rows_of(EvidenceKind::guard, "guard");
    if (!rows_of(EvidenceKind::gil, "GIL")) {
      if (const auto text = gil_sentence(finding_); !text.empty()) row("GIL", text);
    }
    rows_of(EvidenceKind::harm, "harm");
    rows_of(EvidenceKind::fix, "fix");
    rows_of(EvidenceKind::note, "note");
    row("status", std::string(status_sentence(finding_.status)));
  }

  std::ostream& out_;
  const Finding& finding_;
  const RenderOptions& options_;
  const Painter paint_;
  std::vector<const AccessRecord*> near_;
  std::vector<const AccessRecord*> far_;
  std::size_t number_width_ = 5;
  std::string_view last_label_;
};

}  // namespace

void render_full(std::ostream& out, const CheckResult& result, const RenderOptions& options) {
  for (const auto& finding : result.findings) {
    if (!finding.suppressed) Card(out, finding, options).write();
  }
  const Painter paint(options.color);
  for (const auto& diagnostic : result.diagnostics)
    out << diagnostic_line(diagnostic, paint) << '\n';
  if (!result.diagnostics.empty()) out << '\n';
  out << summary(result, options);
}

}  // namespace gilcheck::report
