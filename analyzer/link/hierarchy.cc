// Classes: bases, linear ancestry, members, and what follows from them.
#include <algorithm>

#include "analyzer/link/model.h"
#include "analyzer/link/types.h"

namespace gilcheck::analyzer {
namespace {

constexpr int kMaxDepth = 16;

/// What an expression denotes before types are inferred: names, imports, attributes of modules.
Type denoted(const Model& model, ModuleIndex m, ValueId v, int depth);

Type denoted_path(const Model& model, ModuleIndex m, PathId p, int depth) {
  if (depth > kMaxDepth) return {};
  const ModuleSummary& s = model.summary(m);
  const PathNode& node = s.paths[p];
  switch (node.kind) {
    case PathKind::global: {
      const Denotation& what = model.tables[m].roots[model.tables[m].root_of_sym[node.sym]];
      if (what.slot == kNone) return what.type;
      // A variable: `Base = object` in one branch, a class in the other.
      const ModuleIndex home = model.slots[what.slot].owner;
      const ModuleName* name = model.find_name(home, model.slots[what.slot].name);
      for (std::uint32_t i = name->defs.end(); i-- > name->defs.first;) {
        const GlobalDef& def = model.summary(home).globals[model.tables[home].name_defs[i]];
        const Type type = denoted(model, home, def.value, depth + 1);
        if (type.kind != Type::Kind::unknown) return type;
      }
      return {};
    }
    case PathKind::closure:
      for (ClassId c = 0; c < s.classes.size(); ++c) {
        if (s.classes[c].scope == node.aux && s.classes[c].name == node.sym) {
          return indexed_type(Type::Kind::class_object, model.class_index(m, c));
        }
      }
      return {};
    case PathKind::value: return denoted(model, m, node.aux, depth + 1);
    case PathKind::attr: {
      const Type parent = denoted_path(model, m, node.parent, depth + 1);
      const Symbol name = model.symbol(m, node.sym);
      if (parent.kind == Type::Kind::module) {
        const Symbol dotted =
            model.symbols.find_dotted(model.tables[parent.index].dotted, model.symbols.text(name));
        if (is_modelled(model, dotted)) return external_type(Type::Kind::external, dotted);
        return lookup_in_module(model, parent.index, name).type;
      }
      if (parent.kind == Type::Kind::external) {
        return lookup_dotted(model,
                             model.symbols.find_dotted(parent.external, model.symbols.text(name)))
            .type;
      }
      if (parent.kind == Type::Kind::class_object) {
        const Class& klass = model.klass(parent.index);
        const ModuleIndex home = model.classes[parent.index].module;
        const ModuleSummary& source = model.summary(home);
        for (std::uint32_t i = klass.members.end(); i-- > klass.members.first;) {
          const ClassMember& member = source.class_members[i];
          if (model.symbol(home, member.name) == name) {
            return denoted(model, home, member.value, depth + 1);
          }
        }
      }
      return {};
    }
    case PathKind::item:  // Generic[T]
      return denoted_path(model, m, node.parent, depth + 1);
    case PathKind::none: return {};
  }
  return {};
}

Type denoted(const Model& model, ModuleIndex m, ValueId v, int depth) {
  if (depth > kMaxDepth) return {};
  const ModuleSummary& s = model.summary(m);
  const ValueNode& node = s.values[v];
  switch (node.kind) {
    case ValueKind::klass:
      return indexed_type(Type::Kind::class_object, model.class_index(m, node.a));
    case ValueKind::function:
      return indexed_type(Type::Kind::function, model.function_index(m, node.a));
    case ValueKind::import: {
      const Denotation& what = model.tables[m].imports[node.a];
      return what.type;
    }
    case ValueKind::path: return denoted_path(model, m, node.a, depth + 1);
    case ValueKind::annotated: return denoted(model, m, node.b, depth + 1);
    case ValueKind::either: {
      const Type first = denoted(model, m, node.b, depth + 1);
      return first.kind == Type::Kind::class_object ? first : denoted(model, m, node.c, depth + 1);
    }
    case ValueKind::call: {
      // namedtuple("P", "x y"): an external class made by a call.
      const Type callee = denoted(model, m, s.calls[node.a].callee, depth + 1);
      return callee.kind == Type::Kind::external ? callee : Type{};
    }
    default: return {};
  }
}

void resolve_bases(Model& model, ModuleIndex m) {
  const ModuleSummary& s = model.summary(m);
  for (ClassId id = 0; id < s.classes.size(); ++id) {
    const ClassIndex c = model.class_index(m, id);
    ClassInfo& info = model.classes[c];
    const Class& klass = s.classes[id];
    if (klass.metaclass != 0) {
      const Type metaclass = denoted(model, m, klass.metaclass, 0);
      if (metaclass.kind == Type::Kind::class_object) {
        model.class_tables[c].metaclass = metaclass.index;
      }
    }
    for (std::uint32_t i = klass.bases.first; i < klass.bases.end(); ++i) {
      const Type base = denoted(model, m, s.value_lists[i], 0);
      if (base.kind == Type::Kind::class_object && base.index != c) {
        info.bases.push_back(base.index);
      } else if (base.kind == Type::Kind::external) {
        info.external_bases.push_back(base.external);
      } else if (base.kind != Type::Kind::class_object) {
        info.bases_unknown = true;
      }
    }
  }
}

/// C3 linearisation (Lib: typeobject.c, mro_implementation); on a cycle or a conflict the bases in
/// depth-first order.
class Linearizer {
 public:
  explicit Linearizer(Model& model) : model_(model), state_(model.classes.size(), 0) {}

