// What one C translation unit costs, for bench/c_speed.py.
//
//   bench_c_unit jobs ROOT CACHE PROGRAM    analyses what lies below ROOT, and prints how each unit
//   is
//                                           compiled, as a line of fields separated by tabs
//   bench_c_unit lower DIR FILE PCH ARG...  what a worker of gilcheck does: parse, lower, serialise

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "clang_plugin/clang_plugin.h"
#include "project/c/c_pass.h"
#include "project/discovery.h"
#include "project/settings.h"
#include "project/workers.h"

namespace {

using namespace gilcheck;

int print_jobs(const std::string& root, const std::string& cache_dir, const std::string& program) {
  project::Settings settings;
  settings.root = settings.working_directory = root;
  settings.cache_dir = cache_dir;
  settings.program = program;
  settings.respect_gitignore = false;
  project::Workers workers(1);
  project::Discovery found = project::discover({root}, project::discovery_options(settings));
  project::CPass pass(settings, workers, nullptr);
  pass.read(std::move(found.c_files), found.headers, nullptr);
  for (const auto& job : pass.jobs()) {
    std::string line = fmt::format("{}\t{}\t{}", job.directory, job.path, job.pch);
    for (const auto& word : job.arguments) line += "\t" + word;
    std::puts(line.c_str());
  }
  return 0;
}

int lower(const std::vector<std::string>& words) {
  const char* library = std::getenv("BENCH_LIBCLANG");  // NOLINT(concurrency-mt-unsafe): one thread
  const std::vector<std::string> candidates{library != nullptr ? library : "libclang-19.so.1"};
  std::string why;
  const auto frontend = clang_plugin::Frontend::load(candidates, why);
  if (!frontend) {
    std::fputs((why + "\n").c_str(), stderr);
    return 2;
  }
  clang_plugin::Job job;
  job.directory = words[0];
  job.root = words[0];
  job.path = words[1];
  job.relative = words[1].substr(words[1].rfind('/') + 1);
  job.pch = words[2];
  job.arguments.assign(words.begin() + 3, words.end());
  const auto unit = frontend->lower(job, why);
  if (!unit) return 1;
  // As a worker ends: without destructors.
  std::_Exit(clang_plugin::serialize(*unit).empty() ? 1 : 0);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 4 && words[0] == "jobs") return print_jobs(words[1], words[2], words[3]);
  if (words.size() >= 4 && words[0] == "lower") return lower({words.begin() + 1, words.end()});
  std::fputs("bench_c_unit jobs ROOT CACHE PROGRAM | lower DIR FILE PCH ARG...\n", stderr);
  return 2;
}
