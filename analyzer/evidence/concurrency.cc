#include "analyzer/evidence/concurrency.h"

#include <algorithm>

#include "analyzer/evidence/model.h"

namespace gilcheck::analyzer {

struct Concurrency::Impl : Evidence {};

Concurrency::Concurrency(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Concurrency::~Concurrency() = default;

std::unique_ptr<Concurrency> Concurrency::build(const Program& program,
                                                const ParallelFor& parallel) {
  auto impl = std::make_unique<Impl>();
  impl->program = &program;
  impl->model = &program.model();
  Evidence& evidence = *impl;
  find_roots(evidence, parallel);
  find_api_entries(evidence);
  find_windows(evidence);
  find_loop_code(evidence);
  propagate_roots(evidence);
  find_holders(evidence);
  assume_library(evidence);
  decide_sharing(evidence, parallel);
  return std::unique_ptr<Concurrency>(new Concurrency(std::move(impl)));
}

std::span<const ThreadRoot> Concurrency::roots() const {
  return impl_->roots;
}

std::span<const RootId> Concurrency::roots_of(FunctionIndex function) const {
  return impl_->roots_of(function);
}

const Sharing& Concurrency::sharing(LocationId location) const {
  return impl_->sharing[location];
}

std::optional<std::pair<RootId, RootId>> Concurrency::parallel_roots(LocationId location,
                                                                     const AccessRef& a,
                                                                     const AccessRef& b) const {
  if (under_construction(location, a) || under_construction(location, b)) {
    return std::nullopt;
  }
  // Threads that are seen first, so that the report names them.
  for (const bool seen : {true, false}) {
    for (const RootId ra : impl_->roots_of(a.function)) {
      for (const RootId rb : impl_->roots_of(b.function)) {
        if ((impl_->is_thread(ra) || impl_->is_thread(rb)) != seen) continue;
        if (roots_conflict(*impl_, location, a, ra, b, rb)) return std::pair{ra, rb};
      }
    }
  }
  return std::nullopt;
}

Confidence Concurrency::pair_strength(LocationId location, const AccessRef& a,
                                      const AccessRef& b) const {
  Confidence best = Confidence::low;
  if (under_construction(location, a) || under_construction(location, b)) return best;
  for (const RootId ra : impl_->roots_of(a.function)) {
    for (const RootId rb : impl_->roots_of(b.function)) {
      const bool seen = impl_->is_thread(ra) && impl_->is_thread(rb);
      Confidence strength = Confidence::medium;
      if (impl_->is_thread(ra) || impl_->is_thread(rb)) {
        strength = sharing_strength(*impl_, location, a, ra, b, rb);
        if (!seen) strength = std::min(strength, Confidence::medium);
      }
      if (strength <= best || !roots_conflict(*impl_, location, a, ra, b, rb)) continue;
      best = strength;
      if (best == Confidence::high) return best;
    }
  }
  return best;
}

std::optional<std::pair<RootId, RootId>> Concurrency::calls_meet(const CallPlace& a,
                                                                 const CallPlace& b) const {
  for (const bool both : {true, false}) {
    for (const RootId ra : impl_->roots_of(a.function)) {
      for (const RootId rb : impl_->roots_of(b.function)) {
        if ((impl_->is_thread(ra) && impl_->is_thread(rb)) != both) continue;
        if (analyzer::calls_meet(*impl_, a, ra, b, rb)) return std::pair{ra, rb};
      }
    }
  }
  return std::nullopt;
}

bool Concurrency::may_run_in_parallel(LocationId location, const AccessRef& a,
                                      const AccessRef& b) const {
  return parallel_roots(location, a, b).has_value();
}

bool Concurrency::outside_thread(const AccessRef& access) const {
  for (RootId r = 0; r < impl_->roots.size(); ++r) {
    if (!impl_->is_thread(r)) continue;
    const RootDetail& detail = impl_->details[r];
    if (std::binary_search(detail.ordered.begin(), detail.ordered.end(), access.function)) {
      return true;
    }
    for (const Window& window : detail.windows) {
      if (window.function == access.function && window.outside(access.access)) return true;
    }
  }
  return false;
}

bool Concurrency::under_construction(LocationId location, const AccessRef& access) const {
  return analyzer::under_construction(*impl_, location, access);
}

bool Concurrency::nothing_in_sight() const {
  if (!impl_->model->locks.empty()) return false;
  for (const Location& location : impl_->model->locations) {
    if (location.type.kind == Type::Kind::builtin && rules::is_lock(location.type.container)) {
      return false;
    }
  }
  for (RootId r = 0; r < impl_->roots.size(); ++r) {
    if (impl_->is_thread(r)) return false;
  }
  return true;
}

}  // namespace gilcheck::analyzer
