// GIL518: caches that hold objects without owning them, and free lists of dead objects or memory,
// without a lock.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "clang_plugin/detect/ordering.h"
#include "clang_plugin/detect/rules.h"

namespace gilcheck::clang_plugin {

namespace {

using rules::CAct;

bool only_destroys(std::uint8_t reach) {
  constexpr std::uint8_t kEnd = kReachDestroy | kReachCollect;
  return (reach & kReachDestroy) != 0 && (reach & ~kEnd) == 0;
}

class Revival {
 public:
  Revival(const Context& c, std::vector<Candidate>& out) : c_(c), out_(out) {}

  void run() {
    for (FunctionIndex f = 0; f < c_.program.functions().size(); ++f) read(f);
    for (const auto& [key, memory] : memory_) {
      if ((!memory.pushed.empty() && !memory.popped.empty()) ||
          (!memory.linked.empty() && !memory.unlinked.empty()) ||
          (!memory.stacked.empty() && !memory.unstacked.empty())) {
        free_list(key, memory);
      } else if (!memory.dropped.empty() && !memory.handed_out.empty() && !memory.owned) {
        weak_cache(key, memory);
      }
    }
  }

 private:
  struct Memory {
    std::vector<Where> pushed;      ///< a destructor stores its own object
    std::vector<Where> popped;      ///< loaded where objects are made, and made alive again
    std::vector<Where> dropped;     ///< a destructor stores null, releasing nothing
    std::vector<Where> handed_out;  ///< loaded and given a reference
    std::vector<Where> linked;      ///< `x->next = list; list = x`
    std::vector<Where> unlinked;    ///< `x = list; list = x->next`: the first of the two
    std::vector<Where> stacked;     ///< `list[count++] = x`, or x is given back to the allocator
    std::vector<Where> unstacked;   ///< `x = list[--count]`, or x is allocated
    std::set<GlobalIndex> counters;
    bool counted = false;  ///< a test of the count stands before: told there
    bool owned = false;    ///< a reference is released for what is kept
  };

  /// Memory that outlives the object: a variable with static storage, or a field of another object.
  bool is_self(FunctionIndex f, ValueId value) const {
    const Instr& instr = c_.instr(f, value);
    if (instr.op == Op::phi) return false;
    const std::uint32_t self = c_.program.functions()[f].self;
    return instr.op == Op::parameter && instr.b == (self == kNone ? 0 : self);
  }

  bool thread_local_memory(const MemoryKey& key) const {
    return key.global != kNone && c_.program.variable(key.global).thread_local_;
  }

  void read(FunctionIndex f) {
    const Unit& unit = c_.unit(f);
    const std::uint8_t reach = c_.program.functions()[f].reach;
    if (reach == 0) return;
    // A destructor may also be called by name.
    const bool destroys = (reach & kReachDestroy) != 0;
    for_each_instr(unit, c_.program.function(f), [&](ValueId id) {
      const Instr& instr = unit.instrs[id];
      if (instr.op != Op::store && instr.op != Op::load) return;
      if (unit.types[unit.places[instr.a].type].kind != TypeKind::pointer) return;
      const ValueId base = root_pointer(unit, instr.a);
      const MemoryKey key = memory_key(c_.program, f, instr.a);
      if (!key.known() || thread_local_memory(key)) return;
      if (key.global == kNone && (base == kNone || is_self(f, base))) return;
      Memory& memory = memory_[key];
      if ((reach & (kReachShared | kReachConstruct | kReachDestroy)) != 0) {
        links(f, id, key, memory);
        stack(f, id, key, memory);
      }
      if (instr.op == Op::store) {
        if (!destroys) return;
        if (is_self(f, instr.b) && self_dies(f)) memory.pushed.push_back({f, id});
        if (unit.instrs[instr.b].op == Op::null && only_destroys(reach)) {
          memory.dropped.push_back({f, id});
        }
        return;
      }
      ValueId increfs = 0;
      bool revives = false;
      for (const ReferenceUse& use :
           reference_uses(c_.program, c_.effects, c_.sharing.uses(f), f, id)) {
        if (use.kind == ReferenceUse::Kind::incref) increfs = use.instr;
        if (use.kind != ReferenceUse::Kind::pass) continue;
        const Instr& call = unit.instrs[use.instr];
        const rules::CFunction* row = call.op == Op::call ? c_.effects.row(unit, call) : nullptr;
        if (row == nullptr) continue;
        if (row->act == CAct::Decref || row->act == CAct::Clear) memory.owned = true;
        if (row->act == CAct::Refcount) memory.counted = true;
        if (row->act == CAct::Resurrect ||
            c_.callee_name(f, use.instr).starts_with("PyObject_Init")) {
          revives = true;
        }
      }
      const bool shared = (reach & (kReachShared | kReachConstruct)) != 0;
      if (shared && revives) memory.popped.push_back({f, id});
      if (shared && increfs != 0) memory.handed_out.push_back({f, increfs});
    });
  }

