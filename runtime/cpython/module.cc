// The extension module gilcheck._runtime: starts and stops the instrumentation of this process and
// hands out what it found. Everything for people is in the Python package around it.

#include <Python.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "cpython/api_hooks.h"
#include "cpython/canary.h"
#include "cpython/expected_regions.h"
#include "cpython/hooks.h"
#include "cpython/instrumentation.h"
#include "cpython/lock_hooks.h"
#include "cpython/operations.h"
#include "cpython/report_objects.h"
#include "cpython/runtime_state.h"

namespace gilcheck::runtime {
namespace {

PyObject* g_journal = nullptr;              ///< takes a list of new reports
std::atomic<std::uint64_t> g_journaled{0};  ///< Detector::news() by when all was handed to it
bool g_running = false;
std::vector<std::string> g_included;
std::vector<std::string> g_excluded;

bool under_test(PyCodeObject* code) {
  const char* file = PyUnicode_AsUTF8(code->co_filename);
  if (file == nullptr) {
    PyErr_Clear();
    return false;
  }
  const std::string_view path = file;
  for (const std::string& prefix : g_excluded) {
    if (path.starts_with(prefix)) return false;
  }
  if (g_included.empty()) return !path.starts_with("<");
  for (const std::string& prefix : g_included) {
    if (path.starts_with(prefix)) return true;
  }
  return false;
}

/// The running call of `code`, which has just begun.
Frame* begun(PyCodeObject* code) {
  Frame* frame = frame_of(PyThreadState_Get());
  return frame != nullptr && code_of(frame) == code ? frame : nullptr;
}

/// Which instruction of code under test the call came from, where that need not be a call: an
/// operator, the hash of a key, the key function of a sort.
/// Returns whether that was not known.
bool note_caller(const Frame* callee) {
  const Frame* frame = callee->previous;
  while (frame != nullptr && !is_python(frame)) frame = frame->previous;
  if (frame == nullptr) return false;
  PyCodeObject* code = code_of(frame);
  const CodeMap* map = known_map(code);
  if (map == nullptr || !map->watched) return false;
  Instruction* instruction = map->at(instruction_of(frame, code));
  if (instruction == nullptr || instruction->ran_python.load(std::memory_order_relaxed))
    return false;
  instruction->ran_python.store(true, std::memory_order_relaxed);
  return true;
}

/// Of code that is not under test the first calls are seen, until that many told nothing new: a
/// library's `__hash__` runs for the library itself first. Counted by a hash of the address; where
/// two share a count, less of both is seen.
bool called_often(const PyCodeObject* code) {
  constexpr std::size_t kCounts = 8192;
  constexpr std::uint8_t kEnough = 64;
  static std::array<std::atomic<std::uint8_t>, kCounts> counts;
  auto& count = counts[(reinterpret_cast<std::uintptr_t>(code) / 64) % kCounts];
  const std::uint8_t calls = count.load(std::memory_order_relaxed);
  if (calls >= kEnough) return true;
  count.store(calls + 1, std::memory_order_relaxed);
  return false;
}

/// Instructions do not tell: RESUME is no event for them, and the next call may lie where the one
/// before lay.
PyObject* call_begins(PyCodeObject* code, CodeMap& map) {
  if (Frame* frame = begun(code)) {
    note_caller(frame);
    begin_activation(current_thread(), frame, map);
  }
  Py_RETURN_NONE;
}

PyObject* on_start(PyObject* /*self*/, PyObject* const* args, Py_ssize_t count) {
  if (count < 2 || !PyCode_Check(args[0])) return Py_NewRef(events().disable);
  auto* code = reinterpret_cast<PyCodeObject*>(args[0]);
  if (CodeMap* known = known_map(code); known != nullptr && known->watched && known->instrumented)
    return call_begins(code, *known);
  if (const ApiFunction* function = api_function(code)) {
    CodeMap* map = map_of(code, false);
    if (!map->instrumented) {
      map->instrumented = true;
      const long wanted = (wants_return(*function) ? events().returned : 0) |
                          (wants_yield(*function) ? events().yielded : 0);
      if (wanted != 0) set_events(code, wanted);
    }
    if (Frame* frame = begun(code)) api_entered(*function, current_thread(), frame);
    Py_RETURN_NONE;
  }
  if (asleep() && known_thread() == nullptr) wake();  // a thread that native code started
  if (asleep()) {
    if (under_test(code)) called_asleep(code);
    return Py_NewRef(events().disable);
  }
  if (under_test(code)) {
    watch(code);
    if (CodeMap* map = known_map(code); map != nullptr && map->watched)
      return call_begins(code, *map);
  }
  const Frame* frame = begun(code);
  if ((frame != nullptr && note_caller(frame)) || !called_often(code)) Py_RETURN_NONE;
  return Py_NewRef(events().disable);
}

PyObject* on_return(PyObject* /*self*/, PyObject* const* args, Py_ssize_t count) {
  if (count < 3 || !PyCode_Check(args[0])) Py_RETURN_NONE;
  auto* code = reinterpret_cast<PyCodeObject*>(args[0]);
  Frame* frame = frame_of(PyThreadState_Get());
  if (frame == nullptr || code_of(frame) != code) Py_RETURN_NONE;
  if (const ApiFunction* function = api_function(code)) {
    api_left(*function, current_thread(), frame, args[2]);
  } else if (CodeMap* map = known_map(code); map != nullptr && map->module) {
    module_finished(current_thread());
  }
  Py_RETURN_NONE;
}

PyObject* on_instruction(PyObject* /*self*/, PyObject* const* args, Py_ssize_t count) {
  if (count < 2) Py_RETURN_NONE;
  auto* code = reinterpret_cast<PyCodeObject*>(args[0]);
  CodeMap* map = known_map(code);
  if (map == nullptr || !map->watched) return Py_NewRef(events().disable);
  const long offset = PyLong_AsLong(args[1]);
  Instruction* instruction = map->at(static_cast<int>(offset / 2));
  if (instruction == nullptr) return Py_NewRef(events().disable);
  if (instruction->only_reads && !detector().several_threads()) Py_RETURN_NONE;
  Frame* frame = frame_of(PyThreadState_Get());
  if (frame == nullptr || code_of(frame) != code) Py_RETURN_NONE;
  constexpr std::uint16_t kOften = 256;
  if (perform(current_thread(), frame, *map, *instruction)) {
    // Written only if it changes: the other threads' cores read the same line.
    if (instruction->idle.load(std::memory_order_relaxed) != 0)
      instruction->idle.store(0, std::memory_order_relaxed);
  } else if (instruction->idle.fetch_add(1, std::memory_order_relaxed) >= kOften) {
    return Py_NewRef(events().disable);
  }
  if (detector().news() != g_journaled.load(std::memory_order_relaxed) && !hand_out_news())
    return nullptr;
  Py_RETURN_NONE;
}

/// Objects that have no parts to access: most of those that come and go.
bool has_no_parts(const PyTypeObject* type) {
  return type == &PyFloat_Type || type == &PyLong_Type || type == &PyUnicode_Type ||
         type == &PyBytes_Type;
}

int on_reference(PyObject* object, PyRefTracerEvent event, void* /*data*/) {
  if (has_no_parts(Py_TYPE(object))) return 0;
  if (event == PyRefTracer_DESTROY) {
    object_destroyed(object);
    if (is_lock_type(Py_TYPE(object))) lock_died(object);
    api_object_died(object);
  } else if (is_lock_type(Py_TYPE(object))) {
    lock_created(object);
  } else if (Thread* thread = known_thread()) {
    object_created(*thread, object);
  } else {
    wake_soon();  // native code started this thread, and it runs what was called before
  }
  return 0;
}

PyMethodDef g_on_start = {"on_start",
                          reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(on_start)),
                          METH_FASTCALL, nullptr};
PyMethodDef g_on_return = {"on_return",
                           reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(on_return)),
                           METH_FASTCALL, nullptr};
