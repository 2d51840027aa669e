#pragma once
// Python modules put through parse, extract, link and evidence, and what the linked program says of
// places in them. A place is a line that ends in a comment: `self.n += 1  # A`.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/evidence/concurrency.h"
#include "analyzer/link/program.h"
#include "base/source_text.h"

namespace gilcheck::analyzer {

class Linked {
 public:
  /// One module, "m". The text may be indented as a whole.
  explicit Linked(std::string_view python, Assume assume = Assume::automatic);
  /// Several: dotted name and text; a name that ends in ".__init__" is a package.
  explicit Linked(std::vector<std::pair<std::string, std::string>> modules,
                  Assume assume = Assume::automatic);

  const Program& program() const { return *program_; }
  const Concurrency& concurrency() const { return *concurrency_; }

  /// Locations touched at a place, without the module's name, in order and without repetition:
  /// "global count", "instance-attribute C.n"; empty if none is resolved.
  std::string locations(std::string_view place) const;
  /// Locks held at a place: "self._lock", "lock?" (possibly one), "-lock" (excludes nobody),
  /// "self._lock!" (of another object than the one accessed), "" for none.
  std::string locks(std::string_view place) const;
  /// Whether some access at one place may run in parallel with one at the other.
  bool parallel(std::string_view place, std::string_view other) const;
  bool parallel(std::string_view place) const { return parallel(place, place); }
  /// Type of what the name is bound to at the top of module "m", or of the attribute "C.n":
  /// "dict", "C", "C?", "type C", "def f", "external a.b", "int or None", "unknown".
  std::string type(std::string_view name) const;
  /// Whom the calls at a place call: "f", "C" (constructor), "C.m", "dict", "external time.sleep".
  std::string callees(std::string_view place) const;
  /// Reason and strength: "roots high", "owned-lock medium guarded", "none".
  std::string sharing(std::string_view place) const;
  /// The roots other than the main thread and the public API, as they are described to people.
  std::vector<std::string> roots() const;
  const FunctionInfo& function(std::string_view qualname) const;

 private:
  void build(Assume assume);
  std::vector<AccessRef> accesses(std::string_view place) const;
  bool marked(ModuleIndex module, ByteRange range, std::string_view place) const;
  std::string text(const Type& type) const;
  std::string class_name(ClassIndex klass) const;

  std::vector<SourceText> sources_;
  std::vector<ModuleSummary> summaries_;
  std::vector<const ModuleSummary*> modules_;
  std::unique_ptr<Program> program_;
  std::unique_ptr<Concurrency> concurrency_;
};

}  // namespace gilcheck::analyzer
