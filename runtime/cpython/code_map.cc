#include "cpython/code_map.h"

#include "cpython/bytecode.h"
#include "cpython/dependence.h"
#include "cpython/expected_regions.h"
#include "opcode.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <unordered_map>

namespace gilcheck::runtime {
namespace {

struct Maps {
  std::mutex mutex;
  Py_ssize_t extra = -1;
  SiteId next_site = 1;  // 0 is no site
  std::map<SiteId, CodeMap*> by_site;
};

Maps& maps() {
  static auto* all = new Maps;  // outlives the interpreter's shutdown
  return *all;
}

/// Names that functions of the same module rebind: globals nobody rebinds are functions and
/// modules.
void rebound_names(PyCodeObject* code, std::vector<PyObject*>& names) {
  const Bytecode bytecode = read_bytecode(code);
  for (const Bytecode::Step& step : bytecode.steps) {
    if (step.opcode == STORE_GLOBAL || step.opcode == DELETE_GLOBAL) {
      names.push_back(PyTuple_GET_ITEM(code->co_names, step.argument));
    }
  }
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); ++i) {
    PyObject* constant = PyTuple_GET_ITEM(code->co_consts, i);
    if (PyCode_Check(constant)) rebound_names(reinterpret_cast<PyCodeObject*>(constant), names);
  }
}

/// Modules' rebound names, by file: found once, at the module's body, for all code in it.
struct Rebound {
  std::mutex mutex;
  std::unordered_map<std::string, std::vector<PyObject*>> by_file;
};
Rebound& rebound() {
  static auto* all = new Rebound;
  return *all;
}

SourceRange range_of(PyCodeObject* code, const Bytecode::Step& step) {
  SourceRange range;
  PyCode_Addr2Location(code, step.unit * 2, &range.line, &range.column, &range.end_line,
                       &range.end_column);
  return range;
}

std::string text_of(PyObject* unicode) {
  const char* text = PyUnicode_AsUTF8(unicode);
  if (text == nullptr) {
    PyErr_Clear();
    return "?";
  }
  return text;
}

bool may_change(PyCodeObject* code, PyObject* name) {
  const std::scoped_lock held(rebound().mutex);
  const auto found = rebound().by_file.find(text_of(code->co_filename));
  if (found == rebound().by_file.end()) return true;
  return std::ranges::find(found->second, name) != found->second.end();
}

/// What an instruction means to us; none for most.
void classify(PyCodeObject* code, const Bytecode::Step& step, Instruction& out) {
  const auto name = [&](int index) { return PyTuple_GET_ITEM(code->co_names, index); };
  out.argument = step.argument;
  switch (step.opcode) {
    case LOAD_ATTR:
      out.op = Op::load_attribute;
      out.detail = step.argument & 1;
      out.name = name(step.argument >> 1);
      return;
    case STORE_ATTR:
      out.op = Op::store_attribute;
      out.name = name(step.argument);
      return;
    case DELETE_ATTR:
      out.op = Op::delete_attribute;
      out.name = name(step.argument);
      return;
    case LOAD_GLOBAL:
      out.name = name(step.argument >> 1);
      if (may_change(code, out.name)) out.op = Op::load_global;
      return;
    case STORE_GLOBAL:
      out.op = Op::store_global;
      out.name = name(step.argument);
      return;
    case DELETE_GLOBAL:
      out.op = Op::delete_global;
      out.name = name(step.argument);
      return;
    case LOAD_NAME:
      out.op = Op::load_name;
      out.name = name(step.argument);
      return;
    case STORE_NAME:
      out.op = Op::store_name;
      out.name = name(step.argument);
      return;
    case DELETE_NAME:
      out.op = Op::delete_name;
      out.name = name(step.argument);
      return;
    case LOAD_DEREF: out.op = Op::load_cell; return;
    case STORE_DEREF: out.op = Op::store_cell; return;
#ifdef BINARY_SUBSCR
    case BINARY_SUBSCR: out.op = Op::load_item; return;
#endif
    case BINARY_OP:
#if PY_VERSION_HEX >= 0x030E0000
      if (step.argument == NB_SUBSCR) {
        out.op = Op::load_item;
        return;
      }
#endif
      out.op = Op::arithmetic;
      out.detail = static_cast<std::uint8_t>(step.argument);
      return;
    case STORE_SUBSCR: out.op = Op::store_item; return;
    case DELETE_SUBSCR: out.op = Op::delete_item; return;
    case BINARY_SLICE: out.op = Op::load_slice; return;
    case STORE_SLICE: out.op = Op::store_slice; return;
    case CONTAINS_OP: out.op = Op::contains; return;
    case GET_ITER: out.op = Op::iterate; return;
    case FOR_ITER:
      out.op = Op::next;
      out.detail = PY_VERSION_HEX >= 0x030F0000 ? 1 : 0;  // what lies above the iterator
      return;
    case CALL: out.op = Op::call; return;
    case CALL_KW: out.op = Op::call_keywords; return;
    case CALL_FUNCTION_EX: out.op = Op::call_star; return;
    case TO_BOOL:
    case GET_LEN: out.op = Op::truth; return;  // of a sequence pattern
    case MATCH_KEYS: out.op = Op::match_keys; return;
    case COMPARE_OP: out.op = Op::compare; return;
    case LIST_EXTEND: out.op = Op::extend_list; return;
    case SET_UPDATE: out.op = Op::update_set; return;
    case DICT_UPDATE:
    case DICT_MERGE: out.op = Op::update_dict; return;
    case UNPACK_SEQUENCE:
    case UNPACK_EX: out.op = Op::unpack; return;
    default: return;
  }
}

