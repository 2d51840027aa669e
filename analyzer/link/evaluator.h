#pragma once
// What expressions are: the type of a value, what a path denotes, whom a call calls. Pure reading
// of the model; a separate Evaluator per thread. Every question has a budget, so that values which
// refer to each other in cycles or share deep structure cost a bounded amount and answer `unknown`.

#include <cstdint>
#include <vector>

#include "analyzer/link/model.h"

namespace gilcheck::analyzer {

class Evaluator {
 public:
  /// `reads`, if given, receives the index of every variable of Model::variables that an answer
  /// depended on.
  explicit Evaluator(const Model& model, std::vector<std::uint32_t>* reads = nullptr)
      : model_(model), reads_(reads) {}

  Type type(ModuleIndex m, ValueId v);
  /// The variable or fixed thing at a path; of an item, the type of the element.
  Denotation place(ModuleIndex m, PathId p);
  /// Type of what iterating the value gives.
  Type element(ModuleIndex m, ValueId v);
  /// Type of what the value holds: the items of a sequence, the values of a mapping.
  Type held(ModuleIndex m, ValueId v);
  /// Type of objects that an annotation admits.
  Type annotation(ModuleIndex m, ValueId v);
  Callee callee(ModuleIndex m, CallId call);
  /// What a parameter is: `self`, by annotation, default or arguments. Not through its variable.
  Type parameter(ModuleIndex m, FuncId f, std::uint32_t position);
  /// What a parameter that is a container holds. Not through its variable.
  Type parameter_element(ModuleIndex m, FuncId f, std::uint32_t position);
  /// What a function's `return`s give. Not through its variable.
  Type returned(FunctionIndex f);
  Type flow(const Flow& flow);
  /// Attribute `name` of an object of this type. `after`: see Model::find_member.
  Denotation attribute(const Type& object, Symbol name, ClassIndex after = kNone);
  /// Starts a new question: refills the budget.
  void reset() { budget_ = kBudget; }

 private:
  static constexpr int kBudget = 120;
  /// Of functions called more often than this, only the first call sites are looked at.
  static constexpr std::size_t kMostCallSites = 48;
  /// A parameter that is passed more containers than this holds anything.
  static constexpr std::size_t kMostArguments = 12;

  struct Descent {
    explicit Descent(Evaluator& evaluator) : owner(evaluator) {
      ++owner.depth_;
      --owner.budget_;
    }
    ~Descent() { --owner.depth_; }
    bool stop() const { return owner.depth_ > 40 || owner.budget_ < 0; }
    Evaluator& owner;
  };
  Type variable(std::uint32_t index) {
    if (reads_ != nullptr) reads_->push_back(index);
    return model_.variables[index];
  }
  Type slot_type(SlotId slot) { return variable(slot); }
  /// `open`: what decides it has not been seen yet (bottom).
  Callee resolve(ModuleIndex m, CallId call, bool& open);
  Type result(ModuleIndex m, CallId call, const Callee& callee);
  Type external_result(ModuleIndex m, CallId call, Symbol dotted);
  Type method_result(ModuleIndex m, CallId call, const Callee& callee);
  Type function_result(FunctionIndex f);
  Type binary(ModuleIndex m, const ValueNode& node);
  Type element_of_path(ModuleIndex m, PathId p);
  Type held_when_made(ModuleIndex m, ValueId v);
  Type held_twice(ModuleIndex m, ValueId v);
  Type element_of_call(ModuleIndex m, CallId call);
  Type unpacked(ModuleIndex m, ValueId sequence, std::uint32_t index);
  Type annotation_path(ModuleIndex m, PathId p);
  Type annotation_text(ModuleIndex m, std::string_view text);
  Type annotated_object(const Type& named);
  Type annotation_element(ModuleIndex m, ValueId v);
  Type member_type(const Member& member, const Type& object);
  ValueId argument(ModuleIndex m, CallId call, std::uint32_t position) const;

  const Model& model_;
  std::vector<std::uint32_t>* reads_;
  int budget_ = kBudget;
  int depth_ = 0;
};

}  // namespace gilcheck::analyzer