PyMethodDef g_on_instruction = {
    "on_instruction", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(on_instruction)),
    METH_FASTCALL, nullptr};

bool strings(PyObject* list, std::vector<std::string>& out) {
  out.clear();
  PyObject* sequence = PySequence_Fast(list, "a sequence of path prefixes");
  if (sequence == nullptr) return false;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence); ++i) {
    const char* text = PyUnicode_AsUTF8(PySequence_Fast_GET_ITEM(sequence, i));
    if (text == nullptr) {
      Py_DECREF(sequence);
      return false;
    }
    out.emplace_back(text);
  }
  Py_DECREF(sequence);
  return true;
}

/// From tuples (file, first's line, column, end line, end column, last's four).
bool read_regions(PyObject* list) {
  PyObject* sequence = PySequence_Fast(list, "a sequence of regions");
  if (sequence == nullptr) return false;
  bool understood = true;
  const Py_ssize_t count = std::min<Py_ssize_t>(PySequence_Fast_GET_SIZE(sequence),
                                                std::numeric_limits<RegionNumber>::max());
  for (Py_ssize_t i = 0; understood && i < count; ++i) {
    ExpectedRegion region;
    region.number = static_cast<RegionNumber>(i);
    const char* file = nullptr;
    SourceRange& first = region.first;
    SourceRange& last = region.last;
    understood = PyArg_ParseTuple(PySequence_Fast_GET_ITEM(sequence, i), "siiiiiiii", &file,
                                  &first.line, &first.column, &first.end_line, &first.end_column,
                                  &last.line, &last.column, &last.end_line, &last.end_column) != 0;
    if (understood) expect_region(file, region);
  }
  Py_DECREF(sequence);
  return understood;
}

