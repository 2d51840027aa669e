#include "report/wrap.h"

#include "report/display_width.h"

namespace gilcheck::report {

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  const std::string shown = printable(text);
  if (width == 0 || display_width(shown) <= width) return {shown};
  std::vector<std::string> lines;
  std::string line;
  std::size_t used = 0;
  for (std::string_view rest = shown; !rest.empty();) {
    const std::size_t blank = rest.find(' ');
    const std::string_view word = rest.substr(0, blank);
    rest.remove_prefix(blank == std::string_view::npos ? rest.size() : blank + 1);
    if (word.empty()) continue;
    const std::size_t cells = display_width(word);
    if (!line.empty() && used + 1 + cells > width) {
      lines.push_back(std::move(line));
      line.clear();
      used = 0;
    }
    if (!line.empty()) {
      line.push_back(' ');
      ++used;
    }
    line.append(word);
    used += cells;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

}  // namespace gilcheck::report
