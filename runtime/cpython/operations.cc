#include "cpython/operations.h"

#include "cpython/builtin_table.h"
#include "cpython/containers.h"
#include "cpython/expected_regions.h"
#include "cpython/location_name.h"
#include "cpython/values.h"
#include "opcode.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gilcheck::runtime {
namespace {

/// In Opening::note, with a Kind: all elements were read, not only their number.
constexpr std::uint8_t kTaken = 128;

PyTypeObject* g_count = nullptr;
iternextfunc g_next_slot = nullptr;     ///< of classes with a `__next__`
getattrofunc g_getattr_hook = nullptr;  ///< of classes with a `__getattr__`

/// The running call of a type whose instances walk over an argument.
struct Walking {
  Container over;
  PyTypeObject* type = nullptr;  ///< of the object that walks; null: whatever is made first
  const Frame* frame = nullptr;
  int instruction = 0;
};
thread_local Walking t_walking;

/// Of an object that nobody has beside the call of its constructor: its `self`, the caller's and,
/// before 3.14, the operand.
#if PY_VERSION_HEX >= 0x030E0000
constexpr Py_ssize_t kReferencesInConstructor = 2;
#else
constexpr Py_ssize_t kReferencesInConstructor = 3;
#endif

/// What FOR_ITER gets from range(): nobody else has a hand in it.
bool is_range(PyObject* iterator) {
  return Py_IS_TYPE(iterator, &PyRangeIter_Type) || Py_IS_TYPE(iterator, &PyLongRangeIter_Type);
}

/// Which of an instruction's dependences count for one of its accesses.
enum class Dependent : std::uint8_t { no, on_decisions, fully };

class Performance {
 public:
  Performance(Thread& thread, Frame* frame, CodeMap& map, Instruction& instruction)
      : thread_(thread), frame_(frame), map_(map), instruction_(instruction) {}

  /// Whether the instruction is of interest with operands like these.
  bool run();

 private:
  void dispatch();
  PyObject* top(int below) const { return operand(frame_, map_.code, instruction_.depth, below); }

