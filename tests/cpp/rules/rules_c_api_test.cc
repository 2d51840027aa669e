#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "rules/c_api.h"
#include "rules/tables.h"

namespace gilcheck::rules {
namespace {

const CFunction& function(std::string_view name) {
  const CFunction* row = c_function(name);
  if (row == nullptr) ADD_FAILURE() << "no function " << name;
  static const CFunction none{};
  return row == nullptr ? none : *row;
}

const CFunction& macro(std::string_view name) {
  const CFunction* row = c_macro(name);
  if (row == nullptr) ADD_FAILURE() << "no macro " << name;
  static const CFunction none{};
  return row == nullptr ? none : *row;
}

TEST(CApi, TableIsWellFormedAndLarge) {
  EXPECT_EQ(load_error(), "");
  EXPECT_GT(c_functions().size(), 1000U);
}

TEST(CApi, SaysWhoOwnsABorrowedReferenceAndWhatReplacesIt) {
  const CFunction& item = function("PyList_GetItem");
  EXPECT_EQ(item.result, CResult::Borrowed);
  EXPECT_EQ(item.owner, COwner::Container);
  EXPECT_EQ(item.result_argument, 0);
  EXPECT_EQ(item.replacement, "PyList_GetItemRef");
  EXPECT_EQ(item.replacement_since, "3.13");
  EXPECT_EQ(macro("PyList_GET_ITEM").owner, COwner::Container);
  EXPECT_EQ(function("PyTuple_GetItem").owner, COwner::Immutable);
  EXPECT_EQ(function("PyWeakref_GetObject").owner, COwner::Weak);
  EXPECT_EQ(function("PyImport_AddModule").owner, COwner::Interpreter);
  EXPECT_EQ(function("PyImport_AddModule").result_argument, -1);
  EXPECT_EQ(function("PyErr_Occurred").owner, COwner::Thread);
  EXPECT_EQ(function("PyList_GetItemRef").result, CResult::New);
}

TEST(CApi, SaysWhatHappensToArguments) {
  const CFunction& next = function("PyDict_Next");
  ASSERT_NE(next.use_of(3), nullptr);
  EXPECT_EQ(next.use_of(3)->use, CUse::OutBorrowed);
  EXPECT_EQ(next.use_of(3)->owner, COwner::Container);
  EXPECT_EQ(next.use_of(3)->owner_argument, 0);
  EXPECT_EQ(next.use_of(1), nullptr);
  EXPECT_EQ(function("PyDict_GetItemRef").use_of(2)->use, CUse::OutNew);
  EXPECT_TRUE(function("PyList_SetItem").steals(2));
  EXPECT_FALSE(function("PyList_Append").steals(1));
  EXPECT_EQ(function("PyModule_AddObject").use_of(2)->use, CUse::StealsOnSuccess);
  const CFunction& parse = function("PyArg_ParseTuple");
  EXPECT_EQ(parse.use_of(1), nullptr);
  ASSERT_NE(parse.use_of(7), nullptr);
  EXPECT_EQ(parse.use_of(7)->owner, COwner::Immutable);
}

TEST(CApi, TellsFreshObjectsFromSharedOnes) {
  EXPECT_EQ(function("PyList_New").result, CResult::Fresh);
  EXPECT_EQ(function("PyList_New").fresh, "list");
  EXPECT_EQ(function("PyDict_Copy").fresh, "dict");
  EXPECT_EQ(function("PyLong_FromLong").result, CResult::New) << "small integers are shared";
  EXPECT_EQ(function("PyUnicode_FromString").result, CResult::New) << "so are single characters";
  const CFunction& fast = function("PySequence_Fast");
  EXPECT_EQ(fast.result, CResult::Alias);
  EXPECT_EQ(fast.result_argument, 0);
  EXPECT_EQ(macro("PySequence_Fast_ITEMS").result, CResult::Interior);
}

TEST(CApi, SaysWherePythonCodeCanRun) {
  EXPECT_EQ(function("PyObject_CallNoArgs").python, CPython::Always);
  EXPECT_EQ(function("PyDict_SetItem").python, CPython::UserType);
  EXPECT_EQ(function("Py_DECREF").python, CPython::Dealloc);
  EXPECT_EQ(function("PyList_Append").python, CPython::Never);
  EXPECT_EQ(function("PyObject_Malloc").python, CPython::Never);
  EXPECT_EQ(function("PyEval_SaveThread").python, CPython::Always) << "gives the GIL up";
  EXPECT_LT(CPython::Dealloc, CPython::UserType);
}

TEST(CApi, KnowsLocksSectionsAndGuards) {
  EXPECT_EQ(function("PyMutex_Lock").act, CAct::Acquire);
  EXPECT_EQ(function("PyMutex_Lock").kind, CKind::PyMutex);
  EXPECT_EQ(function("PyMutex_Lock").act_arguments.front(), 0);
  EXPECT_EQ(function("PyThread_acquire_lock").act, CAct::AcquireIf);
  EXPECT_EQ(function("pthread_cond_wait").act_arguments.front(), 1);
  const CFunction& begin = function("PyCriticalSection2_Begin");
  EXPECT_EQ(begin.act, CAct::SectionBegin);
  EXPECT_EQ(begin.kind, CKind::Object);
  ASSERT_EQ(begin.act_arguments.size(), 3U);
  EXPECT_EQ(function("PyCriticalSection_BeginMutex").kind, CKind::PyMutex);
  EXPECT_EQ(macro("Py_BEGIN_CRITICAL_SECTION").act_arguments.size(), 1U);
  ASSERT_NE(c_class("std::scoped_lock"), nullptr);
  EXPECT_TRUE(c_class("std::scoped_lock")->act_on_all);
  ASSERT_NE(c_class("pybind11::gil_scoped_release"), nullptr);
  EXPECT_EQ(c_class("pybind11::gil_scoped_release")->act, CAct::DetachScope);
}

TEST(CApi, FindsCxxNamesAsACompilerSpellsThem) {
  ASSERT_NE(c_class("std::lock_guard<std::mutex>"), nullptr);
  EXPECT_EQ(c_class("std::lock_guard<std::mutex>")->act, CAct::Guard);
  EXPECT_NE(c_class("std::__1::unique_lock<std::__1::mutex>"), nullptr);
  EXPECT_NE(c_function("std::_V2::condition_variable_any::wait"), nullptr);
  EXPECT_EQ(function("std::atomic<int>::operator++").act, CAct::AtomicUpdate);
  EXPECT_EQ(function("std::__atomic_base<long>::load").act, CAct::AtomicLoad);
  EXPECT_EQ(c_class("std::vector<int>"), nullptr);
  EXPECT_EQ(c_function("my::mutex::lock"), nullptr);
}

TEST(CApi, KnowsThreadStatesAtomicsMemoryAndCounts) {
  EXPECT_EQ(function("PyEval_SaveThread").act, CAct::Detach);
  EXPECT_EQ(function("PyGILState_Ensure").act, CAct::AttachNested);
  EXPECT_FALSE(function("PyGILState_Ensure").needs_attached);
  EXPECT_FALSE(function("PyMem_RawMalloc").needs_attached);
  EXPECT_TRUE(function("PyMem_Malloc").needs_attached);
  EXPECT_TRUE(function("PyErr_SetString").needs_attached);
  EXPECT_EQ(function("_Py_atomic_load_ptr_acquire").act, CAct::AtomicLoad);
  EXPECT_EQ(function("_Py_atomic_compare_exchange_int").act, CAct::AtomicCompareExchange);
  EXPECT_EQ(function("__atomic_fetch_add").act, CAct::AtomicUpdate);
  EXPECT_EQ(function("PyObject_Malloc").kind, CKind::ObjectMemory);
  EXPECT_EQ(function("PyMem_Free").kind, CKind::Mem);
  EXPECT_EQ(function("PyObject_GC_Del").kind, CKind::ObjectGc);
  EXPECT_EQ(function("malloc").kind, CKind::Libc);
  EXPECT_EQ(function("Py_REFCNT").act, CAct::Refcount);
  EXPECT_EQ(function("PyUnstable_TryIncRef").act, CAct::TryIncref);
}

TEST(CApi, KnowsLibraryFunctionsWithHiddenState) {
  EXPECT_EQ(function("strtok").act, CAct::HiddenState);
  EXPECT_EQ(function("strtok").replacement, "strtok_r");
  EXPECT_EQ(function("setenv").kind, CKind::Environment);
  EXPECT_EQ(function("rand").kind, CKind::RandomLocked);
  EXPECT_EQ(c_function("strtok_r"), nullptr);
  EXPECT_TRUE(function("recv").blocks);
}

TEST(CApi, TellsFormsApart) {
  EXPECT_EQ(c_function("PyList_GET_ITEM"), nullptr);
  EXPECT_EQ(c_macro("PyList_GetItem"), nullptr);
  EXPECT_EQ(c_function("PyList_FetchItem"), nullptr);
  EXPECT_EQ(c_function(""), nullptr);
}

TEST(CApi, LevelsAreOrderedAndTakenFromTheDocumentation) {
  EXPECT_EQ(function("PyList_Append").level, CLevel::Atomic);
  EXPECT_EQ(function("PyList_Sort").level, CLevel::Shared);
  EXPECT_EQ(function("PyCapsule_GetPointer").level, CLevel::Distinct);
  EXPECT_EQ(function("_PyTuple_Resize").level, CLevel::Compatible);
  EXPECT_LT(CLevel::Compatible, CLevel::Atomic);
}

TEST(CApi, SaysWhatBecomesOfAFunctionThatIsPassed) {
  EXPECT_EQ(function("qsort").act, CAct::Calls);
  EXPECT_EQ(function("qsort").act_arguments[0], 3);
  EXPECT_EQ(function("pthread_create").act, CAct::ThreadStart);
  EXPECT_EQ(function("Py_AtExit").act, CAct::Callback);
  ASSERT_NE(c_class_of("std::thread::thread<void (&)(int), int>"), nullptr);
  EXPECT_EQ(c_class_of("std::thread::thread<void (&)(int), int>")->act, CAct::ThreadStart);
  EXPECT_EQ(c_class_of("std::function<void ()>::operator=")->act, CAct::Callback);
  EXPECT_EQ(c_class_of("qsort"), nullptr);
}

TEST(CApi, KnowsTypesByWhatTheyAre) {
  ASSERT_NE(c_type("PyMethodDef"), nullptr);
  EXPECT_EQ(c_type("PyMethodDef")->act, CAct::DefinitionType);
  EXPECT_EQ(c_type("pthread_mutex_t")->act, CAct::LockType);
  EXPECT_EQ(c_type("std::__1::mutex")->act, CAct::LockType);
  EXPECT_EQ(c_type("PyObject"), nullptr);
  EXPECT_EQ(c_function("PyMutex"), nullptr);
}

}  // namespace
}  // namespace gilcheck::rules
