// Bytes of a unit: what was written comes back; what was damaged is refused or stays in bounds.

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>

#include "clang_plugin/clang_plugin.h"

namespace gilcheck::clang_plugin {
namespace {

Sym intern(Unit& unit, std::string_view text) {
  unit.string_data += text;
  unit.strings.push_back(static_cast<std::uint32_t>(unit.string_data.size()));
  return static_cast<Sym>(unit.strings.size() - 2);
}

/// One function with a branch and a phi, a record with a base, a table with an entry.
Unit sample() {
  Unit u;
  u.path = "src/spam.c";
  u.cplusplus = true;
  u.has_python = true;
  u.python_hex = 0x030d00f0;
  u.generator = "Cython 3.0.11";
  u.lines = 42;
  u.files = {"src/spam.c", "src/spam.h"};
  u.dependencies = {"/p/src/spam.c", "/p/src/spam.h"};
  u.strings = {0, 0};
  const Sym name = intern(u, "spam");
  const Pos pos{1, 3, 1, 3, 9};
  u.types = {{},
             {TypeKind::integer, true, false, false, false, 0, kNone, name},
             {TypeKind::pointer, false, false, false, false, 1, kNone, name},
             {TypeKind::record, false, false, false, false, 0, 1, name}};
  u.records = {{name, {0, 1}, true, true, {}, pos}, {name, {1, 1}, true, false, {0}, pos}};
  u.fields = {{name, 1, 0, pos}, {name, 2, 1, pos}};
  u.variables = {{name, 1, Storage::static_, kNone, false, false, true, false, 0, pos},
                 {name, 2, Storage::parameter, 0, false, false, true, false, kNone, pos}};
  u.initializers = {{InitKind::list, kNone, 0, kNone, 0, {0, 2}, pos},
                    {InitKind::function, 0, 0, 0, 0, {}, pos},
                    {InitKind::variable, 1, 0, 1, 0, {}, pos}};
  u.init_lists = {1, 2};
  u.instrs.resize(7);
  u.instrs[1].op = Op::parameter;
  u.instrs[1].a = 1;
  u.instrs[2].op = Op::load;
  u.instrs[2].a = 2;
  u.instrs[3].op = Op::call;
  u.instrs[3].a = 0;
  u.instrs[3].list = {0, 2};
  u.instrs[4].op = Op::out;
  u.instrs[4].a = 3;
  u.instrs[4].b = 1;
  u.instrs[5].op = Op::phi;
  u.instrs[5].list = {2, 2};
  u.instrs[5].block = 2;
  u.instrs[6].op = Op::binary;
  u.instrs[6].code = Operator::add;
  u.instrs[6].a = 2;
  u.instrs[6].b = 4;
  for (Instr& instr : u.instrs) instr.pos = pos;
  u.value_lists = {1, 2, 4, 5};
  u.instr_order = {1, 2, 3, 4, 5, 6};
  u.places = {{}, {PlaceKind::variable, 0, 0, 1}, {PlaceKind::field, 1, 1, 2}};
  u.blocks.resize(3);
  u.blocks[0] = {{0, 4}, Exit::branch, 2, {0, 2}, {}, {}, pos};
  u.blocks[1] = {{4, 0}, Exit::jump, kNone, {2, 1}, {3, 1}, {}, pos};
  u.blocks[2] = {{4, 2}, Exit::return_, 6, {}, {4, 2}, {}, pos};
  u.block_lists = {1, 2, 2, 0, 0, 1};
  u.numbers = {7};
  Function function;
  function.name = function.usr = name;
  function.flags = kFunctionDefined;
  function.params = {1, 1};
  function.blocks = {0, 3};
  function.instrs = {1, 6};
  function.places = {1, 2};
  function.pos = function.name_pos = pos;
  u.functions = {function};
  u.comments = {{name, pos}};
  u.problems = {{true, true, name, pos}};
  return u;
}

TEST(UnitIo, RoundTrip) {
  const Unit unit = sample();
  const auto back = deserialize(serialize(unit));
  ASSERT_NE(back, nullptr);
  EXPECT_EQ(back->path, unit.path);
  EXPECT_TRUE(back->cplusplus && back->has_python);
  EXPECT_FALSE(back->free_threaded_headers);
  EXPECT_EQ(back->python_hex, unit.python_hex);
  EXPECT_EQ(back->generator, unit.generator);
  EXPECT_EQ(back->files, unit.files);
  EXPECT_EQ(back->dependencies, unit.dependencies);
  ASSERT_EQ(back->records.size(), 2u);
  EXPECT_EQ(back->records[1].bases, unit.records[1].bases);
  EXPECT_EQ(back->text(back->functions[0].name), "spam");
  EXPECT_EQ(debug_unit(*back), debug_unit(unit));
}

TEST(UnitIo, TruncatedExtendedOrForeignBytesAreRefused) {
  std::string bytes = serialize(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(deserialize(std::string_view(bytes).substr(0, size)), nullptr) << size;
  }
  bytes += '\0';
  EXPECT_EQ(deserialize(bytes), nullptr);
  EXPECT_EQ(deserialize("hello, world: no unit at all"), nullptr);
  EXPECT_EQ(deserialize(std::string(1000, '\xff')), nullptr);
}

TEST(UnitIo, EveryIndexIsChecked) {
  const std::vector<std::pair<const char*, std::function<void(Unit&)>>> damages = {
      {"no string", [](Unit& u) { u.strings = {0}; }},
      {"strings out of order", [](Unit& u) { u.strings = {0, 0, 9, 4}; }},
      {"no file", [](Unit& u) { u.files.clear(); }},
      {"position", [](Unit& u) { u.functions[0].pos.file = 2; }},
      {"type kind", [](Unit& u) { u.types[1].kind = static_cast<TypeKind>(99); }},
      {"pointee", [](Unit& u) { u.types[2].inner = 4; }},
      {"pointer to itself", [](Unit& u) { u.types[2].inner = 2; }},
      {"record of a type", [](Unit& u) { u.types[3].record = 2; }},
      {"fields of a record", [](Unit& u) { u.records[1].fields = {1, 2}; }},
      {"range that wraps", [](Unit& u) { u.records[1].fields = {1, kNone}; }},
      {"base", [](Unit& u) { u.records[1].bases = {2}; }},
      {"bases in a circle", [](Unit& u) { u.records[0].bases = {1}; }},
      {"function of a variable", [](Unit& u) { u.variables[1].function = 1; }},
      {"initializer of a variable", [](Unit& u) { u.variables[0].initializer = 3; }},
      {"function of an initializer", [](Unit& u) { u.initializers[1].ref = kNone; }},
      {"initializer in itself", [](Unit& u) { u.init_lists[0] = 0; }},
      {"place of a load", [](Unit& u) { u.instrs[2].a = 3; }},
      {"parent of a place", [](Unit& u) { u.places[2].parent = 2; }},
      {"field of a place", [](Unit& u) { u.places[2].id = 2; }},
      {"callee", [](Unit& u) { u.instrs[3].a = 1; }},
      {"argument of a call", [](Unit& u) { u.value_lists[1] = 7; }},
      {"out argument", [](Unit& u) { u.instrs[4].b = 2; }},
      {"phi without a value per edge", [](Unit& u) { u.instrs[5].list.count = 1; }},
      {"operation", [](Unit& u) { u.instrs[6].op = static_cast<Op>(200); }},
      {"operand", [](Unit& u) { u.instrs[6].b = 7; }},
      {"branch with one way", [](Unit& u) { u.blocks[0].succs.count = 1; }},
      {"edge to nowhere", [](Unit& u) { u.block_lists[0] = 3; }},
      {"edge out of the function", [](Unit& u) { u.functions[0].blocks = {0, 2}; }},
      {"definition without blocks", [](Unit& u) { u.functions[0].blocks = {}; }},
      {"comment", [](Unit& u) { u.comments[0].text = 3; }},
      {"problem", [](Unit& u) { u.problems[0].pos.file = kNone; }},
  };
  for (const auto& [what, damage] : damages) {
    Unit unit = sample();
    damage(unit);
    EXPECT_EQ(deserialize(serialize(unit)), nullptr) << what;
  }
}

TEST(UnitIo, DamagedBytesAreRefusedOrStayInBounds) {
  const std::string bytes = serialize(sample());
  std::mt19937 random(1);
  int refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string damaged = bytes;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    const auto back = deserialize(damaged);
    if (back == nullptr) {
      ++refused;
      continue;
    }
    // Reads everything there is.
    EXPECT_FALSE(serialize(*back).empty());
    EXPECT_FALSE(debug_unit(*back).empty());
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace gilcheck::clang_plugin
