#include "report/concise.h"

#include <fmt/format.h>

#include <ostream>

#include "report/display_width.h"
#include "report/paint.h"
#include "report/phrases.h"

namespace gilcheck::report {

void render_concise(std::ostream& out, const CheckResult& result, const RenderOptions& options) {
  const Painter paint(options.color);
  for (const auto& finding : result.findings) {
    if (finding.suppressed) continue;
    const auto where = place({finding.path, finding.span});
    out << paint(Ink::path, printable(where)) << ": "
        << paint(ink_of(finding.severity), printable(finding.rule))
        << fmt::format(" [{}] {}\n", verdict(finding), printable(finding.message));
  }
  for (const auto& diagnostic : result.diagnostics) {
    out << diagnostic_line(diagnostic, paint) << '\n';
  }
  out << summary(result, options);
}

}  // namespace gilcheck::report
