#include "clang_plugin/link/definitions.h"

#include "clang_plugin/link/tables.h"

namespace gilcheck::clang_plugin {

bool is_lasting(const Variable& v) {
  return v.storage == Storage::global || v.storage == Storage::static_ ||
         v.storage == Storage::static_local;
}

std::string_view record_name(const Unit& unit, TypeId type) {
  const Type& t = unit.types[type];
  if (t.kind == TypeKind::array) return record_name(unit, t.inner);
  return t.record == kNone ? std::string_view{} : unit.text(unit.records[t.record].name);
}

const Initializer* member(const Unit& unit, const Initializer& list, std::string_view name) {
  for (std::uint32_t i = list.children.first; i < list.children.end(); ++i) {
    const Initializer& child = unit.initializers[unit.init_lists[i]];
    if (child.field != kNone && unit.text(unit.fields[child.field].name) == name) return &child;
  }
  return nullptr;
}

std::string text_of(const Unit& unit, const Initializer* init) {
  return init != nullptr && init->kind == InitKind::string ? std::string(unit.text(init->text))
                                                           : std::string();
}

namespace {

/// Methods by which copy and pickle fill an object that they just made (Doc/library/pickle.rst);
/// Cython has a name of its own for the same.
bool restores(std::string_view method) {
  return method == "__setstate__" || method == "__setstate_cython__";
}

class DefinitionReader {
 public:
  DefinitionReader(std::span<const Unit* const> units, const Enter& enter)
      : units_(units), enter_(enter) {}

  Definitions run() {
    for (UnitIndex u = 0; u < units_.size(); ++u) {
      const Unit& unit = *units_[u];
      for (int round = 0; round < 3; ++round) {  // specs name slots, slots name methods
        for (VarId v = 0; v < unit.variables.size(); ++v) {
          if (unit.variables[v].initializer == kNone) continue;
          name_parts(u, v, unit.initializers[unit.variables[v].initializer]);
        }
      }
      for (VarId v = 0; v < unit.variables.size(); ++v) {
        const Variable& variable = unit.variables[v];
        if (variable.initializer == kNone || !is_lasting(variable)) continue;
        const auto owner = owners_.find({u, v});
        read_table(u, variable.initializer, record_name(unit, variable.type),
                   owner == owners_.end() ? std::string() : owner->second);
      }
    }
    return std::move(out_);
  }

 private:
  /// Names the type or module that a table belongs to, before the tables are read.
  void name_owner(UnitIndex u, const Initializer* table, const std::string& owner) {
    if (table != nullptr && table->kind == InitKind::variable) {
      owners_[{u, table->ref}] = owner;
    }
  }

  void name_parts(UnitIndex u, VarId v, const Initializer& init) {
    const Unit& unit = *units_[u];
    const std::string_view record = record_name(unit, unit.variables[v].type);
    if (init.kind != InitKind::list) return;
    if (record == "_typeobject" || record == "PyTypeObject") {
      const std::string name = text_of(unit, member(unit, init, "tp_name"));
      for (const char* part : {"tp_methods", "tp_getset", "tp_members", "tp_as_number",
                               "tp_as_sequence", "tp_as_mapping", "tp_as_buffer", "tp_as_async"}) {
        name_owner(u, member(unit, init, part), name);
      }
      owners_[{u, v}] = name;
    } else if (record == "PyType_Spec") {
      name_owner(u, member(unit, init, "slots"), text_of(unit, member(unit, init, "name")));
    } else if (record == "PyModuleDef") {
      const std::string name = text_of(unit, member(unit, init, "m_name"));
      out_.module_names.insert(name);
      name_owner(u, member(unit, init, "m_methods"), name);
      name_owner(u, member(unit, init, "m_slots"), name);
      owners_[{u, v}] = name;
    } else if (record == "PyType_Slot") {
      const auto owner = owners_.find({u, v});
      if (owner == owners_.end()) return;
      const std::string name = owner->second;
      for (std::uint32_t i = init.children.first; i < init.children.end(); ++i) {
        const Initializer& row = unit.initializers[unit.init_lists[i]];
        if (row.kind == InitKind::list) name_owner(u, member(unit, row, "pfunc"), name);
      }
    }
  }

