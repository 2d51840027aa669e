#include "project/c/c_pass.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

#include "project/analysis_record.h"
#include "project/c/both_builds.h"
#include "project/c/c_coverage.h"
#include "project/c/c_directives.h"
#include "project/c/c_unit.h"
#include "project/c/compiler_flags.h"
#include "project/c/parse_workers.h"
#include "project/c/precompiled_headers.h"
#include "project/c/python_words.h"
#include "project/c/source_scan.h"
#include "project/c/unit_flags.h"
#include "project/file_reader.h"
#include "project/paths.h"
#include "project/temporary_directory.h"
#include "project/user_error.h"

namespace gilcheck::project {

namespace {

constexpr const char* kHowToGetLibclang =
    "install it with `pip install 'gilcheck[c]'`, or the Debian package libclang1-19";
constexpr const char* kHowToGetHeaders =
    "choose an interpreter with --python, or install headers (Debian: python3-dev)";

std::string count(std::size_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

bool speaks_of_precompiled_header(const clang_plugin::Unit& unit) {
  return std::any_of(unit.problems.begin(), unit.problems.end(), [&](const auto& problem) {
    const auto text = unit.text(problem.text);
    return text.find("PCH") != text.npos || text.find("precompiled") != text.npos;
  });
}

/// The C engine's answer in the record of the Python engine's: both have the same findings.
analyzer::Analysis as_record(const clang_plugin::Analysis& analysis) {
  analyzer::Analysis out;
  out.findings = analysis.findings;
  out.coverage.c.functions = analysis.coverage.functions;
  out.coverage.c.entry_points = analysis.coverage.entry_points;
  out.coverage.c.globals = analysis.coverage.globals;
  return out;
}

clang_plugin::Analysis from_record(analyzer::Analysis record) {
  clang_plugin::Analysis out;
  out.findings = std::move(record.findings);
  out.coverage.functions = record.coverage.c.functions;
  out.coverage.entry_points = record.coverage.c.entry_points;
  out.coverage.globals = record.coverage.c.globals;
  return out;
}

}  // namespace

struct CPass::State {
  State(const Settings& s, const Workers& w, Progress* p) : settings(s), workers(w), progress(p) {}

  const Settings& settings;
  const Workers& workers;
  Progress* progress;
  std::vector<std::unique_ptr<CUnit>> units;  ///< sorted by relative path
  std::vector<CUnit*> analysed;
  std::vector<Diagnostic> diagnostics;
  std::vector<UnitRecord::File> directives;
  std::string left_out;
  std::string python_versions;  ///< of Python.h, for people
  bool named_file_failed = false;

  PythonHeaders python;
  Toolchain toolchain;
  DependencyHashes hashes;
  std::unique_ptr<ParseWorkers> parsers;
  std::unique_ptr<TemporaryDirectory> temporary;  // for precompiled headers if there is no cache

  mutable std::mutex texts_mutex;
  mutable std::map<std::string, std::unique_ptr<SourceText>, std::less<>> texts;

  void warn(std::string code, std::string message, std::string path = {}) {
    diagnostics.push_back(
        {Severity::warning, std::move(code), std::move(message), std::move(path), std::nullopt});
  }

  CompileDatabase database() {
    std::string path = settings.compile_commands;
    struct stat status{};
    if (path.empty()) {
      path = CompileDatabase::find_in(settings.root);
      if (path.empty()) return {};
    } else if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
      const std::string found = CompileDatabase::find_in(path);
      if (found.empty()) {
        throw UserError("--compile-commands: there is no compile_commands.json in '" +
                        displayable(path) + "'");
      }
      path = found;
    } else if (!stamp_of(path).ok()) {
      throw UserError("--compile-commands: '" + displayable(path) + "' " + stamp_of(path).error);
    }
    return CompileDatabase::read(path, settings.root, diagnostics);
  }

