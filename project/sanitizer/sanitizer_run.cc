#include "project/sanitizer/sanitizer_run.h"

#include <sys/personality.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <system_error>

#include "project/file_reader.h"
#include "project/interpreters/build_needs.h"
#include "project/interpreters/interpreter_store.h"
#include "project/interpreters/managed_name.h"
#include "project/paths.h"
#include "project/run_program.h"
#include "project/runtime/command.h"
#include "project/runtime/runtime_build.h"
#include "project/temporary_directory.h"
#include "project/user_error.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace gilcheck::project {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kUsual = "3.13t-tsan";
constexpr std::uint64_t kMostBytes = 256ULL << 20U;

/// The environment with some variables set.
std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& set) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const bool replaced = std::ranges::any_of(
        set, [&](const auto& one) { return variable.starts_with(one.first + "="); });
    if (!replaced) all.emplace_back(variable);
  }
  for (const auto& [name, value] : set) all.push_back(name + "=" + value);
  return all;
}

std::string followed_by(const char* variable, const std::string& more) {
  const std::string value = environment_variable(variable);
  return value.empty() ? more : value + " " + more;
}

/// ThreadSanitizer maps fixed addresses, which a layout with much randomness may occupy. Inherited
/// by what is started from now on; where it is not allowed, mostly there is room all the same.
void fix_layout() {
  ::personality(ADDR_NO_RANDOMIZE);
}

/// Something that names places: without, frames are numbers.
std::string symbolizer() {
  for (const char* name :
       {"llvm-symbolizer-19", "llvm-symbolizer", "llvm-symbolizer-20", "llvm-symbolizer-21",
        "llvm-symbolizer-18", "llvm-symbolizer-17", "llvm-symbolizer-16", "llvm-symbolizer-15",
        "llvm-symbolizer-14", "addr2line"}) {
    const std::string path = find_on_path(name);
    if (!path.empty()) return path;
  }
  return {};
}

/// The file that an option of TSAN_OPTIONS names; "" if it is not there.
std::string option_of(std::string_view options, std::string_view name) {
  const std::size_t at = options.rfind(std::string(name) + "=");
  if (at == std::string_view::npos) return {};
  std::string_view rest = options.substr(at + name.size() + 1);
  const bool quoted = rest.starts_with('"') || rest.starts_with('\'');
  if (quoted) return std::string(rest.substr(1, rest.find(rest[0], 1) - 1));
  return std::string(rest.substr(0, rest.find_first_of(" ,:\n\t")));
}

/// What CPython's developers accept, and what the user does.
std::string write_suppressions(const std::string& directory, const ChosenInterpreter& interpreter) {
  std::string all;
  for (const std::string& file :
       {join(interpreter.facts.base_prefix, kSanitizerSuppressions),
        option_of(environment_variable("TSAN_OPTIONS"), "suppressions")}) {
    if (!file.empty()) all += read_regular_file(file, kMostBytes).bytes + "\n";
  }
  std::string path = join(directory, "suppressions");
  const std::string trouble = write_file_atomically(path, all);
  if (!trouble.empty()) throw UserError("cannot write " + displayable(path) + ": " + trouble, "");
  return path;
}

std::vector<PythonFrame> python_stack(const json& frames) {
  std::vector<PythonFrame> out;
  for (const json& frame : frames)
    out.push_back({frame.value("path", ""), frame.value("function", ""), frame.value("line", 0)});
  return out;
}

/// By process: the Python stack of each of its reports.
std::map<std::string, json> read_stacks(const std::string& directory) {
  std::map<std::string, json> stacks;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(directory, error)) {
    if (file.path().extension() != ".stacks") continue;
    const json read =
        json::parse(read_regular_file(file.path().string(), kMostBytes).bytes, nullptr, false);
    if (read.is_object()) stacks[file.path().stem().string()] = read.value("stacks", json::array());
  }
  return stacks;
}

}  // namespace