  void read_table(UnitIndex u, std::uint32_t id, std::string_view record,
                  const std::string& owner) {
    const Unit& unit = *units_[u];
    const Initializer& init = unit.initializers[id];
    if (init.kind == InitKind::function) {
      enter_(u, init.ref, EntryKind::callback, "", init.pos);
      return;
    }
    if (init.kind != InitKind::list) return;
    const auto dotted = [&](const std::string& name) {
      return owner.empty() ? name : owner + "." + name;
    };
    if (record == "PyType_Slot" || record == "PyModuleDef_Slot") {
      const Initializer* number = member(unit, init, "slot");
      if (number == nullptr) {  // the array: its rows
        for_rows(u, init, record, owner);
        return;
      }
      if (record == "PyType_Slot") {
        const Initializer* what = member(unit, init, "pfunc");
        const auto slot = slot_of_number(number->value);
        if (what != nullptr && what->kind == InitKind::function && slot) {
          enter_(u, what->ref, slot->kind, dotted(std::string(slot->name)), init.pos);
        }
        return;
      }
      const Initializer* what = member(unit, init, "value");
      if (what != nullptr && what->kind == InitKind::function &&
          is_module_init_slot(number->value)) {
        enter_(u, what->ref, EntryKind::module_init, dotted("exec"), init.pos);
      } else if (is_module_gil_slot(number->value) && what != nullptr) {
        out_.gil[owner] = {what->kind == InitKind::integer && what->value == 1
                               ? ModuleNode::Gil::not_used
                               : ModuleNode::Gil::used,
                           At{u, init.pos}};
      }
      return;
    }
    if (record == "PyMethodDef" || record == "PyGetSetDef") {
      const Initializer* name = member(unit, init, record == "PyMethodDef" ? "ml_name" : "name");
      if (name == nullptr) {
        for_rows(u, init, record, owner);
        return;
      }
      const std::string python = dotted(text_of(unit, name));
      for (std::uint32_t i = init.children.first; i < init.children.end(); ++i) {
        const Initializer& child = unit.initializers[unit.init_lists[i]];
        if (child.kind != InitKind::function || child.field == kNone) continue;
        if (const auto kind = entry_of_field(record, unit.text(unit.fields[child.field].name))) {
          enter_(u, child.ref, restores(text_of(unit, name)) ? EntryKind::construct : *kind, python,
                 init.pos);
        }
      }
      return;
    }
    for (std::uint32_t i = init.children.first; i < init.children.end(); ++i) {
      const std::uint32_t child_id = unit.init_lists[i];
      const Initializer& child = unit.initializers[child_id];
      std::string_view inner = record;
      if (child.field != kNone) {
        const std::string_view field = unit.text(unit.fields[child.field].name);
        if (child.kind == InitKind::function) {
          const auto kind = entry_of_field(record, field);
          enter_(u, child.ref, kind.value_or(EntryKind::callback),
                 kind ? dotted(std::string(field)) : "", child.pos);
          continue;
        }
        inner = record_name(unit, unit.fields[child.field].type);
      }
      read_table(u, child_id, inner, owner);
    }
  }

  void for_rows(UnitIndex u, const Initializer& array, std::string_view record,
                const std::string& owner) {
    const Unit& unit = *units_[u];
    for (std::uint32_t i = array.children.first; i < array.children.end(); ++i) {
      const std::uint32_t row = unit.init_lists[i];
      if (unit.initializers[row].kind == InitKind::list &&
          (member(unit, unit.initializers[row], "slot") != nullptr ||
           member(unit, unit.initializers[row], "ml_name") != nullptr ||
           member(unit, unit.initializers[row], "name") != nullptr)) {
        read_table(u, row, record, owner);
      }
    }
  }

  std::span<const Unit* const> units_;
  const Enter& enter_;
  std::map<std::pair<UnitIndex, VarId>, std::string> owners_;
  Definitions out_;
};

}  // namespace

Definitions read_definitions(std::span<const Unit* const> units, const Enter& enter) {
  return DefinitionReader(units, enter).run();
}

}  // namespace gilcheck::clang_plugin
