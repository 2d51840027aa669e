// What `assume` adds: whom we believe to call the public API from several threads, and on what.
#include <algorithm>

#include "analyzer/evidence/model.h"
#include "analyzer/link/types.h"

namespace gilcheck::analyzer {
namespace {

std::vector<std::uint8_t> modules_with_locks(const Model& model) {
  std::vector<std::uint8_t> out(model.modules.size(), 0);
  for (const Location& location : model.locations) {
    if (location.kind == LocationKind::global && location.type.kind == Type::Kind::builtin &&
        rules::is_lock(location.type.container)) {
      out[location.owner] = 1;
    }
  }
  return out;
}

/// Functions in which a nested function's lock lives.
std::vector<std::uint8_t> functions_with_locks(const Model& model) {
  std::vector<std::uint8_t> out(model.functions.size(), 0);
  for (const Location& location : model.locations) {
    if ((location.kind == LocationKind::closure ||
         location.kind == LocationKind::function_attribute) &&
        location.type.kind == Type::Kind::builtin && rules::is_lock(location.type.container)) {
      out[location.owner] = 1;
    }
  }
  return out;
}

bool is_nested(const Function& function) {
  return (function.flags & (kFunctionNested | kFunctionLambda)) != 0;
}

}  // namespace

ClassClaim claim_of(const Model& model, const Location& location) {
  ClassClaim out;
  const auto consider = [&](ClassIndex c) {
    // A lock does not outweigh a class that says it is for one thread at a time.
    if (model.classes[c].documented_unsafe) return;
    if (out.locks == kNone && model.classes[c].owns_lock) out.locks = c;
    if (out.documented == kNone && model.classes[c].documented_thread_safe) out.documented = c;
  };
  consider(location.owner);
  for (const AccessRef& access : location.accesses) {
    const ClassIndex user = model.functions[access.function].owner;
    if (user != kNone && user != location.owner && model.derives_from(user, location.owner)) {
      consider(user);
    }
  }
  return out;
}

void find_api_entries(Evidence& evidence) {
  const Model& model = *evidence.model;
  const Assume assume = model.options.assume;
  if (assume == Assume::single) return;
  const std::vector<std::uint8_t> module_locks = modules_with_locks(model);
  const std::vector<std::uint8_t> function_locks = functions_with_locks(model);
  ThreadRoot api;
  api.kind = ThreadRoot::Kind::public_api;
  api.many = true;
  api.same_receiver = true;
  api.text = "callers of the public API in several threads";
  for (FunctionIndex f = 0; f < model.functions.size(); ++f) {
    const FunctionInfo& info = model.functions[f];
    const Function& function = model.function(f);
    if ((function.flags & (kFunctionModule | kFunctionClassBody | kFunctionAsync)) != 0) continue;
    const bool returned = is_nested(function) && info.escapes && model.spawned[f] == 0;
    if (!info.public_ && !returned) continue;
    bool entry = assume == Assume::threaded;
    if (!entry) {
      entry = module_locks[info.module] != 0 || model.summary(info.module).documented_thread_safe ||
              (function.flags & kFunctionDocThreadSafe) != 0 ||
              (info.owner != kNone && (model.classes[info.owner].owns_lock ||
                                       model.classes[info.owner].documented_thread_safe));
      if (info.owner != kNone && model.classes[info.owner].documented_unsafe) {
        entry = (function.flags & kFunctionDocThreadSafe) != 0;
      }
      if (returned && function.parent != kNone) {
        entry = entry || function_locks[model.function_index(info.module, function.parent)] != 0;
      }
    }
    if (entry) api.entries.push_back(model.entry_of(f));
  }
  if (api.entries.empty()) return;
  std::sort(api.entries.begin(), api.entries.end());
  api.entries.erase(std::unique(api.entries.begin(), api.entries.end()), api.entries.end());
  evidence.api = static_cast<RootId>(evidence.roots.size());
  evidence.roots.push_back(std::move(api));
  evidence.details.emplace_back();
}

void assume_library(Evidence& evidence) {
  const Model& model = *evidence.model;
  evidence.api_shared.assign(model.locations.size(), 0);
  evidence.api_strength.assign(model.locations.size(), Confidence::low);
  if (evidence.api == kNone) return;
  const std::vector<std::uint8_t> module_locks = modules_with_locks(model);
  const std::vector<std::uint8_t> function_locks = functions_with_locks(model);
  const bool threaded = model.options.assume == Assume::threaded;
  // A cell lives on where a nested function does.
  std::vector<std::uint8_t> keeps_cells(model.functions.size(), 0);
  for (FunctionIndex f = 0; f < model.functions.size(); ++f) {
    const Function& function = model.function(f);
    if (is_nested(function) && function.parent != kNone && model.functions[f].escapes &&
        model.spawned[f] == 0) {
      keeps_cells[model.function_index(model.module_of(f), function.parent)] = 1;
    }
  }
  for (LocationId l = 0; l < model.locations.size(); ++l) {
    const Location& location = model.locations[l];
    bool shared = false;
    Confidence strength = Confidence::high;
    switch (location.kind) {
      case LocationKind::global:
        shared = threaded || module_locks[location.owner] != 0 ||
                 model.summary(location.owner).documented_thread_safe;
        break;
      case LocationKind::function_attribute:
      case LocationKind::default_argument: {
        const ModuleIndex m = model.module_of(location.owner);
        const ClassIndex owner = model.functions[location.owner].owner;
        shared = threaded || module_locks[m] != 0 || model.summary(m).documented_thread_safe ||
                 (owner != kNone && model.classes[owner].owns_lock);
        break;
      }
      case LocationKind::closure:
        shared =
            keeps_cells[location.owner] != 0 && (threaded || function_locks[location.owner] != 0);
        break;
      case LocationKind::class_attribute: {
        const ClassClaim made = claim_of(model, location);
        shared = threaded || made.locks != kNone || made.documented != kNone ||
                 module_locks[model.classes[location.owner].module] != 0;
        break;
      }
      case LocationKind::instance_attribute: {
        const ClassClaim made = claim_of(model, location);
        const ClassInfo& info = model.classes[location.owner];
        const Holders& holders = evidence.holders[location.owner];
        const bool meant = made.locks != kNone || made.documented != kNone || info.metaclass ||
                           info.descriptor || holders.everywhere || !holders.holds.empty();
        shared = made.locks != kNone || made.documented != kNone || threaded;
        if (threaded && !meant) strength = Confidence::low;
        break;
      }
      case LocationKind::local_object: break;
      case LocationKind::item:
        // Parents come first.
        shared = evidence.api_shared[location.parent] != 0;
        strength = evidence.api_strength[location.parent];
        break;
    }
    evidence.api_shared[l] = shared ? 1 : 0;
    evidence.api_strength[l] = strength;
  }
}

}  // namespace gilcheck::analyzer
