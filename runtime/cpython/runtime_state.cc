#include "cpython/runtime_state.h"

#include <algorithm>
#include <array>

namespace gilcheck::runtime {
namespace {

thread_local Thread* t_current = nullptr;

CodeMap* map_in(const Activation& activation) {
  return static_cast<CodeMap*>(const_cast<void*>(activation.code));
}

/// Keeps what a generator has read for when it goes on, on the same thread.
void suspend(Thread& thread, const Activation& activation) {
  const auto first = thread.openings.begin() + activation.first;
  const auto last = first + activation.count;
  if (std::none_of(first, last, [](const Opening& one) { return one.object != 0; })) return;
  constexpr std::size_t kMost = 32;
  if (thread.suspended.size() >= kMost) thread.suspended.erase(thread.suspended.begin());
  thread.suspended.push_back({activation.frame, activation.code, {first, last}});
}

/// Takes the latest of a generator out of what is suspended; empty if it is a new one.
std::vector<Opening> resume(Thread& thread, const Frame* frame, const CodeMap& map) {
  std::vector<Opening> result;
  auto& all = thread.suspended;
  for (std::size_t i = all.size(); i-- > 0;) {
    if (all[i].frame != frame) continue;
    if (all[i].code == &map && result.empty()) result = std::move(all[i].openings);
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return result;
}

void drop(Thread& thread, std::size_t keep) {
  if (keep >= thread.activations.size()) return;
  for (std::size_t i = keep; i < thread.activations.size(); ++i) {
    const Activation& activation = thread.activations[i];
    if (activation.count > 0 && map_in(activation)->suspends) suspend(thread, activation);
  }
  thread.openings.resize(thread.activations[keep].first);
  thread.activations.resize(keep);
}

/// How many activations are callers of `frame`: the others have returned.
std::size_t callers_of(const Thread& thread, const Frame* frame) {
  for (const Frame* up = frame->previous; up != nullptr; up = up->previous) {
    for (std::size_t i = thread.activations.size(); i-- > 0;) {
      if (thread.activations[i].frame != up) continue;
      if (map_in(thread.activations[i])->code == code_of(up)) return i + 1;
    }
  }
  return 0;
}

Activation& push(Thread& thread, Frame* frame, CodeMap& map) {
  Activation activation;
  activation.id = ++thread.activated;
  activation.frame = frame;
  activation.code = &map;
  activation.first = static_cast<std::uint32_t>(thread.openings.size());
  activation.count = map.openings;
  activation.started = thread.started;
  activation.constructors = map.constructor ? 1 : 0;
  if (!thread.activations.empty())
    activation.constructors += thread.activations.back().constructors;
  thread.openings.resize(thread.openings.size() + map.openings);
  thread.activations.push_back(activation);
  return thread.activations.back();
}

}  // namespace

Detector& detector() {
  static auto* one = new Detector;
  return *one;
}

Thread* known_thread() {
  return t_current;
}

Thread& current_thread() {
  if (t_current == nullptr) t_current = detector().begin(nullptr).release();
  return *t_current;
}

void set_current_thread(std::unique_ptr<Thread> thread) {
  t_current = thread.release();
}

std::unique_ptr<Thread> take_current_thread() {
  std::unique_ptr<Thread> thread(t_current);
  t_current = nullptr;
  return thread;
}

void begin_activation(Thread& thread, Frame* frame, CodeMap& map) {
  ++thread.calls;
  // Mostly the caller, or a call that has returned in the same place, is on top.
  auto& all = thread.activations;
  if (!all.empty() && all.back().frame == frame->previous &&
      map_in(all.back())->code == code_of(frame->previous)) {
    // push below
  } else if (all.size() >= 2 && all.back().frame == frame &&
             all[all.size() - 2].frame == frame->previous) {
    drop(thread, all.size() - 1);
  } else {
    drop(thread, callers_of(thread, frame));
  }
  if (map.suspends) resume(thread, frame, map);  // of another generator that was in its place
  push(thread, frame, map);
}

Activation& activation_of(Thread& thread, Frame* frame, CodeMap& map) {
  auto& all = thread.activations;
  if (!all.empty() && all.back().frame == frame && all.back().code == &map) return all.back();
  for (std::size_t i = all.size(); i-- > 0;) {
    if (all[i].frame != frame || all[i].code != &map) continue;
    drop(thread, i + 1);
    return all[i];
  }
  drop(thread, callers_of(thread, frame));
  Activation& activation = push(thread, frame, map);
  if (map.suspends) {
    const std::vector<Opening> before = resume(thread, frame, map);
    if (before.size() == activation.count)
      std::ranges::copy(before, thread.openings.begin() + activation.first);
  }
  return activation;
}

StackId caller_of(Thread& thread, Activation& activation) {
  if (activation.has_caller) return activation.caller;
  // From the nearest call whose callers are known, inwards.
  const auto* frame = static_cast<const Frame*>(activation.frame);
  const auto index = static_cast<std::size_t>(&activation - thread.activations.data());
  constexpr int kDeepest = 256;
  std::array<const Frame*, kDeepest> between{};
  int count = 0;
  StackId stack = 0;
  for (const Frame* up = frame->previous; up != nullptr && count < kDeepest; up = up->previous) {
    if (!is_python(up)) continue;
    between[static_cast<std::size_t>(count++)] = up;
    bool found = false;
    for (std::size_t i = index; i-- > 0;) {
      Activation& caller = thread.activations[i];
      if (caller.frame != up || map_in(caller)->code != code_of(up)) continue;
      stack = caller_of(thread, caller);
      found = true;
      break;
    }
    if (found) break;
  }
  while (count > 0) {
    const Frame* up = between[static_cast<std::size_t>(--count)];
    PyCodeObject* code = code_of(up);
    CodeMap* map = map_of(code, false);
    stack = detector().call(thread, stack, map->site_at(instruction_of(up, code)));
  }
  activation.caller = stack;
  activation.has_caller = true;
  return stack;
}

StackId current_stack(Thread& thread) {
  Frame* frame = frame_of(PyThreadState_Get());
  while (frame != nullptr && !is_python(frame)) frame = frame->previous;
  return frame == nullptr ? 0 : stack_from(thread, frame);
}

StackId stack_from(Thread& thread, const Frame* frame) {
  PyCodeObject* code = code_of(frame);
  CodeMap* map = map_of(code, false);
  const SiteId site = map->site_at(instruction_of(frame, code));
  auto& all = thread.activations;
  // Mostly the call that runs is known, with its callers.
  if (!all.empty() && all.back().frame == frame && all.back().code == map)
    return detector().call(thread, caller_of(thread, all.back()), site);
  Activation outer;
  outer.frame = frame;
  outer.code = map;
  all.push_back(outer);
  const StackId callers = caller_of(thread, all.back());
  all.pop_back();
  return detector().call(thread, callers, site);
}

bool constructing(Thread& thread, PyObject* object) {
  auto& all = thread.activations;
  if (all.empty() || all.back().constructors == 0) return false;
  for (std::size_t i = all.size(); i-- > 0 && all[i].constructors != 0;) {
    const CodeMap* map = map_in(all[i]);
    if (!map->constructor) continue;
    if (all[i].started != thread.started) continue;  // a thread may have the object by now
    const auto* frame = static_cast<const Frame*>(all[i].frame);
    if (map->module) {
      if (frame->f_globals == object) return true;
    } else if (map->code->co_argcount > 0 && local(frame, 0) == object) {
      return true;
    }
  }
  return false;
}

}  // namespace gilcheck::runtime