  void run(ClassIndex c, int depth = 0) {
    if (state_[c] != 0) return;
    state_[c] = 1;
    const std::vector<ClassIndex>& bases = model_.classes[c].bases;
    std::vector<ClassIndex>& out = model_.class_tables[c].ancestry;
    if (depth > kDeepest) {
      out = {c};
      state_[c] = 2;
      return;
    }
    for (const ClassIndex base : bases) run(base, depth + 1);
    std::vector<std::vector<ClassIndex>> lists;
    std::vector<ClassIndex> direct;
    for (const ClassIndex base : bases) {
      if (state_[base] != 2) continue;  // part of a cycle
      lists.push_back(model_.class_tables[base].ancestry);
      direct.push_back(base);
    }
    out = {c};
    if (lists.size() == 1) {
      out.insert(out.end(), lists[0].begin(), lists[0].end());
    } else if (lists.size() > 1) {
      lists.push_back(direct);
      merge(lists, out);
    }
    if (out.size() > kMostAncestors) {
      out.resize(kMostAncestors);
      model_.classes[c].bases_unknown = true;
    }
    state_[c] = 2;
  }

 private:
  static constexpr int kDeepest = 200;
  // Far more than people write; a list for each class of a chain of thousands is a square.
  static constexpr std::size_t kMostAncestors = 256;

  static void merge(std::vector<std::vector<ClassIndex>>& lists, std::vector<ClassIndex>& out) {
    std::vector<std::size_t> heads(lists.size(), 0);
    for (;;) {
      ClassIndex next = kNone;
      ClassIndex fallback = kNone;
      for (std::size_t i = 0; i < lists.size() && next == kNone; ++i) {
        if (heads[i] == lists[i].size()) continue;
        const ClassIndex candidate = lists[i][heads[i]];
        if (fallback == kNone) fallback = candidate;
        bool in_tail = false;
        for (std::size_t j = 0; j < lists.size() && !in_tail; ++j) {
          for (std::size_t k = heads[j] + 1; k < lists[j].size(); ++k) {
            if (lists[j][k] == candidate) {
              in_tail = true;
              break;
            }
          }
        }
        if (!in_tail) next = candidate;
      }
      if (fallback == kNone) return;
      if (next == kNone) next = fallback;
      if (std::find(out.begin(), out.end(), next) == out.end()) out.push_back(next);
      for (std::size_t i = 0; i < lists.size(); ++i) {
        if (heads[i] < lists[i].size() && lists[i][heads[i]] == next) ++heads[i];
      }
    }
  }

