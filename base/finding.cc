#include "base/finding.h"

namespace gilcheck {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::info: return "info";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
  }
  return "";
}

std::string_view to_string(Confidence confidence) {
  switch (confidence) {
    case Confidence::low: return "low";
    case Confidence::medium: return "medium";
    case Confidence::high: return "high";
  }
  return "";
}

std::string_view to_string(WindowClass window) {
  switch (window) {
    case WindowClass::none: return "";
    case WindowClass::gil_masked: return "gil-masked";
    case WindowClass::already_racy: return "already-racy";
    case WindowClass::gil_masked_if_builtin: return "gil-masked-if-builtin";
  }
  return "";
}

std::string_view to_string(Status status) {
  switch (status) {
    case Status::unexecuted: return "static";
    case Status::exercised: return "exercised";
    case Status::shared: return "shared";
    case Status::predicted: return "predicted";
    case Status::witnessed: return "witnessed";
    case Status::proven: return "proven";
  }
  return "";
}

std::string_view to_string(AccessKind kind) {
  switch (kind) {
    case AccessKind::read: return "read";
    case AccessKind::write: return "write";
    case AccessKind::update: return "update";
    case AccessKind::remove: return "delete";
    case AccessKind::test: return "test";
    case AccessKind::iterate: return "iterate";
    case AccessKind::mutate: return "mutate";
    case AccessKind::advance: return "advance";
    case AccessKind::call: return "call";
  }
  return "";
}

std::string_view to_string(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::shared: return "shared";
    case EvidenceKind::root: return "root";
    case EvidenceKind::guard: return "guard";
    case EvidenceKind::gil: return "gil";
    case EvidenceKind::harm: return "harm";
    case EvidenceKind::fix: return "fix";
    case EvidenceKind::note: return "note";
  }
  return "";
}

std::optional<Confidence> confidence_from(std::string_view word) {
  for (const auto level : {Confidence::low, Confidence::medium, Confidence::high}) {
    if (to_string(level) == word) return level;
  }
  return std::nullopt;
}

}  // namespace gilcheck