  /// Whether nobody but the running call has the object, which lies on its stack.
  [[nodiscard]] bool is_private(PyObject* object) const {
    const Py_ssize_t references = Py_REFCNT(object);
    if (references == 1) return true;
#if PY_VERSION_HEX >= 0x030E0000
    return false;  // a variable lends its reference to the stack
#else
    if (references > 2) return false;
    for (int i = 0; i < map_.code->co_nlocals; ++i) {
      if (local(frame_, i) == object) return true;
    }
    return false;
#endif
  }
  /// Whether a value that is about to be stored is a new object that can change.
  [[nodiscard]] bool is_new(PyObject* value) const {
    return (is_tracked(value) || (Py_TYPE(value)->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0) &&
           is_private(value);
  }
  /// Where a call that still runs has stored the object, new, shortly before; 0 if none has.
  [[nodiscard]] SiteId published(ObjectId object) const {
    constexpr std::uint64_t kSoon = 64;  // accesses
    for (const Publication& one : thread_.publications) {
      if (one.object != object || thread_.moment - one.moment > kSoon) continue;
      for (const Activation& activation : thread_.activations) {
        if (activation.id == one.activation) return one.site;
      }
    }
    return 0;
  }
  /// What the access raises if another thread took away what it needs.
  [[nodiscard]] std::uint8_t raised(SlotId slot, std::string_view what) const {
    if (compares_) return exceptions::value;
    if (what == "attribute") return exceptions::attribute;
    if (what == "key") return exceptions::key;
    if (what == "item") return exceptions::index;
    if (slot != kStructure) return exceptions::all;
    return what == name_of(Kind::dict) || what == name_of(Kind::set) ? exceptions::key
                                                                     : exceptions::index;
  }

  void touch(PyObject* object, SlotId slot, std::uint16_t bits, PyObject* value, const char* what,
             PyObject* part, int opening_part = 0, Dependent dependent = Dependent::fully) {
    matters_ = true;
    Activation& activation = activation_of(thread_, frame_, map_);
    if (!activation.has_caller) caller_of(thread_, activation);
    AccessSite site;
    site.site = instruction_.site;
    site.origin = instruction_.origin;
    site.opening =
        instruction_.opening < 0 || opening_part < 0 ? -1 : instruction_.opening + opening_part;
    site.decides = instruction_.decides != 0;
    if (dependent != Dependent::no) site.depends.control = instruction_.control;
    if (dependent == Dependent::fully) site.depends.data = instruction_.data;
    Operation operation;
    operation.object = reinterpret_cast<ObjectId>(object);
    operation.slot = slot;
    const bool caught = instruction_.caught != 0 && (instruction_.caught & raised(slot, what)) != 0;
    operation.traits = static_cast<std::uint16_t>(
        bits | (caught ? traits::caught : 0) | (instruction_.varies ? traits::varies : 0) |
        (instruction_.decides_more ? traits::decides_more : 0));
    if ((bits & traits::removal) != 0) operation.value = ValueKind::removed;
    classify_value(value, operation);
    const bool writes = (bits & traits::write) != 0;
    bool unseen = writes && is_private(object);
    const bool initial = unseen || (writes && constructing(thread_, object));
    if (initial) {
      operation.traits |= traits::initial;
      site.depends = {};
    } else if (writes) {
      site.published = published(operation.object);
    }
    const bool fresh = writes && operation.value == ValueKind::object && is_new(value);
    if (fresh && is_empty(value)) operation.value = ValueKind::empty;
    const Namer namer(object, part, what);
    unseen = unseen || (initial && Py_REFCNT(object) <= kReferencesInConstructor);
    // What nobody else has a reference to, and nobody had, needs no memory of who wrote it.
    const bool remembered = !unseen || detector().knows(operation.object);
    if (remembered) detector().access(thread_, activation, site, operation, namer);
    for (const RegionNumber region : instruction_.closes) {
      const bool others = remembered && detector().several_threads();
      region_runs().ran(region, thread_.number, others ? operation.object : 0, operation.slot);
    }
    if (fresh) {
      thread_.publications[thread_.next_publication] = {reinterpret_cast<ObjectId>(value),
                                                        site.site, activation.id, thread_.moment};
      thread_.next_publication =
          static_cast<std::uint8_t>((thread_.next_publication + 1U) % thread_.publications.size());
    }
    if (initial || (slot & kNamed) == 0) return;
    if (writes ? instruction_.group == 0 : instruction_.combined.empty()) return;
    site.group = writes ? instruction_.group : 0;
    site.combined = instruction_.combined;
    detector().access_pairs(thread_, activation, site, operation, namer);
  }
  void read(PyObject* object, SlotId slot, const char* what, PyObject* part, int opening_part = 0) {
    touch(object, slot, 0, nullptr, what, part, opening_part);
  }
  /// Fails for no element that is missing, as long as `bits` do not say otherwise.
  void read_structure(const Container& container, int opening_part = 0,
                      std::uint16_t bits = traits::tolerant) {
    touch(container.object, kStructure, bits, nullptr, name_of(container.kind), nullptr,
          opening_part);
  }
  void change_structure(const Container& container, std::uint16_t bits, PyObject* value = nullptr,
                        Dependent dependent = Dependent::fully) {
    touch(container.object, kStructure, static_cast<std::uint16_t>(traits::write | bits), value,
          name_of(container.kind), nullptr, 1, dependent);
  }
  /// The running call's memory of what the instruction numbered `opening` read; null if none.
  Opening* opening(int number) {
    Activation& activation = activation_of(thread_, frame_, map_);
    if (number < 0 || static_cast<std::uint32_t>(number) >= activation.count) return nullptr;
    return &thread_.openings[activation.first + static_cast<std::uint32_t>(number)];
  }

  void attribute(PyObject* object, PyObject* name, std::uint16_t bits, PyObject* value);
  void global(PyObject* dict, PyObject* name, std::uint16_t bits, PyObject* value);
  void cell(std::uint16_t bits, PyObject* value);
  void item(PyObject* container, PyObject* key, std::uint16_t bits, PyObject* value);
  void key(PyObject* container, PyObject* key, std::uint16_t bits, PyObject* value);
  void contains(PyObject* container, PyObject* key);
  void iterate();
  /// The iterator that is about to be made walks over the container.
  void walking(Container over) {
    over.alive = false;  // not for as long as the iterator lives
    t_walking = {over, walker_, frame_, instruction_of(frame_, map_.code)};
  }
  void lose_what_came_since(const Container& container);
  void next();
  void advance(PyObject* iterator);
  void call();
  void effect(Effect effect, PyObject* self, PyObject* const* arguments, int count, bool keywords);
  void arithmetic();

  Thread& thread_;
  Frame* frame_;
  CodeMap& map_;
  Instruction& instruction_;
  bool compares_ = false;  ///< it looks for an equal element
  /// What the call makes. It makes iterators over its arguments first: zip, map and filter do.
  PyTypeObject* walker_ = nullptr;
  bool matters_ = false;
};

// What an attribute is, as kept in Instruction::cache.
enum AttributeKind : std::uint32_t { kNothing = 1, kInstance = 2, kInstanceOrClass = 3 };

/// By the type alone. `owner` is set to the class that has the attribute, if one does.
AttributeKind attribute_kind(PyTypeObject* type, PyObject* name, PyTypeObject** owner) {
  PyObject* mro = type->tp_mro;
  if (mro == nullptr) return kNothing;
  PyObject* found = nullptr;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); ++i) {
    auto* base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(mro, i));
    PyObject* dict = base->tp_dict;
    if (dict == nullptr) continue;  // static builtin types keep theirs elsewhere: methods only
    if (PyDict_GetItemRef(dict, name, &found) < 0) PyErr_Clear();
    if (found == nullptr) continue;
    *owner = base;
    break;
  }
  if (found == nullptr) return kInstance;
  const PyTypeObject* type_of_found = Py_TYPE(found);
  const bool slot = Py_IS_TYPE(found, &PyMemberDescr_Type);
  const bool descriptor =
      type_of_found->tp_descr_set != nullptr || type_of_found->tp_descr_get != nullptr;
  Py_DECREF(found);
  return slot ? kInstance : descriptor ? kNothing : kInstanceOrClass;
}