  /// Where the project is Python itself, its own headers are the ones; what only a build makes
  /// (pyconfig.h) may be another's.
  static PythonHeaders own_python_headers(const std::vector<std::string>& headers,
                                          PythonHeaders chosen) {
    for (const auto& header : headers) {
      if (last_part(header) != "Python.h") continue;
      PythonHeaders own = python_headers_in(std::string(parent_of(header)));
      if (!own.found()) continue;
      own.of_project = true;
      if (own.directories.size() == 1 && !stamp_of(join(own.directories[0], "pyconfig.h")).ok()) {
        own.identity ^= chosen.identity;
        own.directories.insert(own.directories.end(), chosen.directories.begin(),
                               chosen.directories.end());
      }
      return own;
    }
    return chosen;
  }

  /// Units for the sources, with their flags; false if none of them has to do with Python.
  bool plan(std::vector<FoundFile> sources, const std::vector<std::string>& headers) {
    std::vector<SourceScan> scans(sources.size());
    workers.for_each(sources.size(), [&](std::size_t i) {
      const ReadResult file = read_regular_file(sources[i].path, settings.max_file_size);
      if (file.ok()) scans[i] = scan_source(file.bytes);
    });
    toolchain = find_toolchain(settings.libclang);
    python = own_python_headers(headers, find_python_headers(settings.python));
    const PythonChoice choice =
        settings.python.empty() || python.of_project ? PythonChoice::found : PythonChoice::asked;
    UnitFlags flags(settings.root, database(), python, choice, toolchain);
    IncludeLayout layout(headers, {toolchain.system_directories, python.directories,
                                   package_directories(settings.python)});
    std::vector<Reached> reached;
    std::set<std::string> included;
    bool any_python = false;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      reached.push_back(layout.follow(sources[i].path, scans[i]));
      any_python = any_python || reached.back().python;
      included.insert(reached.back().sources.begin(), reached.back().sources.end());
    }
    std::map<std::uint64_t, PythonWords> words;  // by the headers' identity
    for (std::size_t i = 0; i < sources.size(); ++i) {
      FoundFile& file = sources[i];
      // A source that another one includes is compiled as a part of it.
      if (included.contains(file.path) && !file.named && !flags.in_database(file.path)) continue;
      auto unit = std::make_unique<CUnit>();
      if (any_python) {
        unit->job = flags.job(file, reached[i]);
        unit->python = flags.python_of(unit->job);
        PythonWords& their_words =
            words.try_emplace(unit->python.identity, unit->python.directories).first->second;
        unit->wants_pch =
            can_precompile(scans[i].preamble, their_words) && flags.can_share(unit->job);
        unit->size_t_clean = scans[i].preamble.size_t_clean;
        unit->key = key_of(*unit);
      }
      unit->file = std::move(file);
      units.push_back(std::move(unit));
    }
    if (any_python) about_headers(flags);
    return any_python;
  }

  Hash128 key_of(const CUnit& unit) const {
    HashStream stream;
    stream.add("c unit record 2").add(clang_plugin::unit_format_version());
    stream.add(unit.job.relative).add(unit.job.path).add(unit.job.directory);
    for (const auto& word : unit.job.arguments) stream.add(word);
    stream.add(toolchain.identity).add(unit.python.identity);
    if (unit.free_threaded != nullptr) stream.add("with the GIL").add(unit.free_threaded->content);
    return stream.finish();
  }

