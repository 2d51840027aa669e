#include "clang_plugin/flow/names.h"

#include <fmt/format.h>

#include "clang_plugin/flow/effects.h"

namespace gilcheck::clang_plugin {

namespace {

constexpr int kDeepest = 40;
constexpr std::uint32_t kLongestGetter = 16;  // instructions

/// Functions of the C API that give the same object for the same arguments.
bool is_getter(std::string_view name) {
  const rules::CFunction* row = api_row(name);
  return row != nullptr &&
         (row->act == rules::CAct::ModuleState || row->act == rules::CAct::ModuleLookup ||
          row->act == rules::CAct::SameResult);
}

Name value_name(const Program& p, FunctionIndex f, ValueId v, int depth);

/// What a function of the program that does nothing else returns: `return &state->lock;`.
Name of_getter(const Program& p, FunctionIndex f, ValueId call, int depth) {
  const FuncId callee = p.unit_of(f).instrs[call].a;
  const FunctionIndex target = callee == kNone ? kNone : p.resolve(p.functions()[f].unit, callee);
  if (target == kNone || target == f) return {};
  const Function& function = p.function(target);
  if (function.instrs.count > kLongestGetter || (function.flags & kFunctionVirtual) != 0) return {};
  const Unit& unit = p.unit_of(target);
  bool plain = true;
  for_each_instr(unit, function, [&](ValueId id) {
    const Instr& instr = unit.instrs[id];
    const bool gets = instr.op == Op::call && is_getter(p.callee_name(unit, instr));
    plain = plain && (gets || instr.op == Op::parameter || instr.op == Op::address ||
                      instr.op == Op::load || instr.op == Op::integer);
  });
  Name one;
  for (BlockId b = function.blocks.first; b < function.blocks.end(); ++b) {
    const Block& block = unit.blocks[b];
    if (block.exit != Exit::return_ || block.value == kNone) continue;
    Name here = value_name(p, target, block.value, depth + kDeepest / 4);
    if (one.known() && one != here) return {};
    one = std::move(here);
  }
  // Which element an index means is not in the name.
  if (!plain || one.root == Name::Root::local || one.steps.find('[') != std::string::npos) {
    return {};
  }
  return in_caller(p, f, call, one);
}

Name place_name(const Program& p, FunctionIndex f, PlaceId id, int depth) {
  const Unit& unit = p.unit_of(f);
  const Place& place = unit.places[id];
  if (depth > kDeepest) return {};
  switch (place.kind) {
    case PlaceKind::unknown: return {};
    case PlaceKind::variable: {
      const GlobalIndex g = p.global(p.functions()[f].unit, place.id);
      if (g != kNone) return {Name::Root::global, g, ""};
      return {Name::Root::local, place.id, "$"};
    }
    case PlaceKind::deref: return value_name(p, f, place.id, depth + 1);
    case PlaceKind::field: {
      Name base = place_name(p, f, place.parent, depth + 1);
      if (!base.known()) return {};
      base.steps += '.';
      base.steps += unit.text(unit.fields[place.id].name);
      return base;
    }
    case PlaceKind::index: {
      Name base = place_name(p, f, place.parent, depth + 1);
      if (!base.known()) return {};
      const Instr& at = unit.instrs[place.id];
      base.steps += at.op == Op::integer ? fmt::format("[{}]", at.number) : "[]";
      return base;
    }
  }
  return {};
}

Name value_name(const Program& p, FunctionIndex f, ValueId v, int depth) {
  const Unit& unit = p.unit_of(f);
  if (depth > kDeepest || v == 0) return {};
  const Instr& instr = unit.instrs[v];
  switch (instr.op) {
    case Op::parameter:
      if (p.functions()[f].module_parameter == instr.b) {
        return {Name::Root::getter, 0, "the module"};
      }
      return {Name::Root::parameter, instr.b, ""};
    case Op::address: return place_name(p, f, instr.a, depth + 1);
    case Op::load: {
      Name at = place_name(p, f, instr.a, depth + 1);
      if (!at.known()) return {Name::Root::local, v, ""};
      at.steps += '^';
      return at;
    }
    case Op::call: {
      if (const Name got = of_getter(p, f, v, depth); got.known()) return got;
      const std::string_view callee = p.callee_name(unit, instr);
      if (!is_getter(callee) || instr.list.count == 0) {
        if (is_getter(callee)) return {Name::Root::getter, 0, std::string(callee)};
        break;
      }
      Name of = value_name(p, f, unit.value_lists[instr.list.first], depth + 1);
      if (!of.known()) break;
      of.steps += fmt::format("<{}>", callee);
      return of;
    }
    default: break;
  }
  return {Name::Root::local, v, ""};
}

}  // namespace

Name name_of_value(const Program& program, FunctionIndex function, ValueId value) {
  return value_name(program, function, value, 0);
}
Name name_of_place(const Program& program, FunctionIndex function, PlaceId place) {
  return place_name(program, function, place, 0);
}

Name in_caller(const Program& program, FunctionIndex caller, ValueId call, const Name& name) {
  if (name.root == Name::Root::global || name.root == Name::Root::getter) return name;
  if (name.root != Name::Root::parameter) return {};
  const Unit& unit = program.unit_of(caller);
  const Instr& instr = unit.instrs[call];
  // A constructor's `this` is the place it constructs.
  if (instr.op == Op::construct || instr.op == Op::destroy) {
    if (name.id == 0) {
      Name out = name_of_place(program, caller, instr.a);
      if (out.known()) out.steps += name.steps;
      return out;
    }
    if (instr.op == Op::destroy || name.id > instr.list.count) return {};
    Name out = name_of_value(program, caller, unit.value_lists[instr.list.first + name.id - 1]);
    if (out.known()) out.steps += name.steps;
    return out;
  }
  if (name.id >= instr.list.count) return {};
  Name out = name_of_value(program, caller, unit.value_lists[instr.list.first + name.id]);
  if (out.known()) out.steps += name.steps;
  return out;
}

Name kept_in_object(const Program& program, FunctionIndex function, const Name& name) {
  if (name.root != Name::Root::local || !name.steps.starts_with("$.")) return name;
  const UnitIndex u = program.functions()[function].unit;
  const Unit& unit = program.unit_of(function);
  Name found = name;
  for_each_instr(unit, program.function(function), [&](ValueId id) {
    const Instr& made = unit.instrs[id];
    if (made.op != Op::construct || made.b == kNone || root_variable(unit, made.a) != name.id)
      return;
    const FunctionIndex constructor = program.resolve(u, made.b);
    if (constructor == kNone) return;
    const std::string object = name_of_place(program, function, made.a).steps;
    const Unit& of = program.unit_of(constructor);
    for_each_instr(of, program.function(constructor), [&](ValueId stored) {
      const Instr& store = of.instrs[stored];
      if (store.op != Op::store) return;
      const Name field = name_of_place(program, constructor, store.a);
      if (field.root != Name::Root::parameter || field.id != 0) return;
      const std::string kept = object + field.steps + '^';
      if (!name.steps.starts_with(kept)) return;
      Name inside = in_caller(program, function, id, name_of_value(program, constructor, store.b));
      if (!inside.known()) return;
      inside.steps += name.steps.substr(kept.size());
      found = std::move(inside);
    });
  });
  return found;
}

Name in_callee(const Program& program, FunctionIndex caller, ValueId call, const Name& name) {
  if (name.root == Name::Root::global || name.root == Name::Root::getter ||
      name.root == Name::Root::enclosing) {
    return name;
  }
  const Unit& unit = program.unit_of(caller);
  const Instr& instr = unit.instrs[call];
  if (instr.op != Op::call) return {};
  Name best;
  std::size_t longest = 0;
  for (std::uint32_t i = 0; i < instr.list.count; ++i) {
    const Name argument = name_of_value(program, caller, unit.value_lists[instr.list.first + i]);
    if (argument.root != name.root || argument.id != name.id || !argument.known()) continue;
    if (!name.steps.starts_with(argument.steps)) continue;
    if (best.known() && argument.steps.size() < longest) continue;
    longest = argument.steps.size();
    best = {Name::Root::parameter, i, name.steps.substr(argument.steps.size())};
  }
  return best;
}

std::string Name::text(const Program& program, FunctionIndex function) const {
  std::string out;
  switch (root) {
    case Root::unknown: return "?";
    case Root::parameter: {
      const Unit& unit = program.unit_of(function);
      out = fmt::format("argument {}", id + 1);
      for_each_instr(unit, program.function(function), [&](ValueId v) {
        const Instr& instr = unit.instrs[v];
        if (instr.op == Op::parameter && instr.b == id) {
          const std::string_view name = unit.text(unit.variables[instr.a].name);
          if (!name.empty()) out = name;
        }
      });
      break;
    }
    case Root::global: out = program.globals()[id].name; break;
    case Root::local: {
      const Unit& unit = program.unit_of(function);
      out = "a local object";
      if (steps.starts_with("$")) out = unit.text(unit.variables[id].name);
      break;
    }
    case Root::getter: break;
    case Root::enclosing: return "a lock of its caller";
  }
  // "^" is how C writes a pointer followed: it needs no mark of its own in text.
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const char c = steps[i];
    if (c == '^' || c == '$') continue;
    if (c == '.' && (i > 0 ? steps[i - 1] == '^' : root != Root::global)) {
      out += "->";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace gilcheck::clang_plugin