ChosenInterpreter choose_sanitized_interpreter(const std::string& named) {
  ChosenInterpreter chosen = choose_interpreter(named.empty() ? kUsual : named);
  if (!chosen.facts.thread_sanitizer) {
    throw UserError(displayable(chosen.command) + " is not built with ThreadSanitizer: it is " +
                        described(chosen.facts),
                    std::string("`gilcheck interpreter install ") + kUsual +
                        "` builds one that is (about 8 minutes on 2 cores)");
  }
  return chosen;
}

std::vector<std::pair<std::string, std::string>> sanitizer_build_variables(
    const ChosenInterpreter& interpreter) {
  const std::string compiler = find_on_path(build_compiler(parse_managed_name(kUsual)));
  if (compiler.empty()) {
    throw UserError("there is no clang to compile for ThreadSanitizer with",
                    "`gilcheck interpreter doctor` says what to install");
  }
  // clang-19 -> clang++-19
  std::string cxx = compiler;
  cxx.insert(compiler.rfind("clang") + std::string_view("clang").size(), "++");
  const std::string flags = "-fsanitize=thread -O1 -g -fno-omit-frame-pointer";
  return {
      {"CC", compiler},
      {"CXX", cxx},
      {"CFLAGS", followed_by("CFLAGS", flags)},
      {"CXXFLAGS", followed_by("CXXFLAGS", flags)},
      {"LDFLAGS", followed_by("LDFLAGS", "-fsanitize=thread")},
      {"LDSHARED", compiler + " -shared"},
      {"PATH", std::string(parent_of(interpreter.command)) + ":" + environment_variable("PATH")},
      // Wheels made without would be taken from the cache, and these put there.
      {"PIP_NO_CACHE_DIR", "1"},
      // A build runs Python code too; what races there is nobody's business now.
      {"TSAN_OPTIONS", "report_bugs=0 exitcode=0"}};
}

int run_sanitized_build(const std::vector<std::string>& words,
                        const ChosenInterpreter& interpreter) {
  fix_layout();
  return run_to_end(with_interpreter(words, interpreter.command),
                    environment_with(sanitizer_build_variables(interpreter)));
}

SanitizedRun run_sanitized(const std::vector<std::string>& words,
                           const ChosenInterpreter& interpreter) {
  const TemporaryDirectory directory;
  if (directory.path().empty())
    throw UserError("no temporary directory can be made", "set TMPDIR to one that can be written");
  const std::string stacks = build_python_stacks(interpreter.facts).directory;
  const std::string more = environment_variable("PYTHONPATH");
  const std::string names = symbolizer();
  const std::string options = fmt::format(
      "log_path='{}' exitcode=0 halt_on_error=0 second_deadlock_stack=1 stack_trace_format='{}' "
      "suppressions='{}'{}",
      join(directory.path(), "tsan"), kStackFormat,
      write_suppressions(directory.path(), interpreter),
      names.empty() ? "" : fmt::format(" external_symbolizer_path='{}'", names));
  fix_layout();
  SanitizedRun result;
  result.status = run_to_end(
      with_interpreter(words, interpreter.command),
      environment_with({{"PYTHONPATH", join(stacks, "inject") + (more.empty() ? "" : ":" + more)},
                        {"GILCHECK_TSAN", directory.path()},
                        {"TSAN_OPTIONS", followed_by("TSAN_OPTIONS", options)}}));

  const std::map<std::string, json> python = read_stacks(directory.path());
  result.processes = python.size();
  std::vector<SanitizerReport> all;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(directory.path(), error)) {
    if (!file.path().filename().string().starts_with("tsan.")) continue;
    auto reports = parse_sanitizer_log(read_regular_file(file.path().string(), kMostBytes).bytes);
    // log_path.PID
    const auto known = python.find(file.path().extension().string().substr(1));
    for (std::size_t i = 0; i < reports.size(); ++i) {
      if (known != python.end() && i < known->second.size())
        reports[i].python = python_stack(known->second[i]);
      attribute(reports[i], interpreter.facts);
      all.push_back(std::move(reports[i]));
    }
  }
  result.reports = merge_sanitizer_reports(all);
  return result;
}

}  // namespace gilcheck::project
