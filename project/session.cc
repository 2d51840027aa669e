#include "project/session.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "project/analysis_record.h"
#include "project/c/c_pass.h"
#include "project/cache.h"
#include "project/module_name.h"
#include "project/paths.h"
#include "project/selection.h"
#include "project/suppressions.h"
#include "project/unit.h"
#include "project/user_error.h"
#include "project/workers.h"

namespace gilcheck::project {

using analyzer::Analysis;
using analyzer::ModuleSummary;

namespace {

void sort_diagnostics(std::vector<Diagnostic>& diagnostics) {
  const auto key = [](const Diagnostic& d) {
    return std::tuple(std::string_view(d.path), d.span.value_or(Span{}), std::string_view(d.code),
                      std::string_view(d.message));
  };
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
}

/// How much of a file with syntax errors is not analysed.
std::string about_syntax(const FileFacts& facts) {
  const Span& first = facts.first_syntax_error;
  std::string out;
  if (facts.syntax_errors > 1) {
    out = "the first of " + std::to_string(facts.syntax_errors) + " syntax errors";
    if (facts.syntax_error_lines > facts.syntax_errors) {
      out += ", which span " + std::to_string(facts.syntax_error_lines) + " of " +
             std::to_string(facts.lines) + " lines";
    }
  } else {
    out = "syntax error";
    if (first.end_line > first.line && first.end_line >= facts.lines) {
      return out + " up to the end of the file; only what stands before it is analysed";
    }
    if (first.end_line > first.line) out += " up to line " + std::to_string(first.end_line);
  }
  return out + "; the rest of the file is analysed";
}

}  // namespace

struct Session::State {
  State(Settings s, Progress* p) : settings(std::move(s)), progress(p), workers(settings.jobs) {}

  Settings settings;
  Progress* progress;
  Workers workers;
  std::unique_ptr<Cache> cache;
  std::vector<std::unique_ptr<Unit>> units;  ///< sorted by relative path
  std::vector<Unit*> analysed;               ///< those with facts, same order
  std::vector<FoundFile> c_files;
  std::vector<std::string> c_headers;
  std::unique_ptr<CPass> c_pass;  ///< null when there are no C sources
  clang_plugin::Analysis c_analysis;
  std::vector<const clang_plugin::Unit*> c_units;
  std::vector<Diagnostic> diagnostics;
  RunNotes notes;

  void enter(Phase phase) const {
    if (progress != nullptr) progress->phase = phase;
  }
  void one_done() const {
    if (progress != nullptr) ++progress->files_done;
  }

  void reset() {
    units.clear();
    analysed.clear();
    c_units.clear();
    c_pass.reset();
    c_analysis = {};
    c_files.clear();
    diagnostics = settings.warnings;
    notes = {};
    if (progress != nullptr) {
      progress->files_done = 0;
      progress->files_total = 0;
    }
  }

  void find(const std::vector<std::string>& targets) {
    reset();
    enter(Phase::finding_files);
    Discovery found = project::discover(targets, discovery_options(settings));
    diagnostics.insert(diagnostics.end(), std::make_move_iterator(found.diagnostics.begin()),
                       std::make_move_iterator(found.diagnostics.end()));
    notes.named_path_failed = found.named_path_unreadable;
    c_files = std::move(found.c_files);
    c_headers = std::move(found.headers);
    ModuleNamer namer(settings.root, settings.src);
    std::vector<ModuleName> names;
    for (const auto& file : found.files) names.push_back(namer.name(file.path));
    tell_apart(names, settings.root);
    for (std::size_t i = 0; i < names.size(); ++i) {
      units.push_back(std::make_unique<Unit>(std::move(found.files[i]), std::move(names[i])));
    }
    if (settings.cache) {
      cache = std::make_unique<Cache>(settings.cache_dir, program_identity(), settings.root);
    }
  }

  /// Facts for every file, and summaries for those the cache does not know.
  void read() {
    if (progress != nullptr) progress->files_total = units.size();
    enter(Phase::reading);
    workers.for_each(units.size(), [&](std::size_t i) { units[i]->look_up(cache.get()); });
    std::vector<Unit*> unknown;
    for (const auto& unit : units) {
      if (unit->known() || !unit->failure().empty()) {
        one_done();
      } else {
        unknown.push_back(unit.get());
      }
    }
    std::stable_sort(unknown.begin(), unknown.end(),
                     [](const Unit* a, const Unit* b) { return a->size() > b->size(); });
    workers.in_order(unknown.size(), [&](std::size_t i) {
      unknown[i]->read(cache.get(), settings.max_file_size);
      one_done();
    });
    collect();
  }

  void read_c() {
    if (c_files.empty()) return;
    c_pass = std::make_unique<CPass>(settings, workers, progress);
    c_pass->read(c_files, c_headers, cache.get());
  }

  void collect() {
    analysed.clear();
    for (const auto& unit : units) {
      if (unit->known()) analysed.push_back(unit.get());
    }
  }

