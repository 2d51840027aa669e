#pragma once
// Locations as a report names them.

#include "cpython/layout.h"
#include "engine/detector.h"

#include <string>

namespace gilcheck::runtime {

/// Writes the name when a report is made. `what`: "global", "attribute", "cell", "key", "item",
/// "iterator", or name_of() a container, whose object may be gone by then.
class Namer final : public LocationNamer {
 public:
  Namer(PyObject* object, PyObject* part, const char* what)
      : object_(object), part_(part), what_(what) {}
  [[nodiscard]] std::string name() const override;

 private:
  PyObject* object_;
  PyObject* part_;
  const char* what_;
};

}  // namespace gilcheck::runtime