bool reads(Op op) {
  switch (op) {
    case Op::load_attribute:
    case Op::load_global:
    case Op::load_name:
    case Op::load_cell:
    case Op::load_item:
    case Op::load_slice:
    case Op::contains:
    case Op::iterate:
    case Op::call:
    case Op::call_keywords:
    case Op::call_star:
    case Op::arithmetic:
    case Op::truth:
    case Op::compare:
    case Op::unpack:
    case Op::match_keys: return true;
    default: return false;
  }
}

bool changes(Op op) {
  switch (op) {
    case Op::store_attribute:
    case Op::delete_attribute:
    case Op::store_global:
    case Op::delete_global:
    case Op::store_cell:
    case Op::store_item:
    case Op::delete_item:
    case Op::call:
    case Op::call_keywords:
    case Op::call_star: return true;
    default: return false;
  }
}

/// The exceptions that except clauses take in and do not raise again.
std::uint8_t taken_in(PyCodeObject* code, const Bytecode& bytecode,
                      const Bytecode::Handler& handler) {
  struct Name {
    std::string_view text;
    std::uint8_t bits;
  };
  constexpr auto kNames = std::to_array<Name>({{"KeyError", exceptions::key},
                                               {"IndexError", exceptions::index},
                                               {"LookupError", exceptions::key | exceptions::index},
                                               {"ValueError", exceptions::value},
                                               {"AttributeError", exceptions::attribute},
                                               {"RuntimeError", exceptions::runtime},
                                               {"TypeError", exceptions::type},
                                               {"Exception", exceptions::all},
                                               {"BaseException", exceptions::all}});
  std::uint8_t result = 0;
  std::uint8_t clause = 0;  ///< what the clause that is being read takes in
  bool named = false;
  bool raised = false;
  for (std::size_t i = static_cast<std::size_t>(handler.target); i < bytecode.steps.size(); ++i) {
    const Bytecode::Step& step = bytecode.steps[i];
    switch (step.opcode) {
      case WITH_EXCEPT_START: return result;
      case RAISE_VARARGS: raised = raised || step.argument == 0; break;
      case LOAD_GLOBAL:
      case LOAD_NAME: {
        if (named) break;
        const int index = step.opcode == LOAD_GLOBAL ? step.argument >> 1 : step.argument;
        const std::string text = text_of(PyTuple_GET_ITEM(code->co_names, index));
        for (const Name& name : kNames) {
          if (name.text == text) clause |= name.bits;
        }
        break;
      }
      case CHECK_EXC_MATCH: named = true; break;
      case POP_EXCEPT:
        if (named && !raised) result |= clause;
        clause = 0;
        named = raised = false;
        break;
      case RERAISE: return result;
      default: break;
    }
  }
  return result;
}

