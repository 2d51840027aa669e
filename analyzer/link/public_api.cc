// What `__all__` says about which functions are meant for others.
#include <algorithm>
#include <vector>

#include "analyzer/link/model.h"

namespace gilcheck::analyzer {
namespace {

bool listed(const Model& model, ModuleIndex m, Symbol name) {
  const std::vector<Symbol>& exports = model.tables[m].exports;
  return std::binary_search(exports.begin(), exports.end(), name);
}

/// Functions that a module offers under a name of its own choice: listed in its `__all__`, or in a
/// package's `__init__` that has no complete one, where importing is publishing.
std::vector<std::uint8_t> offered(const Model& model) {
  std::vector<std::uint8_t> out(model.functions.size(), 0);
  for (ModuleIndex m = 0; m < model.modules.size(); ++m) {
    const ModuleSummary& s = model.summary(m);
    const bool open = s.is_package && s.export_list != ExportList::complete;
    for (const ModuleName& entry : model.tables[m].names) {
      if (entry.what.type.kind != Type::Kind::function) continue;
      if (listed(model, m, entry.symbol) ||
          (open && !model.symbols.text(entry.symbol).starts_with('_'))) {
        out[entry.what.type.index] = 1;
      }
    }
  }
  return out;
}

}  // namespace

// Methods stay as they are: objects of a class that is not listed are handed out all the same.
void keep_private(Model& model) {
  const std::vector<std::uint8_t> public_by_name = offered(model);
  for (FunctionIndex f = 0; f < model.functions.size(); ++f) {
    FunctionInfo& info = model.functions[f];
    if (!info.public_ || info.owner != kNone || info.escapes || public_by_name[f] != 0) continue;
    if (model.summary(info.module).export_list != ExportList::complete) continue;
    // By name, too: of two definitions either may be the one.
    if (listed(model, info.module, model.symbol(info.module, model.function(f).name))) continue;
    info.public_ = false;
  }
}

}  // namespace gilcheck::analyzer