PyObject* start(PyObject* /*module*/, PyObject* args) {
  PyObject* included = nullptr;
  PyObject* excluded = nullptr;
  PyObject* journal = nullptr;
  PyObject* regions = nullptr;
  if (PyArg_ParseTuple(args, "OOOO", &included, &excluded, &journal, &regions) == 0) return nullptr;
  if (!strings(included, g_included) || !strings(excluded, g_excluded)) return nullptr;
  if (g_running) Py_RETURN_NONE;
  if (!read_regions(regions)) return nullptr;
  Py_XSETREF(g_journal, Py_NewRef(journal));
  if (!start_code_maps() || !start_operations() || !install_thread_hooks() ||
      !install_queue_hooks())
    return nullptr;
  current_thread();

  PyObject* monitoring = PySys_GetObject("monitoring");
  if (monitoring == nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "gilcheck: sys.monitoring is missing");
    return nullptr;
  }
  // Whether an expected region ran is asked of one thread, too.
  if (!prepare_instrumentation(monitoring, PyObject_IsTrue(regions) == 1)) return nullptr;
  PyObject* done = PyObject_CallMethod(monitoring, "use_tool_id", "is", kTool, "gilcheck");
  if (done == nullptr) return nullptr;
  Py_DECREF(done);
  const auto on = [&](long number, PyMethodDef* definition) {
    PyObject* callback = PyCFunction_New(definition, nullptr);
    PyObject* before = callback != nullptr ? PyObject_CallMethod(monitoring, "register_callback",
                                                                 "ilO", kTool, number, callback)
                                           : nullptr;
    Py_XDECREF(callback);
    Py_XDECREF(before);
    return before != nullptr;
  };
  if (!on(events().start, &g_on_start) || !on(events().instruction, &g_on_instruction) ||
      !on(events().returned, &g_on_return) || !on(events().yielded, &g_on_return)) {
    return nullptr;
  }
  if (PyRefTracer_SetTracer(on_reference, nullptr) < 0) return nullptr;
  done = PyObject_CallMethod(monitoring, "set_events", "il", kTool, events().start);
  if (done == nullptr) return nullptr;
  Py_DECREF(done);
  g_running = true;
  Py_RETURN_NONE;
}

/// Of events only: hooks stay, for other threads may be in them.
PyObject* stop(PyObject* /*module*/, PyObject* /*args*/) {
  if (!g_running) Py_RETURN_NONE;
  PyObject* monitoring = PySys_GetObject("monitoring");
  PyObject* done = monitoring != nullptr
                       ? PyObject_CallMethod(monitoring, "set_events", "ii", kTool, 0)
                       : nullptr;
  if (done == nullptr) return nullptr;
  Py_DECREF(done);
  Py_RETURN_NONE;
}

