#pragma once
// Which code objects send events, and since when.
//
// Until a second thread is there, what code under test does is ordered before all that other
// threads will do, and nothing of it is instrumented: a program of one thread runs as fast as
// without. What was called by then is remembered, and instrumented as the first other thread is
// about to start. So a region that begins before that moment and ends after it is not seen.
//
// Thread contract: attached threads.

#include <Python.h>

namespace gilcheck::runtime {

/// The tool's number for sys.monitoring.
inline constexpr int kTool = 4;  // debuggers are 0, coverage tools 1, profilers 2, optimisers 5

/// Events by their sys.monitoring numbers, and how to set them. After prepare_instrumentation().
struct Events {
  long start = 0;
  long instruction = 0;
  long returned = 0;
  long yielded = 0;
  PyObject* disable = nullptr;
};
const Events& events();

/// Reads them from sys.monitoring; false with an exception set. `awake`: do not wait for a second
/// thread.
bool prepare_instrumentation(PyObject* monitoring, bool awake);

/// False if the code cannot have any: a shim without instructions.
bool set_events(PyCodeObject* code, long which);

/// Instruments code under test with the functions in it: of a module, while mostly one thread runs.
void watch(PyCodeObject* code);

/// Whether there is one thread only, and nothing to see.
bool asleep();
/// While asleep: code under test was called.
void called_asleep(PyCodeObject* code);
/// A second thread is about to start.
void wake();
/// The same, from where Python code must not run: soon, on any thread.
void wake_soon();

}  // namespace gilcheck::runtime