void Performance::attribute(PyObject* object, PyObject* name, std::uint16_t bits, PyObject* value) {
  if (object == nullptr) return;
  if (PyModule_Check(object)) {
    PyObject* dict = PyModule_GetDict(object);
    if (dict != nullptr) global(dict, name, bits, value);
    return;
  }
  PyTypeObject* type = Py_TYPE(object);
  if (PyType_Check(object)) {
    // A class's own attributes; what it inherits belongs to the base.
    auto* cls = reinterpret_cast<PyTypeObject*>(object);
    if ((cls->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0) return;
    PyTypeObject* owner = nullptr;
    const AttributeKind kind = attribute_kind(cls, name, &owner);
    if (bits != 0) {
      touch(object, slot_of_name(name), bits, value, "attribute", name);
    } else if (kind == kInstanceOrClass && owner != nullptr) {
      read(reinterpret_cast<PyObject*>(owner), slot_of_name(name), "attribute", name);
    }
    return;
  }
  if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0 && type->tp_dictoffset == 0) return;
  // Types with a lookup of their own, `threading.local` for one, have attributes that we cannot
  // follow.
  if (type->tp_getattro != PyObject_GenericGetAttr && type->tp_getattro != g_getattr_hook) return;
  const std::uint64_t version = type->tp_version_tag;
  std::uint64_t known = instruction_.cache.load(std::memory_order_relaxed);
  AttributeKind kind{};
  PyTypeObject* owner = nullptr;
  if (version != 0 && (known >> 32U) == version) {
    kind = static_cast<AttributeKind>(known & 0xFFFFFFFFU);
  } else {
    kind = attribute_kind(type, name, &owner);
    if (version != 0) instruction_.cache.store((version << 32U) | kind, std::memory_order_relaxed);
  }
  if (kind == kNothing) return;
  touch(object, slot_of_name(name), bits, value, "attribute", name);
  if (kind == kInstanceOrClass && bits == 0) {
    if (owner == nullptr) attribute_kind(type, name, &owner);
    if (owner != nullptr)
      read(reinterpret_cast<PyObject*>(owner), slot_of_name(name), "attribute", name, 1);
  }
}

