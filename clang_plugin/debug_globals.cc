// gilcheck debug globals: every variable with static storage, and what protects it.

#include <fmt/format.h>

#include <iterator>

#include "clang_plugin/clang_plugin.h"
#include "clang_plugin/flow/globals.h"

namespace gilcheck::clang_plugin {

namespace {

/// What a comment says, in the words for what is found out.
std::string_view shown_as(const GlobalFacts& facts) {
  if (facts.annotated == Annotation::guarded_by) return to_string(GlobalClass::guarded);
  if (facts.annotated == Annotation::init_only) return to_string(GlobalClass::init_only);
  return to_string(facts.what);
}

}  // namespace

std::string debug_globals(std::span<const Unit* const> units) {
  const ParallelFor serially = [](std::size_t count, const std::function<void(std::size_t)>& body) {
    for (std::size_t i = 0; i < count; ++i) body(i);
  };
  const auto program = Program::build(units, serially);
  const Effects effects = Effects::build(*program);
  const References references = References::build(*program, effects);
  const Locks locks = Locks::build(*program, effects, references);
  const Globals globals = Globals::build(*program, effects, locks);
  std::string out;
  for (GlobalIndex g = 0; g < program->globals().size(); ++g) {
    const GlobalNode& node = program->globals()[g];
    const Unit& unit = program->unit(node.unit);
    const Variable& variable = unit.variables[node.id];
    const GlobalFacts& facts = globals.of(g);
    fmt::format_to(std::back_inserter(out), "{}:{} {} {} : {} ({})\n",
                   unit.files[variable.pos.file], variable.pos.line, shown_as(facts), node.name,
                   unit.text(unit.types[variable.type].text), facts.why);
  }
  return out;
}

}  // namespace gilcheck::clang_plugin
