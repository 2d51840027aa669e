// Borrowed references, reference counts, allocators, hidden state and free lists, on small modules.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "clang_plugin/clang_plugin.h"

namespace gilcheck::clang_plugin {
namespace {

namespace fs = std::filesystem;

/// What the C pass finds in one module, as "GIL503 high gil-masked line"; nullopt without libclang
/// or the headers of CPython 3.13.
class Module {
 public:
  explicit Module(const std::string& body) {
    std::string why;
    const std::vector<std::string> candidates{"/usr/lib/llvm-19/lib/libclang-19.so.1",
                                              "libclang-19.so.1", "libclang.so.1"};
    const auto frontend = Frontend::load(candidates, why);
    const char* home = std::getenv("HOME");
    const fs::path headers =
        fs::path(home == nullptr ? "/" : home) / ".cache/gilcheck/python-headers/3.13/include";
    if (frontend == nullptr || !fs::exists(headers / "python3.13/Python.h")) return;
    const fs::path directory = fs::path(::testing::TempDir()) /
                               ::testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::create_directories(directory);
    text_ = "#include <Python.h>\n" + body;
    std::ofstream(directory / "m.c") << text_;
    Job job;
    job.path = (directory / "m.c").string();
    job.relative = "m.c";
    job.root = directory.string();
    job.directory = directory.string();
    job.arguments = {"-I" + (headers / "python3.13").string(),
                     "-I" + (headers / "x86_64-linux-gnu/python3.13").string(),
                     "-resource-dir=/usr/lib/llvm-19/lib/clang/19", "-DPy_GIL_DISABLED=1"};
    const auto unit = frontend->lower(job, why);
    if (unit == nullptr) return;
    ready = true;
    for (const Problem& problem : unit->problems) ADD_FAILURE() << unit->text(problem.text);
    const SourceText source{text_};
    const Unit* const units[] = {unit.get()};
    const auto parallel = [](std::size_t n, const std::function<void(std::size_t)>& run) {
      for (std::size_t i = 0; i < n; ++i) run(i);
    };
    for (const Finding& finding :
         analyze(units, parallel, [&](std::string_view) -> const SourceText& {
           return source;
         }).findings) {
      if (finding.confidence == Confidence::low) continue;
      found +=
          finding.rule + " " + std::string(to_string(finding.window)) + " " + finding.symbol + "\n";
    }
  }

  /// The findings of these rules, or of GIL503, 504, 508, 509, 513, 514, 518.
  std::string mine() const {
    std::string out;
    std::size_t at = 0;
    while (at < found.size()) {
      const std::size_t end = found.find('\n', at);
      const std::string line = found.substr(at, end - at);
      for (const char* rule :
           {"GIL503", "GIL504", "GIL508", "GIL509", "GIL513", "GIL514", "GIL518"}) {
        if (line.starts_with(rule)) out += line + "\n";
      }
      at = end + 1;
    }
    return out;
  }

  bool ready = false;
  std::string found;