void Performance::global(PyObject* dict, PyObject* name, std::uint16_t bits, PyObject* value) {
  if (dict == nullptr || !PyDict_Check(dict)) return;
  // A name that was once found in the module's dictionary is no builtin.
  if (bits == 0 && instruction_.cache.load(std::memory_order_relaxed) !=
                       reinterpret_cast<std::uintptr_t>(dict)) {
    const int there = PyDict_Contains(dict, name);
    if (there < 0) PyErr_Clear();
    if (there <= 0) return;  // a builtin
    if (instruction_.op == Op::load_global)
      instruction_.cache.store(reinterpret_cast<std::uintptr_t>(dict), std::memory_order_relaxed);
  }
  touch(dict, slot_of_name(name), bits, value, "global", name);
}

void Performance::cell(std::uint16_t bits, PyObject* value) {
  PyObject* object = local(frame_, instruction_.argument);
  if (object == nullptr || !PyCell_Check(object)) return;
  PyObject* names = map_.code->co_localsplusnames;
  PyObject* name = PyTuple_GET_ITEM(names, instruction_.argument);
  touch(object, kCell, bits, value, "cell", name);
}

void Performance::key(PyObject* container, PyObject* key, std::uint16_t bits, PyObject* value) {
  const SlotId slot = slot_of_key(key);
  // Python code may compare keys in the middle of what otherwise is one step.
  if (slot == kUnhashed && (bits & traits::atomic) != 0) {
    bits = static_cast<std::uint16_t>((bits & ~(traits::atomic | traits::tolerant)) |
                                      traits::compound | traits::runs_python);
  }
  // Does the key come or go? Then the structure changes too.
  int there = -1;
  if ((bits & traits::write) != 0 && plain_key(key)) {
    there = PyAnySet_Check(container) ? PySet_Contains(container, key)
            : PyDict_Check(container) ? PyDict_Contains(container, key)
                                      : -1;
    if (there < 0) PyErr_Clear();
  }
  touch(container, slot, bits, value, "key", key);
  if ((bits & traits::write) == 0) return;
  const bool removes = (bits & traits::removal) != 0;
  if (there < 0 || (there == 1) == removes) {
    // That a key comes or goes depends on what decided it, not on where the key was found.
    const auto kept = static_cast<std::uint16_t>(bits & (traits::removal | traits::tolerant));
    if (const Container whole = tracked(container)) {
      change_structure(whole, static_cast<std::uint16_t>(traits::atomic | kept), nullptr,
                       Dependent::on_decisions);
    }
  }
}

void Performance::item(PyObject* container, PyObject* key_object, std::uint16_t bits,
                       PyObject* value) {
  if (container == nullptr || key_object == nullptr) return;
  const Container whole = tracked(container);
  if (!whole || whole.kind == Kind::set) return;
  if (whole.kind == Kind::dict) {
    key(container, key_object, bits, value);
    return;
  }
  if (!PyLong_CheckExact(key_object)) {  // a slice, or an object with __index__
    if ((bits & traits::write) != 0) {
      change_structure(whole, bits);
    } else {
      read_structure(whole);
    }
    return;
  }
  if ((bits & traits::removal) != 0) {
    change_structure(whole, traits::removal);
    return;
  }
  int overflow = 0;
  long long index = PyLong_AsLongLongAndOverflow(key_object, &overflow);
  if (index < 0) {
    const Py_ssize_t size = PyObject_Size(container);
    if (size < 0) PyErr_Clear();
    index += size;
  }
  constexpr long long kBuckets = 64;
  touch(container, kIndexed | static_cast<SlotId>(index & (kBuckets - 1)), bits, value, "item",
        key_object);
  if (bits == 0) read_structure(whole, 1, 0);
}