  void about_headers(const UnitFlags& flags) {
    const auto version = [](const PythonHeaders& headers) {
      return std::to_string(headers.major) + "." + std::to_string(headers.minor);
    };
    for (const auto& [directory, replaced] : flags.replaced()) {
      warn("python-headers-replaced",
           "the compile database names Python.h of " + version(replaced.headers) + " (" +
               displayable(directory) + "); " +
               (replaced.headers.free_threaded()
                    ? "--python asks for that of " + version(python) + ", which is"
                    : "it knows no free-threaded build, so that of " + version(python) + " is") +
               " used for " + count(replaced.sources, "file", "files"));
    }
    std::map<std::string, std::size_t> versions;
    bool all_good = true;
    for (const auto& unit : units) {
      all_good = all_good && unit->python.free_threaded();
      ++versions[unit->python.found() ? version(unit->python) : "none"];
    }
    for (const auto& [name, number] : versions) {
      python_versions += (python_versions.empty() ? "" : ", ") + name;
      if (versions.size() > 1) python_versions += " (" + count(number, "file", "files") + ")";
    }
    if (all_good) return;
    if (!python.found()) {
      warn("python-headers-missing",
           std::string("no Python.h was found, so the C files are only understood in part; ") +
               kHowToGetHeaders);
    } else if (!python.free_threaded()) {
      warn("python-headers-old",
           "Python.h is that of " + std::to_string(python.major) + "." +
               std::to_string(python.minor) +
               ", which knows no free-threaded build: locks of 3.13 and newer are not seen; choose "
               "another interpreter with --python");
    }
  }

  void read(std::vector<FoundFile> sources, const std::vector<std::string>& headers, Cache* cache) {
    const std::size_t found = sources.size();
    if (!plan(std::move(sources), headers)) {
      left_out = count(found, "C file", "C files") + ": none of them includes Python.h";
      return;
    }
    if (progress != nullptr) progress->files_total += units.size();
    workers.for_each(units.size(), [&](std::size_t i) {
      CUnit& unit = *units[i];
      const StampResult stamp = stamp_of(unit.file.path);
      if (!stamp.ok() || stamp.stamp.size > settings.max_file_size) {
        fail(unit, "unreadable-file",
             stamp.ok() ? "has " + std::to_string(stamp.stamp.size) +
                              " bytes, more than max-file-size allows (" +
                              std::to_string(settings.max_file_size) + ")"
                        : stamp.error);
      } else if (unit.look_up(cache, hashes)) {
        one_done();
      }
    });
    std::vector<CUnit*> unknown;
    for (const auto& unit : units) {
      if (unit->state == UnitState::unread) unknown.push_back(unit.get());
    }
    if (!unknown.empty()) parse(std::move(unknown), cache);
    collect();
    read_with_gil(cache);
  }

  /// Once more, without Py_GIL_DISABLED, what has conditionals on it. Those in code that Cython
  /// wrote are its own.
  void read_with_gil(Cache* cache) {
    std::vector<CUnit*> all;
    for (CUnit* unit : analysed) {
      if (!unit->record.gil_conditional || unit->record.generator.starts_with("Cython")) continue;
      auto other = std::make_unique<CUnit>();
      other->file = unit->file;
      other->job = UnitFlags::with_gil(unit->job);
      other->python = unit->python;
      other->wants_pch = unit->wants_pch;
      other->size_t_clean = unit->size_t_clean;
      other->free_threaded = unit;
      other->key = key_of(*other);
      unit->with_gil = std::move(other);
      all.push_back(unit->with_gil.get());
    }
    if (progress != nullptr) progress->files_total += all.size();
    workers.for_each(all.size(), [&](std::size_t i) {
      if (all[i]->look_up(cache, hashes)) one_done();
    });
    std::erase_if(all, [](const CUnit* unit) { return unit->state != UnitState::unread; });
    if (all.empty() || !have_parsers()) {
      for (CUnit* unit : all) fail(*unit, "", "");
      return;
    }
    // What differs is told by comparison.
    std::vector<CUnit*> first;
    for (CUnit* unit : all) first.push_back(unit->free_threaded);
    need(std::move(first), cache);
    parse(std::move(all), cache);
  }

  void one_done() const {
    if (progress != nullptr) ++progress->files_done;
  }

  void collect() {
    analysed.clear();
    for (const auto& unit : units) {
      if (unit->state == UnitState::known) analysed.push_back(unit.get());
    }
  }

  static void fail(CUnit& unit, std::string code, std::string why) {
    unit.state = UnitState::failed;
    unit.failure_code = std::move(code);
    unit.failure = std::move(why);
  }

