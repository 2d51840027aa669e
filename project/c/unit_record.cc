#include "project/c/unit_record.h"

#include <algorithm>

#include "project/wire.h"

namespace gilcheck::project {

namespace {

void write(WireWriter& out, const std::vector<FileLines>& files) {
  out.put(static_cast<std::uint32_t>(files.size()));
  for (const auto& file : files) {
    out.put(std::string_view(file.path));
    out.put(static_cast<std::uint32_t>(file.lines.size()));
    for (const std::uint32_t line : file.lines) out.put(line);
  }
}

std::vector<FileLines> read_lines(WireReader& in) {
  std::vector<FileLines> out;
  const auto files = in.count();
  for (std::uint32_t i = 0; i < files && in.ok(); ++i) {
    FileLines file;
    file.path = std::string(in.text());
    const auto lines = in.count();
    for (std::uint32_t k = 0; k < lines && in.ok(); ++k) {
      file.lines.push_back(in.get<std::uint32_t>());
    }
    out.push_back(std::move(file));
  }
  return out;
}

}  // namespace

bool UnitRecord::missing_headers() const {
  return std::any_of(problems.begin(), problems.end(),
                     [](const UnitProblem& problem) { return problem.missing_header; });
}

std::string write(const UnitRecord& record) {
  WireWriter out;
  const auto flag = [&](bool value) { out.put(static_cast<std::uint8_t>(value ? 1 : 0)); };
  out.put(record.lines);
  flag(record.has_python);
  out.put(std::string_view(record.generator));
  out.put(record.errors);
  out.put(static_cast<std::uint32_t>(record.problems.size()));
  for (const auto& problem : record.problems) {
    flag(problem.missing_header);
    out.put(std::string_view(problem.text));
    out.put(std::string_view(problem.path));
    write(out, problem.span);
  }
  out.put(static_cast<std::uint32_t>(record.dependencies.size()));
  for (const auto& dependency : record.dependencies) {
    out.put(std::string_view(dependency.path));
    out.put(dependency.stamp.size);
    out.put(dependency.stamp.mtime_ns);
    out.put(dependency.stamp.ctime_ns);
    out.put(dependency.stamp.inode);
    out.put(dependency.stamp.device);
    flag(dependency.settled);
    out.put(dependency.content.low);
    out.put(dependency.content.high);
    flag(dependency.gil_conditional);
  }
  out.put(static_cast<std::uint32_t>(record.files.size()));
  for (const auto& file : record.files) {
    out.put(std::string_view(file.path));
    out.put(static_cast<std::uint32_t>(file.directives.size()));
    for (const auto& directive : file.directives) write(out, directive);
  }
  flag(record.gil_conditional);
  write(out, record.lines_of_builds.free_threaded);
  write(out, record.lines_of_builds.with_gil);
  return out.take();
}

std::optional<UnitRecord> read_unit_record(std::string_view bytes) {
  WireReader in(bytes);
  UnitRecord out;
  out.lines = in.get<std::uint32_t>();
  out.has_python = in.flag();
  out.generator = std::string(in.text());
  out.errors = in.get<std::uint32_t>();
  const auto problems = in.count();
  for (std::uint32_t i = 0; i < problems && in.ok(); ++i) {
    UnitProblem problem;
    problem.missing_header = in.flag();
    problem.text = std::string(in.text());
    problem.path = std::string(in.text());
    problem.span = read_span(in);
    out.problems.push_back(std::move(problem));
  }
  const auto dependencies = in.count();
  for (std::uint32_t i = 0; i < dependencies && in.ok(); ++i) {
    Dependency dependency;
    dependency.path = std::string(in.text());
    dependency.stamp.size = in.get<std::uint64_t>();
    dependency.stamp.mtime_ns = in.get<std::int64_t>();
    dependency.stamp.ctime_ns = in.get<std::int64_t>();
    dependency.stamp.inode = in.get<std::uint64_t>();
    dependency.stamp.device = in.get<std::uint64_t>();
    dependency.settled = in.flag();
    dependency.content.low = in.get<std::uint64_t>();
    dependency.content.high = in.get<std::uint64_t>();
    dependency.gil_conditional = in.flag();
    out.dependencies.push_back(std::move(dependency));
  }
  const auto files = in.count();
  for (std::uint32_t i = 0; i < files && in.ok(); ++i) {
    UnitRecord::File file;
    file.path = std::string(in.text());
    const auto directives = in.count();
    for (std::uint32_t k = 0; k < directives && in.ok(); ++k) {
      file.directives.push_back(read_directive(in));
    }
    out.files.push_back(std::move(file));
  }
  out.gil_conditional = in.flag();
  out.lines_of_builds.free_threaded = read_lines(in);
  out.lines_of_builds.with_gil = read_lines(in);
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return out;
}

}  // namespace gilcheck::project
