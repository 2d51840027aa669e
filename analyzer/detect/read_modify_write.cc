// Read-modify-write: GIL101.

#include <fmt/format.h>

#include "analyzer/detect/region_view.h"
#include "analyzer/detect/stored_value.h"
#include "rules/tables.h"

namespace gilcheck::analyzer {

bool judge_update(const DetectContext& context, const RegionView& view, Candidate& out,
                  std::uint16_t& effects) {
  const ModuleSummary& summary = context.summary(view.module);
  const bool augmented = (view.last.flags & kAccessAugmented) != 0;
  const std::string location = context.program.location_name(view.id);
  const bool empties =
      view.last.op == AccessOp::item_del ||
      (view.last.op == AccessOp::method && summary.name(view.last.method) == "clear") ||
      (view.last.op == AccessOp::store &&
       stored(summary, view.last.value).kind == ValueKind::display);
  const bool copies = view.first.op == AccessOp::whole || view.first.op == AccessOp::method ||
                      (view.first.op == AccessOp::item_load && view.first.method != 0);
  if (empties && copies) {
    effects = kInserts | kWritesItem;
    out.rule = RuleCode::read_modify_write;
    out.message = fmt::format("{} is copied by `{}` and then emptied by `{}`", location,
                              context.code_of(view.module, view.first.range, 40),
                              context.code_of(view.module, view.last.range, 40));
    out.harm = "what another thread adds between the copy and the emptying is lost";
    out.fix = "hold one lock from the copy to the emptying, also where it is added to";
    return true;
  }
  if (view.last.op == AccessOp::store) {
    if (augmented && mutable_container(view.location)) return false;  // in place, same object
    // `self.part.x = old.x` after `old = self.part`: were it one object, the statement would do
    // nothing; a part was replaced in between and takes over what the old one had.
    const ValueNode& kept = stored(summary, view.last.value);
    if (kept.kind == ValueKind::path && kept.a == view.last.path &&
        view.first.range.begin >= view.last.range.begin &&
        view.first.range.end <= view.last.range.end) {
      return false;
    }
    effects = kBinds;
    if (view.first.op != AccessOp::load) effects |= kMutatesContent;  // made from its content
  } else if (view.last.op == AccessOp::item_store) {
    effects = kWritesItem | kRemoves | kReplaces | kBinds;
  } else if (view.last.op == AccessOp::method) {
    const std::string_view method = summary.name(view.last.method);
    if ((effect_of(context.program, view.module, view.region.last, view.location) &
         kMutatesContent) == 0) {
      return false;
    }
    // Numbering by length: `items.append(Item(len(items)))`.
    if (view.first.op != AccessOp::length || (method != "append" && method != "add")) return false;
    effects = kInserts | kRemoves;
    out.confidence = at_most(out.confidence, Confidence::medium);
  } else {
    return false;
  }
  const std::string code = context.code_of(view.module, view.last.range);
  if (view.first.range == view.last.range) {
    out.message = fmt::format("`{}` reads and writes {}", code, location);
  } else {
    out.message = fmt::format("{} is read by `{}` and written back by `{}`", location,
                              context.code_of(view.module, view.first.range, 40), code);
  }
  out.rule = RuleCode::read_modify_write;
  out.harm =
      "two threads read the same value and the later write overwrites the other: one update is "
      "lost";
  out.fix = "hold one lock from the read to the write";
  return true;
}

}  // namespace gilcheck::analyzer
