// GIL513: memory that is freed by another family of allocators than it came from, and memory of the
// object domain that holds no Python object.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "clang_plugin/detect/rules.h"

namespace gilcheck::clang_plugin {

namespace {

using rules::CAct;
using rules::CKind;

const char* domain_name(CKind kind) {
  switch (kind) {
    case CKind::Raw: return "PyMem_Raw";
    case CKind::Mem: return "PyMem";
    case CKind::ObjectMemory: return "PyObject";
    case CKind::ObjectGc: return "PyObject_GC";
    case CKind::Libc: return "malloc";
    default: return "?";
  }
}

const char* free_of(CKind kind) {
  switch (kind) {
    case CKind::Raw: return "PyMem_RawFree";
    case CKind::Mem: return "PyMem_Free";
    case CKind::ObjectMemory: return "PyObject_Free";
    case CKind::ObjectGc: return "PyObject_GC_Del";
    default: return "free";
  }
}

struct Source {
  Where where;
  CKind kind = CKind::None;
  bool object = false;  ///< made as a Python object
};

class Domains {
 public:
  Domains(const Context& c, std::vector<Candidate>& out) : c_(c), out_(out) {}

  void run() {
    for (FunctionIndex f = 0; f < c_.program.functions().size(); ++f) read(f);
    for (const auto& [key, memory] : memory_) {
      for (const Free& freed : memory.frees) {
        // Wrong only if nothing that is kept there comes from the domain it is freed in.
        const bool fits = std::any_of(memory.sources.begin(), memory.sources.end(),
                                      [&](const Source& s) { return s.kind == freed.kind; });
        if (fits || memory.sources.empty() || memory.unknown) continue;
        report_mismatch(memory.sources.front(), freed, key.text(c_.program));
        break;
      }
    }
  }

 private:
  struct Free {
    Where where;
    CKind kind = CKind::None;
  };
  struct Memory {
    std::vector<Source> sources;
    std::vector<Free> frees;
    bool unknown = false;  ///< something is stored whose origin is not seen
  };

  const rules::CFunction* row(FunctionIndex f, ValueId id) const {
    const Instr& instr = c_.instr(f, id);
    return instr.op == Op::call ? c_.effects.row(c_.unit(f), instr) : nullptr;
  }

  /// Everything a value may have been allocated by.
  void sources(FunctionIndex f, ValueId value, std::vector<Source>& out, bool& unknown,
               int depth = 0) const {
    const Instr& instr = c_.instr(f, value);
    if (depth > 4) {
      unknown = true;
      return;
    }
    switch (instr.op) {
      case Op::null: return;
      case Op::integer:
        if (instr.number == 0) return;
        break;
      case Op::phi: {
        for (std::uint32_t i = instr.list.first; i < instr.list.end(); ++i) {
          const ValueId one = c_.unit(f).value_lists[i];
          if (one != value) sources(f, one, out, unknown, depth + 1);
        }
        return;
      }
      case Op::call: {
        const rules::CFunction* known = row(f, value);
        if (known != nullptr && (known->act == CAct::Allocate || known->act == CAct::Reallocate)) {
          out.push_back({{f, value}, known->kind, known->result == rules::CResult::Fresh});
          return;
        }
        break;
      }
      default: break;
    }
    unknown = true;
  }