  /// Workers, started; whether there is a libclang.
  bool have_parsers() {
    if (parsers) return true;
    parsers = std::make_unique<ParseWorkers>(settings.program, toolchain.candidates,
                                             settings.unit_timeout);
    const std::string why = parsers->start();
    if (why.empty()) return true;
    parsers.reset();
    if (toolchain.named) {
      named_file_failed = true;
      diagnostics.push_back({Severity::error, "libclang-unusable",
                             "--libclang: '" + displayable(settings.libclang) +
                                 "' cannot be used: " + displayable(why),
                             "", std::nullopt});
    } else {
      constexpr std::size_t kLongestReason = 300;
      std::string reason = displayable(why);
      if (reason.size() > kLongestReason) reason = reason.substr(0, kLongestReason) + "...";
      warn("libclang-missing", "no usable libclang was found, so C files were left out; " +
                                   std::string(kHowToGetLibclang) + " (" + reason + ")");
    }
    return false;
  }

  void parse(std::vector<CUnit*> unknown, Cache* cache) {
    if (!have_parsers()) {
      left_out = count(unknown.size(), "C file", "C files") + ": there is no usable libclang (" +
                 kHowToGetLibclang + ")";
      for (CUnit* unit : unknown) {
        fail(*unit, "", "");
        named_file_failed = named_file_failed || unit->file.named;
      }
      return;
    }
    precompile_shared(
        unknown, toolchain.identity, [&] { return precompiled_directory(); }, *parsers, workers);
    std::stable_sort(unknown.begin(), unknown.end(), [](const CUnit* a, const CUnit* b) {
      return stamp_of(a->file.path).stamp.size > stamp_of(b->file.path).stamp.size;
    });
    workers.in_order(unknown.size(), [&](std::size_t i) {
      parse_one(*unknown[i], cache);
      one_done();
    });
  }

  /// Where precompiled headers are kept; "" if nowhere.
  std::string precompiled_directory() {
    if (settings.cache && make_cache_directory(settings.cache_dir).empty()) {
      return settings.cache_dir;
    }
    if (!temporary) temporary = std::make_unique<TemporaryDirectory>();
    return temporary->path();
  }

  void parse_one(CUnit& unit, Cache* cache) {
    const std::int64_t started = wall_clock_ns();
    ParseResult result = parsers->lower(unit.job);
    std::unique_ptr<clang_plugin::Unit> parsed;
    const auto understand = [&] {
      parsed =
          result.outcome == ParseOutcome::parsed ? clang_plugin::deserialize(result.text) : nullptr;
    };
    understand();
    const bool refused = result.outcome == ParseOutcome::refused;
    if (!unit.job.pch.empty() && (refused || (parsed && speaks_of_precompiled_header(*parsed)))) {
      unit.job.pch.clear();
      result = parsers->lower(unit.job);
      understand();
    }
    if (result.outcome == ParseOutcome::refused) {
      // Perhaps one of the rarer flags is at fault.
      clang_plugin::Job plain = unit.job;
      plain.arguments = essential_flags(unit.job.arguments);
      if (plain.arguments.size() != unit.job.arguments.size()) {
        result = parsers->lower(plain);
        understand();
      }
    }
    switch (result.outcome) {
      case ParseOutcome::parsed: break;
      case ParseOutcome::refused:
        return fail(unit, "unit-refused", "could not be parsed: " + displayable(result.text));
      case ParseOutcome::late:
        return fail(unit, "unit-timeout",
                    "took longer than " + count(settings.unit_timeout, "second", "seconds") +
                        " to parse and was given up (unit-timeout)");
      case ParseOutcome::crashed:
        return fail(unit, "unit-crashed",
                    "the process that parsed it ended unexpectedly (" + result.text + ")");
      case ParseOutcome::no_library:
        return fail(unit, "unit-refused", "could not be parsed: " + displayable(result.text));
    }
    if (!parsed) {
      return fail(unit, "unit-refused", "could not be parsed: the result is inconsistent");
    }
    unit.take(std::move(parsed), result.text, started, cache, hashes);
  }

