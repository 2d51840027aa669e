#include "project/c/precompiled_headers.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "project/c/parse_protocol.h"
#include "project/c/unit_flags.h"
#include "project/cache.h"
#include "project/content_hash.h"
#include "project/file_reader.h"
#include "project/paths.h"

namespace gilcheck::project {

namespace {

constexpr std::uint64_t kLargestList = std::uint64_t{16} << 20U;

struct Group {
  std::vector<CUnit*> units;
  std::string text;  ///< of the header
};

/// What libclang compares before it uses a precompiled header: of each file it was made of.
std::string state_of(const std::string& path) {
  const StampResult stamp = stamp_of(path);
  return stamp.ok() ? std::to_string(stamp.stamp.size) + " " + std::to_string(stamp.stamp.mtime_ns)
                    : std::string();
}

/// The files in a list of paths and states; none if one is no longer as it was.
std::vector<std::string> unchanged(const std::string& list) {
  const ReadResult read = read_regular_file(list, kLargestList);
  if (!read.ok()) return {};
  const std::vector<std::string> words = split_list(read.bytes);
  std::vector<std::string> out;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    if (words[i + 1].empty() || state_of(words[i]) != words[i + 1]) return {};
    out.push_back(words[i]);
  }
  return out;
}

std::map<Hash128, Group> groups_of(const std::vector<CUnit*>& units, const std::string& toolchain) {
  std::map<Hash128, Group> out;
  for (CUnit* unit : units) {
    if (!unit->wants_pch) continue;
    const std::string text = std::string(unit->size_t_clean ? "#define PY_SSIZE_T_CLEAN\n" : "") +
                             "#include <Python.h>\n";
    const auto job = UnitFlags::precompile_job(unit->job, "");
    HashStream stream;
    stream.add(text).add(toolchain).add(unit->python.identity).add(job.directory);
    for (const auto& word : job.arguments) stream.add(word);
    Group& group = out[stream.finish()];
    group.units.push_back(unit);
    group.text = text;
  }
  std::erase_if(out, [](const auto& item) { return item.second.units.size() < 2; });
  return out;
}

void give(Group& group, const std::string& base, ParseWorkers& parsers) {
  const std::string output = base + ".pch";
  const std::string list = base + ".inputs";
  std::vector<std::string> inputs = unchanged(list);
  if (inputs.empty() || !stamp_of(output).ok()) {
    const std::string header = base + ".h";
    if (!write_file_atomically(header, group.text).empty()) return;
    const auto job = UnitFlags::precompile_job(group.units.front()->job, header);
    const std::string made = output + "." + std::to_string(::getpid()) + ".tmp";
    const bool good = parsers.precompile(job, made, inputs).empty() &&
                      ::rename(made.c_str(), output.c_str()) == 0;
    if (!good) {
      ::unlink(made.c_str());
      return;
    }
    // Our own header is no file of anybody's.
    std::erase_if(inputs, [&](const auto& path) { return path.starts_with(base); });
    std::vector<std::string> words;
    for (const auto& path : inputs) {
      words.push_back(path);
      words.push_back(state_of(path));
    }
    if (!write_file_atomically(list, join_list(words)).empty()) return;
  }
  for (CUnit* unit : group.units) {
    unit->job.pch = output;
    unit->precompiled = inputs;
  }
}

}  // namespace

void precompile_shared(const std::vector<CUnit*>& units, const std::string& toolchain,
                       const std::function<std::string()>& directory, ParseWorkers& parsers,
                       const Workers& workers) {
  std::map<Hash128, Group> groups = groups_of(units, toolchain);
  if (groups.empty()) return;
  const std::string place = directory();
  if (place.empty()) return;
  std::vector<std::pair<Hash128, Group*>> list;
  for (auto& [key, group] : groups) list.emplace_back(key, &group);
  workers.for_each(list.size(), [&](std::size_t i) {
    give(*list[i].second, join(place, std::string(kPrecompiledPrefix) + hex(list[i].first)),
         parsers);
  });
}

}  // namespace gilcheck::project
