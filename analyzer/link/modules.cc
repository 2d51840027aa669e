// Program-wide numbers for modules, functions, classes, and the names that modules bind.
#include <algorithm>

#include "analyzer/link/model.h"

namespace gilcheck::analyzer {
namespace {

void intern_known(Model& model) {
  SymbolTable& symbols = model.symbols;
  KnownSymbols& known = model.known;
  known.init = symbols.intern("__init__");
  known.new_ = symbols.intern("__new__");
  known.post_init = symbols.intern("__post_init__");
  known.set_name = symbols.intern("__set_name__");
  known.init_subclass = symbols.intern("__init_subclass__");
  known.setstate = symbols.intern("__setstate__");
  known.enter = symbols.intern("__enter__");
  known.exit = symbols.intern("__exit__");
  known.call = symbols.intern("__call__");
  known.get = symbols.intern("__get__");
  known.set = symbols.intern("__set__");
  known.delete_ = symbols.intern("__delete__");
  known.getattr = symbols.intern("__getattr__");
  known.getattribute = symbols.intern("__getattribute__");
  known.setattr = symbols.intern("__setattr__");
  known.class_ = symbols.intern("__class__");
  known.dict = symbols.intern("__dict__");
  known.run = symbols.intern("run");
  known.del = symbols.intern("__del__");
  known.iter = symbols.intern("__iter__");
  known.next_ = symbols.intern("__next__");
  known.bool_ = symbols.intern("__bool__");
  known.len = symbols.intern("__len__");
  known.type = symbols.intern("type");
}

bool is_dunder(std::string_view name) {
  return name.size() > 4 && name.starts_with("__") && name.ends_with("__");
}

bool is_private(std::string_view name) {
  return name.starts_with('_') && !is_dunder(name);
}

/// Any component of a dotted name.
bool has_private_part(std::string_view dotted) {
  while (!dotted.empty()) {
    const std::size_t dot = dotted.find('.');
    if (is_private(dotted.substr(0, dot))) return true;
    if (dot == std::string_view::npos) return false;
    dotted.remove_prefix(dot + 1);
  }
  return false;
}

bool is_definition(ValueKind kind) {
  return kind == ValueKind::function || kind == ValueKind::klass || kind == ValueKind::import;
}

/// Groups the module's bindings by name and tells definitions from variables.
void collect_names(Model& model, ModuleIndex m) {
  ModuleTables& table = model.tables[m];
  const ModuleSummary& summary = *table.summary;
  std::vector<std::pair<Symbol, std::uint32_t>> bindings;
  bindings.reserve(summary.globals.size());
  for (std::uint32_t i = 0; i < summary.globals.size(); ++i) {
    const ValueNode& value = summary.values[summary.globals[i].value];
    if (value.kind == ValueKind::import && summary.name(summary.imports[value.a].name) == "*") {
      continue;
    }
    bindings.emplace_back(model.symbol(m, summary.globals[i].name), i);
  }
  std::sort(bindings.begin(), bindings.end());
  for (std::size_t i = 0; i < bindings.size();) {
    ModuleName name;
    name.symbol = bindings[i].first;
    name.defs.first = static_cast<std::uint32_t>(table.name_defs.size());
    bool defined = false;
    for (; i < bindings.size() && bindings[i].first == name.symbol; ++i) {
      table.name_defs.push_back(bindings[i].second);
      const GlobalDef& def = summary.globals[bindings[i].second];
      const ValueNode& value = summary.values[def.value];
      const bool none =
          value.kind == ValueKind::constant && static_cast<Builtin>(value.a) == Builtin::none_type;
      if (is_definition(value.kind)) defined = true;
      // A name that functions rebind is state, whatever they put there.
      if (def.function != 0 || (!none && !is_definition(value.kind))) name.variable = true;
    }
    if (!defined) name.variable = true;
    name.defs.count = static_cast<std::uint32_t>(table.name_defs.size()) - name.defs.first;
    table.names.push_back(name);
  }
  for (ImportId i = 0; i < summary.imports.size(); ++i) {
    if (summary.name(summary.imports[i].name) == "*") table.star_imports.push_back(i);
  }
  for (const Sym name : summary.exports) table.exports.push_back(model.symbol(m, name));
  std::sort(table.exports.begin(), table.exports.end());
}

}  // namespace

void index_modules(Model& model, const ParallelFor& parallel) {
  model.symbols.build(model.modules, parallel);
  intern_known(model);
  model.tables.resize(model.modules.size());
  std::uint32_t functions = 0;
  std::uint32_t classes = 0;
  for (ModuleIndex m = 0; m < model.modules.size(); ++m) {
    const ModuleSummary& summary = *model.modules[m];
    ModuleTables& table = model.tables[m];
    table.summary = &summary;
    table.function_base = functions;
    table.class_base = classes;
    table.param_base = model.param_count;
    functions += static_cast<std::uint32_t>(summary.functions.size());
    classes += static_cast<std::uint32_t>(summary.classes.size());
    model.param_count += static_cast<std::uint32_t>(summary.params.size());
    table.dotted = model.symbols.intern(summary.module);
    if (table.dotted != 0) model.module_by_name.try_emplace(table.dotted, m);
  }
  for (const rules::ThreadRoot& row : rules::thread_roots()) {
    if (row.form == rules::RootForm::Method) continue;
    if (row.name.starts_with("*.")) {
      model.root_by_method.try_emplace(model.symbols.intern(row.name.substr(2)), &row);
    } else {
      model.root_by_name.try_emplace(model.symbols.intern(row.name), &row);
    }
  }
  model.functions.resize(functions);
  model.classes.resize(classes);
  model.class_tables.resize(classes);
  parallel(model.modules.size(), [&](std::size_t index) {
    const auto m = static_cast<ModuleIndex>(index);
    const ModuleTables& table = model.tables[m];
    const ModuleSummary& s = *table.summary;
    const bool private_module = has_private_part(s.module);
    for (FuncId f = 0; f < s.functions.size(); ++f) {
      FunctionInfo& info = model.functions[table.function_base + f];
      const Function& function = s.functions[f];
      info.module = m;
      info.id = f;
      if (function.owner != kNone) info.owner = table.class_base + function.owner;
      constexpr std::uint16_t kNotCallable = kFunctionModule | kFunctionClassBody | kFunctionLambda;
      const std::string_view name = s.name(function.qualname);
      info.public_ = !private_module && (function.flags & kNotCallable) == 0 &&
                     name.find('<') == std::string_view::npos && !has_private_part(name);
    }
    for (ClassId c = 0; c < table.summary->classes.size(); ++c) {
      ClassInfo& info = model.classes[table.class_base + c];
      info.module = m;
      info.id = c;
      info.documented_thread_safe = table.summary->classes[c].documented_thread_safe;
      info.documented_unsafe = table.summary->classes[c].documented_unsafe;
    }
    collect_names(model, m);
  });
}

const ModuleName* Model::find_name(ModuleIndex m, Symbol name) const {
  const std::vector<ModuleName>& names = tables[m].names;
  const auto found = std::lower_bound(
      names.begin(), names.end(), name,
      [](const ModuleName& entry, Symbol symbol) { return entry.symbol < symbol; });
  return found != names.end() && found->symbol == name ? &*found : nullptr;
}

FuncId Model::self_method(ModuleIndex m, PathId path) const {
  const ModuleSummary& s = *modules[m];
  const PathNode& node = s.paths[path];
  if (node.kind == PathKind::value) {
    const ValueNode& value = s.values[node.aux];
    if (value.kind != ValueKind::param || value.b != 0) return kNone;
    return method_class(m, value.a) == kNone ? kNone : value.a;
  }
  if (node.kind == PathKind::closure) {
    if (method_class(m, node.aux) == kNone) return kNone;
    const Range params = s.functions[node.aux].params;
    return s.params[params.first].name == node.sym ? node.aux : kNone;
  }
  return kNone;
}

bool Model::first_param_is_class(ModuleIndex m, FuncId id) const {
  const Function& f = modules[m]->functions[id];
  if ((f.flags & kFunctionClassMethod) != 0) return true;
  const Symbol name = symbol(m, f.name);
  if (name == known.new_ || name == known.init_subclass) return true;
  return text(m, f.name) == "__class_getitem__";
}

}  // namespace gilcheck::analyzer
