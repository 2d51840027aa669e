#include "linked.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "analyzer/link/model.h"

namespace gilcheck::analyzer {

namespace {

std::string dedented(std::string_view text) {
  if (text.starts_with('\n')) text.remove_prefix(1);
  const std::size_t indent = std::min(text.find_first_not_of(' '), text.size());
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    line.remove_prefix(std::min(indent, std::min(line.find_first_not_of(' '), line.size())));
    out.append(line);
  }
  return out;
}

/// Two tasks at a time in the opposite order of the usual one, to notice what depends on it.
void backwards(std::size_t count, const std::function<void(std::size_t)>& body) {
  for (std::size_t i = count; i-- > 0;) body(i);
}

void add_word(std::string& out, std::string_view word) {
  if (!out.empty()) out += ' ';
  out += word;
}

}  // namespace

Linked::Linked(std::string_view python, Assume assume)
    : Linked(std::vector<std::pair<std::string, std::string>>{{"m", std::string(python)}}, assume) {
}

Linked::Linked(std::vector<std::pair<std::string, std::string>> modules, Assume assume) {
  std::sort(modules.begin(), modules.end());
  for (auto& [name, python] : modules) {
    sources_.emplace_back(dedented(python));
    std::string path = name;
    std::replace(path.begin(), path.end(), '.', '/');
    const bool package = name.ends_with(".__init__");
    summaries_.push_back(summarize(path + ".py", package ? name.substr(0, name.size() - 9) : name,
                                   package, sources_.back()));
  }
  for (const ModuleSummary& summary : summaries_) modules_.push_back(&summary);
  build(assume);
}

void Linked::build(Assume assume) {
  AnalysisOptions options;
  options.assume = assume;
  program_ = Program::build(modules_, options, backwards);
  concurrency_ = Concurrency::build(*program_, backwards);
}

bool Linked::marked(ModuleIndex module, ByteRange range, std::string_view place) const {
  const SourceText& source = sources_[module];
  std::string mark = "# ";
  mark += place;
  for (std::uint32_t line = source.line_of(range.begin);
       line <= source.line_of(std::max(range.end, range.begin + 1) - 1); ++line) {
    if (source.line(line).ends_with(mark)) return true;
  }
  return false;
}

std::vector<AccessRef> Linked::accesses(std::string_view place) const {
  std::vector<AccessRef> out;
  for (ModuleIndex m = 0; m < summaries_.size(); ++m) {
    const ModuleSummary& s = summaries_[m];
    for (FuncId f = 0; f < s.functions.size(); ++f) {
      const Range range = s.functions[f].accesses;
      for (AccessId a = range.first; a < range.end(); ++a) {
        if (marked(m, s.accesses[a].range, place)) {
          out.push_back({m, a, program_->function_index(m, f)});
        }
      }
    }
  }
  return out;
}

