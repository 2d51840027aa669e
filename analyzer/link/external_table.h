#pragma once
// What the program's extension modules do to state, found by the dotted names of the Python side.
//
// A module is known by the last component of its name only: where the package keeps it
// (`package._spam`) is said by the importing statement, not by the C source.
//
// Thread contract: immutable once built; concurrent reads are safe.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/external_state.h"

namespace gilcheck::analyzer {

class ExternalTable {
 public:
  using Rows = std::vector<const ExternalState*>;

  ExternalTable() = default;
  /// `states` has to outlive the table.
  explicit ExternalTable(std::span<const ExternalState> states);

  bool empty() const { return rows_.empty(); }
  /// What calling `package.spam.bump` (a function, or a type) touches.
  const Rows& called(std::string_view dotted) const;
  /// What the method of an object touches that calling `type` gave.
  const Rows& method(std::string_view type, std::string_view method) const;
  /// `dotted` is a type whose objects have state that methods change without a lock.
  bool is_type(std::string_view dotted) const;

 private:
  const Rows& find(std::string_view key) const;
  std::map<std::string, Rows, std::less<>> rows_;   // "spam.bump", "spam.Counter.add"
  std::map<std::string, bool, std::less<>> types_;  // "spam.Counter"
};

}  // namespace gilcheck::analyzer
