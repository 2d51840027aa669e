// What module-level names denote: definitions, imports followed across modules (relative, packages,
// re-exports, star imports, cyclic), variables, builtins.
#include <algorithm>
#include <array>
#include <string>

#include "analyzer/link/model.h"
#include "analyzer/link/types.h"

namespace gilcheck::analyzer {
namespace {

constexpr int kMaxDepth = 24;

Denotation fixed(const Type& type) {
  Denotation out;
  out.type = type;
  out.found = true;
  return out;
}

Denotation external(Symbol dotted) {
  return fixed(external_type(Type::Kind::external, dotted));
}

/// The absolute dotted name an import starts from; empty when it leaves the top package.
std::string absolute_name(const ModuleSummary& from, const Import& import) {
  const std::string_view target = from.name(import.module);
  if (import.level == 0) return std::string(target);
  std::string_view base = from.module;
  std::uint32_t strip = import.level - (from.is_package ? 1 : 0);
  for (; strip > 0; --strip) {
    const std::size_t dot = base.rfind('.');
    if (dot == std::string_view::npos) {
      if (strip > 1 || base.empty()) return {};
      base = {};
      continue;
    }
    base = base.substr(0, dot);
  }
  std::string out(base);
  if (!target.empty()) {
    if (!out.empty()) out += '.';
    out += target;
  }
  return out;
}

/// The module of the program that an import in `from` names, or kNone.
ModuleIndex imported_module(const Model& model, ModuleIndex from, const std::string& name,
                            std::uint32_t level) {
  const auto named = [&](const std::string& dotted) {
    const Symbol symbol = model.symbols.find(dotted);
    const auto found = model.module_by_name.find(symbol);
    return symbol == 0 || found == model.module_by_name.end() ? kNone : found->second;
  };
  if (const ModuleIndex module = named(name); module != kNone || level != 0) return module;
  // A script's neighbours: `import x` beside x.py in a folder that is no package.
  const std::string_view self = model.summary(from).module;
  const std::size_t dot = self.rfind('.');
  if (dot == std::string_view::npos) return kNone;
  const std::string folder(self.substr(0, dot));
  return named(folder) == kNone ? named(folder + "." + name) : kNone;
}

class Resolver {
 public:
  explicit Resolver(Model& model) : model_(model) {}

  /// Serial: may intern names.
  Denotation import(ModuleIndex m, const Import& import, int depth);
  const Denotation& name(ModuleIndex m, ModuleName& entry, int depth);
  Denotation in_module(ModuleIndex m, Symbol name, int depth);