/// For calls of what is named `clear`: the earlier calls, slices and walks, which may have taken
/// what is cleared.
std::vector<Reads> taken_whole_before(const std::vector<std::unique_ptr<Instruction>>& all,
                                      const std::vector<int>& numbers) {
  std::vector<Reads> result(all.size());
  Reads taken;
  bool clears = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == nullptr) continue;
    const Op op = all[i]->op;
    if (op == Op::load_attribute) clears = text_of(all[i]->name) == "clear";
    if (op == Op::call && clears) {
      result[i] = taken;
      clears = false;
    }
    if (numbers[i] >= 0 && (op == Op::call || op == Op::load_slice || op == Op::iterate))
      taken.set(static_cast<std::size_t>(numbers[i]));
  }
  return result;
}

/// Reads whose values are used together: operands of one instruction, or one of them decides on or
/// leads to the other. Stores that hang on the same decisions.
void find_pairs(const Bytecode& bytecode, const Dependence& dependence,
                const std::vector<std::size_t>& readers,
                std::vector<std::unique_ptr<Instruction>>& all) {
  const auto names = [&](std::size_t reader) {
    const Op op = all[readers[reader]]->op;
    return op == Op::load_attribute || op == Op::load_global || op == Op::load_item ||
           op == Op::call;
  };
  const auto combine = [&](std::size_t left, std::size_t right) {
    constexpr std::size_t kMost = 8;
    for (const auto& [one, other] : {std::pair(left, right), std::pair(right, left)}) {
      auto& list = all[readers[one]]->combined;
      const SiteId site = all[readers[other]]->site;
      if (list.size() < kMost && std::ranges::find(list, site) == list.end()) list.push_back(site);
    }
  };
  Reads candidates;
  for (std::size_t reader = 0; reader < readers.size(); ++reader) {
    if (names(reader)) candidates.set(reader);
  }
  for (std::size_t i = 0; i < bytecode.steps.size(); ++i) {
    const Reads met = dependence.data[i] & candidates;
    if (met.count() < 2) continue;
    for (std::size_t left = 0; left < readers.size(); ++left) {
      for (std::size_t right = left + 1; met[left] && right < readers.size(); ++right) {
        if (met[right]) combine(left, right);
      }
    }
  }
  for (std::size_t reader = 0; reader < readers.size(); ++reader) {
    if (!candidates[reader]) continue;
    const std::size_t step = readers[reader];
    const Reads before = (dependence.data[step] | dependence.control[step]) & candidates;
    for (std::size_t other = 0; other < readers.size(); ++other) {
      if (before[other] && other != reader) combine(reader, other);
    }
  }

  std::vector<std::pair<Op, const Reads*>> groups;
  std::vector<std::vector<Instruction*>> members;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == nullptr) continue;
    const Op op = all[i]->op;
    if (op != Op::store_attribute && op != Op::store_global && op != Op::store_item) continue;
    const auto same = std::ranges::find_if(groups, [&](const auto& group) {
      return group.first == op && *group.second == dependence.control[i];
    });
    const auto index = static_cast<std::size_t>(same - groups.begin());
    if (same == groups.end()) {
      groups.emplace_back(op, &dependence.control[i]);
      members.emplace_back();
    }
    members[index].push_back(all[i].get());
  }
  for (std::size_t group = 0; group < members.size(); ++group) {
    if (members[group].size() < 2) continue;
    for (Instruction* member : members[group])
      member->group = static_cast<std::uint32_t>(group + 1);
  }
}

/// What the locations of an instruction have in common, as far as its text tells.
enum class Reach : std::uint8_t {
  name,       ///< an attribute or global of a fixed name
  cell,       ///< a variable of a closure
  structure,  ///< a container as a whole
  any,        ///< the operands decide
};

Reach reach_of(Op op) {
  switch (op) {
    case Op::load_attribute:
    case Op::store_attribute:
    case Op::delete_attribute:
    case Op::load_global:
    case Op::store_global:
    case Op::delete_global:
    case Op::load_name:
    case Op::store_name:
    case Op::delete_name: return Reach::name;
    case Op::load_cell:
    case Op::store_cell: return Reach::cell;
    case Op::load_slice:
    case Op::store_slice:
    case Op::iterate:
    case Op::next:
    case Op::arithmetic:
    case Op::truth:
    case Op::compare:
    case Op::extend_list:
    case Op::update_set:
    case Op::update_dict:
    case Op::unpack: return Reach::structure;
    default: return Reach::any;
  }
}

