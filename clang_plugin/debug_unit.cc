// A unit as text: what the frontend made of a file.

#include <fmt/format.h>

#include <iterator>

#include "clang_plugin/unit.h"

namespace gilcheck::clang_plugin {

namespace {

constexpr const char* kOps[] = {
    "undef",    "parameter", "integer", "null", "string", "function", "address",   "load",
    "store",    "call",      "out",     "phi",  "binary", "unary",    "aggregate", "lambda",
    "captured", "construct", "destroy", "new",  "delete", "throw"};
constexpr const char* kOperators[] = {
    "",  "+", "-", "*",  "/",  "%", "<<", ">>", "&",  "|",   "^",
    "~", "-", "!", "==", "!=", "<", ">",  "<=", ">=", "<=>", "->*"};
constexpr const char* kStorage[] = {"global", "static", "static local", "local", "parameter"};

class Printer {
 public:
  explicit Printer(const Unit& unit) : u_(unit) {}

  std::string run() {
    print("unit {} {}{}\n", u_.path, u_.cplusplus ? "c++" : "c",
          u_.free_threaded_headers ? ", free-threaded Python.h" : "");
    if (u_.python_hex != 0) {
      print("Python {}.{}.{}\n", u_.python_hex >> 24U, u_.python_hex >> 16U & 0xFFU,
            u_.python_hex >> 8U & 0xFFU);
    }
    for (const Problem& problem : u_.problems) {
      print("problem {}:{} {}\n", u_.files[problem.pos.file], problem.pos.line,
            u_.text(problem.text));
    }
    for (const Record& record : u_.records) {
      if (!record.project) continue;
      print("record {}{}\n", u_.text(record.name), record.object ? " (object)" : "");
      for (std::uint32_t f = record.fields.first; f < record.fields.end(); ++f) {
        print("  {} {}\n", u_.text(u_.types[u_.fields[f].type].text), u_.text(u_.fields[f].name));
      }
    }
    for (const Variable& variable : u_.variables) {
      if (variable.storage == Storage::local || variable.storage == Storage::parameter ||
          !variable.project) {
        continue;
      }
      print("variable {} {} : {}{}{}\n", kStorage[static_cast<int>(variable.storage)],
            u_.text(variable.name), u_.types[variable.type].const_ ? "const " : "",
            u_.text(u_.types[variable.type].text), variable.thread_local_ ? " thread_local" : "");
      if (variable.initializer != kNone) initializer(variable.initializer, 1);
    }
    for (const Function& function : u_.functions) {
      if (function.defined()) body(function);
    }
    return std::move(out_);
  }

 private:
  template <typename... Args>
  void print(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  void initializer(std::uint32_t id, int depth) {
    const Initializer& init = u_.initializers[id];
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
    if (init.field != kNone) print(".{} = ", u_.text(u_.fields[init.field].name));
    switch (init.kind) {
      case InitKind::other: print("?\n"); break;
      case InitKind::integer: print("{}\n", init.value); break;
      case InitKind::null: print("null\n"); break;
      case InitKind::string: print("\"{}\"\n", u_.text(init.text)); break;
      case InitKind::function: print("function {}\n", u_.text(u_.functions[init.ref].name)); break;
      case InitKind::variable: print("variable {}\n", u_.text(u_.variables[init.ref].name)); break;
      case InitKind::list:
        print("{{\n");
        for (std::uint32_t i = init.children.first; i < init.children.end(); ++i) {
          initializer(u_.init_lists[i], depth + 1);
        }
        break;
    }
  }

  std::string place(PlaceId id) const {
    const Place& p = u_.places[id];
    switch (p.kind) {
      case PlaceKind::unknown: return "?";
      case PlaceKind::variable: return std::string(u_.text(u_.variables[p.id].name));
      case PlaceKind::deref: return fmt::format("*%{}", p.id);
      case PlaceKind::field:
        return fmt::format("{}.{}", place(p.parent), u_.text(u_.fields[p.id].name));
      case PlaceKind::index: return fmt::format("{}[%{}]", place(p.parent), p.id);
    }
    return "";
  }

  void instr(ValueId id) {
    const Instr& i = u_.instrs[id];
    print("    %{} = {}", id, kOps[static_cast<int>(i.op)]);
    switch (i.op) {
      case Op::parameter:
      case Op::captured: print(" {}", u_.text(u_.variables[i.a].name)); break;
      case Op::integer: print(" {}", i.number); break;
      case Op::string: print(" \"{}\"", u_.text(i.a)); break;
      case Op::function:
      case Op::lambda: print(" {}", u_.text(u_.functions[i.a].name)); break;
      case Op::address:
      case Op::load: print(" {}", place(i.a)); break;
      case Op::store: print(" {} <- %{}", place(i.a), i.b); break;
      case Op::construct:
        print(" {} {}", place(i.a), i.b == kNone ? "" : u_.text(u_.functions[i.b].name));
        break;
      case Op::destroy: print(" {}", place(i.a)); break;
      case Op::call:
        if (i.a != kNone) {
          print(" {}", u_.text(u_.functions[i.a].name));
        } else {
          print(" *%{}", i.b);
        }
        break;
      case Op::out: print(" of %{} argument {}", i.a, i.b); break;
      case Op::binary: print(" %{} {} %{}", i.a, kOperators[static_cast<int>(i.code)], i.b); break;
      case Op::unary: print(" {}%{}", kOperators[static_cast<int>(i.code)], i.a); break;
      case Op::delete_:
      case Op::throw_: print(" %{}", i.a); break;
      default: break;
    }
    if (i.list.count != 0) {
      print(" (");
      for (std::uint32_t l = i.list.first; l < i.list.end(); ++l) {
        print("{}%{}", l == i.list.first ? "" : ", ", u_.value_lists[l]);
      }
      print(")");
    }
    print("  ; {}:{}", i.pos.line, i.pos.column);
    if (i.macro != 0) print(" {}", u_.text(i.macro));
    print("\n");
  }

  void body(const Function& f) {
    print("function {}{}\n", u_.text(f.name),
          (f.flags & kFunctionExternal) != 0 ? " external" : "");
    for (BlockId b = f.blocks.first; b < f.blocks.end(); ++b) {
      const Block& block = u_.blocks[b];
      print("  block {}\n", b - f.blocks.first);
      for (std::uint32_t i = block.instrs.first; i < block.instrs.end(); ++i) {
        instr(u_.instr_order[i]);
      }
      switch (block.exit) {
        case Exit::jump: print("    jump"); break;
        case Exit::branch: print("    branch %{}", block.value); break;
        case Exit::switch_: print("    switch %{}", block.value); break;
        case Exit::return_:
          if (block.value == kNone) {
            print("    return");
          } else {
            print("    return %{}", block.value);
          }
          break;
        case Exit::unreachable: print("    unreachable"); break;
      }
      for (std::uint32_t s = block.succs.first; s < block.succs.end(); ++s) {
        print(" {}", u_.block_lists[s] - f.blocks.first);
      }
      print("\n");
    }
  }

  const Unit& u_;
  std::string out_;
};

}  // namespace

std::string debug_unit(const Unit& unit) {
  return Printer(unit).run();
}

}  // namespace gilcheck::clang_plugin