 private:
  Denotation dotted(ModuleIndex from, const std::string& name, std::uint32_t level);
  Model& model_;
};

Denotation Resolver::dotted(ModuleIndex from, const std::string& name, std::uint32_t level) {
  const ModuleIndex module = imported_module(model_, from, name, level);
  if (module != kNone) return fixed(indexed_type(Type::Kind::module, module));
  return external(model_.symbols.intern(name));
}

Denotation Resolver::import(ModuleIndex m, const Import& import, int depth) {
  const ModuleSummary& summary = model_.summary(m);
  const std::string name = absolute_name(summary, import);
  if (name.empty() && import.name == 0) return {};
  if (import.name == 0) {
    if (import.whole) return dotted(m, name.substr(0, name.find('.')), import.level);
    return dotted(m, name, import.level);
  }
  const std::string_view member = summary.name(import.name);
  const Symbol whole =
      model_.symbols.intern(name.empty() ? std::string(member) : name + "." + std::string(member));
  if (is_modelled(model_, whole) && import.level == 0) return external(whole);
  if (name.empty()) return dotted(m, std::string(member), import.level);
  const Denotation module = dotted(m, name, import.level);
  if (module.type.kind == Type::Kind::module) {
    Denotation found = in_module(module.type.index, model_.symbol(m, import.name), depth + 1);
    if (found.found) return found;
    if (const auto sub = model_.module_by_name.find(whole); sub != model_.module_by_name.end()) {
      return fixed(indexed_type(Type::Kind::module, sub->second));
    }
    return {};
  }
  if (const auto sub = model_.module_by_name.find(whole); sub != model_.module_by_name.end()) {
    return fixed(indexed_type(Type::Kind::module, sub->second));
  }
  return external(whole);
}

const Denotation& Resolver::name(ModuleIndex m, ModuleName& entry, int depth) {
  if (entry.state != ModuleName::State::open || depth > kMaxDepth) return entry.what;
  entry.state = ModuleName::State::resolving;
  const ModuleTables& table = model_.tables[m];
  const ModuleSummary& summary = *table.summary;
  Denotation best;
  bool best_in_program = false;
  for (std::uint32_t i = entry.defs.end(); i-- > entry.defs.first;) {
    const ValueNode& value = summary.values[summary.globals[table.name_defs[i]].value];
    Denotation candidate;
    if (value.kind == ValueKind::function) {
      candidate = fixed(indexed_type(Type::Kind::function, model_.function_index(m, value.a)));
    } else if (value.kind == ValueKind::klass) {
      candidate = fixed(indexed_type(Type::Kind::class_object, model_.class_index(m, value.a)));
    } else if (value.kind == ValueKind::import) {
      candidate = import(m, summary.imports[value.a], depth + 1);
      model_.tables[m].imports[value.a] = candidate;
    }
    if (!candidate.found) continue;
    const bool in_program = candidate.slot != kNone ||
                            candidate.type.kind != Type::Kind::external ||
                            is_modelled(model_, candidate.type.external);
    if (!best.found || (in_program && !best_in_program)) {
      best = candidate;
      best_in_program = in_program;
    }
  }
  entry.what = best;
  entry.state = ModuleName::State::done;
  return entry.what;
}

bool listed(const Model& model, ModuleIndex m, Symbol name) {
  const std::vector<Symbol>& exports = model.tables[m].exports;
  return std::binary_search(exports.begin(), exports.end(), name);
}

Denotation submodule(const Model& model, ModuleIndex package, Symbol name) {
  const Symbol dotted =
      model.symbols.find_dotted(model.tables[package].dotted, model.symbols.text(name));
  const auto found = model.module_by_name.find(dotted);
  if (dotted == 0 || found == model.module_by_name.end()) return {};
  return fixed(indexed_type(Type::Kind::module, found->second));
}

/// Whether a star import takes the name.
bool exported(const Model& model, ModuleIndex m, Symbol name) {
  if (listed(model, m, name)) return true;
  return model.summary(m).export_list != ExportList::complete &&
         !model.symbols.text(name).starts_with('_');
}

/// What a name of the module, bound there or taken by a star import, is; `what(module, entry)`
/// tells what an entry of a module's table denotes.
template <typename What>
Denotation search_module(const Model& model, ModuleIndex m, Symbol name, What what) {
  // Star imports are few and shallow; a bounded depth-first search is enough.
  struct Frame {
    ModuleIndex module;
    int depth;
  };
  std::vector<Frame> work{{m, 0}};
  std::vector<ModuleIndex> seen;
  Denotation external_name;
  while (!work.empty()) {
    const Frame frame = work.back();
    work.pop_back();
    if (std::find(seen.begin(), seen.end(), frame.module) != seen.end() ||
        frame.depth > kMaxDepth) {
      continue;
    }
    seen.push_back(frame.module);
    if (frame.depth == 0 || exported(model, frame.module, name)) {
      if (const ModuleName* entry = model.find_name(frame.module, name)) {
        const Denotation found = what(frame.module, *entry);
        if (found.found) return found;
      }
      // A star import also imports the submodules that `__all__` lists.
      if (frame.depth != 0 && listed(model, frame.module, name)) {
        const Denotation sub = submodule(model, frame.module, name);
        if (sub.found) return sub;
      }
    } else {
      continue;
    }
    const ModuleTables& table = model.tables[frame.module];
    for (const ImportId i : table.star_imports) {  // the last one is looked at first
      const Import& import = table.summary->imports[i];
      const std::string source = absolute_name(*table.summary, import);
      const ModuleIndex imported = imported_module(model, frame.module, source, import.level);
      if (imported != kNone) {
        work.push_back({imported, frame.depth + 1});
      } else if (!external_name.found) {
        const Symbol dotted =
            model.symbols.find(source + "." + std::string(model.symbols.text(name)));
        const std::string_view text = model.symbols.text(dotted);
        const bool of_extension =
            !model.external_state.called(text).empty() || model.external_state.is_type(text);
        if (of_extension || is_modelled(model, dotted)) external_name = external(dotted);
      }
    }
  }
  if (external_name.found) return external_name;
  // A submodule is an attribute of its package once anybody has imported it.
  return submodule(model, m, name);
}

Denotation Resolver::in_module(ModuleIndex m, Symbol symbol, int depth) {
  if (depth > kMaxDepth) return {};
  const auto resolved = [&](ModuleIndex home, const ModuleName& entry) {
    if (entry.variable) return entry.what;
    return name(home, const_cast<ModuleName&>(entry), depth);
  };
  if (const ModuleName* entry = model_.find_name(m, symbol)) return resolved(m, *entry);
  return search_module(model_, m, symbol, resolved);
}

/// Names of Lib/builtins as of 3.14, sorted; exceptions are told by their ending.
constexpr std::array<std::string_view, 80> kBuiltins = {"BaseExceptionGroup",
                                                        "Ellipsis",
                                                        "ExceptionGroup",
                                                        "False",
                                                        "KeyboardInterrupt",
                                                        "None",
                                                        "NotImplemented",
                                                        "StopAsyncIteration",
                                                        "StopIteration",
                                                        "SystemExit",
                                                        "True",
                                                        "__build_class__",
                                                        "__debug__",
                                                        "__import__",
                                                        "abs",
                                                        "aiter",
                                                        "all",
                                                        "anext",
                                                        "any",
                                                        "ascii",
                                                        "bin",
                                                        "bool",
                                                        "breakpoint",
                                                        "bytearray",
                                                        "bytes",
                                                        "callable",
                                                        "chr",
                                                        "classmethod",
                                                        "compile",
                                                        "complex",
                                                        "copyright",
                                                        "delattr",
                                                        "dict",
                                                        "dir",
                                                        "divmod",
                                                        "enumerate",
                                                        "eval",
                                                        "exec",
                                                        "exit",
                                                        "filter",
                                                        "float",
                                                        "format",
                                                        "frozenset",
                                                        "getattr",
                                                        "globals",
                                                        "hasattr",
                                                        "hash",
                                                        "help",
                                                        "hex",
                                                        "id",
                                                        "input",
                                                        "int",
                                                        "isinstance",
                                                        "issubclass",
                                                        "iter",
                                                        "len",
                                                        "list",
                                                        "locals",
                                                        "map",
                                                        "max",
                                                        "memoryview",
                                                        "min",
                                                        "next",
                                                        "object",
                                                        "oct",
                                                        "open",
                                                        "ord",
                                                        "pow",
                                                        "print",
                                                        "property",
                                                        "range",
                                                        "repr",
                                                        "reversed",
                                                        "round",
                                                        "set",
                                                        "setattr",
                                                        "slice",
                                                        "sorted",
                                                        "staticmethod",
                                                        "str"};
constexpr std::array<std::string_view, 7> kMoreBuiltins = {"sum",  "super", "tuple",        "type",
                                                           "vars", "zip",   "GeneratorExit"};

bool is_builtin(std::string_view name) {
  return std::binary_search(kBuiltins.begin(), kBuiltins.end(), name) ||
         std::find(kMoreBuiltins.begin(), kMoreBuiltins.end(), name) != kMoreBuiltins.end() ||
         name.ends_with("Error") || name.ends_with("Warning") || name == "Exception" ||
         name == "BaseException";
}

/// Whether a table has a row for the name, or for a method of the class of that name.
bool in_tables(const std::string& dotted) {
  if (rules::constructed_by(dotted)) return true;
  const std::string member = dotted + ".";
  return std::any_of(rules::thread_roots().begin(), rules::thread_roots().end(),
                     [&](const rules::ThreadRoot& row) {
                       return row.name == dotted || row.name.starts_with(member);
                     });
}

/// The dotted name that a star import from outside the program gives to a name nobody else binds;
/// empty if there is none. Of several star imports it could come from any: the tables decide.
std::string star_name(const Model& model, ModuleIndex m, Symbol name) {
  const ModuleTables& table = model.tables[m];
  for (const ImportId i : table.star_imports) {
    const Import& import = table.summary->imports[i];
    const std::string source = absolute_name(*table.summary, import);
    if (import.level != 0 || source.empty() ||
        imported_module(model, m, source, import.level) != kNone) {
      continue;
    }
    std::string dotted = source + "." + std::string(model.symbols.text(name));
    if (table.star_imports.size() == 1 || in_tables(dotted)) return dotted;
  }
  return {};
}

/// What a name used in module `m` means there.
Denotation root(const Model& model, ModuleIndex m, Symbol name) {
  if (const ModuleName* entry = model.find_name(m, name)) return entry->what;
  if (!model.tables[m].star_imports.empty()) {
    Denotation found = lookup_in_module(model, m, name);
    if (found.found) return found;
  }
  if (is_builtin(model.symbols.text(name))) return external(name);
  if (!model.tables[m].star_imports.empty()) {
    if (const Symbol dotted = model.symbols.find(star_name(model, m, name)); dotted != 0) {
      return external(dotted);
    }
  }
  return {};
}

/// The names of which `root` is to find the dotted ones.
void spell_star_names(const Model& model, ModuleIndex m, std::vector<std::string>& out) {
  if (model.tables[m].star_imports.empty()) return;
  const ModuleSummary& summary = model.summary(m);
  std::vector<bool> seen(summary.sym_count(), false);
  for (const PathNode& node : summary.paths) {
    if (node.kind != PathKind::global || seen[node.sym]) continue;
    seen[node.sym] = true;
    const Symbol name = model.symbol(m, node.sym);
    if (root(model, m, name).found) continue;
    std::string dotted = star_name(model, m, name);
    if (!dotted.empty()) out.push_back(std::move(dotted));
  }
}

/// Dotted names below external names that the file spells out: `threading.Thread`.
void spell_external_paths(const Model& model, ModuleIndex m, std::vector<std::string>& out) {
  const ModuleTables& table = model.tables[m];
  const ModuleSummary& summary = *table.summary;
  std::vector<std::string> dotted(summary.paths.size());
  for (PathId p = 1; p < summary.paths.size(); ++p) {
    const PathNode& node = summary.paths[p];
    if (node.kind == PathKind::global) {
      const Denotation& what = table.roots[table.root_of_sym[node.sym]];
      if (what.type.kind == Type::Kind::external)
        dotted[p] = model.symbols.text(what.type.external);
    } else if (node.kind == PathKind::value) {
      const ValueNode& value = summary.values[node.aux];
      if (value.kind == ValueKind::import) {
        const Type& type = table.imports[value.a].type;
        if (type.kind == Type::Kind::external) dotted[p] = model.symbols.text(type.external);
      }
    } else if (node.kind == PathKind::attr && node.parent < p && !dotted[node.parent].empty()) {
      dotted[p] = dotted[node.parent] + "." + std::string(summary.name(node.sym));
      if (model.symbols.find(dotted[p]) == 0) out.push_back(dotted[p]);
    }
  }
}

/// Paths that need no inference: attributes of modules and of external names, by way of names that
/// are bound once.
void fix_paths(Model& model, ModuleIndex m) {
  ModuleTables& table = model.tables[m];
  const ModuleSummary& summary = *table.summary;
  table.fixed_of_path.assign(summary.paths.size(), kNone);
  for (PathId p = 1; p < summary.paths.size(); ++p) {
    const PathNode& node = summary.paths[p];
    Denotation what;
    if (node.kind == PathKind::global) {
      what = table.roots[table.root_of_sym[node.sym]];
    } else if (node.kind == PathKind::value && summary.values[node.aux].kind == ValueKind::import) {
      what = table.imports[summary.values[node.aux].a];
    } else if (node.kind == PathKind::attr && node.parent < p &&
               table.fixed_of_path[node.parent] != kNone) {
      const Type& parent = table.fixed[table.fixed_of_path[node.parent]].type;
      const std::string_view name = summary.name(node.sym);
      if (parent.kind == Type::Kind::module) {
        const Symbol dotted = model.symbols.find_dotted(model.tables[parent.index].dotted, name);
        if (is_modelled(model, dotted)) {
          what = external(dotted);
        } else {
          what = lookup_in_module(model, parent.index, model.symbol(m, node.sym));
        }
      } else if (parent.kind == Type::Kind::external) {
        what = lookup_dotted(model, model.symbols.find_dotted(parent.external, name));
      }
    }
    if (!what.found || what.slot != kNone) continue;
    table.fixed_of_path[p] = static_cast<std::uint32_t>(table.fixed.size());
    table.fixed.push_back(what);
  }
}

/// `from package.spam import *` where spam is an extension module of the program.
void intern_star_names(Model& model) {
  if (model.external_state.empty()) return;
  for (const ModuleTables& table : model.tables) {
    for (const ImportId i : table.star_imports) {
      const std::string source = absolute_name(*table.summary, table.summary->imports[i]);
      const std::string_view module = std::string_view(source).substr(source.rfind('.') + 1);
      for (const ExternalState& state : model.options.external_state) {
        if (state.module != module) continue;
        model.symbols.intern(source + "." + state.name.substr(0, state.name.find('.')));
      }
    }
  }
}

}  // namespace

bool is_modelled(const Model& model, Symbol dotted) {
  return dotted != 0 && (model.root_by_name.contains(dotted) ||
                         rules::constructed_by(model.symbols.text(dotted)).has_value());
}

Denotation lookup_dotted(const Model& model, Symbol dotted) {
  if (dotted == 0) return fixed(external_type(Type::Kind::external, 0));
  if (!is_modelled(model, dotted)) {
    if (const auto found = model.module_by_name.find(dotted); found != model.module_by_name.end()) {
      return fixed(indexed_type(Type::Kind::module, found->second));
    }
  }
  return external(dotted);
}

Denotation lookup_in_module(const Model& model, ModuleIndex m, Symbol name) {
  return search_module(model, m, name,
                       [](ModuleIndex, const ModuleName& entry) { return entry.what; });
}

void resolve_imports(Model& model, const ParallelFor& parallel) {
  intern_star_names(model);
  // Variables denote slots, numbered by module and name.
  SlotId next = 0;
  for (ModuleTables& table : model.tables) {
    table.global_slots = next;
    for (ModuleName& entry : table.names) {
      if (!entry.variable) continue;
      entry.what.slot = next++;
      entry.what.found = true;
      entry.state = ModuleName::State::done;
    }
  }
  Resolver resolver(model);
  for (ModuleTables& table : model.tables) table.imports.resize(table.summary->imports.size());
  for (ModuleIndex m = 0; m < model.tables.size(); ++m) {
    for (ModuleName& entry : model.tables[m].names) resolver.name(m, entry, 0);
  }
  // Imports inside functions, and those of names that also hold something else.
  for (ModuleIndex m = 0; m < model.tables.size(); ++m) {
    ModuleTables& table = model.tables[m];
    for (ImportId i = 0; i < table.imports.size(); ++i) {
      if (table.imports[i].found || table.summary->name(table.summary->imports[i].name) == "*") {
        continue;
      }
      table.imports[i] = resolver.import(m, table.summary->imports[i], 0);
    }
  }
  std::vector<std::vector<std::string>> spelled(model.tables.size());
  const auto intern_spelled = [&] {
    for (std::vector<std::string>& names : spelled) {
      for (const std::string& name : names) model.symbols.intern(name);
      names.clear();
    }
  };
  parallel(model.tables.size(), [&](std::size_t m) {
    spell_star_names(model, static_cast<ModuleIndex>(m), spelled[m]);
  });
  intern_spelled();
  parallel(model.tables.size(), [&](std::size_t index) {
    const auto m = static_cast<ModuleIndex>(index);
    ModuleTables& table = model.tables[m];
    table.root_of_sym.assign(table.summary->sym_count(), kNone);
    for (const PathNode& node : table.summary->paths) {
      if (node.kind != PathKind::global || table.root_of_sym[node.sym] != kNone) continue;
      table.root_of_sym[node.sym] = static_cast<std::uint32_t>(table.roots.size());
      table.roots.push_back(root(model, m, model.symbol(m, node.sym)));
    }
    spell_external_paths(model, m, spelled[m]);
  });
  intern_spelled();
  parallel(model.tables.size(),
           [&](std::size_t m) { fix_paths(model, static_cast<ModuleIndex>(m)); });
  model.slots.resize(next);
  parallel(model.tables.size(), [&](std::size_t index) {
    const ModuleTables& table = model.tables[index];
    SlotId slot = table.global_slots;
    for (const ModuleName& entry : table.names) {
      if (!entry.variable) continue;
      model.slots[slot].kind = LocationKind::global;
      model.slots[slot].owner = static_cast<std::uint32_t>(index);
      model.slots[slot].name = entry.symbol;
      ++slot;
    }
  });
}

}  // namespace gilcheck::analyzer
