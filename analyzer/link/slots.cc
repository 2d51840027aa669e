// Variables that outlive one call, and everything the program stores in them.
#include <algorithm>

#include "analyzer/link/model.h"

namespace gilcheck::analyzer {
namespace {

bool is_store(AccessOp op) {
  return op == AccessOp::store;
}

void collect_cells(Model& model, ModuleIndex m) {
  ModuleTables& table = model.tables[m];
  const ModuleSummary& s = *table.summary;
  for (const PathNode& node : s.paths) {
    if (node.kind == PathKind::closure) table.cells.push_back({node.aux, node.sym});
  }
  std::sort(table.cells.begin(), table.cells.end());
  table.cells.erase(std::unique(table.cells.begin(), table.cells.end()), table.cells.end());
  for (const Access& access : s.accesses) {
    if (!is_store(access.op)) continue;
    const PathNode& node = s.paths[access.path];
    if (node.kind != PathKind::attr) continue;
    const PathNode& parent = s.paths[node.parent];
    FunctionIndex f = kNone;
    if (parent.kind == PathKind::global) {
      const Type& type = table.roots[table.root_of_sym[parent.sym]].type;
      if (type.kind == Type::Kind::function && model.module_of(type.index) == m) f = type.index;
    } else if (parent.kind == PathKind::value && s.values[parent.aux].kind == ValueKind::function) {
      f = model.function_index(m, s.values[parent.aux].a);
    }
    if (f != kNone) table.function_attributes.emplace_back(f, model.symbol(m, node.sym));
  }
  std::sort(table.function_attributes.begin(), table.function_attributes.end());
  table.function_attributes.erase(
      std::unique(table.function_attributes.begin(), table.function_attributes.end()),
      table.function_attributes.end());
}

/// The class of the hierarchy that owns an attribute: the topmost that mentions it.
ClassIndex owner_of(const Model& model, ClassIndex c, Symbol name) {
  const std::vector<ClassIndex>& ancestry = model.class_tables[c].ancestry;
  for (std::size_t i = ancestry.size(); i-- > 0;) {
    const Member* member = model.own_member(ancestry[i], name);
    if (member != nullptr && member->kind == Member::Kind::attribute) return ancestry[i];
  }
  return kNone;
}

void number_class_slots(Model& model) {
  for (ClassIndex c = 0; c < model.classes.size(); ++c) {
    for (Member& member : model.class_tables[c].members) {
      if (member.kind != Member::Kind::attribute || owner_of(model, c, member.symbol) != c) {
        continue;
      }
      member.slot = static_cast<SlotId>(model.slots.size());
      Slot slot;
      slot.kind = LocationKind::class_attribute;
      slot.owner = c;
      slot.name = member.symbol;
      // Each instance has a dictionary of its own; nobody stores it.
      slot.stored_through_instance = member.stored_by_self || member.symbol == model.known.dict;
      model.slots.push_back(slot);
    }
  }
  for (ClassIndex c = 0; c < model.classes.size(); ++c) {
    for (Member& member : model.class_tables[c].members) {
      if (member.kind != Member::Kind::attribute || member.slot != kNone) continue;
      const ClassIndex owner = owner_of(model, c, member.symbol);
      if (owner == kNone) continue;
      member.slot = model.own_member(owner, member.symbol)->slot;
      model.slots[member.slot].stored_through_instance |= member.stored_by_self;
    }
  }
}

/// The variable that a store's path names, as far as that needs no inference.
SlotId stored_slot(const Model& model, ModuleIndex m, PathId p) {
  const ModuleSummary& s = model.summary(m);
  const ModuleTables& table = model.tables[m];
  const PathNode& node = s.paths[p];
  if (node.kind == PathKind::closure) return model.cell_slot(m, node.aux, node.sym);
  if (node.kind == PathKind::global) return table.roots[table.root_of_sym[node.sym]].slot;
  if (node.kind != PathKind::attr) return kNone;
  const Symbol name = model.symbol(m, node.sym);
  if (const FuncId method = model.self_method(m, node.parent); method != kNone) {
    const Member* member = model.find_member(model.method_class(m, method), name);
    return member == nullptr ? kNone : member->slot;
  }
  const PathNode& parent = s.paths[node.parent];
  if (parent.kind == PathKind::value && s.values[parent.aux].kind == ValueKind::function) {
    return model.function_attribute_slot(model.function_index(m, s.values[parent.aux].a), name);
  }
  if (parent.kind == PathKind::value && s.values[parent.aux].kind == ValueKind::klass) {
    const Member* member = model.find_member(model.class_index(m, s.values[parent.aux].a), name);
    return member == nullptr ? kNone : member->slot;
  }
  if (parent.kind != PathKind::global) return kNone;
  const Type& type = table.roots[table.root_of_sym[parent.sym]].type;
  switch (type.kind) {
    case Type::Kind::function: return model.function_attribute_slot(type.index, name);
    case Type::Kind::class_object: {
      const Member* member = model.find_member(type.index, name);
      return member == nullptr ? kNone : member->slot;
    }
    case Type::Kind::module: {
      const ModuleName* entry = model.find_name(type.index, name);
      return entry == nullptr ? kNone : entry->what.slot;
    }
    default: return kNone;
  }
}

bool may_hold_elements(ValueKind kind) {
  switch (kind) {
    case ValueKind::display:
    case ValueKind::comprehension:
    case ValueKind::annotated:
    case ValueKind::call:
    case ValueKind::either:
    case ValueKind::path:
    case ValueKind::param:
    case ValueKind::binary: return true;
    default: return false;
  }
}

struct ModuleFlows {
  std::vector<Flow> stored;
  std::vector<Flow> elements;
};

void add_value(const ModuleSummary& s, ModuleFlows& out, SlotId slot, ModuleIndex m,
               ValueId value) {
  out.stored.push_back({slot, m, value, Flow::Kind::value});
  if (may_hold_elements(s.values[value].kind)) {
    out.elements.push_back({slot, m, value, Flow::Kind::elements});
  }
}

void collect_module(const Model& model, ModuleIndex m, ModuleFlows& out) {
  const ModuleTables& table = model.tables[m];
  const ModuleSummary& s = *table.summary;
  for (const ModuleName& name : table.names) {
    if (!name.variable) continue;
    for (std::uint32_t i = name.defs.first; i < name.defs.end(); ++i) {
      add_value(s, out, name.what.slot, m, s.globals[table.name_defs[i]].value);
    }
  }
  for (ClassId id = 0; id < s.classes.size(); ++id) {
    const ClassIndex c = model.class_index(m, id);
    const Class& klass = s.classes[id];
    for (std::uint32_t i = klass.members.first; i < klass.members.end(); ++i) {
      const ClassMember& source = s.class_members[i];
      const Member* member = model.own_member(c, model.symbol(m, source.name));
      if (member != nullptr && member->slot != kNone) {
        add_value(s, out, member->slot, m, source.value);
      }
    }
    for (std::uint32_t i = klass.slots.first; i + 1 < klass.slots.end(); i += 2) {
      const Member* member = model.own_member(c, model.symbol(m, s.value_lists[i]));
      if (member == nullptr || member->slot == kNone) continue;
      const ValueId annotation = s.value_lists[i + 1];
      out.stored.push_back({member->slot, m, annotation, Flow::Kind::annotation});
    }
  }
  for (const Access& access : s.accesses) {
    if (access.op == AccessOp::store) {
      // Globals have their GlobalDef, the names of a class body are its members.
      const PathNode& node = s.paths[access.path];
      if (node.kind == PathKind::global) continue;
      if (node.kind == PathKind::attr && s.paths[node.parent].kind == PathKind::value &&
          s.values[s.paths[node.parent].aux].kind == ValueKind::klass) {
        continue;
      }
      const SlotId slot = stored_slot(model, m, access.path);
      // The result of `x += y` has the type of what was there, or that of the operands' sum.
      if (slot != kNone) add_value(s, out, slot, m, access.value);
    } else if (const ValueId value = put_into_container(s, access); value != 0) {
      const SlotId slot = stored_slot(model, m, access.path);
      if (slot != kNone) out.elements.push_back({slot, m, value, Flow::Kind::value});
    }
  }
  // Cells bound by parameters, definitions and imports.
  for (const Cell& cell : table.cells) {
    const SlotId slot = model.cell_slot(m, cell.function, cell.name);
    const Range params = s.functions[cell.function].params;
    for (std::uint32_t i = params.first; i < params.end(); ++i) {
      if (s.params[i].name != cell.name) continue;
      out.stored.push_back({slot, m, table.param_base + i, Flow::Kind::parameter});
    }
  }
  if (table.cells.empty()) return;
  for (FuncId f = 0; f < s.functions.size(); ++f) {
    if (s.functions[f].parent == kNone) continue;
    const SlotId slot = model.cell_slot(m, s.functions[f].parent, s.functions[f].name);
    if (slot != kNone && (s.functions[f].flags & (kFunctionLambda | kFunctionClassBody)) == 0) {
      out.stored.push_back({slot, m, f, Flow::Kind::function});
    }
  }
  for (ClassId c = 0; c < s.classes.size(); ++c) {
    const SlotId slot = model.cell_slot(m, s.classes[c].scope, s.classes[c].name);
    if (slot != kNone) out.stored.push_back({slot, m, c, Flow::Kind::klass});
  }
  for (ImportId i = 0; i < s.imports.size(); ++i) {
    const SlotId slot = model.cell_slot(m, s.imports[i].function, s.imports[i].bound);
    if (slot != kNone) out.stored.push_back({slot, m, i, Flow::Kind::import});
  }
}

}  // namespace

ValueId put_into_container(const ModuleSummary& s, const Access& access) {
  if (access.op == AccessOp::item_store) return access.value;
  if (access.op != AccessOp::method) return 0;
  const std::string_view method = s.name(access.method);
  if (method == "append" || method == "appendleft" || method == "add" || method == "put" ||
      method == "put_nowait") {
    return access.key;
  }
  if (method != "insert" && method != "setdefault") return 0;
  if (s.values[access.value].kind != ValueKind::call) return 0;
  const Range args = s.calls[s.values[access.value].a].args;
  if (args.count < 2 || s.arguments[args.first + 1].keyword != 0) return 0;
  return s.arguments[args.first + 1].value;
}

void Flows::build(std::size_t targets, std::vector<std::vector<Flow>>& by_module) {
  first.assign(targets + 1, 0);
  std::size_t total = 0;
  for (const std::vector<Flow>& flows : by_module) {
    for (const Flow& flow : flows) ++first[flow.target + 1];
    total += flows.size();
  }
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  all.resize(total);
  for (const std::vector<Flow>& flows : by_module) {
    for (const Flow& flow : flows) all[next[flow.target]++] = flow;
  }
}

SlotId Model::cell_slot(ModuleIndex m, FuncId function, Sym name) const {
  const std::vector<Cell>& cells = tables[m].cells;
  const Cell wanted{function, name};
  const auto found = std::lower_bound(cells.begin(), cells.end(), wanted);
  if (found == cells.end() || *found != wanted) return kNone;
  return tables[m].cell_slots + static_cast<SlotId>(found - cells.begin());
}

SlotId Model::function_attribute_slot(FunctionIndex f, Symbol name) const {
  const ModuleTables& table = tables[functions[f].module];
  const std::pair<FunctionIndex, Symbol> wanted{f, name};
  const auto found =
      std::lower_bound(table.function_attributes.begin(), table.function_attributes.end(), wanted);
  if (found == table.function_attributes.end() || *found != wanted) return kNone;
  return table.function_attribute_slots +
         static_cast<SlotId>(found - table.function_attributes.begin());
}

void build_slots(Model& model, const ParallelFor& parallel) {
  parallel(model.modules.size(),
           [&](std::size_t m) { collect_cells(model, static_cast<ModuleIndex>(m)); });
  number_class_slots(model);
  for (ModuleIndex m = 0; m < model.tables.size(); ++m) {
    ModuleTables& table = model.tables[m];
    table.cell_slots = static_cast<SlotId>(model.slots.size());
    for (const Cell& cell : table.cells) {
      Slot slot;
      slot.kind = LocationKind::closure;
      slot.owner = model.function_index(m, cell.function);
      slot.name = model.symbol(m, cell.name);
      model.slots.push_back(slot);
    }
    table.function_attribute_slots = static_cast<SlotId>(model.slots.size());
    for (const auto& [function, name] : table.function_attributes) {
      Slot slot;
      slot.kind = LocationKind::function_attribute;
      slot.owner = function;
      slot.name = name;
      model.slots.push_back(slot);
    }
  }
}

void collect_flows(Model& model, const ParallelFor& parallel) {
  std::vector<ModuleFlows> found(model.modules.size());
  parallel(model.modules.size(),
           [&](std::size_t m) { collect_module(model, static_cast<ModuleIndex>(m), found[m]); });
  std::vector<std::vector<Flow>> stored(found.size());
  std::vector<std::vector<Flow>> elements(found.size());
  for (std::size_t m = 0; m < found.size(); ++m) {
    stored[m] = std::move(found[m].stored);
    elements[m] = std::move(found[m].elements);
  }
  model.slot_flows.build(model.slots.size(), stored);
  model.element_flows.build(model.slots.size(), elements);
}

}  // namespace gilcheck::analyzer
