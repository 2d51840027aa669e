#include "project/runtime/instrumented_run.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <map>
#include <system_error>
#include <tuple>

#include "project/file_reader.h"
#include "project/paths.h"
#include "project/runtime/command.h"
#include "project/temporary_directory.h"
#include "project/user_error.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace gilcheck::project {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::vector<std::string> environment(const InstrumentedCommand& command,
                                     const std::string& settings) {
  std::vector<std::string> all;
  std::string path = join(command.runtime, "inject");
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    if (variable.starts_with("PYTHONPATH=")) {
      const auto rest = variable.substr(std::string_view("PYTHONPATH=").size());
      if (!rest.empty()) path += ":" + std::string(rest);
    } else if (!variable.starts_with("GILCHECK_RUN=")) {
      all.emplace_back(variable);
    }
  }
  all.push_back("PYTHONPATH=" + path);
  all.push_back("GILCHECK_RUN=" + settings);
  return all;
}

int rank(const json& report) {
  const std::string severity = report.value("severity", "info");
  return severity == "error" ? 0 : severity == "warning" ? 1 : 2;
}

auto place(const json& at) {
  return std::tuple(at.value("path", ""), at.value("line", 0), at.value("column", 0));
}

const json& innermost(const json& side) {
  return side.at("stack").at(0);
}

using Place = std::tuple<std::string, int, int>;

/// What makes a report another one than that of the same ends.
std::vector<Place> told_apart_by(const json& report) {
  // Two writes without a region are told apart by both; a region is one, whatever tears it.
  if (report.value("pattern", "") == "unordered-writes")
    return {place(innermost(report.at("other")))};
  std::vector<Place> places;
  for (const json& edge : report.value("cycle", json::array())) {
    places.emplace_back(place(edge.at("held_since").at(0)));
    places.emplace_back(place(innermost(edge)));
  }
  return places;
}

}  // namespace

std::vector<json> merge_reports(const std::vector<json>& processes) {
  std::map<std::tuple<std::string, Place, Place, std::vector<Place>>, json> merged;
  for (const json& process : processes) {
    for (const json& report : process.value("reports", json::array())) {
      const auto key = std::tuple(report.value("pattern", ""), place(report.at("opened")),
                                  place(innermost(report.at("closing"))), told_apart_by(report));
      const auto [known, fresh] = merged.try_emplace(key, report);
      if (fresh) continue;
      const auto count = known->second.value("count", 1ULL) + report.value("count", 1ULL);
      if (rank(report) < rank(known->second)) known->second = report;
      known->second["count"] = count;
    }
  }
  std::vector<json> result;
  for (auto& [key, report] : merged) result.push_back(std::move(report));
  std::stable_sort(result.begin(), result.end(), [](const json& left, const json& right) {
    return std::tuple(rank(left), place(left.at("opened"))) <
           std::tuple(rank(right), place(right.at("opened")));
  });
  return result;
}

namespace {

constexpr std::uint64_t kMostBytes = 1ULL << 30U;

/// What a process had found before it was cut short, from the lines it wrote until then.
json process_of_journal(const std::string& path) {
  json process = {{"reports", json::array()}};
  const ReadResult text = read_regular_file(path, kMostBytes);
  std::string_view rest = text.bytes;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;  // torn off
    json line = json::parse(rest.substr(0, end), nullptr, false);
    rest.remove_prefix(end + 1);
    if (!line.is_object()) continue;
    if (line.contains("pattern")) {
      process["reports"].push_back(std::move(line));
    } else {
      process.update(line);
    }
  }
  return process;
}

std::string command_of(const json& process) {
  std::string text;
  for (const json& word : process.value("argv", json::array())) {
    if (word.is_string()) text += (text.empty() ? "" : " ") + displayable(word.get<std::string>());
  }
  return text.empty() ? "a forked process" : text;
}

/// The number with which a journal's name begins; 0 for none. A forked child's journal says it
/// there only.
pid_t writer_of(const fs::path& journal) {
  const std::string name = journal.filename().string();
  pid_t process = 0;
  std::from_chars(name.data(), name.data() + name.size(), process);
  return process;
}

