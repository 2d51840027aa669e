// gilcheck debug exports: which C function is which Python name.

#include <fmt/format.h>

#include <iterator>

#include "clang_plugin/clang_plugin.h"
#include "clang_plugin/link/program.h"

namespace gilcheck::clang_plugin {

namespace {

constexpr const char* kKinds[] = {"method",    "getter",  "setter",  "slot",
                                  "construct", "destroy", "collect", "module",
                                  "callback",  "thread",  "binding", "exported"};

const ParallelFor kSerially = [](std::size_t count, const std::function<void(std::size_t)>& body) {
  for (std::size_t i = 0; i < count; ++i) body(i);
};

}  // namespace

std::string debug_exports(std::span<const Unit* const> units) {
  const auto program = Program::build(units, kSerially);
  std::string out;
  for (const ModuleNode& module : program->modules()) {
    static constexpr const char* kGil[] = {"does not say Py_mod_gil", "Py_MOD_GIL_USED",
                                           "Py_MOD_GIL_NOT_USED"};
    fmt::format_to(std::back_inserter(out), "module {} ({}): {}{}\n", module.name,
                   program->unit(module.unit).path, kGil[static_cast<int>(module.gil)],
                   module.multi_phase ? ", multi-phase" : "");
  }
  for (FunctionIndex f = 0; f < program->functions().size(); ++f) {
    const FunctionNode& node = program->functions()[f];
    for (const Entry& entry : node.entries) {
      fmt::format_to(std::back_inserter(out), "{}:{} {} {} {}\n", program->unit_of(f).path,
                     program->function(f).name_pos.line, program->name(f),
                     kKinds[static_cast<int>(entry.kind)], entry.python);
    }
  }
  return out;
}

}  // namespace gilcheck::clang_plugin