// ------------------------------------------------------------------------------------- results

PyObject* reports(PyObject* /*module*/, PyObject* args) {
  unsigned long long since = 0;
  if (PyArg_ParseTuple(args, "|K", &since) == 0) return nullptr;
  return reports_since(since);
}

PyObject* news(PyObject* /*module*/, PyObject* /*args*/) {
  return PyLong_FromUnsignedLongLong(detector().news());
}

PyObject* take_met(PyObject* /*module*/, PyObject* /*args*/) {
  return PyBool_FromLong(detector().take_met() ? 1 : 0);
}

PyObject* forget(PyObject* /*module*/, PyObject* /*args*/) {
  detector().forget_reports();
  current_thread().known_edges.forget();
  Py_RETURN_NONE;
}

PyObject* check_layout_of_caller(PyObject* /*module*/, PyObject* const* values, Py_ssize_t count) {
  if (!check_layout(values, count)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* reach(PyObject* /*module*/, PyObject* /*args*/) {
  const auto all = region_runs().reach();
  PyObject* list = PyList_New(static_cast<Py_ssize_t>(all.size()));
  for (std::size_t i = 0; list != nullptr && i < all.size(); ++i) {
    PyObject* number = PyLong_FromLong(static_cast<long>(all[i]));
    if (number == nullptr) {
      Py_CLEAR(list);
    } else {
      PyList_SET_ITEM(list, static_cast<Py_ssize_t>(i), number);
    }
  }
  return list;
}

PyObject* statistics(PyObject* /*module*/, PyObject* /*args*/) {
  return Py_BuildValue("{s:n}", "locations", static_cast<Py_ssize_t>(detector().locations()));
}

PyMethodDef g_methods[] = {
    {"start", start, METH_VARARGS,
     "start(included, excluded, journal, regions): instrument code whose file begins with one of "
     "`included` "
     "(all, if empty) and none of `excluded`; `journal` is called with a list of new reports, as "
     "soon as there are any, on the thread that found them. `regions`: those to expect, as tuples "
     "(file, line, column, end line, end column of the first access, the same of the last)."},
    {"check_layout",
     reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(check_layout_of_caller)),
     METH_FASTCALL,
     "check_layout(first, second, third): raises RuntimeError unless the native part reads these "
     "three variables of the calling function where they are."},
    {"stop", stop, METH_NOARGS, "stop(): no more events."},
    {"reports", reports, METH_VARARGS,
     "reports([since]): what was found so far, or has got its severity after the report numbered "
     "`since`, as a list of dictionaries."},
    {"news", news, METH_NOARGS, "news(): the `number` of the latest report."},
    {"take_met", take_met, METH_NOARGS,
     "take_met(): whether threads met at a location that one of them changes, since the last "
     "call."},
    {"forget", forget, METH_NOARGS, "forget(): drop the reports made so far."},
    {"reach", reach, METH_NOARGS,
     "reach(): of each expected region, 1 if it ran, 2 if several threads ran it on one location, "
     "else 0."},
    {"statistics", statistics, METH_NOARGS, "statistics(): figures about the instrumentation."},
    {nullptr, nullptr, 0, nullptr}};

PyModuleDef_Slot g_slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {0, nullptr}};

PyModuleDef g_module = {PyModuleDef_HEAD_INIT,
                        "gilcheck._runtime",
                        "The race detector's native part.",
                        0,
                        g_methods,
                        g_slots,
                        nullptr,
                        nullptr,
                        nullptr};

}  // namespace

bool hand_out_news() {
  std::uint64_t known = g_journaled.load(std::memory_order_relaxed);
  const std::uint64_t news = detector().news();
  if (known == news || !g_journaled.compare_exchange_strong(known, news)) return true;
  PyObject* list = reports_since(known);
  if (list == nullptr) return false;
  PyObject* done = PyObject_CallOneArg(g_journal, list);
  Py_DECREF(list);
  Py_XDECREF(done);
  return done != nullptr;
}

}  // namespace gilcheck::runtime

PyMODINIT_FUNC PyInit__runtime() {
  return PyModuleDef_Init(&gilcheck::runtime::g_module);
}