std::string Linked::locations(std::string_view place) const {
  std::vector<std::string> names;
  for (const AccessRef& access : accesses(place)) {
    const LocationId location = program_->location_of(access.module, access.access);
    if (location == kNone) continue;
    std::string name = program_->location_name(location);
    for (const ModuleSummary& summary : summaries_) {
      if (name.starts_with(summary.module + ".")) {
        name.erase(0, summary.module.size() + 1);
        break;
      }
    }
    name = std::string(program_->location_kind(location)) + " " + name;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::string Linked::locks(std::string_view place) const {
  const std::vector<AccessRef> all = accesses(place);
  if (all.empty()) throw std::invalid_argument("no access at " + std::string(place));
  const AccessRef& access = all.back();
  const HeldId held = program_->modules()[access.module]->accesses[access.access].held;
  std::string out;
  for (const HeldLock& lock : program_->locks_held(access.function, held)) {
    std::string word = lock.lock == kNone ? "lock" : program_->locks()[lock.lock].name;
    if (lock.strength == HeldLock::Strength::possible) word += '?';
    if (lock.strength == HeldLock::Strength::none) word.insert(0, "-");
    if (!program_->same_object(lock, access.module, access.access)) word += '!';
    add_word(out, word);
  }
  return out;
}

bool Linked::parallel(std::string_view place, std::string_view other) const {
  for (const AccessRef& a : accesses(place)) {
    const LocationId location = program_->location_of(a.module, a.access);
    if (location == kNone) continue;
    for (const AccessRef& b : accesses(other)) {
      if (program_->location_of(b.module, b.access) == location &&
          concurrency_->may_run_in_parallel(location, a, b)) {
        return true;
      }
    }
  }
  return false;
}

std::string Linked::class_name(ClassIndex klass) const {
  return std::string(
      summaries_[program_->classes()[klass].module].name(program_->klass(klass).qualname));
}

std::string Linked::text(const Type& type) const {
  std::string out;
  switch (type.kind) {
    case Type::Kind::unknown: out = "unknown"; break;
    case Type::Kind::builtin: out = rules::name_of(type.container); break;
    case Type::Kind::instance: out = class_name(type.index); break;
    case Type::Kind::class_object: out = "type " + class_name(type.index); break;
    case Type::Kind::function:
    case Type::Kind::bound_method: out = "def " + program_->function_name(type.index); break;
    case Type::Kind::module: out = "module " + summaries_[type.index].module; break;
    case Type::Kind::external:
      out = "external " + std::string(program_->symbol(type.external));
      break;
    case Type::Kind::external_instance:
      out = "made by " + std::string(program_->symbol(type.external));
      break;
  }
  if (type.partly) out += '?';
  if (type.maybe_none) out += " or None";
  return out;
}

std::string Linked::type(std::string_view name) const {
  const Model& model = program_->model();
  const std::size_t dot = name.find('.');
  const Symbol first = model.symbols.find(name.substr(0, dot));
  for (ModuleIndex m = 0; m < summaries_.size(); ++m) {
    if (summaries_[m].module != "m") continue;
    const Denotation what = lookup_in_module(model, m, first);
    const Type type = what.slot == kNone ? what.type : model.variables[what.slot];
    if (dot == std::string_view::npos) return text(type);
    const Member* member = model.find_member(type.index, model.symbols.find(name.substr(dot + 1)));
    if (member == nullptr || member->slot == kNone) return "no attribute";
    return text(model.variables[member->slot]);
  }
  throw std::invalid_argument("no module m");
}

std::string Linked::callees(std::string_view place) const {
  std::string out;
  for (ModuleIndex m = 0; m < summaries_.size(); ++m) {
    const ModuleSummary& s = summaries_[m];
    for (CallId c = 0; c < s.calls.size(); ++c) {
      if (!marked(m, s.calls[c].range, place)) continue;
      const Callee& callee = program_->callee(m, c);
      switch (callee.kind) {
        case Callee::Kind::unknown: add_word(out, "unknown"); break;
        case Callee::Kind::function: add_word(out, program_->function_name(callee.function)); break;
        case Callee::Kind::constructor: add_word(out, class_name(callee.klass)); break;
        case Callee::Kind::method: add_word(out, rules::name_of(callee.container)); break;
        case Callee::Kind::external:
          add_word(out, "external " + std::string(program_->symbol(callee.external)));
          break;
      }
    }
  }
  return out;
}

std::string Linked::sharing(std::string_view place) const {
  constexpr std::array<std::string_view, 5> kReasons = {"none", "roots", "owned-lock", "assumed",
                                                        "documented"};
  for (const AccessRef& access : accesses(place)) {
    const LocationId location = program_->location_of(access.module, access.access);
    if (location == kNone) continue;
    const Sharing& sharing = concurrency_->sharing(location);
    std::string out(kReasons[static_cast<std::size_t>(sharing.reason)]);
    if (sharing.reason == Sharing::Reason::none) return out;
    add_word(out, to_string(sharing.strength));
    if (sharing.guarded_elsewhere) out += " guarded";
    return out;
  }
  return "no location";
}

std::vector<std::string> Linked::roots() const {
  std::vector<std::string> out;
  for (const ThreadRoot& root : concurrency_->roots()) {
    if (root.kind == ThreadRoot::Kind::main || root.kind == ThreadRoot::Kind::public_api) continue;
    out.push_back(root.text);
  }
  return out;
}

const FunctionInfo& Linked::function(std::string_view qualname) const {
  for (FunctionIndex f = 0; f < program_->functions().size(); ++f) {
    if (program_->function_name(f) == qualname) return program_->functions()[f];
  }
  throw std::invalid_argument("no function " + std::string(qualname));
}

}  // namespace gilcheck::analyzer
