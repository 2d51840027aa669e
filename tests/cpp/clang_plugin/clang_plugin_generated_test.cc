// What Cython's names stand for.

#include <gtest/gtest.h>

#include "clang_plugin/link/generated.h"

namespace gilcheck::clang_plugin {

namespace {

TEST(GeneratedNames, ModulesAndClassesCarryTheirLength) {
  EXPECT_EQ(source_name("__pyx_v_5probe_counter"), "probe.counter");
  EXPECT_EQ(source_name("__pyx_f_3pkg_3mod_bump"), "pkg.mod.bump");
  EXPECT_EQ(source_name("__pyx_obj_5probe_Stats"), "probe.Stats");
}

TEST(GeneratedNames, TheLastMayCarryANumber) {
  EXPECT_EQ(source_name("__pyx_pf_5probe_5Stats_2bump"), "probe.Stats.bump");
  EXPECT_EQ(source_name("__pyx_pf_5probe_5Stats_12__iter__"), "probe.Stats.__iter__");
  EXPECT_EQ(source_name("__pyx_pf_5probe_5Stats_5value___get__"), "probe.Stats.value.__get__");
}

TEST(GeneratedNames, LocalVariablesAndOthers) {
  EXPECT_EQ(source_name("__pyx_v_key"), "key");
  EXPECT_EQ(source_name("__pyx_t_12"), "a temporary value");
  EXPECT_EQ(source_name("PyDict_GetItem"), "PyDict_GetItem");
}

TEST(GeneratedNames, VariablesOfACallAreThoseOfItsFunction) {
  EXPECT_EQ(source_name("__pyx_obj_5probe___pyx_scope_struct_1_closure"), "probe.closure");
  EXPECT_TRUE(keeps_variables_of_a_call("__pyx_obj_5probe___pyx_scope_struct__gen"));
  EXPECT_FALSE(keeps_variables_of_a_call("__pyx_obj_5probe_Stats"));
}

TEST(GeneratedNames, InSentences) {
  EXPECT_EQ(with_source_names("__pyx_obj_5probe_Stats.n is changed by __pyx_pf_5probe_bump()"),
            "probe.Stats.n is changed by probe.bump()");
  EXPECT_EQ(with_source_names("not__pyx_v_x, and nothing else"), "not__pyx_v_x, and nothing else");
  EXPECT_EQ(with_source_names(""), "");
}

}  // namespace

}  // namespace gilcheck::clang_plugin
