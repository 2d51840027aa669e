#include "clang_plugin/flow/globals.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "clang_plugin/flow/uses.h"
#include "clang_plugin/link/annotations.h"

namespace gilcheck::clang_plugin {

using rules::CAct;
using rules::CEffect;

std::string_view to_string(GlobalClass what) {
  switch (what) {
    case GlobalClass::constant: return "constant";
    case GlobalClass::definition: return "definition";
    case GlobalClass::lock: return "lock";
    case GlobalClass::thread_local_: return "thread-local";
    case GlobalClass::atomic: return "atomic";
    case GlobalClass::init_only: return "init-only";
    case GlobalClass::guarded: return "guarded";
    case GlobalClass::unreached: return "unreached";
    case GlobalClass::confined: return "confined";
    case GlobalClass::unlocked: return "unlocked";
  }
  return "";
}

namespace {

bool is_atomic_act(CAct act) {
  return act == CAct::AtomicLoad || act == CAct::AtomicStore || act == CAct::AtomicUpdate ||
         act == CAct::AtomicCompareExchange;
}

bool is_lock_act(CAct act) {
  switch (act) {
    case CAct::Acquire:
    case CAct::AcquireShared:
    case CAct::AcquireIf:
    case CAct::TryAcquire:
    case CAct::TryAcquireShared:
    case CAct::Release:
    case CAct::LockCreate:
    case CAct::LockDestroy:
    case CAct::LockTest:
    case CAct::Wait:
    case CAct::Once:
    case CAct::ThreadLocalGet:
    case CAct::ThreadLocalSet:
    case CAct::SectionBegin:
    case CAct::SectionEnd: return true;
    default: return false;
  }
}

/// What the table says of a type by its name.
bool is_type(std::string_view name, CAct act) {
  const rules::CFunction* row = rules::c_type(name);
  if (row == nullptr) row = rules::c_class(name);
  return row != nullptr && row->act == act;
}

class Inventory {
 public:
  Inventory(const Program& program, const Effects& effects, const Locks& locks)
      : p_(program), effects_(effects), locks_(locks) {}