/// A process that became another program left a journal under the same number.
bool went_on(const std::vector<json>& processes, pid_t writer) {
  return std::ranges::any_of(
      processes, [&](const json& process) { return process.value("pid", 0) == writer; });
}

bool still_runs(pid_t process) {
  return process > 0 && (::kill(process, 0) == 0 || errno == EPERM);
}

/// Sorts out the files that the processes left in `directory`.
std::vector<json> read_processes(const std::string& directory, RunResult& result) {
  std::vector<json> processes;
  std::vector<fs::path> journals;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(directory, error)) {
    if (file.path().extension() == ".journal") journals.push_back(file.path());
    if (file.path().extension() != ".json") continue;
    const ReadResult text = read_regular_file(file.path().string(), kMostBytes);
    const json read = json::parse(text.bytes, nullptr, false);
    if (!text.ok() || !read.is_object()) {
      result.troubles.emplace_back("the report of a process cannot be read");
    } else if (read.contains("error")) {
      result.troubles.push_back(read.value("error", ""));
    } else {
      processes.push_back(read);
    }
  }
  const std::vector<json> finished = processes;
  for (const fs::path& journal : journals) {
    processes.push_back(process_of_journal(journal.string()));
    const pid_t writer = writer_of(journal);
    if (went_on(finished, writer)) continue;
    auto& unfinished = still_runs(writer) ? result.still_running : result.cut_short;
    unfinished.push_back(command_of(processes.back()));
  }
  result.processes = processes.size();
  return processes;
}

/// As `_runtime.start()` takes them.
json regions_of(const std::vector<StaticFinding>& findings) {
  json regions = json::array();
  for (const StaticFinding& finding : findings) {
    json region = {finding.file};
    for (const SourceRange& range : {finding.region.front(), finding.region.back()}) {
      for (const int number : {range.line, range.column, range.end_line, range.end_column})
        region.push_back(number);
    }
    regions.push_back(std::move(region));
  }
  return regions;
}

/// How far each finding came, in any of the processes.
void lift_findings(const std::vector<json>& processes, RunResult& result) {
  const auto lift = [](StaticFinding& finding, Status status) {
    finding.status = std::max(finding.status, status);
  };
  for (const json& process : processes) {
    const json reach = process.value("regions", json::array());
    for (std::size_t i = 0; i < std::min(reach.size(), result.findings.size()); ++i) {
      const int number = reach[i].is_number_integer() ? reach[i].get<int>() : 0;
      lift(result.findings[i], number == 0   ? Status::unexecuted
                               : number == 1 ? Status::exercised
                                             : Status::shared);
    }
  }
  for (json& report : result.reports) {
    if (rank(report) > 1) continue;
    for (StaticFinding& finding : result.findings) {
      if (!confirms(report, finding)) continue;
      lift(finding, Status::predicted);
      report["confirms"].push_back(finding.fingerprint);
    }
  }
}

}  // namespace

RunResult run_instrumented(const InstrumentedCommand& command) {
  const TemporaryDirectory directory;
  if (directory.path().empty()) {
    throw UserError("no temporary directory can be made", "set TMPDIR to one that can be written");
  }
  const std::string settings = join(directory.path(), "settings");
  const json content = {{"output", directory.path()},
                        {"include", command.included},
                        {"exclude", command.excluded},
                        {"regions", regions_of(command.findings)}};
  const std::string trouble =
      write_file_atomically(settings, content.dump(-1, ' ', false, json::error_handler_t::replace));
  if (!trouble.empty())
    throw UserError("cannot write " + displayable(settings) + ": " + trouble, "");

  RunResult result;
  result.status = run_to_end(with_interpreter(command.words, command.interpreter.command),
                             environment(command, settings));
  const std::vector<json> processes = read_processes(directory.path(), result);
  result.reports = merge_reports(processes);
  result.findings = command.findings;
  lift_findings(processes, result);
  for (const json& report : result.reports) {
    result.errors += rank(report) == 0 ? 1 : 0;
    result.warnings += rank(report) == 1 ? 1 : 0;
  }
  return result;
}

}  // namespace gilcheck::project
