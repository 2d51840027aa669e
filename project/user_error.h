#pragma once
// What stops a run because of what the person gave us: arguments, configuration, paths.

#include <stdexcept>
#include <string>

namespace gilcheck::project {

/// Thrown by project/ for input that a person has to change before anything can run (exit status
/// 2). `what()` says what is wrong, naming file and line where there are any; `hint` says what to
/// do next and may be empty.
class UserError : public std::runtime_error {
 public:
  explicit UserError(const std::string& message, std::string hint = {})
      : std::runtime_error(message), hint_(std::move(hint)) {}
  const std::string& hint() const { return hint_; }

 private:
  std::string hint_;
};

}  // namespace gilcheck::project
