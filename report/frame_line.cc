#include "report/frame_line.h"

#include <fmt/format.h>

#include <fstream>

#include "project/paths.h"

namespace gilcheck::report {

namespace {

/// The source line, without what surrounds it; "" if the file cannot be read any more.
std::string source_line(const std::string& path, int wanted) {
  std::ifstream file(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (number != wanted) continue;
    const auto first = line.find_first_not_of(" \t");
    return first == std::string::npos ? std::string() : project::displayable(line.substr(first));
  }
  return {};
}

}  // namespace

std::string shown_path(const std::string& path) {
  const std::string here = project::current_directory();
  return project::displayable(project::is_within(path, here) ? project::relative_to(path, here)
                                                             : path);
}

std::string shown_place(const std::string& path, int line) {
  return fmt::format("{}:{}", shown_path(path), line);
}

std::string frame_line(std::string_view function, const std::string& path, int line) {
  std::string text =
      fmt::format("    {:<28} {}", project::displayable(function), shown_place(path, line));
  const std::string source = source_line(path, line);
  return text + (source.empty() ? "\n" : "    " + source + "\n");
}

}  // namespace gilcheck::report