  GlobalFacts facts(GlobalIndex g) {
    const GlobalNode& node = p_.globals()[g];
    const Unit& unit = p_.unit(node.unit);
    const Variable& variable = unit.variables[node.id];
    GlobalFacts out;
    if (variable.thread_local_) return named(out, GlobalClass::thread_local_, "declared so");
    if (const Annotated annotated = annotation_at(unit, variable.pos)) {
      out.annotated = annotated.what;
      return named(out, GlobalClass::confined, fmt::format("annotated: {}", annotated.text));
    }
    if (is_constant(unit, variable.type)) return named(out, GlobalClass::constant, "const");
    if (is_definition(unit, variable.type)) {
      return named(out, GlobalClass::definition, "the interpreter's own structure");
    }
    if (is_lock_type(unit, variable.type)) return named(out, GlobalClass::lock, "its type");
    if (is_atomic_type(unit, variable.type)) {
      two_steps(node, out.shared);
      if (!out.shared.empty()) {
        return named(out, GlobalClass::unlocked, "read and written in two atomic steps");
      }
      return named(out, GlobalClass::atomic, "its type");
    }

    bool written = false;
    bool atomic = false;
    bool plain = false;
    bool init = false;
    bool shared_write = false;
    bool reached = false;
    for (const GlobalAccess& access : node.accesses) {
      Use use = use_of(access);
      if (use == Use::nothing) continue;
      if (use == Use::lock) return named(out, GlobalClass::lock, "used as a lock");
      const std::uint8_t reach = p_.functions()[access.function].reach;
      reached = reached || reach != 0;
      // The lock that its comment says its callers hold is taken to be the right one.
      if (annotation_of(p_.unit_of(access.function), p_.function(access.function))) continue;
      if (use == Use::atomic) {
        atomic = true;
        continue;
      }
      plain = true;
      const bool write = use == Use::write || use == Use::update || use == Use::maybe_write;
      written = written || write;
      if ((reach & kReachShared) == 0) {
        init = init || (write && (reach & kReachInit) != 0);
        // Constructors and destructors of different objects run in several threads, too.
        if ((reach & (kReachConstruct | kReachDestroy)) == 0) continue;
      }
      GlobalTouch touch;
      touch.function = access.function;
      touch.instr = access.call != kNone ? access.call : access.instr;
      touch.write = write;
      touch.update = use == Use::update;
      touch.certain = use != Use::maybe_write;
      shared_write = shared_write || write;
      out.shared.push_back(touch);
    }
    if (atomic && !plain) return named(out, GlobalClass::atomic, "only used by atomic operations");
    if (!written) return named(out, GlobalClass::constant, "never written");
    if (!reached) return named(out, GlobalClass::unreached, "no path from Python");
    if (!shared_write) {
      return named(out, init ? GlobalClass::init_only : GlobalClass::unreached,
                   init ? "written only while the module is initialised" : "no path from Python");
    }
    // A lock that all of them hold.
    std::optional<std::vector<Held>> common;
    for (const GlobalTouch& touch : out.shared) {
      std::vector<Held> here;
      for (const Held& held : locks_.before(touch.function, touch.instr).held) {
        if (held.kind == Held::Kind::shared && touch.write) continue;
        if (held.name.root == Name::Root::global || held.name.root == Name::Root::getter) {
          here.push_back(held);
        }
      }
      if (!common) {
        common = here;
      } else {
        std::erase_if(*common, [&](const Held& held) {
          return std::none_of(here.begin(), here.end(),
                              [&](const Held& other) { return other.name == held.name; });
        });
      }
    }
    if (common && !common->empty()) {
      out.guard = *common;
      return named(out, GlobalClass::guarded,
                   fmt::format("{} is held at every access",
                               common->front().text(p_, out.shared.front().function)));
    }
    return named(out, GlobalClass::unlocked, "written where several threads run");
  }

 private:
  enum class Use : std::uint8_t { nothing, read, write, update, maybe_write, atomic, lock };

  /// `n = n + 1` of an atomic variable, without a lock: each half is atomic, the whole is not.
  void two_steps(const GlobalNode& node, std::vector<GlobalTouch>& out) const {
    for (const GlobalAccess& write : node.accesses) {
      const FunctionIndex f = write.function;
      if (write.use != GlobalUse::store || (p_.functions()[f].reach & kReachShared) == 0) continue;
      const Unit& unit = p_.unit_of(f);
      const Instr& store = unit.instrs[write.instr];
      if (!locks_.before(f, write.instr).held.empty()) continue;
      if (annotation_of(unit, p_.function(f))) continue;
      for (const GlobalAccess& read : node.accesses) {
        if (read.function != f || read.use != GlobalUse::load) continue;
        if (unit.instrs[read.instr].a != store.a || !depends_on(unit, store.b, read.instr))
          continue;
        out.push_back({f, read.instr, false, false, true});
        out.push_back({f, write.instr, true, false, true});
        break;
      }
    }
  }

  static GlobalFacts named(GlobalFacts& facts, GlobalClass what, std::string_view why) {
    facts.what = what;
    facts.why = why;
    return std::move(facts);
  }

  static bool is_constant(const Unit& unit, TypeId type) {
    const Type& t = unit.types[type];
    if (t.const_) return true;
    return t.kind == TypeKind::array && is_constant(unit, t.inner);
  }

  static std::string_view record_name(const Unit& unit, TypeId type) {
    const Type& t = unit.types[type];
    if (t.kind == TypeKind::array) return record_name(unit, t.inner);
    return t.record == kNone ? std::string_view{} : unit.text(unit.records[t.record].name);
  }

  /// Structures that describe modules and types; their contents are the interpreter's business.
  static bool is_definition(const Unit& unit, TypeId type) {
    return is_type(record_name(unit, type), CAct::DefinitionType);
  }