  void read(FunctionIndex f) {
    const Unit& unit = c_.unit(f);
    for_each_instr(unit, c_.program.function(f), [&](ValueId id) {
      const Instr& instr = unit.instrs[id];
      if (instr.op == Op::store) {
        if (unit.types[unit.places[instr.a].type].kind != TypeKind::pointer) return;
        const MemoryKey key = memory_key(c_.program, f, instr.a);
        if (!key.known()) return;
        Memory& memory = memory_[key];
        bool unknown = false;
        std::vector<Source> made;
        sources(f, instr.b, made, unknown);
        // The pointer it already was, moved.
        const Instr& moved = unit.instrs[instr.b];
        if (unknown && moved.op == Op::load && memory_key(c_.program, f, moved.a) == key) {
          unknown = false;
        }
        memory.unknown = memory.unknown || unknown;
        memory.sources.insert(memory.sources.end(), made.begin(), made.end());
        return;
      }
      if (instr.op != Op::call) return;
      const rules::CFunction* known = c_.effects.row(unit, instr);
      if (known == nullptr || known->act_arguments.empty()) {
        if (known != nullptr && known->act == CAct::Allocate) {
          object_domain(f, id, *known);
          object_elsewhere(f, id, *known);
        }
        return;
      }
      if (known->act != CAct::Free && known->act != CAct::Reallocate) return;
      const std::uint32_t index = static_cast<std::uint8_t>(known->act_arguments.front());
      if (index >= instr.list.count) return;
      const ValueId freed = unit.value_lists[instr.list.first + index];
      std::vector<Source> made;
      bool unknown = false;
      sources(f, freed, made, unknown);
      for (const Source& source : made) {
        if (source.kind == known->kind) continue;
        // PyObject_Free for what PyObject_New made, and the like, are one domain.
        report_mismatch(source, {{f, id}, known->kind}, "");
        return;
      }
      const Instr& from = unit.instrs[freed];
      if (from.op == Op::load) {
        const MemoryKey key = memory_key(c_.program, f, from.a);
        // An array that a field points to, and its elements, are not the same memory.
        if (key.known() && unit.places[from.a].kind != PlaceKind::index) {
          memory_[key].frees.push_back({{f, id}, known->kind});
        }
      }
    });
  }

  /// PyObject_Malloc for what never becomes an object.
  void object_domain(FunctionIndex f, ValueId id, const rules::CFunction& known) {
    if (known.kind != CKind::ObjectMemory || known.result == rules::CResult::Fresh) return;
    const Unit& unit = c_.unit(f);
    std::optional<std::string> as;
    for (const ReferenceUse& use :
         reference_uses(c_.program, c_.effects, c_.sharing.uses(f), f, id)) {
      const Instr& instr = unit.instrs[use.instr];
      if (use.kind == ReferenceUse::Kind::pass) {
        const std::string_view callee = c_.callee_name(f, use.instr);
        if (callee.starts_with("PyObject_Init")) return;
        const rules::CFunction* row_of = row(f, use.instr);
        if (row_of != nullptr && row_of->act == CAct::Resurrect) return;
        continue;
      }
      if (use.kind != ReferenceUse::Kind::store && use.kind != ReferenceUse::Kind::follow) continue;
      if (instr.op != Op::store && instr.op != Op::load) continue;
      if (use.kind == ReferenceUse::Kind::store) {
        const Type& type = unit.types[unit.places[instr.a].type];
        if (type.kind != TypeKind::pointer) continue;
        if (is_object_pointer(unit, unit.places[instr.a].type)) return;
        as = unit.text(type.text);
        continue;
      }
      // A field of an object, or an element of a plain array.
      const Place& place = unit.places[instr.a];
      if (place.kind == PlaceKind::field) {
        PlaceId root = instr.a;
        while (unit.places[root].kind == PlaceKind::field) root = unit.places[root].parent;
        const Type& type = unit.types[unit.places[root].type];
        if (type.kind == TypeKind::record && type.record != kNone &&
            unit.records[type.record].object) {
          return;
        }
      }
      if (!as) as = "a buffer";
    }
    if (!as || is_generator_runtime(c_, f)) return;
    Candidate found;
    found.rule = "GIL513";
    found.confidence = Confidence::high;
    found.location_kind = "c-memory";
    found.location_name = *as;
    const std::string name(c_.callee_name(f, id));
    found.message = fmt::format("{} allocates what is no Python object", name);
    found.region.push_back({f, id, AccessKind::call, ""});
    say(found, EvidenceKind::shared,
        "the heap of the object domain is walked and read by all threads");
    say(found, EvidenceKind::gil, "with the GIL both domains are one allocator");
    say(found, EvidenceKind::harm,
        "a reader that holds no lock takes a reference to a freed object by its memory, which must "
        "stay an object's: it reads and changes the buffer's bytes instead");
    say(found, EvidenceKind::fix, "use PyMem_Malloc and PyMem_Free");
    out_.push_back(std::move(found));
  }