/// Whether two instructions of one function can access one location: others cannot be the ends of a
/// region, and need not be compared each time they run.
bool may_meet(const Instruction& left, const Instruction& right) {
  const Reach one = reach_of(left.op);
  const Reach other = reach_of(right.op);
  if (one == Reach::cell || other == Reach::cell)
    return one == other && left.argument == right.argument;
  if (one == Reach::name && other == Reach::name) return left.name == right.name;
  const bool apart = (one == Reach::name && other == Reach::structure) ||
                     (one == Reach::structure && other == Reach::name);
  return !apart;
}

/// Regions that were found in the source: whatever the bytecode says, their last access depends on
/// the first.
void add_expected(const std::vector<ExpectedRegion>& regions,
                  const std::vector<SourceRange>& ranges, const std::vector<int>& numbers,
                  Dependence& dependence, std::vector<std::unique_ptr<Instruction>>& all) {
  for (const ExpectedRegion& region : regions) {
    Reads opening;
    SiteId last = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i] == nullptr) continue;
      if (numbers[i] >= 0 && region.first.contains(ranges[i]))
        opening.set(static_cast<std::size_t>(numbers[i]));
      if (region.last.contains(ranges[i])) last = all[i]->origin;
    }
    for (std::size_t i = 0; last != 0 && i < all.size(); ++i) {
      if (all[i] == nullptr || !region.last.contains(ranges[i])) continue;
      if (region.first != region.last) dependence.control[i] |= opening;
      if (all[i]->origin == last) all[i]->closes.push_back(region.number);
    }
  }
}