 private:
  std::string text_;
};

constexpr const char* kTail = R"(
static PyMethodDef methods[] = {{"f", (PyCFunction)(void (*)(void))f, FLAGS, NULL}, {NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "m", NULL, 0, methods};
PyMODINIT_FUNC PyInit_m(void) { return PyModuleDef_Init(&definition); }
)";

std::string method(const std::string& body, const std::string& flags = "METH_O") {
  return "#define FLAGS " + flags + "\n" + body + kTail;
}

#define MODULE(name, ...)         \
  const Module name(__VA_ARGS__); \
  if (!name.ready) GTEST_SKIP() << "needs libclang and the headers of CPython 3.13"

TEST(CReferences, AnArgumentsItemIsBorrowed) {
  MODULE(m, method("static PyObject *f(PyObject *m, PyObject *list) {"
                   " return Py_XNewRef(PyList_GetItem(list, 0)); }"));
  EXPECT_EQ(m.mine(), "GIL503 gil-masked f\n");
}

TEST(CReferences, AnItemOfATupleOrOfKeywordArgumentsOrOfACopyIsKept) {
  MODULE(m, method("static PyObject *f(PyObject *m, PyObject *args, PyObject *kwargs) {"
                   " PyObject *first = PyTuple_GetItem(args, 0);"
                   " PyObject *named = kwargs ? PyDict_GetItemString(kwargs, \"a\") : NULL;"
                   " PyObject *copy = PySequence_List(first);"
                   " PyObject *item = copy ? PyList_GetItem(copy, 0) : NULL;"
                   " Py_XINCREF(item); Py_XDECREF(copy); Py_XDECREF(item);"
                   " return Py_XNewRef(named); }",
                   "METH_VARARGS | METH_KEYWORDS"));
  EXPECT_EQ(m.mine(), "");
}

TEST(CReferences, AReferenceTakenOnOneWayDoesNotCoverTheOther) {
  MODULE(m, method("static PyObject *f(PyObject *m, PyObject *list) {"
                   " PyObject *item = PyList_GetItem(list, 0);"
                   " if (item == NULL) return NULL;"
                   " PyObject *text = PyObject_CallNoArgs(list);"
                   " if (text == NULL) return Py_NewRef(item);"
                   " return text; }"));
  EXPECT_EQ(m.mine(), "GIL504 already-racy f\n");
}

TEST(CReferences, AReferenceTakenBeforeTheCallCoversWhatFollows) {
  MODULE(m, method("static PyObject *f(PyObject *m, PyObject *list) {"
                   " PyObject *item; Py_BEGIN_CRITICAL_SECTION(list);"
                   " item = PyList_GetItem(list, 0); Py_XINCREF(item);"
                   " Py_END_CRITICAL_SECTION();"
                   " if (item == NULL) return NULL;"
                   " PyObject *text = PyObject_CallNoArgs(list); Py_XDECREF(text);"
                   " return item; }"));
  EXPECT_EQ(m.mine(), "");
}

TEST(CReferences, WalksAreOneFindingAContainer) {
  const std::string walk =
      " Py_ssize_t n = 0, p = 0; PyObject *k, *v;"
      " while (PyDict_Next(d, &p, &k, &v)) n += PyUnicode_Check(k) + PyUnicode_Check(v);";
  MODULE(m, method("static PyObject *f(PyObject *m, PyObject *d) {" + walk +
                   " return PyLong_FromSsize_t(n); }"));
  EXPECT_EQ(m.mine(), "GIL508 gil-masked f\n");
  MODULE(locked,
         method("static PyObject *f(PyObject *m, PyObject *d) { Py_ssize_t r;"
                " Py_BEGIN_CRITICAL_SECTION(d);" +
                walk + " r = n; Py_END_CRITICAL_SECTION(); return PyLong_FromSsize_t(r); }"));
  EXPECT_EQ(locked.mine(), "");
}

TEST(CReferences, AListTakenOutOfItsFieldIsTheFunctionsOwn) {
  const std::string head =
      "static PyObject *list;"
      "static PyObject *f(PyObject *m, PyObject *item) {"
      " if (list == NULL) { list = PyList_New(0); }"
      " if (PyList_Append(list, item) < 0) return NULL;";
  MODULE(kept, method(head + " return Py_XNewRef(PyList_GetItem(list, 0)); }"));
  EXPECT_EQ(kept.mine(), "GIL503 gil-masked f\n");
  MODULE(moved, method(head + " PyObject *mine = list; list = NULL;"
                              " PyObject *r = Py_XNewRef(PyList_GetItem(mine, 0));"
                              " Py_DECREF(mine); return r; }"));
  EXPECT_EQ(moved.mine(), "");
}

TEST(CReferences, ACountThatDecidesIsATestOfUniquenessAndAnAssertionIsNot) {
  MODULE(m, method("static PyObject *f(PyObject *m, PyObject *o) {"
                   " if (Py_REFCNT(o) == 1) return Py_NewRef(o); Py_RETURN_NONE; }"));
  EXPECT_EQ(m.mine(), "GIL509 gil-masked f\n");
  MODULE(checked, method("static PyObject *f(PyObject *m, PyObject *o) {"
                         " assert(Py_REFCNT(o) >= 1); return PyLong_FromLong(Py_REFCNT(o)); }"));
  EXPECT_EQ(checked.mine(), "");
}

TEST(CReferences, MemoryInAFieldIsFreedByTheFamilyItCameFrom) {
  const auto with = [](const std::string& free) {
    return method(
        "static struct { char *text; } state;"
        "static void drop(void) { " +
        free +
        "(state.text); state.text = NULL; }"
        "static PyObject *f(PyObject *m, PyObject *o) {"
        " drop(); state.text = PyMem_Malloc(8); Py_RETURN_NONE; }");
  };
  MODULE(wrong, with("free"));
  EXPECT_TRUE(wrong.mine().starts_with("GIL513")) << wrong.mine();
  MODULE(right, with("PyMem_Free"));
  EXPECT_EQ(right.mine(), "");
}

TEST(CReferences, HiddenStateCountsWhereItsResultIsUsedWithoutALock) {
  MODULE(m, "#include <time.h>\n" +
                method("static PyObject *f(PyObject *m, PyObject *o) { time_t t = 0;"
                       " struct tm *at = localtime(&t); return PyLong_FromLong(at->tm_hour); }"));
  EXPECT_EQ(m.mine(), "GIL514 gil-masked f\n");
  MODULE(locked, "#include <time.h>\n" +
                     method("static PyMutex lock;"
                            "static PyObject *f(PyObject *m, PyObject *o) { time_t t = 0;"
                            " PyMutex_Lock(&lock); struct tm *at = localtime(&t);"
                            " long h = at->tm_hour; PyMutex_Unlock(&lock);"
                            " return PyLong_FromLong(h); }"));
  EXPECT_EQ(locked.mine(), "");
}

}  // namespace
}  // namespace gilcheck::clang_plugin