  /// Memory of another domain that becomes an object.
  void object_elsewhere(FunctionIndex f, ValueId id, const rules::CFunction& known) {
    if (known.kind != CKind::Mem && known.kind != CKind::Raw && known.kind != CKind::Libc) return;
    const Unit& unit = c_.unit(f);
    for (const ReferenceUse& use :
         reference_uses(c_.program, c_.effects, c_.sharing.uses(f), f, id)) {
      if (use.kind != ReferenceUse::Kind::pass || use.argument != 0) continue;
      const std::string_view callee = c_.callee_name(f, use.instr);
      if (callee != "PyObject_Init" && callee != "PyObject_InitVar") continue;
      // What is initialised inside its own, larger memory (with a header in front) is not this.
      if (unit.value_lists[unit.instrs[use.instr].list.first] != id) continue;
      Candidate found;
      found.rule = "GIL513";
      found.confidence = Confidence::high;
      found.location_kind = "c-memory";
      found.location_name = std::string(c_.program.name(f));
      const std::string name(c_.callee_name(f, id));
      found.message = fmt::format("{} allocates what becomes a Python object", name);
      found.region.push_back({f, id, AccessKind::call, ""});
      found.region.push_back({f, use.instr, AccessKind::call, std::string(callee)});
      say(found, EvidenceKind::gil, "with the GIL the object only has to be freed the same way");
      say(found, EvidenceKind::harm,
          "the free-threaded build takes every object to be in the object domain: a reader that "
          "holds no lock may look at its memory after it is freed, which is then no longer mapped "
          "or no longer an object's");
      say(found, EvidenceKind::fix, "use PyObject_New, or PyObject_GC_New, or tp_alloc");
      out_.push_back(std::move(found));
      return;
    }
  }

  void report_mismatch(const Source& source, const Free& freed, const std::string& where) {
    // PyObject_GC_New's object is freed by PyObject_GC_Del; PyObject_New's by PyObject_Free.
    Candidate found;
    found.rule = "GIL513";
    found.confidence = where.empty() ? Confidence::high : Confidence::medium;
    const auto both = [&](CKind a, CKind b) {
      return (source.kind == a && freed.kind == b) || (source.kind == b && freed.kind == a);
    };
    found.location_kind = "c-memory";
    found.location_name =
        where.empty() ? std::string(c_.program.name(freed.where.function)) : where;
    const std::string by(c_.callee_name(freed.where.function, freed.where.instr));
    const std::string from(c_.callee_name(source.where.function, source.where.instr));
    found.message = fmt::format("{} frees memory that {} allocated", by, from);
    if (!where.empty()) found.message += fmt::format(", kept in {}", where);
    found.region.push_back({freed.where.function, freed.where.instr, AccessKind::call, by});
    found.conflicts.push_back({source.where.function, source.where.instr, AccessKind::call, from});
    say(found, EvidenceKind::gil,
        both(CKind::Mem, CKind::ObjectMemory)
            ? "with the GIL both domains are one allocator; the free-threaded build keeps their "
              "heaps apart"
            : "wrong in every build: it works by the luck of the allocators that are configured");
    say(found, EvidenceKind::harm,
        fmt::format("{} gives the memory to the allocator of {}, which does not own it: a corrupt "
                    "heap",
                    by, domain_name(freed.kind)));
    say(found, EvidenceKind::fix, fmt::format("free it with {}", free_of(source.kind)));
    out_.push_back(std::move(found));
  }

  const Context& c_;
  std::vector<Candidate>& out_;
  std::map<MemoryKey, Memory> memory_;
};

}  // namespace

void allocator_domains(const Context& context, std::vector<Candidate>& out) {
  Domains(context, out).run();
}

}  // namespace gilcheck::clang_plugin