void Performance::contains(PyObject* container, PyObject* key_object) {
  if (container == nullptr || key_object == nullptr) return;
  if (PyDict_Check(container) || PyAnySet_Check(container)) {
    key(container, key_object, traits::tolerant, nullptr);
  } else if (const Container whole = container_of(container)) {
    if (whole.alive && Py_IS_TYPE(container, &PyDictKeys_Type)) {
      key(whole.object, key_object, traits::tolerant, nullptr);
    } else {
      read_structure(whole);
    }
  }
}

void Performance::iterate() {
  // What an earlier walk of this loop went over is of no concern, and may be gone.
  if (Opening* mine = opening(instruction_.opening)) mine->object = 0;
  PyObject* object = top(0);
  if (object == nullptr) return;
  // Nobody else has it. A view or an iterator may still walk over what others have.
  if (Py_REFCNT(object) == 1 && is_tracked(object)) return;
  const Container container = container_of(object);
  if (!container) return;
  read_structure(container);
  if (Opening* mine = opening(instruction_.opening))
    mine->note = static_cast<std::uint8_t>(container.kind) | kTaken;
  if (instruction_.detail != 0) walking(container);
}

void Performance::next() {
  PyObject* iterator = top(instruction_.detail);
  if (iterator == nullptr) return;
  if (const Opening* walk = opening(instruction_.walk)) {
    if (walk->object != 0) {
      touch(reinterpret_cast<PyObject*>(walk->object), kStructure, traits::iteration, nullptr,
            name_of(static_cast<Kind>(walk->note & ~kTaken)), nullptr, -1);
    }
  } else if (const Container over = walked_by(iterator)) {
    // The iterator was made elsewhere: each step counts as a part of the walk.
    touch(over.object, kStructure, traits::compound | traits::runs_python, nullptr,
          name_of(over.kind), nullptr, -1, Dependent::no);
  }
  if (Py_REFCNT(iterator) > 1) advance(iterator);
}

void Performance::advance(PyObject* iterator) {
  if (Py_IS_TYPE(iterator, g_count) || !PyIter_Check(iterator)) return;
  PyTypeObject* type = Py_TYPE(iterator);
  // An iterator written in Python has accesses of its own.
  if (type->tp_iternext == g_next_slot) return;
  touch(iterator, kCursor,
        static_cast<std::uint16_t>(traits::write |
                                   (PyGen_CheckExact(iterator) ? traits::runs_python : 0)),
        nullptr, "iterator", nullptr, -1, Dependent::no);
}

void Performance::call() {
  // 3.13 and later: callable, self or null, arguments (and the tuple of keywords).
  const bool keywords = instruction_.op == Op::call_keywords;
  const int above = instruction_.argument + (keywords ? 1 : 0);
  PyObject* callable = top(above + 1);
  PyObject* receiver = top(above);
  if (callable == nullptr) return;
  PyObject* self = nullptr;
  const Effect what = effect_of(callable, self);
  if (what == Effect::none) return;
  matters_ = true;
  // Only reversed() may give an object of another type.
  if (what == Effect::walk && PyType_Check(callable) &&
      callable != reinterpret_cast<PyObject*>(&PyReversed_Type)) {
    walker_ = reinterpret_cast<PyTypeObject*>(callable);
  }
  std::array<PyObject*, 4> arguments{};
  int count = 0;
  if (self == nullptr && receiver != nullptr) self = receiver;
  for (int i = 0; i < instruction_.argument && count < 4; ++i) {
    arguments[static_cast<std::size_t>(count++)] = top(above - 1 - i);
  }
  effect(what, self, arguments.data(), keywords ? instruction_.argument : count, keywords);
}

/// A container was read as a whole and is now emptied: what was added in between is lost.
void Performance::lose_what_came_since(const Container& container) {
  std::vector<std::uint16_t> taken;
  for (const std::uint16_t number : instruction_.copies) {
    const Opening* one = opening(number);
    if (one != nullptr && one->object == reinterpret_cast<ObjectId>(container.object) &&
        (one->note & kTaken) != 0) {
      taken.push_back(number);
    }
  }
  if (taken.empty()) return;
  Activation& activation = activation_of(thread_, frame_, map_);
  AccessSite site;
  site.site = instruction_.site;
  site.origin = instruction_.origin;
  site.depends.data = taken;
  Operation operation;
  operation.object = reinterpret_cast<ObjectId>(container.object);
  operation.slot = kStructure;
  operation.traits = traits::write | traits::removal | traits::atomic;
  operation.value = ValueKind::removed;
  detector().access(thread_, activation, site, operation,
                    Namer(container.object, nullptr, name_of(container.kind)));
}

