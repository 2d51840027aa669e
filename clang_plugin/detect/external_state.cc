#include "clang_plugin/detect/external_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <tuple>

#include "clang_plugin/link/generated.h"

namespace gilcheck::clang_plugin {

namespace {

std::string_view last_part(std::string_view dotted) {
  const auto dot = dotted.rfind('.');
  return dot == dotted.npos ? dotted : dotted.substr(dot + 1);
}

/// The special methods by which Python reaches a slot; empty if no expression says so plainly. Of
/// binary operators those of the left operand: it is the first argument there.
std::vector<std::string_view> special_methods(std::string_view slot) {
  using Names = std::vector<std::string_view>;
  static const std::map<std::string_view, Names> kMethods = {
      {"mp_subscript", {"__getitem__"}},
      {"sq_item", {"__getitem__"}},
      {"mp_ass_subscript", {"__setitem__", "__delitem__"}},
      {"sq_ass_item", {"__setitem__", "__delitem__"}},
      {"sq_contains", {"__contains__"}},
      {"mp_length", {"__len__"}},
      {"sq_length", {"__len__"}},
      {"tp_iter", {"__iter__"}},
      {"tp_iternext", {"__next__"}},
      {"tp_call", {"__call__"}},
      {"tp_richcompare", {"__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"}},
      {"nb_add", {"__add__"}},
      {"nb_inplace_add", {"__iadd__"}},
      {"nb_subtract", {"__sub__"}},
      {"nb_inplace_subtract", {"__isub__"}},
      {"nb_multiply", {"__mul__"}},
      {"nb_inplace_multiply", {"__imul__"}},
      {"nb_matrix_multiply", {"__matmul__"}},
      {"nb_inplace_matrix_multiply", {"__imatmul__"}},
      {"nb_true_divide", {"__truediv__"}},
      {"nb_inplace_true_divide", {"__itruediv__"}},
      {"nb_floor_divide", {"__floordiv__"}},
      {"nb_inplace_floor_divide", {"__ifloordiv__"}},
      {"nb_remainder", {"__mod__"}},
      {"nb_inplace_remainder", {"__imod__"}},
      {"nb_power", {"__pow__"}},
      {"nb_inplace_power", {"__ipow__"}},
      {"nb_lshift", {"__lshift__"}},
      {"nb_inplace_lshift", {"__ilshift__"}},
      {"nb_rshift", {"__rshift__"}},
      {"nb_inplace_rshift", {"__irshift__"}},
      {"nb_and", {"__and__"}},
      {"nb_inplace_and", {"__iand__"}},
      {"nb_or", {"__or__"}},
      {"nb_inplace_or", {"__ior__"}},
      {"nb_xor", {"__xor__"}},
      {"nb_inplace_xor", {"__ixor__"}},
      {"nb_negative", {"__neg__"}},
      {"nb_positive", {"__pos__"}},
      {"nb_invert", {"__invert__"}},
      {"sq_concat", {"__add__"}},
      {"sq_inplace_concat", {"__iadd__"}},
      {"sq_repeat", {"__mul__"}},
      {"sq_inplace_repeat", {"__imul__"}},
  };
  const auto found = kMethods.find(slot);
  return found == kMethods.end() ? Names{} : found->second;
}

class ExternalStates {
 public:
  ExternalStates(const Context& context, const SourceByPath& source_of,
                 std::vector<ExternalState>& out)
      : c_(context), source_of_(source_of), out_(out) {}

  void add(const Candidate& candidate) {
    if (candidate.region.empty()) return;
    candidate_ = &candidate;
    std::set<FunctionIndex> done;
    const auto once = [&](const Touch& touch, const Name& of) {
      if (!done.insert(touch.function).second) return;
      touch_ = &touch;
      if (of.root == Name::Root::parameter && !is_module_state(of)) {
        follow_object(touch.function, of);
      } else if (is_module_state(of) || of.root == Name::Root::global) {
        follow_all(touch.function);
      }
    };
    // The access that does the harm stands for its function.
    for (auto touch = candidate.region.rbegin(); touch != candidate.region.rend(); ++touch) {
      once(*touch, subject(*touch));
    }
    for (const Touch& touch : writes_beside(candidate)) once(touch, subject(touch));
  }

