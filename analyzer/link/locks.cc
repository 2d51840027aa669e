// Locks: numbers for those that sections hold, in the order of modules and sections.
#include <algorithm>

#include "analyzer/link/lock_resolver.h"
#include "analyzer/link/types.h"

namespace gilcheck::analyzer {
namespace {

class Numbering {
 public:
  explicit Numbering(Model& model)
      : model_(model), lock_of_location_(model.locations.size(), kNone) {}

  LockId number(ModuleIndex m, const Section& section, const FoundLock& found) {
    if (!found.identified) return kNone;
    if (found.location != kNone) {
      LockId& known = lock_of_location_[found.location];
      if (known == kNone) known = add_location(found);
      return known;
    }
    if (found.parameter != kNone) {
      const auto [place, inserted] =
          parameters_.try_emplace(found.parameter, static_cast<LockId>(model_.locks.size()));
      if (inserted) {
        Lock lock;
        lock.scope = Lock::Scope::parameter;
        const ModuleSummary& s = model_.summary(m);
        lock.name = s.name(s.params[found.parameter - model_.tables[m].param_base].name);
        lock.module = m;
        lock.created = section.range;
        model_.locks.push_back(std::move(lock));
      }
      return place->second;
    }
    Lock lock;
    lock.scope = Lock::Scope::fresh;
    lock.module = m;
    lock.created = section.range;
    lock.name = "a lock made for this call";
    model_.locks.push_back(std::move(lock));
    return static_cast<LockId>(model_.locks.size() - 1);
  }

 private:
  LockId add_location(const FoundLock& found) {
    const Location& kept = model_.locations[found.location];
    Lock lock;
    lock.scope = found.scope;
    lock.location = found.location;
    lock.reentrant = kept.type.container == rules::Container::RLock ||
                     kept.type.container == rules::Container::Condition;
    lock.name = name_of(kept);
    lock.module = kept.initial_module;
    for (const AccessRef& ref : kept.accesses) {
      const Access& access = model_.summary(ref.module).accesses[ref.access];
      if (access.op != AccessOp::store) continue;
      lock.module = ref.module;
      lock.created = access.range;
      break;
    }
    if (lock.created == ByteRange{} && kept.kind == LocationKind::local_object) {
      const ModuleSummary& s = model_.summary(kept.initial_module);
      const ValueNode* node = &s.values[kept.initial];
      while (node->kind == ValueKind::annotated) node = &s.values[node->b];
      if (node->kind == ValueKind::call) lock.created = s.calls[node->a].range;
    }
    model_.locks.push_back(std::move(lock));
    return static_cast<LockId>(model_.locks.size() - 1);
  }

  std::string name_of(const Location& kept) const {
    const std::string name(model_.symbols.text(kept.name));
    switch (kept.kind) {
      case LocationKind::instance_attribute: return "self." + name;
      case LocationKind::class_attribute: {
        const ModuleIndex m = model_.classes[kept.owner].module;
        return std::string(model_.text(m, model_.klass(kept.owner).name)) + "." + name;
      }
      case LocationKind::global: {
        const std::string_view module = model_.summary(kept.owner).module;
        const std::size_t dot = module.rfind('.');
        const std::string_view last =
            dot == std::string_view::npos ? module : module.substr(dot + 1);
        return std::string(last) + (last.empty() ? "" : ".") + name;
      }
      case LocationKind::item: return name_of(model_.locations[kept.parent]) + "[...]";
      default: return name.empty() ? "a local lock" : name;
    }
  }

  Model& model_;
  std::vector<LockId> lock_of_location_;
  tsl::robin_map<std::uint32_t, LockId> parameters_;
};

}  // namespace

void build_locks(Model& model, const ParallelFor& parallel) {
  const std::vector<LocationId> canonical = canonical_locks(model);
  std::vector<std::vector<std::vector<FoundLock>>> found(model.modules.size());
  parallel(model.modules.size(), [&](std::size_t index) {
    const auto m = static_cast<ModuleIndex>(index);
    const ModuleSummary& s = model.summary(m);
    LockResolver resolver(model, m, canonical);
    found[m].reserve(s.sections.size());
    for (SectionId id = 0; id < s.sections.size(); ++id) found[m].push_back(resolver.section(id));
  });
  Numbering numbering(model);
  model.section_locks.resize(model.modules.size());
  model.section_lock_list.resize(model.modules.size());
  for (ModuleIndex m = 0; m < model.modules.size(); ++m) {
    const ModuleSummary& s = model.summary(m);
    for (SectionId id = 0; id < s.sections.size(); ++id) {
      std::vector<HeldLock>& list = model.section_lock_list[m];
      Range range;
      range.first = static_cast<std::uint32_t>(list.size());
      for (const FoundLock& lock : found[m][id]) {
        HeldLock held;
        held.lock = numbering.number(m, s.sections[id], lock);
        held.section = id;
        held.strength = lock.strength;
        held.object = lock.object;
        list.push_back(held);
        // An object of the program that works as a lock makes its keeper an owner of one.
        if (held.strength != HeldLock::Strength::sure || lock.location == kNone) continue;
        const Location& kept = model.locations[lock.location];
        if (kept.kind != LocationKind::instance_attribute &&
            kept.kind != LocationKind::class_attribute) {
          continue;
        }
        ClassInfo& owner = model.classes[kept.owner];
        owner.owns_lock = true;
        if (owner.lock == kNone) owner.lock = lock.location;
      }
      range.count = static_cast<std::uint32_t>(list.size()) - range.first;
      model.section_locks[m].push_back(range);
    }
  }
  for (ClassIndex c = 0; c < model.classes.size(); ++c) {
    for (const ClassIndex ancestor : model.class_tables[c].ancestry) {
      if (!model.classes[ancestor].owns_lock) continue;
      model.classes[c].owns_lock = true;
      if (model.classes[c].lock == kNone) model.classes[c].lock = model.classes[ancestor].lock;
    }
  }
}

}  // namespace gilcheck::analyzer
