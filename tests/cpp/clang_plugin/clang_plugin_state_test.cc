// Locks, static variables, fields and the thread state, on small modules.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "clang_plugin/clang_plugin.h"
#include "clang_plugin/detect/context.h"

namespace gilcheck::clang_plugin {
namespace {

namespace fs = std::filesystem;

const ParallelFor kSerially = [](std::size_t n, const std::function<void(std::size_t)>& run) {
  for (std::size_t i = 0; i < n; ++i) run(i);
};

/// One module, lowered with the headers of CPython 3.13; not `ready` without libclang or the
/// headers.
class Module {
 public:
  explicit Module(const std::string& body, const std::string& extension = "c") {
    std::string why;
    const std::vector<std::string> candidates{"/usr/lib/llvm-19/lib/libclang-19.so.1",
                                              "libclang-19.so.1", "libclang.so.1"};
    const auto frontend = Frontend::load(candidates, why);
    const char* home = std::getenv("HOME");
    const fs::path headers =
        fs::path(home == nullptr ? "/" : home) / ".cache/gilcheck/python-headers/3.13/include";
    if (frontend == nullptr || !fs::exists(headers / "python3.13/Python.h")) return;
    const std::string name = "m." + extension;
    const fs::path directory = fs::path(::testing::TempDir()) / "state" /
                               ::testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::create_directories(directory);
    text_ = "#include <Python.h>\n#include <pthread.h>\n" + body;
    std::ofstream(directory / name) << text_;
    Job job;
    job.path = (directory / name).string();
    job.relative = name;
    job.root = directory.string();
    job.directory = directory.string();
    job.arguments = {"-I" + (headers / "python3.13").string(),
                     "-I" + (headers / "x86_64-linux-gnu/python3.13").string(),
                     "-resource-dir=/usr/lib/llvm-19/lib/clang/19", "-DPy_GIL_DISABLED=1"};
    if (extension != "c") job.arguments.push_back("-std=c++17");
    unit_ = frontend->lower(job, why);
    if (unit_ == nullptr) return;
    ready = true;
    for (const Problem& problem : unit_->problems) ADD_FAILURE() << unit_->text(problem.text);
    const SourceText source{text_};
    const Unit* const units[] = {unit_.get()};
    for (const Finding& finding :
         analyze(units, kSerially, [&](std::string_view) -> const SourceText& {
           return source;
         }).findings) {
      if (finding.confidence == Confidence::low || finding.rule == "GIL501") continue;
      found += finding.rule + " " + finding.symbol + " " + finding.location.name + "\n";
    }
    globals = debug_globals(units);
  }

  /// The locks held before the call of mark(n), as text, in the order taken.
  std::string held(int n) const {
    const Unit* const units[] = {unit_.get()};
    const auto program = Program::build(units, kSerially);
    const Effects effects = Effects::build(*program);
    const References references = References::build(*program, effects);
    const Locks locks = Locks::build(*program, effects, references);
    for (FunctionIndex f = 0; f < program->functions().size(); ++f) {
      std::string out;
      bool seen = false;
      for_each_instr(*unit_, program->function(f), [&](ValueId id) {
        const Instr& call = unit_->instrs[id];
        if (call.op != Op::call || program->callee_name(*unit_, call) != "mark") return;
        if (unit_->instrs[unit_->value_lists[call.list.first]].number != n) return;
        seen = true;
        for (const Held& held : locks.before(f, id).held) {
          out += (out.empty() ? "" : ", ") + held.text(*program, f);
        }
        if (locks.before(f, id).attached() == Attached::no) out += " detached";
      });
      if (seen) return out;
    }
    return "no such mark";
  }

  bool ready = false;
  std::string found;
  std::string globals;