  void need_units(Cache* cache) {
    std::vector<CUnit*> all = analysed;
    for (CUnit* unit : analysed) {
      if (other_build(*unit) != nullptr) all.push_back(unit->with_gil.get());
    }
    need(std::move(all), cache);
    collect();
  }

  /// The unit as the build with the GIL compiles it, if that has code of its own.
  static CUnit* other_build(const CUnit& unit) {
    CUnit* other = unit.with_gil.get();
    const bool more = other != nullptr && other->state == UnitState::known &&
                      !other->record.lines_of_builds.with_gil.empty();
    return more ? other : nullptr;
  }

  /// Loads units, and parses again what cannot be loaded.
  void need(std::vector<CUnit*> wanted, Cache* cache) {
    std::vector<CUnit*> lost;
    std::mutex mutex;
    workers.for_each(wanted.size(), [&](std::size_t i) {
      if (wanted[i]->load(cache)) return;
      const std::lock_guard lock(mutex);
      lost.push_back(wanted[i]);
    });
    if (lost.empty()) return;
    // The index was sound and the unit is not.
    std::vector<CUnit*> with_gil;
    std::vector<CUnit*> free_threaded;
    for (CUnit* unit : lost) {
      unit->state = UnitState::unread;
      unit->from_cache = false;
      (unit->free_threaded == nullptr ? free_threaded : with_gil).push_back(unit);
    }
    // The former are compared with the latter.
    if (!free_threaded.empty()) parse(std::move(free_threaded), cache);
    if (!with_gil.empty()) parse(std::move(with_gil), cache);
  }

  std::vector<const clang_plugin::Unit*> loaded() const {
    std::vector<const clang_plugin::Unit*> out;
    for (const CUnit* unit : analysed) out.push_back(unit->unit.get());
    return out;
  }

  Hash128 answer_key() const {
    HashStream stream;
    stream.add("c answer");
    for (const CUnit* unit : analysed) {
      stream.add(unit->file.relative).add(unit->content);
      const CUnit* other = unit->with_gil.get();
      if (other != nullptr && other->state == UnitState::known) {
        stream.add("with the GIL").add(other->content);
      }
    }
    return stream.finish();
  }

  clang_plugin::Analysis analyse(Cache* cache) {
    clang_plugin::Analysis out;
    if (!analysed.empty()) {
      bool known = false;
      if (cache != nullptr) {
        if (const auto bytes = cache->answer(answer_key())) {
          std::vector<ExternalState> external_state;
          if (auto record = read_analysis(*bytes, &external_state)) {
            out = from_record(std::move(*record));
            out.external_state = std::move(external_state);
            known = true;
          }
        }
      }
      if (!known) out = run_engine(cache);
    }
    merge_directives();
    return out;
  }

  clang_plugin::Analysis run_engine(Cache* cache) {
    need_units(cache);
    static const SourceText kNothing;
    const auto source_of = [&](std::string_view path) -> const SourceText& {
      const SourceText* text = source(path);
      return text == nullptr ? kNothing : *text;
    };
    const auto parallel = [&](std::size_t number, const std::function<void(std::size_t)>& body) {
      workers.for_each(number, body);
    };
    clang_plugin::Analysis out = clang_plugin::analyze(loaded(), parallel, source_of);
    BuildLines lines;
    std::vector<const clang_plugin::Unit*> others;
    bool more = false;
    for (const CUnit* unit : analysed) {
      const CUnit* other = other_build(*unit);
      more = more || other != nullptr;
      others.push_back(other == nullptr ? unit->unit.get() : other->unit.get());
      if (unit->with_gil == nullptr) continue;
      const BuildLines& here = unit->with_gil->record.lines_of_builds;
      lines.free_threaded.insert(lines.free_threaded.end(), here.free_threaded.begin(),
                                 here.free_threaded.end());
      lines.with_gil.insert(lines.with_gil.end(), here.with_gil.begin(), here.with_gil.end());
    }
    std::vector<Finding> with_gil;
    if (more) with_gil = clang_plugin::analyze(others, parallel, source_of).findings;
    add_build_with_gil(out.findings, std::move(with_gil), lines);
    for (CUnit* unit : analysed) {
      unit->unit.reset();
      if (unit->with_gil != nullptr) unit->with_gil->unit.reset();
    }
    if (cache != nullptr) {
      cache->put_answer(answer_key(), write_analysis(as_record(out), out.external_state));
    }
    return out;
  }