void analyse(CodeMap& map) {
  PyCodeObject* code = map.code;
  const Bytecode bytecode = read_bytecode(code);
  if (!bytecode.understood) return;
  const std::size_t count = bytecode.steps.size();
  std::vector<std::unique_ptr<Instruction>> all(count);
  std::vector<int> numbers(count, -1);
  std::vector<SourceRange> ranges(count);
  std::vector<std::size_t> readers;
  // Loops are compiled with their test twice.
  std::map<std::tuple<int, int, int, int, int>, SiteId> origins;
  for (std::size_t i = 0; i < count; ++i) {
    const Bytecode::Step& step = bytecode.steps[i];
    if (step.depth < 0) continue;
    auto instruction = std::make_unique<Instruction>();
    classify(code, step, *instruction);
    if (instruction->op == Op::none) continue;
    instruction->depth = static_cast<std::uint16_t>(step.depth);
    instruction->site = map.site_at(step.unit);
    const SourceRange& range = ranges[i] = range_of(code, step);
    instruction->origin =
        origins
            .try_emplace({step.opcode, range.line, range.column, range.end_line, range.end_column},
                         instruction->site)
            .first->second;
    if (instruction->op == Op::iterate && step.next >= 0 &&
        bytecode.steps[static_cast<std::size_t>(step.next)].opcode != FOR_ITER) {
      instruction->detail = 1;
    }
    if (reads(instruction->op) && readers.size() < kMostReads) {
      numbers[i] = static_cast<int>(readers.size());
      readers.push_back(i);
    }
    all[i] = std::move(instruction);
  }
  Dependence dependence = dependence_of(code, bytecode, numbers);
  const std::vector<Reads> copies = taken_whole_before(all, numbers);
  for (std::size_t i = 0; i < count; ++i) {
    // What is deleted may be what an earlier instruction got.
    if (all[i] == nullptr || all[i]->op != Op::delete_item) continue;
    for (std::size_t before = 0; before < i; ++before) {
      if (numbers[before] >= 0 && all[before]->op == Op::load_item)
        dependence.control[i].set(static_cast<std::size_t>(numbers[before]));
    }
  }

  add_expected(expected_regions(text_of(code->co_filename)), ranges, numbers, dependence, all);
  if (!map.module) find_pairs(bytecode, dependence, readers, all);

  // Only reads on which some access depends get openings.
  Reads used;
  for (std::size_t i = 0; i < count; ++i) {
    if (all[i] == nullptr) continue;
    const Reads ends = dependence.data[i] | dependence.control[i];
    for (std::size_t number = 0; number < readers.size(); ++number) {
      if (ends[number] && may_meet(*all[i], *all[readers[number]])) used.set(number);
    }
    used |= copies[i];
  }
  for (std::size_t number = 0; number < readers.size(); ++number) {
    if (!used[number]) continue;
    all[readers[number]]->opening = static_cast<std::int16_t>(map.openings);
    map.openings += kParts;
  }
  const auto list = [&](const Reads& set, std::size_t self, std::vector<std::uint16_t>& out) {
    for (std::size_t number = 0; number < readers.size(); ++number) {
      if (!set[number] || readers[number] == self) continue;
      if (!may_meet(*all[self], *all[readers[number]])) continue;
      const auto first = static_cast<std::uint16_t>(all[readers[number]]->opening);
      for (std::uint16_t part = 0; part < kParts; ++part) out.push_back(first + part);
    }
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (all[i] == nullptr) continue;
    list(dependence.data[i], i, all[i]->data);
    list(dependence.control[i], i, all[i]->control);
    list(copies[i], i, all[i]->copies);
    all[i]->varies = dependence.argument[i];
    if (all[i]->op == Op::next) {
      for (std::size_t before = i; before-- > 0;) {
        if (all[before] == nullptr || all[before]->op != Op::iterate || numbers[before] < 0)
          continue;
        if (!dependence.data[i][static_cast<std::size_t>(numbers[before])]) continue;
        all[i]->walk = all[before]->opening;
        break;
      }
    }
    if (numbers[i] >= 0 && dependence.deciding[static_cast<std::size_t>(numbers[i])])
      all[i]->decides = 1;
    // What iterate begins is followed to its end, and arithmetic may be in place.
    const Op op = all[i]->op;
    all[i]->only_reads = all[i]->opening < 0 && reads(op) && !changes(op) && op != Op::iterate &&
                         op != Op::arithmetic && all[i]->closes.empty();
  }
  for (const Bytecode::Handler& handler : bytecode.handlers) {
    const std::uint8_t taken = taken_in(code, bytecode, handler);
    if (taken == 0) continue;
    for (int i = handler.first; i < handler.last; ++i) {
      if (all[static_cast<std::size_t>(i)] != nullptr)
        all[static_cast<std::size_t>(i)]->caught |= taken;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (all[i] == nullptr || dependence.control[i].none()) continue;
    for (std::size_t other = 0; other < count; ++other) {
      if (other == i || all[other] == nullptr || !changes(all[other]->op)) continue;
      if ((dependence.control[other] & dependence.control[i]).any()) all[i]->decides_more = true;
    }
  }
  map.index.assign(static_cast<std::size_t>(map.size), -1);
  for (std::size_t i = 0; i < count; ++i) {
    if (all[i] == nullptr) continue;
    map.index[static_cast<std::size_t>(bytecode.steps[i].unit)] =
        static_cast<std::int32_t>(map.instructions.size());
    map.instructions.push_back(std::move(all[i]));
  }
}

/// The map that a site belongs to; null for none.
CodeMap* map_with(SiteId site) {
  const std::scoped_lock held(maps().mutex);
  const auto found = maps().by_site.upper_bound(site);
  return site == 0 || found == maps().by_site.begin() ? nullptr : std::prev(found)->second;
}

bool ran_python(const CodeMap& map, int unit) {
  const Instruction* instruction = map.at(unit);
  return instruction != nullptr && instruction->ran_python.load(std::memory_order_relaxed);
}

}  // namespace

bool start_code_maps() {
  maps().extra = PyUnstable_Eval_RequestCodeExtraIndex(nullptr);
  return maps().extra >= 0;
}

CodeMap* known_map(PyCodeObject* code) {
  void* found = nullptr;
  if (PyUnstable_Code_GetExtra(reinterpret_cast<PyObject*>(code), maps().extra, &found) < 0)
    PyErr_Clear();
  return static_cast<CodeMap*>(found);
}

