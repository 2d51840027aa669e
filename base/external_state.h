#pragma once
// What the functions of extension modules do to state that outlives a call, without a lock, under
// the names by which Python calls them. The C pass says it, the Python pass takes it as plain data:
// neither knows the other. Thread contract: plain values.

#include <string>

#include "base/finding.h"

namespace gilcheck {

struct ExternalState {
  std::string module;  ///< the extension module's own name, without packages: "spam"
  /// Within the module: "bump", "Counter", "Counter.add", "Counter.__len__"; of getters and setters
  /// "Counter.total.__get__", "Counter.total.__set__".
  std::string name;
  std::string function;  ///< the C function that Python calls under this name
  Site site;             ///< where that function is defined
  /// The state belongs to the object the method is called on; otherwise all callers share it.
  bool of_object = false;
  Location location;                           ///< "c-static" "total", "c-field" "Counter.value"
  std::string rule;                            ///< the finding about it: "GIL505"
  Confidence confidence = Confidence::medium;  ///< of that finding
  WindowClass window = WindowClass::none;      ///< of that finding
  AccessRecord access;  ///< the unlocked access, in `function` or in what it calls
};

}  // namespace gilcheck