  /// A list linked through the nodes' own memory.
  void links(FunctionIndex f, ValueId id, const MemoryKey& key, Memory& memory) {
    const Unit& unit = c_.unit(f);
    const Instr& store = unit.instrs[id];
    if (store.op != Op::store) return;
    // A link of one node to the next is no head: trees and lists are rotated and cut that way.
    const auto is_link = [&](PlaceId place) {
      return !key.record.empty() && memory_key(c_.program, f, place).record == key.record;
    };
    const auto head = [&](ValueId v) {
      const Instr& load = unit.instrs[v];
      return load.op == Op::load && memory_key(c_.program, f, load.a) == key;
    };
    // list = x->next, x loaded from the list.
    const Instr& value = unit.instrs[store.b];
    if (value.op == Op::load && unit.places[value.a].kind == PlaceKind::field) {
      const ValueId node = root_pointer(unit, value.a);
      // What is released at once was a list of things in use, or one that is emptied.
      if (node != kNone && head(node) && !freed(f, node) && !is_link(value.a))
        memory.unlinked.push_back({f, node});
    }
    // x->next = list before list = x.
    for_each_instr(unit, c_.program.function(f), [&](ValueId other) {
      const Instr& link = unit.instrs[other];
      if (link.op != Op::store || unit.places[link.a].kind != PlaceKind::field) return;
      if (root_pointer(unit, link.a) != store.b || !head(link.b) || is_link(link.a)) return;
      memory.linked.push_back({f, id});
    });
  }

  /// The memory goes back to the allocator in the same function.
  bool freed(FunctionIndex f, ValueId node) const {
    const Unit& unit = c_.unit(f);
    bool found = false;
    for_each_instr(unit, c_.program.function(f), [&](ValueId id) {
      const Instr& call = unit.instrs[id];
      if (found || call.op != Op::call || call.list.count == 0) return;
      const rules::CFunction* row = c_.effects.row(unit, call);
      found = row != nullptr && row->act == CAct::Free && unit.value_lists[call.list.first] == node;
    });
    return found;
  }

  /// A call of the function that allocates or frees memory.
  bool calls(FunctionIndex f, CAct act) const {
    const Unit& unit = c_.unit(f);
    bool found = false;
    for_each_instr(unit, c_.program.function(f), [&](ValueId id) {
      const Instr& call = unit.instrs[id];
      if (found || call.op != Op::call) return;
      const rules::CFunction* row = c_.effects.row(unit, call);
      found = row != nullptr && row->act == act;
    });
    return found;
  }

  /// The variable that an index comes from, if the function also changes that variable.
  GlobalIndex counter(FunctionIndex f, ValueId index) const {
    const Unit& unit = c_.unit(f);
    GlobalIndex found = kNone;
    for_each_instr(unit, c_.program.function(f), [&](ValueId id) {
      const Instr& load = unit.instrs[id];
      if (found != kNone || load.op != Op::load || !depends_on(unit, index, id)) return;
      const MemoryKey key = memory_key(c_.program, f, load.a);
      if (key.global == kNone) return;
      for_each_instr(unit, c_.program.function(f), [&](ValueId other) {
        const Instr& store = unit.instrs[other];
        if (store.op == Op::store && store.a == load.a) found = key.global;
      });
    });
    return found;
  }

  /// A static array of memory that is not in use, and how many there are.
  void stack(FunctionIndex f, ValueId id, const MemoryKey& key, Memory& memory) {
    const Unit& unit = c_.unit(f);
    const Instr& instr = unit.instrs[id];
    const Place& place = unit.places[instr.a];
    if (key.global == kNone || place.kind != PlaceKind::index) return;
    const bool puts = instr.op == Op::store;
    if (!calls(f, puts ? CAct::Free : CAct::Allocate)) return;
    const GlobalIndex count = counter(f, place.id);
    if (count == kNone || count == key.global) return;
    (puts ? memory.stacked : memory.unstacked).push_back({f, id});
    memory.counters.insert(count);
  }

  /// The object is not released to the allocator on this way: it is kept instead.
  bool self_dies(FunctionIndex f) const {
    return (c_.program.functions()[f].reach & kReachDestroy) != 0;
  }

  bool locked(const Where& where) const {
    const auto held = c_.protecting(where.function, where.instr);
    return std::any_of(held.begin(), held.end(),
                       [](const Held& h) { return h.kind != Held::Kind::shared; });
  }

  std::string kind_of(const MemoryKey& key) const {
    if (key.global == kNone) return "c-field";
    return c_.program.variable(key.global).storage == Storage::global ? "c-global" : "c-static";
  }