  void need_summaries() {
    workers.for_each(analysed.size(), [&](std::size_t i) {
      analysed[i]->need_summary(cache.get(), settings.max_file_size);
    });
    collect();
  }

  std::vector<const ModuleSummary*> modules() const {
    std::vector<const ModuleSummary*> out;
    for (const Unit* unit : analysed) out.push_back(unit->summary());
    return out;
  }

  analyzer::AnalysisOptions options() const {
    return {settings.assume, settings.python_version, c_analysis.external_state};
  }

  /// Everything that the engine's answer depends on.
  Hash128 answer_key() const {
    HashStream stream;
    stream.add(to_string(settings.assume));
    stream.add(static_cast<std::uint64_t>(settings.python_version.major));
    stream.add(static_cast<std::uint64_t>(settings.python_version.minor));
    stream.add(write_external_state(c_analysis.external_state));
    for (const Unit* unit : analysed) {
      stream.add(unit->file().relative).add(unit->module().dotted).add(unit->content());
    }
    return stream.finish();
  }

  Analysis analyse() {
    enter(Phase::linking);
    if (cache) {
      if (const auto bytes = cache->answer(answer_key())) {
        if (auto known = read_analysis(*bytes)) {
          notes.answer_from_cache = true;
          return std::move(*known);
        }
      }
    }
    need_summaries();
    const auto summaries = modules();
    const auto source_of = [&](std::size_t i) -> const SourceText& {
      return analysed[i]->source();
    };
    const auto parallel = [&](std::size_t count, const std::function<void(std::size_t)>& body) {
      workers.for_each(count, body);
    };
    Analysis out = analyzer::analyze(summaries, options(), parallel, source_of);
    for (Unit* unit : analysed) unit->forget_summary();
    // Positions in a text that is no longer the one analysed are not worth keeping.
    const bool sound = std::none_of(analysed.begin(), analysed.end(),
                                    [](const Unit* unit) { return unit->changed_meanwhile(); });
    if (cache && sound) cache->put_answer(answer_key(), write_analysis(out));
    return out;
  }