void Performance::effect(Effect what, PyObject* self, PyObject* const* arguments, int count,
                         bool keywords) {
  const auto argument = [&](int index) -> PyObject* {
    return index < count && index < 4 ? arguments[index] : nullptr;
  };
  // Functions have no receiver: their first argument takes its place.
  PyObject* container = self != nullptr ? self : argument(0);
  const int shift = self != nullptr ? 0 : 1;
  PyObject* first = argument(shift);
  if (container == nullptr) return;
  const Container whole = tracked(container);
  using namespace traits;
  switch (what) {
    case Effect::none: return;
    case Effect::read_structure:
    case Effect::take_all:
    case Effect::walk_whole:
      for (int i = 0; i < 2; ++i) {
        PyObject* walked_over = i == 0 ? container : first;
        if (walked_over == nullptr) continue;
        if (const Container behind = container_of(walked_over)) {
          if (!behind.shared()) continue;
          const bool steps =
              what == Effect::walk_whole ||
              (what == Effect::take_all && (behind.kind == Kind::deque || !behind.alive));
          read_structure(behind, i, steps ? compound : tolerant);
          if (what == Effect::take_all && instruction_.opening >= 0) {
            if (Opening* mine = opening(instruction_.opening + i)) mine->note = kTaken;
          }
        } else if (PyGen_CheckExact(walked_over)) {
          advance(walked_over);
        }
      }
      return;
    case Effect::read_key:
      if (first != nullptr) key(container, first, tolerant, nullptr);
      return;
    case Effect::remove_key:
      if (first != nullptr) key(container, first, write | removal, nullptr);
      return;
    case Effect::drop_key:
      if (first != nullptr) key(container, first, write | removal | tolerant | atomic, nullptr);
      return;
    case Effect::pop_key:
      if (first != nullptr) {
        key(container, first,
            static_cast<std::uint16_t>(write | removal | atomic |
                                       (count > shift + 1 || keywords ? tolerant : 0)),
            nullptr);
      }
      return;
    case Effect::set_default:
      if (first != nullptr) key(container, first, write | atomic | tolerant, argument(shift + 1));
      return;
    case Effect::move_key:
      if (first != nullptr) key(container, first, 0, nullptr);
      if (whole) change_structure(whole, 0);
      return;
    case Effect::add_key:
      if (first != nullptr) key(container, first, write | atomic, nullptr);
      return;
    case Effect::append:
      // A walk over a list goes on undisturbed; one over a deque ends with an error.
      if (whole) {
        change_structure(whole,
                         static_cast<std::uint16_t>(
                             whole.kind == Kind::deque ? atomic : traits::append | atomic),
                         first);
      }
      return;
    case Effect::insert:
    case Effect::reverse:
      if (whole) change_structure(whole, 0);
      return;
    case Effect::take:
      if (whole) change_structure(whole, removal | atomic);
      return;
    case Effect::remove_equal:
      if (whole) {
        compares_ = true;
        change_structure(whole,
                         static_cast<std::uint16_t>(
                             removal | (first == nullptr || plain_key(first) ? atomic : compound)));
      }
      return;
    case Effect::clear: {
      if (!whole) return;
      change_structure(whole, removal | atomic);
      lose_what_came_since(whole);
      Activation& activation = activation_of(thread_, frame_, map_);
      AccessSite site;
      site.site = instruction_.site;
      Operation operation;
      operation.object = reinterpret_cast<ObjectId>(container);
      operation.traits = write | removal | atomic;
      operation.value = ValueKind::removed;
      detector().access_all(thread_, activation, site, operation,
                            Namer(container, nullptr, name_of(whole.kind)));
      return;
    }
    case Effect::update:
      if (whole) {
        // From another builtin container it is one step. A bytearray first puts all into a new one.
        const bool one_step = first == nullptr || is_tracked(first) || PyTuple_CheckExact(first) ||
                              whole.kind == Kind::bytearray;
        change_structure(
            whole, static_cast<std::uint16_t>((whole.kind == Kind::list ? traits::append : 0) |
                                              (one_step ? atomic : compound)));
        if (const Container source = container_of(first)) read_structure(source);
      }
      return;
    case Effect::sort:
      if (whole) change_structure(whole, compound);
      return;
    case Effect::walk:
      for (int i = 0; i < count; ++i) {
        const Container over = container_of(argument(i));
        if (!over) continue;
        walking(over);
        break;
      }
      return;
    case Effect::advance: advance(container); return;
    case Effect::get_attribute:
      if (first != nullptr && PyUnicode_CheckExact(first))
        attribute(container, first, count > 2 ? tolerant : 0, nullptr);
      return;
    case Effect::set_attribute:
      if (first != nullptr && PyUnicode_CheckExact(first))
        attribute(container, first, write, argument(shift + 1));
      return;
    case Effect::delete_attribute:
      if (first != nullptr && PyUnicode_CheckExact(first))
        attribute(container, first, write | removal, nullptr);
      return;
    case Effect::function_get: item(container, first, 0, nullptr); return;
    case Effect::function_set: item(container, first, write, argument(shift + 1)); return;
    case Effect::function_delete: item(container, first, write | removal, nullptr); return;
    case Effect::function_contains: contains(container, first); return;
    case Effect::heap_push:
    case Effect::heap_pop:
      if (whole) {
        change_structure(
            whole, static_cast<std::uint16_t>(compound | (what == Effect::heap_pop ? removal : 0)));
      }
      return;
  }
}

