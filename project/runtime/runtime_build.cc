#include "project/runtime/runtime_build.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <thread>

#include "project/carried.h"
#include "project/content_hash.h"
#include "project/file_reader.h"
#include "project/interpreters/build_step.h"
#include "project/paths.h"
#include "project/run_program.h"
#include "project/user_error.h"

namespace gilcheck::project {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSources = "../runtime/";

std::string cache_root() {
  const std::string cache = user_cache_directory();
  if (cache.empty()) {
    throw UserError("there is no place for the runtime: neither XDG_CACHE_HOME nor HOME is set",
                    "set XDG_CACHE_HOME to a directory that can be written");
  }
  return join(cache, "runtime");
}

/// What the build is made of: another text or another interpreter is another build.
std::string identity(const InterpreterFacts& facts, const std::string& module) {
  HashStream hash;
  hash.add(module).add(facts.soabi).add(facts.hexversion).add(facts.include);
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.name.starts_with(kSources)) hash.add(file.name).add(file.text);
  }
  return fmt::format("{}-{:016x}", facts.soabi, hash.finish().low);
}

void write_sources(const std::string& directory) {
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.name.starts_with(kSources)) continue;
    std::string name(file.name.substr(kSources.size()));
    if (name.starts_with("package/")) name.erase(0, std::string_view("package/").size());
    const std::string path = join(directory, name);
    std::error_code error;
    fs::create_directories(fs::path(path).parent_path(), error);
    const std::string trouble = write_file_atomically(path, file.text);
    if (error || !trouble.empty()) {
      throw UserError(
          "cannot write " + displayable(path) + ": " + (error ? error.message() : trouble),
          "set XDG_CACHE_HOME to a directory that can be written");
    }
  }
}

RuntimeBuild build(const InterpreterFacts& facts, const std::string& name,
                   const std::function<void()>& before_build) {
  constexpr std::uint32_t kOldest = 13;
  constexpr std::uint32_t kNewest = 15;
  if (facts.minor() < kOldest || facts.minor() > kNewest) {
    throw UserError(
        "the race detector works with CPython 3.13 to 3.15, not with " + described(facts),
        "use --python 3.13t; `gilcheck interpreter install 3.13t` builds it");
  }
  const std::string module = "gilcheck/" + name + facts.extension_suffix;
  const std::string target = join(cache_root(), identity(facts, module));
  std::error_code error;
  if (fs::exists(join(target, module), error)) return {target, false};
  if (!facts.headers || !facts.internal_headers) {
    throw UserError(facts.executable + " comes without the headers the runtime is compiled with",
                    "install its development package, or use a managed interpreter: `gilcheck "
                    "interpreter install 3.13t`");
  }
  for (const char* tool : {"c++", "cc", "make"}) {
    if (find_on_path(tool).empty()) {
      throw UserError(fmt::format("{} is missing, and the runtime has to be compiled for {}", tool,
                                  described(facts)),
                      "`gilcheck interpreter doctor` says what to install");
    }
  }
  before_build();
  fs::create_directories(cache_root(), error);
  std::string scratch = join(cache_root(), ".build-XXXXXX");
  if (::mkdtemp(scratch.data()) == nullptr) {
    throw UserError("cannot write below " + displayable(cache_root()),
                    "set XDG_CACHE_HOME to a directory that can be written");
  }
  write_sources(scratch);
  BuildStep step;
  step.phase = "compiling the runtime";
  step.arguments = {"make",
                    module,
                    fmt::format("-j{}", std::max(1U, std::thread::hardware_concurrency())),
                    "INCLUDE=" + facts.include,
                    "PLATINCLUDE=" + facts.platinclude,
                    "SUFFIX=" + facts.extension_suffix,
                    std::string("DEFINES=") + (facts.free_threaded ? "-DPy_GIL_DISABLED=1" : "")};
  step.directory = scratch;
  const std::string log = join(scratch, "build.log");
  try {
    run_step(step, log, [](std::string_view) {});
  } catch (const StepFailed& failure) {
    throw UserError(fmt::format("the runtime does not compile for {}: {}\n{}", described(facts),
                                failure.what(), last_lines(log, 12)),
                    "the whole log is " + displayable(log));
  }
  // Only one of several processes that build at once can rename; the others use its build.
  fs::rename(scratch, target, error);
  if (error) {
    fs::remove_all(scratch, error);
    if (!fs::exists(target, error)) {
      throw UserError("cannot write " + displayable(target), "");
    }
  }
  return {target, true};
}

}  // namespace

RuntimeBuild build_runtime(const InterpreterFacts& facts,
                           const std::function<void()>& before_build) {
  return build(facts, "_runtime", before_build);
}

RuntimeBuild build_python_stacks(const InterpreterFacts& facts) {
  return build(facts, "_python_stacks", [] {});
}

}  // namespace gilcheck::project