  /// Findings in C join those in Python, in one order.
  void add_c(CheckResult& result) {
    if (!c_pass) return;
    clang_plugin::Analysis& analysis = c_analysis;
    result.coverage.c.functions = analysis.coverage.functions;
    result.coverage.c.entry_points = analysis.coverage.entry_points;
    result.coverage.c.globals = analysis.coverage.globals;
    c_pass->describe(result.coverage, diagnostics);
    notes.named_path_failed = notes.named_path_failed || c_pass->named_file_failed();
    result.findings.insert(result.findings.end(),
                           std::make_move_iterator(analysis.findings.begin()),
                           std::make_move_iterator(analysis.findings.end()));
    const auto key = [](const Finding& f) {
      return std::tuple(std::string_view(f.path), f.span, std::string_view(f.rule));
    };
    std::stable_sort(result.findings.begin(), result.findings.end(),
                     [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
  }

  CheckResult answer() {
    // First C: Python code is judged by what it calls.
    if (c_pass) c_analysis = c_pass->analyse(cache.get());
    Analysis analysis = analyse();
    CheckResult result;
    result.findings = std::move(analysis.findings);
    result.coverage = analysis.coverage;
    add_c(result);
    enter(Phase::finishing);
    notes.no_concurrency_in_sight = analysis.no_concurrency_in_sight;

    const Selection selection(settings);
    std::vector<FileDirectives> directives;
    for (const Unit* unit : analysed) {
      directives.push_back({unit->file().relative, &unit->facts().directives});
    }
    if (c_pass) {
      for (const auto& file : c_pass->directives()) {
        directives.push_back({file.path, &file.directives});
      }
      std::sort(directives.begin(), directives.end(),
                [](const FileDirectives& a, const FileDirectives& b) { return a.path < b.path; });
    }
    auto about_comments = apply_suppressions(result.findings, directives, selection);
    diagnostics.insert(diagnostics.end(), std::make_move_iterator(about_comments.begin()),
                       std::make_move_iterator(about_comments.end()));
    select(result.findings, selection);
    describe_files(result.coverage);
    commit_cache();
    result.diagnostics = diagnostics;
    sort_diagnostics(result.diagnostics);
    return result;
  }

  void select(std::vector<Finding>& findings, const Selection& selection) {
    std::erase_if(findings, [&](const Finding& finding) {
      return !selection.enabled(finding.rule) || !selection.enabled_in(finding.rule, finding.path);
    });
    std::erase_if(findings, [&](const Finding& finding) {
      if (finding.confidence >= settings.confidence) return false;
      if (!finding.suppressed) ++notes.hidden;
      return true;
    });
  }

  /// The coverage figures that only we know, and what is wrong with files.
  void describe_files(Coverage& coverage) {
    coverage.files_found = units.size();
    coverage.files_analysed = analysed.size();
    coverage.files_with_syntax_errors = 0;
    coverage.files_failed = 0;
    coverage.files_from_cache = 0;
    coverage.lines = 0;
    coverage.bytes = 0;
    for (const auto& unit : units) {
      const std::string& path = unit->file().relative;
      if (!unit->failure().empty()) {
        ++coverage.files_failed;
        notes.named_path_failed = notes.named_path_failed || unit->file().named;
        diagnostics.push_back(
            {Severity::warning, "unreadable-file", unit->failure(), path, std::nullopt});
        continue;
      }
      const FileFacts& facts = unit->facts();
      coverage.files_from_cache += unit->from_cache() ? 1 : 0;
      coverage.lines += facts.lines;
      coverage.bytes += facts.bytes;
      if (!facts.decoding_error.empty()) {
        diagnostics.push_back(
            {Severity::warning, "decoding-error", facts.decoding_error, path, std::nullopt});
      }
      if (facts.syntax_errors != 0) {
        ++coverage.files_with_syntax_errors;
        diagnostics.push_back({Severity::warning, "syntax-error", about_syntax(facts), path,
                               facts.first_syntax_error});
      }
      if (unit->changed_meanwhile()) {
        diagnostics.push_back({Severity::warning, "file-changed",
                               "changed while it was analysed; run again for exact positions", path,
                               std::nullopt});
      }
    }
  }

  void commit_cache() {
    if (!cache) return;
    if (const std::string error = cache->commit(); !error.empty()) {
      diagnostics.push_back({Severity::warning, "cache-unwritable",
                             "cannot write the cache in " + displayable(settings.cache_dir) + ": " +
                                 error + "; choose another place with --cache-dir, or --no-cache",
                             "", std::nullopt});
    }
    cache.reset();
  }

  const Unit* unit_at(std::string_view relative) const {
    const auto found = std::lower_bound(
        units.begin(), units.end(), relative,
        [](const auto& unit, std::string_view path) { return unit->file().relative < path; });
    if (found == units.end() || (*found)->file().relative != relative) return nullptr;
    return found->get();
  }
};

Session::Session(Settings settings, Progress* progress)
    : state_(std::make_unique<State>(std::move(settings), progress)) {}

Session::~Session() = default;

const Settings& Session::settings() const {
  return state_->settings;
}
const RunNotes& Session::notes() const {
  return state_->notes;
}
const std::vector<Diagnostic>& Session::diagnostics() const {
  return state_->diagnostics;
}

Discovery Session::discover(const std::vector<std::string>& targets) {
  return project::discover(targets, discovery_options(state_->settings));
}

CheckResult Session::check(const std::vector<std::string>& targets) {
  state_->find(targets);
  state_->read();
  state_->read_c();
  return state_->answer();
}

CheckResult Session::check_bytes(std::string bytes, std::string_view filename) {
  State& state = *state_;
  state.reset();
  const std::string path = absolute_path(filename, state.settings.working_directory);
  FoundFile file{path, displayable(relative_to(path, state.settings.root)), true};
  if (is_c_source(path)) {
    throw UserError("'" + displayable(filename) + "' cannot be read from standard input",
                    "how a C file is compiled depends on where it lies: check the file itself");
  }
  const bool left_out =
      state.settings.force_exclude && is_excluded(path, discovery_options(state.settings));
  if (!left_out) {
    ModuleNamer namer(state.settings.root, state.settings.src);
    auto name = namer.name(path);
    state.units.push_back(std::make_unique<Unit>(std::move(file), std::move(name)));
    state.units.back()->take(std::move(bytes));
  }
  state.collect();
  return state.answer();
}

void Session::load(const std::vector<std::string>& targets) {
  state_->find(targets);
  state_->read();
  state_->need_summaries();
  Coverage ignored;
  state_->describe_files(ignored);
  state_->commit_cache();
  sort_diagnostics(state_->diagnostics);
}

void Session::load_c(const std::vector<std::string>& targets) {
  state_->find(targets);
  state_->read_c();
  if (state_->c_pass) {
    state_->c_units = state_->c_pass->units(state_->cache.get());
    Coverage ignored;
    state_->c_pass->describe(ignored, state_->diagnostics);
    state_->notes.named_path_failed =
        state_->notes.named_path_failed || state_->c_pass->named_file_failed();
  }
  state_->commit_cache();
  sort_diagnostics(state_->diagnostics);
}

std::vector<const clang_plugin::Unit*> Session::c_units() const {
  return state_->c_units;
}

std::vector<const ModuleSummary*> Session::modules() const {
  return state_->modules();
}

const SourceText& Session::source_of_module(std::size_t index) const {
  return state_->analysed.at(index)->source();
}

const SourceText* Session::source(std::string_view relative) const {
  const Unit* unit = state_->unit_at(relative);
  if (unit == nullptr && state_->c_pass) return state_->c_pass->source(relative);
  return unit == nullptr || !unit->known() ? nullptr : &unit->source();
}

}  // namespace gilcheck::project
