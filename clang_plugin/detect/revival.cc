// GIL518: caches that hold objects without owning them, and free lists of dead objects, without a
// lock.

#include <fmt/format.h>

#include <algorithm>
#include <map>

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
          (!memory.linked.empty() && !memory.unlinked.empty())) {
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
    bool counted = false;           ///< a test of the count stands before: told there
    bool owned = false;             ///< a reference is released for what is kept
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
    const auto head = [&](ValueId v) {
      const Instr& load = unit.instrs[v];
      return load.op == Op::load && memory_key(c_.program, f, load.a) == key;
    };
    // list = x->next, x loaded from the list.
    const Instr& value = unit.instrs[store.b];
    if (value.op == Op::load && unit.places[value.a].kind == PlaceKind::field) {
      const ValueId node = root_pointer(unit, value.a);
      if (node != kNone && head(node)) memory.unlinked.push_back({f, node});
    }
    // x->next = list before list = x.
    for_each_instr(unit, c_.program.function(f), [&](ValueId other) {
      const Instr& link = unit.instrs[other];
      if (link.op != Op::store || unit.places[link.a].kind != PlaceKind::field) return;
      if (root_pointer(unit, link.a) != store.b || !head(link.b)) return;
      memory.linked.push_back({f, id});
    });
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

  static std::string kind_of(const MemoryKey& key) {
    return key.global != kNone ? "c-static" : "c-field";
  }

  void free_list(const MemoryKey& key, const Memory& memory) {
    const bool objects = !memory.pushed.empty() && !memory.popped.empty();
    const Where& push = objects ? memory.pushed.front() : memory.linked.front();
    const Where& pop = objects ? memory.popped.front() : memory.unlinked.front();
    if (locked(push) && locked(pop)) return;
    Candidate found;
    found.rule = "GIL518";
    found.confidence = locked(push) || locked(pop) ? Confidence::medium : Confidence::high;
    found.location_kind = kind_of(key);
    found.location_name = key.text(c_.program);
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
