#include "clang_plugin/link/tables.h"

#include <array>

namespace gilcheck::clang_plugin {

namespace {

/// By number, from Include/typeslots.h (stable ABI: numbers are never reused).
constexpr std::array<std::string_view, 83> kSlots = {
    "",
    "bf_getbuffer",
    "bf_releasebuffer",
    "mp_ass_subscript",
    "mp_length",
    "mp_subscript",
    "nb_absolute",
    "nb_add",
    "nb_and",
    "nb_bool",
    "nb_divmod",
    "nb_float",
    "nb_floor_divide",
    "nb_index",
    "nb_inplace_add",
    "nb_inplace_and",
    "nb_inplace_floor_divide",
    "nb_inplace_lshift",
    "nb_inplace_multiply",
    "nb_inplace_or",
    "nb_inplace_power",
    "nb_inplace_remainder",
    "nb_inplace_rshift",
    "nb_inplace_subtract",
    "nb_inplace_true_divide",
    "nb_inplace_xor",
    "nb_int",
    "nb_invert",
    "nb_lshift",
    "nb_multiply",
    "nb_negative",
    "nb_or",
    "nb_positive",
    "nb_power",
    "nb_remainder",
    "nb_rshift",
    "nb_subtract",
    "nb_true_divide",
    "nb_xor",
    "sq_ass_item",
    "sq_concat",
    "sq_contains",
    "sq_inplace_concat",
    "sq_inplace_repeat",
    "sq_item",
    "sq_length",
    "sq_repeat",
    "tp_alloc",
    "tp_base",
    "tp_bases",
    "tp_call",
    "tp_clear",
    "tp_dealloc",
    "tp_del",
    "tp_descr_get",
    "tp_descr_set",
    "tp_doc",
    "tp_getattr",
    "tp_getattro",
    "tp_hash",
    "tp_init",
    "tp_is_gc",
    "tp_iter",
    "tp_iternext",
    "tp_methods",
    "tp_new",
    "tp_repr",
    "tp_richcompare",
    "tp_setattr",
    "tp_setattro",
    "tp_str",
    "tp_traverse",
    "tp_members",
    "tp_getset",
    "tp_free",
    "nb_matrix_multiply",
    "nb_inplace_matrix_multiply",
    "am_await",
    "am_aiter",
    "am_anext",
    "tp_finalize",
    "am_send",
    "tp_vectorcall",
};

EntryKind kind_of_slot(std::string_view name) {
  if (name == "tp_dealloc" || name == "tp_finalize" || name == "tp_free" || name == "tp_del") {
    return EntryKind::destroy;
  }
  // tp_vectorcall is what calling the type does: it stands for tp_new and tp_init.
  if (name == "tp_new" || name == "tp_init" || name == "tp_alloc" || name == "tp_vectorcall") {
    return EntryKind::construct;
  }
  if (name == "tp_traverse" || name == "tp_clear" || name == "tp_is_gc") return EntryKind::collect;
  return EntryKind::slot;
}

}  // namespace

std::optional<EntryKind> entry_of_field(std::string_view record, std::string_view field) {
  if (record == "_typeobject" || record == "PyTypeObject" || record == "PyNumberMethods" ||
      record == "PySequenceMethods" || record == "PyMappingMethods" || record == "PyBufferProcs" ||
      record == "PyAsyncMethods") {
    return kind_of_slot(field);
  }
  if (record == "PyMethodDef") return EntryKind::method;
  if (record == "PyGetSetDef") {
    if (field == "get") return EntryKind::getter;
    if (field == "set") return EntryKind::setter;
    return std::nullopt;
  }
  if (record == "PyModuleDef") return EntryKind::collect;  // m_traverse, m_clear, m_free
  return std::nullopt;
}

std::optional<SlotName> slot_of_number(std::int64_t number) {
  // The first four have new numbers in 3.15, where types and modules share one space.
  if (number >= 88 && number <= 91) number -= 87;
  if (number <= 0 || static_cast<std::size_t>(number) >= kSlots.size()) return std::nullopt;
  const std::string_view name = kSlots[static_cast<std::size_t>(number)];
  return SlotName{name, kind_of_slot(name)};
}

bool is_module_init_slot(std::int64_t number) {
  return number == 1 || number == 2 || number == 84 || number == 85;
}

bool is_module_gil_slot(std::int64_t number) {
  return number == 4 || number == 87;
}

std::uint32_t self_parameter(EntryKind kind) {
  switch (kind) {
    case EntryKind::method:
    case EntryKind::getter:
    case EntryKind::setter:
    case EntryKind::slot:
    case EntryKind::construct:
    case EntryKind::destroy:
    case EntryKind::collect: return 0;
    default: return kNone;
  }
}

}  // namespace gilcheck::clang_plugin