CodeMap* map_of(PyCodeObject* code, bool watch) {
  if (CodeMap* known = known_map(code)) return known;
  auto made = std::make_unique<CodeMap>();
  made->code = code;
  made->watched = watch;
  made->size = static_cast<int>(Py_SIZE(code));
  const std::string name = text_of(code->co_name);
  made->module = name == "<module>";
  made->suspends = (code->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) != 0;
  made->constructor = made->module || name == "__init__" || name == "__post_init__" ||
                      name == "__set_name__" || name == "__init_subclass__";
  if (watch && made->module) {
    std::vector<PyObject*> names;
    rebound_names(code, names);
    const std::scoped_lock held(rebound().mutex);
    rebound().by_file[text_of(code->co_filename)] = std::move(names);
  }
  {
    const std::scoped_lock held(maps().mutex);
    if (CodeMap* known = known_map(code)) return known;
    made->first_site = maps().next_site;
    maps().next_site += static_cast<SiteId>(made->size) + 1;
  }
  if (watch) analyse(*made);
  const std::scoped_lock held(maps().mutex);
  if (CodeMap* known = known_map(code)) return known;
  CodeMap* map = made.release();
  Py_INCREF(code);  // sites refer to it as long as the process lives
  maps().by_site[map->first_site] = map;
  if (PyUnstable_Code_SetExtra(reinterpret_cast<PyObject*>(code), maps().extra, map) < 0)
    PyErr_Clear();
  return map;
}

Place place_of(SiteId site) {
  CodeMap* map = map_with(site);
  if (map == nullptr) return {};
  Place place;
  place.file = text_of(map->code->co_filename);
  place.function = text_of(map->code->co_qualname);
  place.watched = map->watched;
  int line = 0;
  int column = 0;
  int end_line = 0;
  int end_column = 0;
  const int offset = static_cast<int>(site - map->first_site) * 2;
  if (PyCode_Addr2Location(map->code, offset, &line, &column, &end_line, &end_column) != 0) {
    place.line = line;
    place.column = column;
    place.end_line = end_line;
    place.end_column = end_column;
  }
  return place;
}

bool ran_python(SiteId site) {
  const CodeMap* map = map_with(site);
  return map != nullptr && ran_python(*map, static_cast<int>(site - map->first_site));
}

bool switch_between(SiteId first, SiteId second) {
  CodeMap* map = map_with(first);
  if (map == nullptr) return true;
  if (second < map->first_site || second >= map->first_site + static_cast<SiteId>(map->size))
    return true;
  const Bytecode bytecode = read_bytecode(map->code);
  const auto step_of = [&](SiteId site) {
    return bytecode.step_at[static_cast<std::size_t>(site - map->first_site)];
  };
  const int from = step_of(first);
  const int to = step_of(second);
  if (from < 0 || to < 0) return true;
  // The first end itself counts if it is one: a call's check comes after it has read; the second
  // end's check comes after it has written.
  const auto opening = bytecode.steps[static_cast<std::size_t>(from)].opcode;
  if (is_switch_point(opening)) return true;
  // Loops are compiled with their test twice, and the site is that of the first: behind the second
  // lies the jump back.
  const SourceRange place = range_of(map->code, bytecode.steps[static_cast<std::size_t>(from)]);
  const auto opens = [&](const Bytecode::Step& step) {
    return step.opcode == opening && range_of(map->code, step) == place;
  };
  // All ways, with and without a switch point so far; not through another opening.
  std::array<std::vector<bool>, 2> reached;
  for (auto& steps : reached) steps.resize(bytecode.steps.size());
  std::vector<std::pair<int, bool>> work;
  const auto go = [&](int index, bool crossed) {
    if (index < 0 || reached.at(crossed ? 1 : 0)[static_cast<std::size_t>(index)]) return;
    reached.at(crossed ? 1 : 0)[static_cast<std::size_t>(index)] = true;
    work.emplace_back(index, crossed);
  };
  for (const Bytecode::Step& step : bytecode.steps) {
    if (!opens(step)) continue;
    go(step.next, false);
    go(step.target, false);
  }
  bool met = false;
  while (!work.empty()) {
    const auto [index, before] = work.back();
    work.pop_back();
    const Bytecode::Step& step = bytecode.steps[static_cast<std::size_t>(index)];
    const bool runs = before || ran_python(*map, step.unit);
    if (index == to) {
      if (runs) return true;
      met = true;
      continue;
    }
    if (opens(step)) continue;
    const bool crossed = runs || is_switch_point(step.opcode);
    go(step.next, crossed);
    go(step.target, crossed);
  }
  return !met;
}

}  // namespace gilcheck::runtime