  static bool is_lock_type(const Unit& unit, TypeId type) {
    const Type& t = unit.types[type];
    if (t.kind == TypeKind::array) return is_lock_type(unit, t.inner);
    return is_type(t.record == kNone ? unit.text(t.text) : record_name(unit, type), CAct::LockType);
  }

  static bool is_atomic_type(const Unit& unit, TypeId type) {
    const Type& t = unit.types[type];
    if (t.atomic) return true;
    if (t.kind == TypeKind::array) return is_atomic_type(unit, t.inner);
    return is_type(record_name(unit, type), CAct::AtomicType);
  }

  Use use_of(const GlobalAccess& access) {
    const Unit& unit = p_.unit_of(access.function);
    switch (access.use) {
      case GlobalUse::load: return Use::read;
      case GlobalUse::store: return Use::write;
      case GlobalUse::update:
        return unit.instrs[access.instr].op == Op::store ? Use::update : Use::read;
      case GlobalUse::address: break;
    }
    if (access.call == kNone) return through_pointer(access.function, access.instr);
    const Instr& call = unit.instrs[access.call];
    std::uint32_t index = 0;
    while (index < call.list.count && unit.value_lists[call.list.first + index] != access.instr) {
      ++index;
    }
    if (call.op == Op::call && call.a != kNone) {
      const UnitIndex u = p_.functions()[access.function].unit;
      const FunctionIndex callee = p_.resolve(u, call.a);
      if (callee != kNone) return through_parameter(callee, index, 0);
      if (is_atomic_builtin(unit.text(unit.functions[call.a].name))) return Use::atomic;
    }
    if (const rules::CFunction* row = effects_.row(unit, call)) {
      if (is_atomic_act(row->act)) return Use::atomic;
      if (is_lock_act(row->act)) return Use::lock;
      const auto argument = static_cast<std::int8_t>(index);
      if (const rules::CArgument* use = row->use_of(argument);
          use != nullptr &&
          (use->use == rules::CUse::OutNew || use->use == rules::CUse::OutBorrowed)) {
        return Use::write;
      }
      if (row->act == CAct::Clear || row->act == CAct::SetReference) return Use::write;
      if (row->object == argument && row->effect != CEffect::None) {
        return row->effect == CEffect::Read ? Use::read : Use::maybe_write;
      }
      return Use::read;
    }
    if (call.op == Op::call && call.a != kNone && promises_const(unit, call.a, index)) {
      return Use::read;
    }
    // Through a pointer: the argument was converted to what the parameter is.
    const Type& passed = unit.types[unit.instrs[access.instr].type];
    if (call.op == Op::call && passed.kind == TypeKind::pointer &&
        unit.types[passed.inner].const_) {
      return Use::read;
    }
    const Type& held = unit.types[unit.places[unit.instrs[access.instr].a].type];
    if (held.kind == TypeKind::record && held.record != kNone && unit.records[held.record].object) {
      return Use::read;  // a static object handed around: its own locking is its type's business
    }
    return call.op == Op::call ? Use::maybe_write : Use::nothing;
  }

  /// Declared to take a pointer to constant memory there.
  static bool promises_const(const Unit& unit, FuncId callee, std::uint32_t index) {
    const Function& function = unit.functions[callee];
    if (index == 0 && (function.flags & kFunctionMethod) != 0) {
      return (function.flags & kFunctionConst) != 0;
    }
    const Range params = function.params;
    if (index >= params.count) return false;
    const Type& type = unit.types[unit.variables[params.first + index].type];
    return type.kind == TypeKind::pointer && unit.types[type.inner].const_;
  }