 private:
  /// What the state belongs to: a variable, the module, or the object a parameter is.
  Name subject(const Touch& touch) const {
    if (candidate_->location_kind == "c-global" || candidate_->location_kind == "c-static") {
      return {Name::Root::global, 0, ""};
    }
    const Instr& instr = c_.instr(touch.function, touch.instr);
    if (instr.op == Op::call) {
      return instr.list.count == 0
                 ? Name{}
                 : name_of_value(c_.program, touch.function,
                                 c_.unit(touch.function).value_lists[instr.list.first]);
    }
    if (instr.op != Op::load && instr.op != Op::store) return {};
    return name_of_place(c_.program, touch.function, instr.a);
  }

  /// The module's state also when it is reached through the type of an object.
  static bool is_module_state(const Name& name) {
    return name.root == Name::Root::getter || name.steps.find("State>") != std::string::npos ||
           name.steps.find("<PyType_GetModule") != std::string::npos;
  }

  /// Other unlocked writes of the same location, in functions that no candidate names.
  std::vector<Touch> writes_beside(const Candidate& candidate) const {
    std::vector<Touch> out;
    const auto add = [&](FunctionIndex f, ValueId instr) {
      if (c_.runs_shared(f) && c_.protecting(f, instr).empty()) {
        out.push_back({f, instr, AccessKind::write, ""});
      }
    };
    if (candidate.location_kind == "c-field") {
      for (const FieldFacts& field : c_.fields().all()) {
        if (candidate.location_name != fmt::format("{}.{}", field.record, field.field)) continue;
        for (const FieldTouch& touch : field.touches) {
          if (!touch.write || touch.exclusive || touch.init || touch.atomic) continue;
          add(touch.function, touch.instr);
        }
      }
      return out;
    }
    const auto globals = c_.program.globals();
    for (GlobalIndex g = 0; g < globals.size(); ++g) {
      if (globals[g].name != candidate.location_name) continue;
      for (const GlobalTouch& touch : c_.globals.of(g).shared) {
        if (touch.write && touch.certain) add(touch.function, touch.instr);
      }
    }
    return out;
  }

  void follow_all(FunctionIndex from) {
    std::deque<FunctionIndex> work{from};
    std::set<FunctionIndex> seen{from};
    while (!work.empty()) {
      const FunctionIndex f = work.front();
      work.pop_front();
      for (const Entry& entry : c_.program.functions()[f].entries) name(f, entry, false);
      for (const std::uint32_t site : c_.program.functions()[f].callers) {
        const FunctionIndex caller = c_.program.call_sites()[site].caller;
        if (seen.insert(caller).second) work.push_back(caller);
      }
    }
  }

  /// Up to the functions whose `self` the object is.
  void follow_object(FunctionIndex from, const Name& object) {
    std::deque<std::pair<FunctionIndex, Name>> work{{from, object}};
    std::set<std::pair<FunctionIndex, std::uint32_t>> seen{{from, object.id}};
    while (!work.empty()) {
      const auto [f, of] = work.front();
      work.pop_front();
      const FunctionNode& node = c_.program.functions()[f];
      if (of.id == node.self) {
        for (const Entry& entry : node.entries) name(f, entry, true);
      }
      for (const std::uint32_t index : node.callers) {
        const CallSite& site = c_.program.call_sites()[index];
        if (site.as_callback) continue;
        const Name up = in_caller(c_.program, site.caller, site.call, of);
        if (is_module_state(up) || up.root == Name::Root::global) {
          follow_all(site.caller);
        } else if (up.root == Name::Root::parameter && seen.insert({site.caller, up.id}).second) {
          work.emplace_back(site.caller, up);
        }
      }
    }
  }

  bool is_module_name(std::string_view owner) const {
    const auto modules = c_.program.modules();
    return std::any_of(modules.begin(), modules.end(), [&](const ModuleNode& module) {
      return last_part(owner) == last_part(module.name);
    });
  }

