#include "project/c/unit_flags.h"

#include <algorithm>
#include <array>
#include <utility>

#include "project/c/compiler_flags.h"
#include "project/paths.h"

namespace gilcheck::project {

namespace {

/// What old code is forgiven, as compilers of its time did, and no limit to the errors of one file:
/// each hides only itself.
constexpr std::array<const char*, 7> kLenient = {"-w",
                                                 "-ferror-limit=0",
                                                 "-Wno-error=implicit-function-declaration",
                                                 "-Wno-error=implicit-int",
                                                 "-Wno-error=int-conversion",
                                                 "-Wno-error=incompatible-function-pointer-types",
                                                 "-Wno-error=register"};

bool is_include(std::string_view word) {
  return word.starts_with("-I") || word.starts_with("-iquote") || word.starts_with("-isystem") ||
         word.starts_with("-idirafter");
}

}  // namespace

bool is_cplusplus(std::string_view path) {
  return !path.ends_with(".c");
}

UnitFlags::UnitFlags(std::string root, CompileDatabase database, PythonHeaders python,
                     PythonChoice choice, Toolchain toolchain)
    : root_(std::move(root)),
      database_(std::move(database)),
      python_(std::move(python)),
      choice_(choice),
      toolchain_(std::move(toolchain)) {}

bool UnitFlags::in_database(const std::string& source) const {
  return database_.find(source) != nullptr;
}

const BuildHints& UnitFlags::hints_for(const std::string& directory) {
  const auto [it, added] = hints_.try_emplace(directory);
  if (added) it->second = build_hints(directory);
  return it->second;
}

const PythonHeaders& UnitFlags::headers_in(const std::string& directory) {
  const auto [it, added] = headers_.try_emplace(directory);
  if (added) it->second = python_headers_in(directory);
  return it->second;
}

bool UnitFlags::must_replace(const PythonHeaders& theirs) const {
  if (!python_.found()) return false;
  const auto& ours = python_.directories;
  if (std::find(ours.begin(), ours.end(), theirs.directories.front()) != ours.end()) return false;
  if (choice_ == PythonChoice::asked) return true;
  return !theirs.free_threaded() &&
         std::pair(theirs.major, theirs.minor) <= std::pair(python_.major, python_.minor);
}

std::vector<std::string> UnitFlags::from_database(const CompileCommand& command) {
  std::vector<std::string> out;
  bool own_python = false;
  for (const auto& word : command.arguments) {
    if (!is_include(word)) {
      out.push_back(word);
      continue;
    }
    const std::string directory = include_directories({word}).at(0);
    const PythonHeaders& theirs = headers_in(directory);
    if (!theirs.found()) {
      out.push_back(word);
    } else if (must_replace(theirs)) {
      Replaced& replaced = replaced_[directory];
      replaced.headers = theirs;
      ++replaced.sources;
    } else {
      own_python = true;
      // As ours are given, so that files share a precompiled header.
      out.push_back("-isystem" + directory);
    }
  }
  if (!own_python) {
    for (const auto& directory : python_.directories) out.push_back("-isystem" + directory);
  }
  return out;
}

std::vector<std::string> UnitFlags::worked_out(const FoundFile& file, const Reached& reached) {
  std::vector<std::string> out;
  out.emplace_back(is_cplusplus(file.path) ? "-xc++" : "-xc");
  out.emplace_back(is_cplusplus(file.path) ? "-std=gnu++17" : "-std=gnu17");
  std::vector<std::string> directories;
  const auto add = [&](const std::string& directory) {
    if (std::find(directories.begin(), directories.end(), directory) == directories.end()) {
      directories.push_back(directory);
    }
  };
  // What the build files nearest to the source say comes first.
  std::string at(parent_of(file.path));
  while (is_within(at, root_)) {
    const BuildHints& hints = hints_for(at);
    for (const auto& macro : hints.macros) {
      std::string word = "-D" + macro;
      if (std::find(out.begin(), out.end(), word) == out.end()) out.push_back(std::move(word));
    }
    for (const auto& directory : hints.directories) add(directory);
    if (at == root_ || at == "/") break;
    at = std::string(parent_of(at));
  }
  for (const auto& directory : reached.directories) add(directory);
  for (const auto& directory : directories) out.push_back("-I" + directory);
  for (const auto& directory : reached.package_directories) out.push_back("-isystem" + directory);
  for (const auto& directory : python_.directories) out.push_back("-isystem" + directory);
  // Python's own modules are compiled with access to its internals.
  if (python_.of_project) out.emplace_back("-DPy_BUILD_CORE_MODULE=1");
  return out;
}

clang_plugin::Job UnitFlags::job(const FoundFile& file, const Reached& reached) {
  clang_plugin::Job out;
  out.path = file.path;
  out.relative = file.relative;
  out.root = root_;
  const CompileCommand* command = database_.find(file.path);
  out.directory = command != nullptr ? command->directory : root_;
  out.arguments = command != nullptr ? from_database(*command) : worked_out(file, reached);
  out.arguments.emplace_back("-DPy_GIL_DISABLED=1");
  out.arguments.insert(out.arguments.end(), toolchain_.arguments.begin(),
                       toolchain_.arguments.end());
  out.arguments.insert(out.arguments.end(), kLenient.begin(), kLenient.end());
  return out;
}

clang_plugin::Job UnitFlags::with_gil(clang_plugin::Job job) {
  std::erase_if(job.arguments, [](const std::string& word) {
    return word == "-DPy_GIL_DISABLED" || word.starts_with("-DPy_GIL_DISABLED=");
  });
  job.pch.clear();
  return job;
}

const PythonHeaders& UnitFlags::python_of(const clang_plugin::Job& job) {
  // In the order in which <Python.h> is looked for.
  for (const std::string_view flag : {"-I", "-isystem", "-idirafter"}) {
    for (const auto& word : job.arguments) {
      if (!word.starts_with(flag)) continue;
      const PythonHeaders& here = headers_in(word.substr(flag.size()));
      if (!here.found()) continue;
      // What was chosen may be made of several directories.
      return python_.found() && here.directories.front() == python_.directories.front() ? python_
                                                                                        : here;
    }
  }
  static const PythonHeaders kNone;
  return kNone;
}

bool UnitFlags::can_share(const clang_plugin::Job& job) {
  const PythonHeaders& python = python_of(job);
  if (!python.found()) return false;
  for (const auto& word : job.arguments) {
    if (word == "-include" || word == "-imacros") return false;
  }
  const auto directories = include_directories(job.arguments);
  return std::none_of(directories.begin(), directories.end(), [&](const std::string& directory) {
    const bool ours = std::find(python.directories.begin(), python.directories.end(), directory) !=
                      python.directories.end();
    return !ours && headers_in(directory).found();
  });
}

clang_plugin::Job UnitFlags::precompile_job(const clang_plugin::Job& job,
                                            const std::string& header) {
  clang_plugin::Job out = job;
  out.path = header;
  out.relative = std::string(last_part(header));
  out.pch.clear();
  const bool cplusplus =
      std::find(job.arguments.begin(), job.arguments.end(), "-xc++") != job.arguments.end() ||
      (std::find(job.arguments.begin(), job.arguments.end(), "-xc") == job.arguments.end() &&
       is_cplusplus(job.path));
  // Only what Python.h needs: the project's own directories would make every file's header another.
  std::erase_if(out.arguments, [&](const std::string& word) {
    return word.starts_with("-x") || word.starts_with("-I") || word.starts_with("-iquote");
  });
  out.arguments.insert(out.arguments.begin(), cplusplus ? "-xc++-header" : "-xc-header");
  return out;
}

}  // namespace gilcheck::project