void Performance::arithmetic() {
  PyObject* left = top(1);
  PyObject* right = top(0);
  if (left == nullptr || right == nullptr) return;
  const Container first = tracked(left);
  if (first && instruction_.detail >= NB_INPLACE_ADD) {
    change_structure(first, first.kind == Kind::list ? traits::append : 0);
    return;
  }
  if (first && first.shared()) read_structure(first, 0);
  if (const Container second = tracked(right); second && second.shared()) read_structure(second, 1);
}

bool Performance::run() {
  // Calls of functions are the last access of a region too, and touch nothing themselves.
  for (const RegionNumber region : instruction_.closes)
    region_runs().ran(region, thread_.number, 0, 0);
  switch (instruction_.op) {
    case Op::call:
    case Op::call_keywords:
    case Op::load_attribute:
    case Op::load_item:
    case Op::load_slice:
    case Op::contains:
    case Op::unpack:
    case Op::match_keys: break;
    case Op::arithmetic:
    case Op::compare:
      for (int i = 0; i < 2; ++i) matters_ = matters_ || (top(i) != nullptr && is_tracked(top(i)));
      break;
    case Op::truth: matters_ = top(0) != nullptr && is_tracked(top(0)); break;
    case Op::next: {
      PyObject* iterator = top(instruction_.detail);
      matters_ = iterator == nullptr || !is_range(iterator) || Py_REFCNT(iterator) > 1;
      break;
    }
    default: matters_ = true;
  }
  dispatch();
  return matters_;
}