  void name(FunctionIndex f, const Entry& entry, bool of_object) {
    const std::string_view python = entry.python;
    const auto dot = python.rfind('.');
    const std::string_view owner = dot == python.npos ? std::string_view{} : python.substr(0, dot);
    const std::string_view member = last_part(python);
    if (member.empty()) return;
    const ModuleNode* module = c_.module_of(c_.unit_index(f));
    // A type is named for its module; the module is named by its initialisation function.
    const bool of_type = entry.kind == EntryKind::slot || entry.kind == EntryKind::construct ||
                         entry.kind == EntryKind::getter || entry.kind == EntryKind::setter ||
                         (entry.kind == EntryKind::method && !owner.empty() &&
                          c_.program.functions()[f].module_parameter == kNone &&
                          (owner.find('.') != owner.npos || !is_module_name(owner) || of_object));
    std::string home;
    if (module != nullptr) {
      home = last_part(module->name);
    } else if (const std::string_view of = of_type && owner.find('.') != owner.npos
                                               ? owner.substr(0, owner.rfind('.'))
                                           : of_type ? std::string_view{}
                                                     : owner;
               !of.empty()) {
      home = last_part(of);
    }
    if (home.empty()) return;
    const std::string type(last_part(owner));
    switch (entry.kind) {
      case EntryKind::method:
        if (of_type) return put(f, home, type + "." + std::string(member), of_object);
        if (!of_object) put(f, home, std::string(member), false);
        return;
      case EntryKind::binding:
        // "pb.Pet.add"; without a class "pb.bump".
        if (owner.find('.') != owner.npos) {
          return put(f, home, type + "." + std::string(member), of_object);
        }
        if (!of_object) put(f, home, std::string(member), false);
        return;
      case EntryKind::construct:
        if (!of_object && !type.empty()) put(f, home, type, false);
        return;
      case EntryKind::getter:
      case EntryKind::setter:
        if (type.empty()) return;
        put(f, home,
            fmt::format("{}.{}.{}", type, member,
                        entry.kind == EntryKind::getter ? "__get__" : "__set__"),
            of_object);
        return;
      case EntryKind::slot:
        if (type.empty()) return;
        for (const std::string_view method : special_methods(member)) {
          put(f, home, type + "." + std::string(method), of_object);
        }
        return;
      default: return;
    }
  }

  void put(FunctionIndex f, std::string module, std::string python, bool of_object) {
    ExternalState made;
    made.module = std::move(module);
    made.name = std::move(python);
    made.function = source_name(c_.program.name(f));
    made.access = access_record(c_, *touch_, source_of_);
    made.access.symbol = source_name(made.access.symbol);
    made.site = site_of(c_, c_.unit_index(f), c_.program.function(f).name_pos, source_of_);
    made.of_object = of_object;
    made.location = {candidate_->location_kind, with_source_names(candidate_->location_name)};
    made.rule = candidate_->rule;
    made.confidence = candidate_->confidence;
    made.window = candidate_->window;
    out_.push_back(std::move(made));
  }

  const Context& c_;
  const SourceByPath& source_of_;
  std::vector<ExternalState>& out_;
  const Candidate* candidate_ = nullptr;
  const Touch* touch_ = nullptr;
};

bool outlives_calls(std::string_view rule) {
  return rule == "GIL505" || rule == "GIL506" || rule == "GIL507" || rule == "GIL508" ||
         rule == "GIL516";
}

}  // namespace

std::vector<ExternalState> external_state(const Context& context,
                                          std::span<const Candidate> candidates,
                                          const SourceByPath& source_of) {
  std::vector<ExternalState> out;
  ExternalStates states(context, source_of, out);
  for (const Candidate& candidate : candidates) {
    if (outlives_calls(candidate.rule) && candidate.confidence >= Confidence::medium) {
      states.add(candidate);
    }
  }
  const auto key = [](const ExternalState& s) {
    return std::tie(s.module, s.name, s.location.name, s.access.site.path, s.function,
                    s.access.site, s.rule);
  };
  std::stable_sort(out.begin(), out.end(),
                   [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const auto same = [](const ExternalState& s) {
    return std::tie(s.module, s.name, s.location.name, s.access.site.path, s.function);
  };
  out.erase(std::unique(out.begin(), out.end(),
                        [&](const auto& a, const auto& b) { return same(a) == same(b); }),
            out.end());
  return out;
}

}  // namespace gilcheck::clang_plugin
