#include "cpython/report_objects.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "cpython/lock_hooks.h"
#include "cpython/runtime_state.h"

namespace gilcheck::runtime {
namespace {

PyObject* place(SiteId site) {
  const Place where = place_of(site);
  return Py_BuildValue("{s:s,s:s,s:i,s:i,s:i,s:i,s:O}", "path", where.file.c_str(), "function",
                       where.function.c_str(), "line", where.line, "column", where.column,
                       "end_line", where.end_line, "end_column", where.end_column, "watched",
                       where.watched ? Py_True : Py_False);
}

PyObject* places(const std::vector<SiteId>& sites) {
  PyObject* list = PyList_New(0);
  for (const SiteId site : sites) {
    PyObject* one = list != nullptr ? place(site) : nullptr;
    if (one == nullptr || PyList_Append(list, one) < 0) {
      Py_XDECREF(one);
      Py_XDECREF(list);
      return nullptr;
    }
    Py_DECREF(one);
  }
  return list;
}

PyObject* lock_object(LockId lock) {
  const LockName name = lock_name(lock);
  PyObject* stack = places(detector().stacks().sites(name.created_at));
  return stack != nullptr
             ? Py_BuildValue("{s:I,s:s,s:N}", "id", lock, "kind", name.kind, "created", stack)
             : nullptr;
}

PyObject* held(LockSetId set) {
  PyObject* list = PyList_New(0);
  for (const LockId lock : detector().lock_sets().locks(set)) {
    PyObject* one = list != nullptr ? lock_object(lock) : nullptr;
    if (one == nullptr || PyList_Append(list, one) < 0) {
      Py_XDECREF(one);
      Py_XDECREF(list);
      return nullptr;
    }
    Py_DECREF(one);
  }
  return list;
}

/// One end of a report. Steals `stack`, which may be null.
PyObject* side(PyObject* stack, int thread, int started_by, StackId started_at, LockSetId locks,
               const char* access, bool removal) {
  if (stack == nullptr) return nullptr;
  PyObject* started = places(detector().stacks().sites(started_at));
  PyObject* set = started != nullptr ? held(locks) : nullptr;
  if (set == nullptr) {
    Py_DECREF(stack);
    Py_XDECREF(started);
    return nullptr;
  }
  return Py_BuildValue("{s:i,s:i,s:N,s:N,s:N,s:s,s:O}", "thread", thread, "started_by", started_by,
                       "stack", stack, "started_at", started, "locks", set, "access", access,
                       "removal", removal ? Py_True : Py_False);
}

PyObject* side(const Side& which) {
  std::vector<SiteId> sites = detector().stacks().sites(which.entry.stack);
  sites.insert(sites.begin(), which.entry.site);
  return side(places(sites), which.thread, which.started_by, which.started_at, which.entry.locks,
              which.entry.has(traits::write) ? "write" : "read", which.entry.has(traits::removal));
}

const char* name_of(Pattern pattern) {
  switch (pattern) {
    case Pattern::lost_update: return "lost-update";
    case Pattern::check_then_act: return "check-then-act";
    case Pattern::check_then_use: return "check-then-use";
    case Pattern::iteration: return "iteration";
    case Pattern::iterator: return "shared-iterator";
    case Pattern::compound_call: return "compound-call";
    case Pattern::torn_pair: return "torn-pair";
    case Pattern::publication: return "early-publication";
    case Pattern::unordered: return "unordered-writes";
    case Pattern::lock_order: return "lock-order";
  }
  return "?";
}

const char* name_of(Severity severity) {
  switch (severity) {
    case Severity::info: return "info";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
  }
  return "?";
}

/// The locks of a cycle, for people: where they were made. Without lines, so that it is the same
/// after an edit elsewhere.
std::string name_of(const LockCycle& cycle) {
  std::vector<std::pair<std::string, int>> kinds;  // in order, with how many there are
  for (const Waiting& edge : cycle) {
    const LockName name = lock_name(edge.holds);
    std::string text = name.kind;
    for (const SiteId site : detector().stacks().sites(name.created_at)) {
      const Place where = place_of(site);
      if (!where.watched) continue;
      const bool module = where.function == "<module>";
      text += " of " + (module ? where.file.substr(where.file.rfind('/') + 1) : where.function);
      break;
    }
    const auto known = std::ranges::find(kinds, text, &std::pair<std::string, int>::first);
    if (known == kinds.end()) {
      kinds.emplace_back(text, 1);
    } else {
      ++known->second;
    }
  }
  std::string result;
  for (const auto& [text, count] : kinds) {
    result += result.empty() ? "" : ", ";
    if (count > 1) result += std::to_string(count) + " x ";
    result += text;
  }
  return result;
}

/// Sites are numbered as code is met, which is another order in each process: the first edge is
/// that with the first place in the source.
LockCycle by_place(LockCycle cycle) {
  const auto place = [](const Waiting& edge) {
    const auto of = [](StackId stack) {
      const Place where = place_of(detector().stacks().top(stack).site);
      return std::tuple(where.file, where.line, where.column);
    };
    return std::pair(of(edge.held_at), of(edge.wanted_at));
  };
  std::ranges::rotate(cycle, std::ranges::min_element(cycle, {}, place));
  return cycle;
}

PyObject* side(const Waiting& edge) {
  return side(places(detector().stacks().sites(edge.wanted_at)), edge.thread, edge.started_by,
              edge.started_at, edge.locks, "acquire", false);
}

/// An edge of a cycle: a side with the two locks, and where the one was acquired.
PyObject* edge_object(const Waiting& edge) {
  PyObject* result = side(edge);
  if (result == nullptr) return nullptr;
  const auto put = [&](const char* key, PyObject* value) {
    const bool done = value != nullptr && PyDict_SetItemString(result, key, value) == 0;
    Py_XDECREF(value);
    return done;
  };
  if (put("holds", lock_object(edge.holds)) && put("wants", lock_object(edge.wants)) &&
      put("held_since", places(detector().stacks().sites(edge.held_at))) &&
      PyDict_DelItemString(result, "access") == 0 && PyDict_DelItemString(result, "removal") == 0) {
    return result;
  }
  Py_DECREF(result);
  return nullptr;
}

PyObject* lock_order(const Report& report) {
  const LockCycle cycle = by_place(report.cycle);
  PyObject* edges = PyList_New(0);
  for (const Waiting& edge : cycle) {
    PyObject* one = edges != nullptr ? edge_object(edge) : nullptr;
    if (one == nullptr || PyList_Append(edges, one) < 0) {
      Py_XDECREF(one);
      Py_XDECREF(edges);
      return nullptr;
    }
    Py_DECREF(one);
  }
  PyObject* opened =
      edges != nullptr ? place(detector().stacks().top(cycle[0].held_at).site) : nullptr;
  PyObject* closing = opened != nullptr ? side(cycle[0]) : nullptr;
  PyObject* other = closing != nullptr ? side(cycle[1]) : nullptr;
  if (other == nullptr) {
    Py_XDECREF(edges);
    Py_XDECREF(opened);
    Py_XDECREF(closing);
    return nullptr;
  }
  return Py_BuildValue("{s:s,s:s,s:s,s:N,s:N,s:N,s:O,s:O,s:s,s:K,s:K,s:N}", "pattern",
                       name_of(report.pattern), "severity", name_of(report.severity), "location",
                       name_of(cycle).c_str(), "opened", opened, "closing", closing, "other", other,
                       "other_first", Py_False, "handed_over", Py_False, "gil", "already-racy",
                       "count", static_cast<unsigned long long>(report.count), "number",
                       static_cast<unsigned long long>(report.news), "cycle", edges);
}

PyObject* region(const Report& report) {
  // A loop's jump back lies in a walk; a single instruction holds the GIL unless Python code runs
  // in it.
  const bool single = report.pattern == Pattern::iterator ||
                      report.pattern == Pattern::compound_call ||
                      report.opened == report.closing.entry.site;
  const bool racy = report.runs_python || (single && ran_python(report.closing.entry.site)) ||
                    (!single && (report.pattern == Pattern::iteration ||
                                 switch_between(report.opened, report.closing.entry.site)));
  // Of a pair, the other side is a region as well.
  const bool either = racy || (report.pattern == Pattern::torn_pair &&
                               switch_between(report.other.entry.opened, report.other.entry.site));
  PyObject* opened = place(report.opened);
  PyObject* closing = opened != nullptr ? side(report.closing) : nullptr;
  PyObject* other = closing != nullptr ? side(report.other) : nullptr;
  if (other == nullptr) {
    Py_XDECREF(opened);
    Py_XDECREF(closing);
    return nullptr;
  }
  return Py_BuildValue("{s:s,s:s,s:s,s:N,s:N,s:N,s:O,s:O,s:s,s:K,s:K}", "pattern",
                       name_of(report.pattern), "severity", name_of(report.severity), "location",
                       report.location.c_str(), "opened", opened, "closing", closing, "other",
                       other, "other_first", report.other_first ? Py_True : Py_False, "handed_over",
                       report.handed_over ? Py_True : Py_False, "gil",
                       either ? "already-racy" : "gil-masked", "count",
                       static_cast<unsigned long long>(report.count), "number",
                       static_cast<unsigned long long>(report.news));
}

}  // namespace

PyObject* reports_since(std::uint64_t since) {
  PyObject* list = PyList_New(0);
  if (list == nullptr) return nullptr;
  for (const Report& report : detector().reports(since)) {
    PyObject* one = report.pattern == Pattern::lock_order ? lock_order(report) : region(report);
    if (one == nullptr || PyList_Append(list, one) < 0) {
      Py_XDECREF(one);
      Py_DECREF(list);
      return nullptr;
    }
    Py_DECREF(one);
  }
  return list;
}

}  // namespace gilcheck::runtime