  void free_list(const MemoryKey& key, const Memory& memory) {
    const bool objects = !memory.pushed.empty() && !memory.popped.empty();
    const bool stacked = !memory.stacked.empty() && !memory.unstacked.empty();
    const Where& push = objects   ? memory.pushed.front()
                        : stacked ? memory.stacked.front()
                                  : memory.linked.front();
    const Where& pop = objects   ? memory.popped.front()
                       : stacked ? memory.unstacked.front()
                                 : memory.unlinked.front();
    if (locked(push) && locked(pop)) return;
    Candidate found;
    found.rule = "GIL518";
    found.confidence = locked(push) || locked(pop) ? Confidence::medium : Confidence::high;
    found.location_kind = kind_of(key);
    found.location_name = key.text(c_.program);
    // The number of what is in it has no finding of its own.
    for (const GlobalIndex count : memory.counters) {
      const GlobalNode& node = c_.program.globals()[count];
      std::erase_if(out_, [&](const Candidate& other) {
        return other.rule == "GIL505" && other.location_name == node.name &&
               !other.region.empty() &&
               c_.unit_index(other.region.front().function) == c_.unit_index(pop.function);
      });
    }
    found.message =
        fmt::format("{} is a free list that all threads take objects from, without a lock",
                    found.location_name);
    found.region.push_back({pop.function, pop.instr, AccessKind::remove, "takes an object"});
    found.conflicts.push_back({push.function, push.instr, AccessKind::write, "puts one back"});
    say(found, EvidenceKind::shared,
        fmt::format("{}() takes from it and {}() puts into it, each in any thread",
                    c_.program.name(pop.function), c_.program.name(push.function)));
    say(found, EvidenceKind::guard, "no lock is held");
    found.window = WindowClass::gil_masked;
    say(found, EvidenceKind::gil,
        "taking and putting are one GIL window each; without the GIL "
        "neither is");
    say(found, EvidenceKind::harm, "two threads take the same object: two owners of one memory");
    say(found, EvidenceKind::fix,
        "leave the free list out with Py_GIL_DISABLED, keep one a thread, or hold a PyMutex");
    out_.push_back(std::move(found));
  }

  void weak_cache(const MemoryKey& key, const Memory& memory) {
    // A destructor that takes back exactly what it is itself, out of memory that survives it.
    const Where& drop = memory.dropped.front();
    // A lock does not help: the count is at zero before the destructor can take it.
    const Where* hand = &memory.handed_out.front();
    if (memory.counted || !stored_unowned(key)) return;
    Candidate found;
    found.rule = "GIL518";
    found.confidence = Confidence::high;
    found.location_kind = kind_of(key);
    found.location_name = key.text(c_.program);
    found.message =
        fmt::format("{} holds an object without owning it, and gives out references to it",
                    found.location_name);
    found.region.push_back(
        {hand->function, hand->instr, AccessKind::read, "gives out a reference"});
    found.conflicts.push_back(
        {drop.function, drop.instr, AccessKind::write, "the destructor takes the object out"});
    say(found, EvidenceKind::shared,
        fmt::format("{}() reads it while another thread runs {}()", c_.program.name(hand->function),
                    c_.program.name(drop.function)));
    say_shared(c_, found, hand->function);
    say(found, EvidenceKind::guard, "no lock keeps the last reference from going meanwhile");
    found.window = WindowClass::gil_masked;
    say(found, EvidenceKind::gil,
        "with the GIL the count reaches zero and the destructor clears the cache in one window");
    say(found, EvidenceKind::harm,
        "a reference is taken to an object that is already being destroyed: use after free");
    say(found, EvidenceKind::fix,
        "PyUnstable_EnableTryIncRef when it is made, PyUnstable_TryIncRef before it is given out "
        "(CPython 3.14), or a weak reference");
    out_.push_back(std::move(found));
  }

  /// Whether objects are stored there without a reference for it: every store is of an object whose
  /// reference goes elsewhere.
  bool stored_unowned(const MemoryKey& key) const {
    bool any = false;
    bool owned = false;
    for (FunctionIndex f = 0; f < c_.program.functions().size(); ++f) {
      const Unit& unit = c_.unit(f);
      for_each_instr(unit, c_.program.function(f), [&](ValueId id) {
        const Instr& store = unit.instrs[id];
        if (store.op != Op::store || unit.instrs[store.b].op == Op::null) return;
        if (memory_key(c_.program, f, store.a) != key) return;
        any = true;
        const Origin from = c_.references.origin(f, store.b);
        bool taken = from.kind == Origin::Kind::owned;
        bool given_away = false;
        for (const ReferenceUse& use :
             reference_uses(c_.program, c_.effects, c_.sharing.uses(f), f, store.b)) {
          taken = taken || use.kind == ReferenceUse::Kind::incref;
          given_away = given_away || use.kind == ReferenceUse::Kind::returned;
        }
        if (from.kind == Origin::Kind::fresh) taken = taken || !given_away;
        if (from.kind == Origin::Kind::unknown || from.kind == Origin::Kind::mixed) taken = true;
        owned = owned || taken;
      });
    }
    return any && !owned;
  }

  const Context& c_;
  std::vector<Candidate>& out_;
  std::map<MemoryKey, Memory> memory_;
};

}  // namespace

void unowned_cache_revival(const Context& context, std::vector<Candidate>& out) {
  Revival(context, out).run();
}

}  // namespace gilcheck::clang_plugin