  /// A header's comments are seen by every unit that includes it.
  void merge_directives() {
    std::map<std::string, std::vector<Directive>> by_path;
    std::vector<const CUnit*> all_units(analysed.begin(), analysed.end());
    for (const CUnit* unit : analysed) {
      if (other_build(*unit) != nullptr) all_units.push_back(unit->with_gil.get());
    }
    for (const CUnit* unit : all_units) {
      for (const auto& file : unit->record.files) {
        auto& all = by_path[file.path];
        for (const auto& directive : file.directives) {
          const bool known = std::any_of(all.begin(), all.end(), [&](const Directive& other) {
            return other.span == directive.span;
          });
          if (!known) all.push_back(directive);
        }
      }
    }
    directives.clear();
    for (auto& [path, list] : by_path) directives.push_back({path, std::move(list)});
  }

  void describe(Coverage& coverage, std::vector<Diagnostic>& out) {
    coverage.c.left_out = left_out;
    coverage.c.python_headers = python_versions;
    describe_units(units, coverage.c, out);
    for (const auto& unit : units) {
      named_file_failed =
          named_file_failed || (unit->state == UnitState::failed && unit->file.named);
    }
    out.insert(out.end(), diagnostics.begin(), diagnostics.end());
  }

  const SourceText* source(std::string_view relative) const {
    {
      const std::lock_guard lock(texts_mutex);
      if (const auto found = texts.find(relative); found != texts.end()) {
        return found->second.get();
      }
    }
    const auto at = std::lower_bound(
        units.begin(), units.end(), relative,
        [](const auto& unit, std::string_view path) { return unit->file.relative < path; });
    const bool unit = at != units.end() && (*at)->file.relative == relative;
    ReadResult file = read_regular_file(
        unit ? (*at)->file.path : absolute_path(relative, settings.root), std::uint64_t{1} << 30U);
    auto text =
        file.ok() ? std::make_unique<SourceText>(c_source_text(std::move(file.bytes))) : nullptr;
    const std::lock_guard lock(texts_mutex);
    return texts.try_emplace(std::string(relative), std::move(text)).first->second.get();
  }
};

CPass::CPass(const Settings& settings, const Workers& workers, Progress* progress)
    : state_(std::make_unique<State>(settings, workers, progress)) {}

CPass::~CPass() = default;

void CPass::read(std::vector<FoundFile> sources, const std::vector<std::string>& headers,
                 Cache* cache) {
  state_->read(std::move(sources), headers, cache);
}

clang_plugin::Analysis CPass::analyse(Cache* cache) {
  return state_->analyse(cache);
}

std::vector<const clang_plugin::Unit*> CPass::units(Cache* cache) {
  state_->need_units(cache);
  return state_->loaded();
}

std::vector<clang_plugin::Job> CPass::jobs() const {
  std::vector<clang_plugin::Job> out;
  for (const auto& unit : state_->units) out.push_back(unit->job);
  return out;
}

const std::vector<UnitRecord::File>& CPass::directives() const {
  return state_->directives;
}

void CPass::describe(Coverage& coverage, std::vector<Diagnostic>& diagnostics) {
  state_->describe(coverage, diagnostics);
}

bool CPass::named_file_failed() const {
  return state_->named_file_failed;
}

const SourceText* CPass::source(std::string_view relative) const {
  return state_->source(relative);
}

}  // namespace gilcheck::project
