// Phases 3 to 5 over a whole program, and what `gilcheck debug` shows of them.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "analyzer/analyzer.h"
#include "analyzer/detect/detect.h"
#include "analyzer/evidence/concurrency.h"
#include "analyzer/link/program.h"

namespace gilcheck::analyzer {

namespace {

const ParallelFor kSerially = [](std::size_t count, const std::function<void(std::size_t)>& body) {
  for (std::size_t i = 0; i < count; ++i) body(i);
};

std::string where(const Program& program, const SourceOf& source_of, ModuleIndex module,
                  ByteRange range) {
  return fmt::format("{}:{}", program.modules()[module]->path, source_of(module).span(range).line);
}

}  // namespace

Analysis analyze(std::span<const ModuleSummary* const> modules, const AnalysisOptions& options,
                 const ParallelFor& parallel, const SourceOf& source_of) {
  Analysis out;
  const auto program = Program::build(modules, options, parallel);
  const auto concurrency = Concurrency::build(*program, parallel);
  out.findings = detect(*program, *concurrency, parallel, source_of, out.coverage);
  Coverage& coverage = out.coverage;
  for (const ModuleSummary* module : modules) {
    coverage.lines += module->lines;
    coverage.bytes += module->bytes;
    coverage.classes += module->classes.size();
    coverage.functions += module->functions.size() - 1 - module->classes.size();
    coverage.calls_seen += module->calls.size();
    coverage.accesses_seen += module->accesses.size();
  }
  coverage.calls_resolved = program->calls_resolved();
  coverage.accesses_resolved = program->accesses_resolved();
  for (const Lock& lock : program->locks()) {
    if (lock.scope != Lock::Scope::parameter) ++coverage.locks;
  }
  for (const ThreadRoot& root : concurrency->roots()) {
    if (root.kind != ThreadRoot::Kind::main && root.kind != ThreadRoot::Kind::public_api) {
      ++coverage.thread_roots;
    }
  }
  out.no_concurrency_in_sight = concurrency->nothing_in_sight();
  return out;
}

std::string debug_callgraph(std::span<const ModuleSummary* const> modules,
                            const AnalysisOptions& options, const SourceOf& source_of) {
  const auto program = Program::build(modules, options, kSerially);
  std::string out;
  const auto functions = program->functions();
  for (FunctionIndex index = 0; index < functions.size(); ++index) {
    const FunctionInfo& info = functions[index];
    const Function& function = program->function(index);
    fmt::format_to(std::back_inserter(out), "{} {} [{}]{}{}{}{}\n", modules[info.module]->module,
                   program->function_name(index),
                   where(*program, source_of, info.module, function.name_range),
                   info.public_ ? " public" : "", info.construction ? " construction" : "",
                   info.import_time ? " import-time" : "", info.escapes ? " escapes" : "");
    for (CallId id = function.calls.first; id < function.calls.end(); ++id) {
      const Callee& callee = program->callee(info.module, id);
      std::string target = "?";
      switch (callee.kind) {
        case Callee::Kind::unknown: break;
        case Callee::Kind::function: target = program->function_name(callee.function); break;
        case Callee::Kind::constructor:
          target = fmt::format("new {}", modules[program->classes()[callee.klass].module]->name(
                                             program->klass(callee.klass).qualname));
          break;
        case Callee::Kind::method:
          target = fmt::format("{}.{}", rules::name_of(callee.container),
                               program->symbol(callee.external));
          break;
        case Callee::Kind::external: target = program->symbol(callee.external); break;
      }
      fmt::format_to(std::back_inserter(out), "  {} -> {}\n",
                     where(*program, source_of, info.module, modules[info.module]->calls[id].range),
                     target);
    }
  }
  return out;
}

std::string debug_threads(std::span<const ModuleSummary* const> modules,
                          const AnalysisOptions& options, const SourceOf& source_of) {
  const auto program = Program::build(modules, options, kSerially);
  const auto concurrency = Concurrency::build(*program, kSerially);
  std::string out;
  RootId id = 0;
  for (const ThreadRoot& root : concurrency->roots()) {
    fmt::format_to(std::back_inserter(out), "root {}: {}{}{}\n", id++, root.text,
                   root.many ? " many" : "", root.same_receiver ? " same-receiver" : "");
    for (const FunctionIndex entry : root.entries) {
      fmt::format_to(std::back_inserter(out), "  enters {}\n", program->function_name(entry));
    }
  }
  bool shared = false;
  const auto locations = program->locations();
  for (LocationId location = 0; location < locations.size(); ++location) {
    const Sharing& sharing = concurrency->sharing(location);
    if (sharing.reason == Sharing::Reason::none) continue;
    shared = true;
    fmt::format_to(std::back_inserter(out), "shared {} {} ({}): {}\n",
                   program->location_kind(location), program->location_name(location),
                   to_string(sharing.strength), sharing.text);
    for (const AccessRef& ref : locations[location].accesses) {
      std::string roots;
      for (const RootId root : concurrency->roots_of(ref.function)) {
        roots += fmt::format(" {}", root);
      }
      fmt::format_to(
          std::back_inserter(out), "  {} in {} roots{}\n",
          where(*program, source_of, ref.module, modules[ref.module]->accesses[ref.access].range),
          program->function_name(ref.function), roots);
    }
  }
  if (!shared) out += "no shared locations\n";
  return out;
}

std::string debug_locks(std::span<const ModuleSummary* const> modules,
                        const AnalysisOptions& options, const SourceOf& source_of) {
  const auto program = Program::build(modules, options, kSerially);
  static constexpr std::string_view kScopes[] = {"program", "instance", "closure", "fresh",
                                                 "parameter"};
  std::string out;
  for (const Lock& lock : program->locks()) {
    fmt::format_to(std::back_inserter(out), "lock {} ({}{}) {}\n", lock.name,
                   kScopes[static_cast<std::size_t>(lock.scope)],
                   lock.reentrant ? ", reentrant" : "",
                   lock.created.end > lock.created.begin
                       ? where(*program, source_of, lock.module, lock.created)
                       : "");
  }
  const auto functions = program->functions();
  for (FunctionIndex index = 0; index < functions.size(); ++index) {
    const FunctionInfo& info = functions[index];
    for (const HeldLock& held : info.entry_locks) {
      fmt::format_to(std::back_inserter(out), "entry {} holds {}\n", program->function_name(index),
                     held.lock == kNone ? "?" : program->locks()[held.lock].name);
    }
    for (SectionId id = 0; id < modules[info.module]->sections.size(); ++id) {
      const Section& section = modules[info.module]->sections[id];
      if (section.function != info.id) continue;
      fmt::format_to(std::back_inserter(out), "section {} in {}\n",
                     where(*program, source_of, info.module, section.range),
                     program->function_name(index));
    }
  }
  if (out.empty()) out = "no locks\n";
  return out;
}

}  // namespace gilcheck::analyzer