  Model& model_;
  std::vector<std::uint8_t> state_;
};

Member& member_of(std::vector<Member>& members, Symbol symbol) {
  // Appended unsorted, merged by sort_members.
  members.push_back({});
  members.back().symbol = symbol;
  return members.back();
}

/// Merges the mentions of each name; definitions in the class body decide the kind.
template <typename IsAccessor>
void sort_members(std::vector<Member>& members, IsAccessor accessor) {
  // By name, and in the order of the source for each.
  std::vector<std::pair<Symbol, std::uint32_t>> order;
  order.reserve(members.size());
  for (const Member& member : members) {
    order.emplace_back(member.symbol, static_cast<std::uint32_t>(order.size()));
  }
  std::sort(order.begin(), order.end());
  std::vector<Member> sorted;
  for (std::size_t i = 0; i < order.size();) {
    Member merged = members[order[i].second];
    for (++i; i < order.size() && order[i].first == merged.symbol; ++i) {
      const Member& next = members[order[i].second];
      if (next.class_level && next.value != 0) {
        if (merged.kind == Member::Kind::method && next.kind == Member::Kind::method &&
            accessor(merged.index) && accessor(next.index)) {
          merged.setter = next.index;  // @x.setter, or @x.deleter: the getter comes first
          continue;
        }
        merged.kind = next.kind;
        merged.index = next.index;
        merged.value = next.value;
      } else if (merged.kind == Member::Kind::attribute && next.kind != Member::Kind::attribute) {
        merged.kind = next.kind;
        merged.index = next.index;
      }
      merged.class_level |= next.class_level;
      merged.stored_by_self |= next.stored_by_self;
      merged.loaded_by_self |= next.loaded_by_self;
    }
    sorted.push_back(merged);
  }
  members = std::move(sorted);
}

/// A generated __init__ stores every annotated field on the instance.
bool makes_fields(const Model& model, ModuleIndex m, const Class& klass) {
  const ModuleSummary& s = model.summary(m);
  const auto known = [&](ValueId v) {
    const Type type = denoted(model, m, v, 0);
    if (type.kind != Type::Kind::external || type.external == 0) return false;
    const std::string_view name = model.symbols.text(type.external);
    for (const std::string_view maker :
         {"dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attr.dataclass",
          "attrs.define", "attrs.mutable", "pydantic.dataclasses.dataclass", "pydantic.BaseModel",
          "msgspec.Struct", "typing.NamedTuple"}) {
      if (name == maker) return true;
    }
    return false;
  };
  for (std::uint32_t i = klass.decorators.first; i < klass.decorators.end(); ++i) {
    if (known(s.value_lists[i])) return true;
  }
  for (std::uint32_t i = klass.bases.first; i < klass.bases.end(); ++i) {
    if (known(s.value_lists[i])) return true;
  }
  return false;
}

void find_context_managers(Model& model, ModuleIndex m) {
  const ModuleSummary& s = model.summary(m);
  for (FuncId f = 0; f < s.functions.size(); ++f) {
    const Range decorators = s.functions[f].decorators;
    for (std::uint32_t i = decorators.first; i < decorators.end(); ++i) {
      const Type type = denoted(model, m, s.value_lists[i], 0);
      if (type.kind != Type::Kind::external || type.external == 0) continue;
      if (model.symbols.text(type.external) == "contextlib.contextmanager") {
        model.context_manager[model.function_index(m, f)] = 1;
      }
    }
  }
}

void collect_members(Model& model, ModuleIndex m) {
  const ModuleSummary& s = model.summary(m);
  const std::uint32_t class_base = model.tables[m].class_base;
  for (ClassId id = 0; id < s.classes.size(); ++id) {
    std::vector<Member>& members = model.class_tables[class_base + id].members;
    const Class& klass = s.classes[id];
    const bool generated_init = makes_fields(model, m, klass);
    for (std::uint32_t i = klass.members.first; i < klass.members.end(); ++i) {
      const ClassMember& source = s.class_members[i];
      Member& member = member_of(members, model.symbol(m, source.name));
      const ValueNode& value = s.values[source.value];
      // `x: int` alone declares an attribute of instances; in a dataclass `x: int = 0` does too.
      const bool declared = value.kind == ValueKind::annotated && value.b == 0;
      member.class_level = !declared;
      member.stored_by_self = declared || (generated_init && value.kind == ValueKind::annotated);
      member.value = source.value;
      if (value.kind == ValueKind::function) {
        member.kind = Member::Kind::method;
        member.index = model.function_index(m, value.a);
      } else if (value.kind == ValueKind::klass) {
        member.kind = Member::Kind::klass;
        member.index = model.class_index(m, value.a);
      }
    }
    for (std::uint32_t i = klass.slots.first; i + 1 < klass.slots.end(); i += 2) {
      member_of(members, model.symbol(m, s.value_lists[i])).stored_by_self = true;
    }
  }
  // Attributes that methods mention through their first parameter.
  std::vector<std::uint8_t> stored(s.paths.size(), 0);
  for (const Access& access : s.accesses) {
    if (access.op == AccessOp::store || access.op == AccessOp::del) stored[access.path] = 1;
  }
  for (PathId p = 1; p < s.paths.size(); ++p) {
    const PathNode& node = s.paths[p];
    if (node.kind != PathKind::attr) continue;
    const FuncId method = model.self_method(m, node.parent);
    if (method != kNone) {
      Member& member = member_of(model.class_tables[model.method_class(m, method)].members,
                                 model.symbol(m, node.sym));
      const bool through_class = model.first_param_is_class(m, method);
      member.loaded_by_self = true;
      member.class_level = through_class && stored[p] != 0;
      member.stored_by_self = !through_class && stored[p] != 0;
    } else if (stored[p] != 0 && s.paths[node.parent].kind == PathKind::global) {
      // `Session.opened += 1` for a class of this module.
      const PathNode& parent = s.paths[node.parent];
      const Type& type = model.tables[m].roots[model.tables[m].root_of_sym[parent.sym]].type;
      if (type.kind == Type::Kind::class_object && model.classes[type.index].module == m) {
        member_of(model.class_tables[type.index].members, model.symbol(m, node.sym)).class_level =
            true;
      }
    }
  }
  for (ClassId id = 0; id < s.classes.size(); ++id) {
    sort_members(model.class_tables[class_base + id].members, [&](FunctionIndex f) {
      return (model.function(f).flags & kFunctionProperty) != 0;
    });
  }
}

void derive(Model& model, ClassIndex c) {
  ClassInfo& info = model.classes[c];
  ClassTables& table = model.class_tables[c];
  for (const ClassIndex ancestor : table.ancestry) {
    const ClassInfo& other = model.classes[ancestor];
    if (table.metaclass == kNone) table.metaclass = model.class_tables[ancestor].metaclass;
    table.external_ancestor |= other.bases_unknown;
    for (const Symbol base : other.external_bases) {
      const std::string_view name = model.symbols.text(base);
      if (name == "type" || name == "abc.ABCMeta" || name == "enum.EnumMeta") info.metaclass = true;
      if (name != "object") table.external_ancestor = true;
      if (table.container == rules::Container::Unknown) {
        const auto container = rules::constructed_by(name);
        // `object` is a row for sentinels: its subclasses are anything but immutable.
        if (container && !rules::is_immutable(*container)) table.container = *container;
      }
    }
  }
  const KnownSymbols& known = model.known;
  info.descriptor = model.find_method(c, known.get) != kNone ||
                    model.find_method(c, known.set) != kNone ||
                    model.find_method(c, known.delete_) != kNone;
  info.dynamic_attributes = model.find_method(c, known.getattr) != kNone ||
                            model.find_method(c, known.getattribute) != kNone ||
                            model.find_method(c, known.setattr) != kNone;
}

}  // namespace

const Member* Model::own_member(ClassIndex c, Symbol name) const {
  const std::vector<Member>& members = class_tables[c].members;
  const auto found =
      std::lower_bound(members.begin(), members.end(), name,
                       [](const Member& member, Symbol symbol) { return member.symbol < symbol; });
  return found != members.end() && found->symbol == name ? &*found : nullptr;
}

const Member* Model::find_member(ClassIndex c, Symbol name, ClassIndex after) const {
  bool skip = after != kNone;
  const Member* mentioned = nullptr;
  for (const ClassIndex ancestor : class_tables[c].ancestry) {
    if (skip) {
      skip = ancestor != after;
      continue;
    }
    const Member* member = own_member(ancestor, name);
    if (member == nullptr) continue;
    if (member->kind != Member::Kind::attribute || member->class_level || member->stored_by_self) {
      return member;
    }
    // Only read here: a class further up says what it is.
    if (mentioned == nullptr) mentioned = member;
  }
  return mentioned;
}

FunctionIndex Model::find_method(ClassIndex c, Symbol name) const {
  const Member* member = find_member(c, name);
  return member != nullptr && member->kind == Member::Kind::method ? member->index : kNone;
}

bool Model::derives_from(ClassIndex c, ClassIndex base) const {
  const std::vector<ClassIndex>& ancestry = class_tables[c].ancestry;
  return std::find(ancestry.begin(), ancestry.end(), base) != ancestry.end();
}

void build_hierarchy(Model& model, const ParallelFor& parallel) {
  model.context_manager.assign(model.functions.size(), 0);
  parallel(model.modules.size(), [&](std::size_t m) {
    find_context_managers(model, static_cast<ModuleIndex>(m));
    resolve_bases(model, static_cast<ModuleIndex>(m));
    collect_members(model, static_cast<ModuleIndex>(m));
  });
  Linearizer linearizer(model);
  for (ClassIndex c = 0; c < model.classes.size(); ++c) linearizer.run(c);
  for (ClassIndex c = 0; c < model.classes.size(); ++c) {
    for (const ClassIndex base : model.classes[c].bases) {
      model.classes[base].subclasses.push_back(c);
    }
    derive(model, c);
  }
  // What the nearest base says holds, unless the class says something itself.
  const std::vector<ClassInfo> said = model.classes;
  for (ClassIndex c = 0; c < model.classes.size(); ++c) {
    for (const ClassIndex ancestor : model.class_tables[c].ancestry) {
      const ClassInfo& info = said[ancestor];
      if (!info.documented_thread_safe && !info.documented_unsafe) continue;
      model.classes[c].documented_thread_safe = info.documented_thread_safe;
      model.classes[c].documented_unsafe = info.documented_unsafe;
      break;
    }
  }
}

}  // namespace gilcheck::analyzer