void Performance::dispatch() {
  using namespace traits;
  switch (instruction_.op) {
    case Op::none: return;
    case Op::load_attribute: attribute(top(0), instruction_.name, 0, nullptr); return;
    case Op::store_attribute: attribute(top(0), instruction_.name, write, top(1)); return;
    case Op::delete_attribute:
      attribute(top(0), instruction_.name, write | removal, nullptr);
      return;
    case Op::load_global:
    case Op::load_name:
      if (instruction_.op == Op::load_name && frame_->f_locals != frame_->f_globals) return;
      global(frame_->f_globals, instruction_.name, 0, nullptr);
      return;
    case Op::store_global:
    case Op::store_name:
      if (instruction_.op == Op::store_name && frame_->f_locals != frame_->f_globals) return;
      global(frame_->f_globals, instruction_.name, write, top(0));
      return;
    case Op::delete_global:
    case Op::delete_name:
      if (instruction_.op == Op::delete_name && frame_->f_locals != frame_->f_globals) return;
      global(frame_->f_globals, instruction_.name, write | removal, nullptr);
      return;
    case Op::load_cell: cell(0, nullptr); return;
    case Op::store_cell: cell(write, top(0)); return;
    case Op::load_item: item(top(1), top(0), 0, nullptr); return;
    case Op::store_item: item(top(1), top(0), write, top(2)); return;
    case Op::delete_item: item(top(1), top(0), write | removal, nullptr); return;
    case Op::load_slice:
      if (const Container whole = container_of(top(2))) {
        read_structure(whole);
        if (Opening* mine = opening(instruction_.opening)) mine->note = kTaken;
      }
      return;
    case Op::store_slice:
      if (const Container whole = container_of(top(2))) change_structure(whole, 0);
      return;
    case Op::contains: contains(top(0), top(1)); return;
    case Op::iterate: iterate(); return;
    case Op::next: next(); return;
    case Op::call:
    case Op::call_keywords: call(); return;
    case Op::call_star: return;
    case Op::arithmetic: arithmetic(); return;
    case Op::truth:
      if (PyObject* object = top(0)) {
        if (const Container whole = tracked(object)) read_structure(whole);
      }
      return;
    case Op::compare:
      for (int i = 0; i < 2; ++i) {
        PyObject* side = top(i);
        const Container whole = side != nullptr ? tracked(side) : Container{};
        if (whole && whole.shared()) read_structure(whole, i);
      }
      return;
    case Op::match_keys: {
      PyObject* subject = top(1);
      PyObject* keys = top(0);
      if (subject == nullptr || keys == nullptr) return;
      if (!PyDict_Check(subject) || !PyTuple_Check(keys)) return;
      for (int i = 0; i < kParts && i < PyTuple_GET_SIZE(keys); ++i) {
        PyObject* one = PyTuple_GET_ITEM(keys, i);
        touch(subject, slot_of_key(one), tolerant, nullptr, "key", one, i);
      }
      return;
    }
    case Op::extend_list:
    case Op::update_set:
    case Op::update_dict:
    case Op::unpack:
      // What is built is new; what it is built from may be shared.
      if (const Container source = container_of(top(0)); source && source.shared())
        read_structure(source);
      return;
  }
}

}  // namespace

bool start_operations() {
  if (!start_containers()) return false;
  g_count = library_type("itertools", "count");
  if (g_count == nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "gilcheck: itertools cannot be imported");
    return false;
  }
  PyObject* probe = PyRun_String(
      "type('probe', (), {'__getattr__': lambda self, name: None, '__next__': lambda self: None})",
      Py_eval_input, PyEval_GetBuiltins(), PyEval_GetBuiltins());
  if (probe == nullptr) return false;
  g_getattr_hook = reinterpret_cast<PyTypeObject*>(probe)->tp_getattro;
  g_next_slot = reinterpret_cast<PyTypeObject*>(probe)->tp_iternext;
  Py_DECREF(probe);
  return load_builtin_table();
}

bool perform(Thread& thread, Frame* frame, CodeMap& map, Instruction& instruction) {
  t_walking = {};
  return Performance(thread, frame, map, instruction).run();
}

void object_created(Thread& /*thread*/, PyObject* object) {
  if (!t_walking.over || !is_walker(Py_TYPE(object))) return;
  if (t_walking.type != nullptr && !Py_IS_TYPE(object, t_walking.type)) return;
  const Walking walking = std::exchange(t_walking, {});
  // The call may have failed, and its argument be gone.
  const Frame* frame = frame_of(PyThreadState_Get());
  if (frame != walking.frame) return;
  PyCodeObject* code = code_of(frame);
  if (code == nullptr || instruction_of(frame, code) != walking.instruction) return;
  walk_began(object, walking.over);
}

void object_destroyed(PyObject* object) {
  detector().object_died(reinterpret_cast<ObjectId>(object));
  region_runs().object_died(reinterpret_cast<ObjectId>(object));
  forget_walks(object);
}

}  // namespace gilcheck::runtime
