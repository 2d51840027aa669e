#pragma once
// What a function borrows from containers: references, walks, pointers into the storage. borrows.cc
// finds them, borrowed.cc judges them, borrow_report.cc writes the findings.
//
// Thread contract: functions of their arguments only; may be called concurrently.

#include <string>
#include <string_view>
#include <vector>

#include "clang_plugin/detect/candidate.h"

namespace gilcheck::clang_plugin {

/// One borrow: a reference, or a pointer into a container's storage.
struct Borrow {
  enum class Kind : std::uint8_t {
    item,       ///< a reference to an item
    step,       ///< PyDict_Next
    storage,    ///< a pointer into the storage
    overwrite,  ///< an item is stored without a look at who else uses the container
    weak,       ///< the referent of a weak reference
    process,    ///< from the interpreter's own tables
  };
  Kind kind = Kind::item;
  ValueId at = 0;               ///< where it stands
  std::vector<ValueId> values;  ///< what it gives
  ValueId container = 0;        ///< 0: the interpreter
  std::string api;              ///< "PyList_GetItem"
  std::string_view instead;
  std::string_view since;
  bool loop = false;
};

/// A use of a borrow that needs the object: where, and the first switch point on the way if the
/// reference has to survive one.
struct BorrowHarm {
  ValueId use = 0;
  ValueId sure_switch = 0;   ///< Python code or another thread surely can run
  ValueId maybe_switch = 0;  ///< only with operands of types written in Python
  std::string what;
};

/// In the order of the instructions.
std::vector<Borrow> borrows_of(const Context& context, FunctionIndex function);

/// Through Py_NewRef, PySequence_Fast: the object that was asked for.
ValueId asked_object(const Context& context, FunctionIndex function, ValueId value);

/// A macro whose checks look at the object and are not in the program: assert().
bool is_debug_check(std::string_view macro);

/// Appends the finding of one borrow. `more`: how many others it stands for.
void report_borrow(const Context& context, FunctionIndex function, const Borrow& borrow,
                   const BorrowHarm& harm, const SharedObject& shared, std::string_view rule,
                   std::size_t more, std::vector<Candidate>& out);

}  // namespace gilcheck::clang_plugin