 private:
  std::string text_;
  std::unique_ptr<Unit> unit_;
};

#define NEED(module) \
  if (!(module).ready) GTEST_SKIP() << "needs libclang and the headers of CPython 3.13"

/// A type Foo with `members` and one method named for each of `methods`, which take (Foo *self,
/// PyObject *arg), in a module without a lock of its own.
std::string type(const std::string& members, const std::string& bodies,
                 const std::vector<std::string>& methods, const std::string& slots = "") {
  std::string out = "void mark(int);\ntypedef struct { PyObject_HEAD " + members + " } Foo;\n" +
                    bodies + "\nstatic PyMethodDef foo_methods[] = {\n";
  for (const std::string& name : methods) {
    out += "  {\"" + name + "\", (PyCFunction)" + name + ", METH_O, NULL},\n";
  }
  out +=
      "  {NULL, NULL, 0, NULL}};\n"
      "static PyType_Slot foo_slots[] = {{Py_tp_methods, foo_methods}," +
      slots +
      " {0, NULL}};\n"
      "static PyType_Spec foo_spec = {\"m.Foo\", sizeof(Foo), 0, Py_TPFLAGS_DEFAULT, foo_slots};\n"
      "int make(PyObject *m) { return PyModule_AddType(m, (PyTypeObject *)"
      "PyType_FromSpec(&foo_spec)); }\n";
  return out;
}

std::string method(const std::string& name, const std::string& body) {
  return "static PyObject *" + name + "(Foo *self, PyObject *arg) {\n" + body +
         "\nreturn PyLong_FromLong(0);\n}\n";
}

// ---------------------------------------------------------------- locks

TEST(CLocks, MutexIsHeldUntilReleased) {
  const Module m(type("PyMutex lock;",
                      method("go",
                             "PyMutex_Lock(&self->lock); mark(1); PyMutex_Unlock(&self->lock); "
                             "mark(2);"),
                      {"go"}));
  NEED(m);
  EXPECT_EQ(m.held(1), "self->lock");
  EXPECT_EQ(m.held(2), "");
}

TEST(CLocks, CriticalSectionsNest) {
  const Module m(type("int n;",
                      method("go",
                             "Py_BEGIN_CRITICAL_SECTION(self); mark(1);\n"
                             "Py_BEGIN_CRITICAL_SECTION(arg); mark(2);\n"
                             "Py_END_CRITICAL_SECTION(); mark(3);\n"
                             "Py_END_CRITICAL_SECTION(); mark(4);"),
                      {"go"}));
  NEED(m);
  EXPECT_EQ(m.held(1), "critical section on self");
  EXPECT_EQ(m.held(2), "critical section on self, critical section on arg");
  EXPECT_EQ(m.held(3), "critical section on self");
  EXPECT_EQ(m.held(4), "");
}

TEST(CLocks, SectionOnTwoObjectsHoldsBoth) {
  const Module m(type("int n;",
                      method("go",
                             "Py_BEGIN_CRITICAL_SECTION2(self, arg); mark(1);\n"
                             "Py_END_CRITICAL_SECTION2(); mark(2);"),
                      {"go"}));
  NEED(m);
  EXPECT_EQ(m.held(1), "critical section on self, critical section on arg");
  EXPECT_EQ(m.held(2), "");
}

TEST(CLocks, TryLockHoldsWhereItSucceeded) {
  const Module m(type("PyThread_type_lock lock; pthread_mutex_t mutex;",
                      method("go",
                             "if (PyThread_acquire_lock(self->lock, 0)) { mark(1); "
                             "PyThread_release_lock(self->lock); } else { mark(2); }\n"
                             "if (pthread_mutex_trylock(&self->mutex) == 0) { mark(3); "
                             "pthread_mutex_unlock(&self->mutex); } else { mark(4); }"),
                      {"go"}));
  NEED(m);
  EXPECT_EQ(m.held(1), "self->lock");
  EXPECT_EQ(m.held(2), "");
  EXPECT_EQ(m.held(3), "self->mutex");
  EXPECT_EQ(m.held(4), "");
}

TEST(CLocks, HelperThatSaysWhetherItTookTheLock) {
  const Module m(type("PyThread_type_lock lock; int n;",
                      "static int enter(Foo *self) {\n"
                      "  if (self->n < 0) { PyErr_NoMemory(); return -1; }\n"
                      "  PyThread_acquire_lock(self->lock, 1); return 0; }\n" +
                          method("go",
                                 "if (enter(self) < 0) { mark(1); return NULL; }\n"
                                 "mark(2); PyThread_release_lock(self->lock); mark(3);"),
                      {"go"}));
  NEED(m);
  EXPECT_EQ(m.held(1), "");
  EXPECT_EQ(m.held(2), "self->lock");
  EXPECT_EQ(m.held(3), "");
}

TEST(CLocks, EitherSideOfACondition) {
  const Module m(type("PyThread_type_lock lock; unsigned long owner;",
                      "static int busy(Foo *self) {\n"
                      "  if (self->owner == PyThread_get_thread_ident()) return 0;\n"
                      "  PyThread_acquire_lock(self->lock, 1); return 1; }\n"
                      "#define ENTER(s) ((PyThread_acquire_lock((s)->lock, 0) ? 1 : busy(s)) && "
                      "((s)->owner = PyThread_get_thread_ident(), 1))\n" +
                          method("go",
                                 "if (!ENTER(self)) { mark(1); return NULL; }\n"
                                 "mark(2); self->owner = 0; PyThread_release_lock(self->lock);"),
                      {"go"}));
  NEED(m);
  EXPECT_EQ(m.held(1), "");
  EXPECT_EQ(m.held(2), "self->lock");
}

TEST(CLocks, GotoCleanupReleases) {
  const Module m(type("PyMutex lock; int n;",
                      method("go",
                             "PyMutex_Lock(&self->lock);\n"
                             "if (self->n) goto done;\n"
                             "mark(1);\n"
                             "done: mark(2); PyMutex_Unlock(&self->lock); mark(3);"),
                      {"go"}));
  NEED(m);
  EXPECT_EQ(m.held(1), "self->lock");
  EXPECT_EQ(m.held(2), "self->lock");
  EXPECT_EQ(m.held(3), "");
}

TEST(CLocks, GuardsOfCxx) {
  const Module m(
      "#include <mutex>\nextern \"C\" void mark(int);\nstatic std::mutex lock;\n"
      "extern \"C\" void go() { { std::lock_guard<std::mutex> guard(lock); mark(1); } "
      "mark(2); }\n",
      "cc");
  NEED(m);
  EXPECT_EQ(m.held(1), "lock");
  EXPECT_EQ(m.held(2), "");
}

TEST(CLocks, HelperHasWhatAllCallersHold) {
  const std::string helper = "static void helper(Foo *self) { mark(1); self->n += 1; }\n";
  const std::string locked =
      "Py_BEGIN_CRITICAL_SECTION(self); helper(self); "
      "Py_END_CRITICAL_SECTION();";
  const Module all(type("int n;", helper + method("a", locked) + method("b", locked), {"a", "b"}));
  NEED(all);
  EXPECT_EQ(all.held(1), "critical section on self");
  EXPECT_EQ(all.found, "");
  const Module one(
      type("int n;", helper + method("a", locked) + method("b", "helper(self);"), {"a", "b"}));
  EXPECT_EQ(one.held(1), "");
  EXPECT_EQ(one.found, "GIL507 helper Foo.n\n");
}

TEST(CLocks, RecursionKeepsTheLock) {
  const Module m(
      type("int n;",
           "static void helper(Foo *self) { mark(1); if (self->n-- > 0) helper(self); }\n" +
               method("a",
                      "Py_BEGIN_CRITICAL_SECTION(self); helper(self); "
                      "Py_END_CRITICAL_SECTION();"),
           {"a"}));
  NEED(m);
  EXPECT_EQ(m.held(1), "critical section on self");
}

TEST(CLocks, LockOfTheOwnerProtectsWhatHangsOnIt) {
  const std::string ring = "typedef struct { int count; } Ring;\n";
  const std::string put = "static void put(Ring *ring) { ring->count += 1; }\n";
  const auto with = [&](const std::string& other) {
    return ring + type("Ring ring;",
                       put +
                           method("a",
                                  "Py_BEGIN_CRITICAL_SECTION(self); put(&self->ring); "
                                  "Py_END_CRITICAL_SECTION();") +
                           method("b", other),
                       {"a", "b"});
  };
  const Module locked(
      with("Py_BEGIN_CRITICAL_SECTION(self); put(&self->ring); "
           "Py_END_CRITICAL_SECTION();"));
  NEED(locked);
  EXPECT_EQ(locked.found, "");
  const Module open(with("put(&self->ring);"));
  EXPECT_NE(open.found.find("GIL507 put Ring.count"), std::string::npos) << open.found;
}

// ---------------------------------------------------------------- fields

TEST(CFields, ManyFieldsOfATypeWithoutLocksAreOneFinding) {
  const Module m(type("int a; int b; int c; int d;",
                      method("go", "self->a++; self->b++; self->c++; self->d++;"), {"go"}));
  NEED(m);
  EXPECT_EQ(std::count(m.found.begin(), m.found.end(), '\n'), 1) << m.found;
}

TEST(CFields, FlagThatMarksAnObjectInUse) {
  const std::string poll = method("poll",
                                  "if (self->busy) { PyErr_NoMemory(); return NULL; }\n"
                                  "self->busy = 1;\n"
                                  "Py_BEGIN_ALLOW_THREADS\nself->data[0] = 1;\n"
                                  "Py_END_ALLOW_THREADS\nself->busy = 0;");
  const std::string resize = "self->data = PyMem_Realloc(self->data, 8);";
  const Module checked(type("int busy; char *data;",
                            poll + method("resize", "if (self->busy) return NULL;\n" + resize),
                            {"poll", "resize"}));
  NEED(checked);
  EXPECT_EQ(checked.found.find("GIL510"), std::string::npos) << checked.found;
  const Module unchecked(
      type("int busy; char *data;", poll + method("resize", resize), {"poll", "resize"}));
  EXPECT_NE(unchecked.found.find("GIL510 poll Foo.data"), std::string::npos) << unchecked.found;
}

TEST(CFields, OwnerThreadOnly) {
  const Module m(type("unsigned long owner; int count;",
                      method("go",
                             "unsigned long me = PyThread_get_thread_ident();\n"
                             "if (self->owner == me) { self->count += 1; }"),
                      {"go"}));
  NEED(m);
  EXPECT_EQ(m.found, "");
}

// ---------------------------------------------------------------- statics

std::string function(const std::string& body) {
  return body +
         "\nstatic PyMethodDef methods[] = {{\"go\", (PyCFunction)go, METH_O, NULL},"
         "{NULL, NULL, 0, NULL}};\n"
         "static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, \"m\", NULL, 0, methods, "
         "NULL, NULL, NULL, NULL};\n"
         "PyMODINIT_FUNC PyInit_m(void) { return PyModuleDef_Init(&definition); }\n";
}

TEST(CGlobals, Classes) {
  const Module m(
      function("static const int limit = 1; static PyMutex lock; static int guarded;\n"
               "static _Thread_local int mine; static int open; static int table[3];\n"
               "static PyObject *go(PyObject *m, PyObject *arg) {\n"
               "  PyMutex_Lock(&lock); guarded++; PyMutex_Unlock(&lock);\n"
               "  mine++; open++; return PyLong_FromLong(limit + table[0]); }"));
  NEED(m);
  for (const char* row : {"constant limit", "lock lock", "guarded guarded", "thread-local mine",
                          "unlocked open", "constant table"}) {
    EXPECT_NE(m.globals.find(std::string(" ") + row + " "), std::string::npos) << row << "\n"
                                                                               << m.globals;
  }
  EXPECT_EQ(m.found, "GIL505 go open\n");
}

TEST(CGlobals, PointerThatWalksOverATableWrites) {
  const Module m(
      function("static int table[3];\n"
               "static PyObject *go(PyObject *m, PyObject *arg) {\n"
               "  for (int *p = table; p < table + 3; ++p) *p += 1;\n"
               "  return PyLong_FromLong(table[0]); }"));
  NEED(m);
  EXPECT_NE(m.globals.find(" unlocked table "), std::string::npos) << m.globals;
}

TEST(CGlobals, WhatALazyInitialisationFillsIsPartOfIt) {
  const Module m(
      function("static int ready; static int table[3];\n"
               "static PyObject *go(PyObject *m, PyObject *arg) {\n"
               "  if (!ready) { for (int i = 0; i < 3; ++i) table[i] = i; ready = 1; }\n"
               "  return PyLong_FromLong(table[0]); }"));
  NEED(m);
  EXPECT_EQ(m.found, "GIL506 go ready\n");
}

TEST(CGlobals, NumberThatIsFoundOutOnceIsHarmless) {
  const Module m(
      function("#include <errno.h>\nstatic int works = -1;\n"
               "static PyObject *go(PyObject *m, PyObject *arg) {\n"
               "  if (works == -1) works = errno != 38;\n"
               "  return PyLong_FromLong(works); }"));
  NEED(m);
  EXPECT_EQ(m.found, "");
}

// ---------------------------------------------------------------- sections, foreign locks

TEST(CLockUse, JumpOutOfASection) {
  const Module m(type("int n;",
                      method("go",
                             "Py_BEGIN_CRITICAL_SECTION(self);\n"
                             "if (self->n) goto done;\n"
                             "Py_END_CRITICAL_SECTION();\ndone:;"),
                      {"go"}));
  NEED(m);
  EXPECT_NE(m.found.find("GIL512 go"), std::string::npos) << m.found;
}

TEST(CLockUse, LockThatIsWaitedForDetachedAndAsksForItsOwner) {
  const std::string enter =
      "static int enter(Foo *self) {\n"
      "  if (self->owner == PyThread_get_thread_ident()) return 0;\n"
      "  Py_BEGIN_ALLOW_THREADS\nPyThread_acquire_lock(self->lock, 1);\nPy_END_ALLOW_THREADS\n"
      "  return 1; }\n";
  const std::string call =
      "Py_XDECREF(PyObject_CallNoArgs(arg)); PyThread_release_lock(self->lock);";
  const Module asks(type("PyThread_type_lock lock; unsigned long owner;",
                         enter + method("go", "if (!enter(self)) return NULL;\n" + call), {"go"}));
  NEED(asks);
  EXPECT_EQ(asks.found.find("GIL517"), std::string::npos) << asks.found;
  const Module waits(type("PyThread_type_lock lock; unsigned long owner;",
                          method("go", "PyThread_acquire_lock(self->lock, 1);\n" + call), {"go"}));
  EXPECT_NE(waits.found.find("GIL517 go"), std::string::npos) << waits.found;
}

}  // namespace
}  // namespace gilcheck::clang_plugin