  /// What a function does through a pointer that is not passed on: it walks over the variable, or
  /// keeps the address, so that the rest is not seen.
  Use through_pointer(FunctionIndex f, ValueId address) {
    const Unit& unit = p_.unit_of(f);
    const Uses& uses = uses_.try_emplace(f, p_, f).first->second;
    std::vector<ValueId> same{address};
    std::set<ValueId> known{address};
    bool read = false;
    bool kept = false;
    for (std::size_t next = 0; next < same.size(); ++next) {
      const ValueId at = same[next];
      kept = kept || !uses.returns(at).empty();
      for (const ValueId id : uses.of(at)) {
        const Instr& instr = unit.instrs[id];
        const bool walks =
            instr.op == Op::phi || (instr.op == Op::binary && instr.a == at &&
                                    (instr.code == Operator::add || instr.code == Operator::sub));
        if (walks && known.insert(id).second) same.push_back(id);
        if (instr.op != Op::load && instr.op != Op::store) continue;
        const bool behind = root_pointer(unit, instr.a) == at;
        if (behind && instr.op == Op::store) return Use::write;
        read = read || behind;
        kept = kept || (instr.op == Op::store && instr.b == at);
      }
    }
    return kept ? Use::maybe_write : read ? Use::read : Use::nothing;
  }

  /// What a function of the program does with the memory a parameter points to.
  Use through_parameter(FunctionIndex f, std::uint32_t index, int depth) {
    if (depth > 4) return Use::maybe_write;
    const Unit& unit = p_.unit_of(f);
    ValueId parameter = kNone;
    Use worst = Use::nothing;
    const auto raise = [&](Use use) {
      if (use == Use::atomic || use == Use::lock) {
        if (worst == Use::nothing) worst = use;
        return;
      }
      if (worst == Use::nothing || worst == Use::read || worst == Use::atomic) worst = use;
      if (use == Use::write) worst = use;
    };
    for_each_instr(unit, p_.function(f), [&](ValueId id) {
      const Instr& instr = unit.instrs[id];
      if (instr.op == Op::parameter && instr.b == index) parameter = id;
      if (parameter == kNone) return;
      if ((instr.op == Op::load || instr.op == Op::store) &&
          root_pointer(unit, instr.a) == parameter) {
        raise(instr.op == Op::load ? Use::read : Use::write);
      }
      if (instr.op == Op::store && instr.b == parameter) raise(Use::maybe_write);
      if (instr.op != Op::call) return;
      for (std::uint32_t i = 0; i < instr.list.count; ++i) {
        const ValueId argument = unit.value_lists[instr.list.first + i];
        const bool itself = argument == parameter;
        const bool inside = unit.instrs[argument].op == Op::address &&
                            root_pointer(unit, unit.instrs[argument].a) == parameter;
        if (!itself && !inside) continue;
        GlobalAccess access;
        access.function = f;
        access.instr = argument;
        access.use = GlobalUse::address;
        access.call = id;
        const FunctionIndex callee =
            instr.a == kNone ? kNone : p_.resolve(p_.functions()[f].unit, instr.a);
        if (callee != kNone) {
          raise(through_parameter(callee, i, depth + 1));
        } else if (const rules::CFunction* row = effects_.row(unit, instr)) {
          if (is_atomic_act(row->act)) {
            raise(Use::atomic);
          } else if (is_lock_act(row->act)) {
            if (itself) raise(Use::lock);
          } else if (row->object == static_cast<std::int8_t>(i) && row->effect != CEffect::None &&
                     row->effect != CEffect::Read) {
            raise(Use::maybe_write);
          } else {
            raise(Use::read);
          }
        } else if (instr.a != kNone && is_atomic_builtin(unit.text(unit.functions[instr.a].name))) {
          raise(Use::atomic);
        } else {
          raise(Use::maybe_write);
        }
      }
    });
    return worst == Use::nothing ? Use::read : worst;
  }

  const Program& p_;
  const Effects& effects_;
  const Locks& locks_;
  std::unordered_map<FunctionIndex, Uses> uses_;  // on first use
};

}  // namespace

Globals Globals::build(const Program& program, const Effects& effects, const Locks& locks) {
  Globals out;
  Inventory inventory(program, effects, locks);
  for (GlobalIndex g = 0; g < program.globals().size(); ++g) {
    out.facts_.push_back(inventory.facts(g));
  }
  return out;
}

}  // namespace gilcheck::clang_plugin
