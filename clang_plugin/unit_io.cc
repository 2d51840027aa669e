// Flat bytes for the cache and the pipe, and back. The layout is this machine's: neither travels.

#include <cstring>
#include <memory>
#include <type_traits>

#include "clang_plugin/clang_plugin.h"

namespace gilcheck::clang_plugin {

namespace {

/// Raise when the meaning of a unit changes without its layout changing.
constexpr std::uint64_t kMeaning = 7;
constexpr std::uint32_t kMagic = 0x756C6763;  // "cglu"

/// A record without its bases, which are kept in a list of all records' bases.
struct FlatRecord {
  Sym name = 0;
  Range fields;
  bool project = false;
  bool object = false;
  Range bases;
  Pos pos;
};

/// Calls `visit` with every vector of plain structs, in a fixed order.
template <typename U, typename Visit>
void for_each_vector(U& unit, Visit visit) {
  visit(unit.strings);
  visit(unit.types);
  visit(unit.fields);
  visit(unit.variables);
  visit(unit.functions);
  visit(unit.initializers);
  visit(unit.init_lists);
  visit(unit.instrs);
  visit(unit.instr_order);
  visit(unit.value_lists);
  visit(unit.places);
  visit(unit.blocks);
  visit(unit.block_lists);
  visit(unit.numbers);
  visit(unit.comments);
  visit(unit.marks);
  visit(unit.problems);
}

template <typename Vector>
using ElementOf = typename std::remove_cvref_t<Vector>::value_type;

class Writer {
 public:
  void number(std::uint64_t number) { raw(&number, sizeof number); }
  void text(std::string_view text) {
    number(text.size());
    raw(text.data(), text.size());
  }
  void texts(const std::vector<std::string>& list) {
    number(list.size());
    for (const auto& item : list) text(item);
  }
  template <typename T>
  void vector(const std::vector<T>& items) {
    static_assert(std::is_trivially_copyable_v<T>);
    number(items.size());
    raw(items.data(), items.size() * sizeof(T));
  }
  void reserve(std::size_t size) { out_.reserve(size); }
  std::string take() { return std::move(out_); }

 private:
  void raw(const void* data, std::size_t size) {
    if (size != 0) out_.append(static_cast<const char*>(data), size);
  }
  std::string out_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }

  std::uint64_t number() {
    std::uint64_t out = 0;
    take(&out, sizeof out);
    return out;
  }
  void text(std::string& out) {
    const std::uint64_t size = number();
    if (!ok_ || size > bytes_.size()) {
      ok_ = false;
      return;
    }
    out.assign(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
  }
  void texts(std::vector<std::string>& out) {
    const std::uint64_t count = number();
    // Each takes at least the eight bytes of its length.
    if (!ok_ || count > bytes_.size() / sizeof(std::uint64_t)) {
      ok_ = false;
      return;
    }
    out.resize(count);
    for (auto& item : out) text(item);
  }
  template <typename T>
  void vector(std::vector<T>& out) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::uint64_t count = number();
    if (!ok_ || count > bytes_.size() / sizeof(T)) {
      ok_ = false;
      return;
    }
    out.resize(count);
    take(out.data(), count * sizeof(T));
  }

 private:
  void take(void* to, std::size_t size) {
    if (!ok_ || size > bytes_.size()) {
      ok_ = false;
      return;
    }
    if (size != 0) std::memcpy(to, bytes_.data(), size);
    bytes_.remove_prefix(size);
  }
  std::string_view bytes_;
  bool ok_ = true;
};

/// Reading a bool that holds neither 0 nor 1 would already be an error.
bool is_bool(const bool& flag) {
  unsigned char byte = 0;
  std::memcpy(&byte, &flag, 1);
  return byte <= 1;
}

/// Every index and range in bounds, every enumerator known, no chain that leads back to itself:
/// later phases do not check again.
class Validator {
 public:
  explicit Validator(const Unit& unit) : u_(unit) {}

  bool valid() {
    strings();
    check(!u_.files.empty() && !u_.types.empty() && !u_.instrs.empty() && !u_.places.empty());
    check(ok_ && u_.instrs[0].op == Op::undef && u_.places[0].kind == PlaceKind::unknown);
    if (!ok_) return false;
    types();
    declarations();
    initializers();
    places();
    if (!ok_) return false;
    for (const Instr& instr : u_.instrs) instruction(instr);
    blocks();
    functions();
    if (!ok_) return false;
    lists();
    for (const Comment& comment : u_.comments) {
      sym(comment.text);
      pos(comment.pos);
    }
    for (std::size_t i = 0; i < u_.marks.size(); ++i) {
      index_or_none(u_.marks[i].file, u_.files);
      sym(u_.marks[i].source_text);
      check(i == 0 || u_.marks[i - 1].line <= u_.marks[i].line);
    }
    for (const Problem& problem : u_.problems) {
      flag(problem.fatal);
      flag(problem.missing_header);
      sym(problem.text);
      pos(problem.pos);
    }
    return ok_;
  }

 private:
  void check(bool condition) { ok_ = ok_ && condition; }
  void flag(const bool& flag) { check(is_bool(flag)); }
  template <typename T>
  void index(std::uint32_t at, const std::vector<T>& in) {
    check(at < in.size());
  }
  template <typename T>
  void index_or_none(std::uint32_t at, const std::vector<T>& in) {
    check(at == kNone || at < in.size());
  }
  template <typename T>
  void range(Range at, const std::vector<T>& in) {
    check(at.first <= in.size() && at.count <= in.size() - at.first);
  }
  void sym(Sym name) { check(name < u_.strings.size() - 1); }
  void value(ValueId id) { check(id < u_.instrs.size()); }
  void pos(const Pos& at) { check(at.file < u_.files.size()); }

  void strings() {
    check(u_.strings.size() >= 2 && u_.strings.front() == 0);
    if (!ok_) return;
    for (std::size_t i = 1; i < u_.strings.size(); ++i) check(u_.strings[i - 1] <= u_.strings[i]);
    check(u_.strings.back() == u_.string_data.size() && u_.strings[1] == 0);
  }

  /// Following `next` (kNone ends) from any element ends.
  template <typename Next>
  void no_cycle(std::size_t count, Next next) {
    std::vector<std::uint32_t> seen_from(count, kNone);
    for (std::uint32_t start = 0; ok_ && start < count; ++start) {
      std::uint32_t at = start;
      while (at != kNone && seen_from[at] == kNone) {
        seen_from[at] = start;
        at = next(at);
      }
      check(at == kNone || seen_from[at] != start);
    }
  }

  /// The same where an element has several successors.
  template <typename Successors>
  void no_cycle_in_graph(std::size_t count, Successors successors) {
    enum : unsigned char { kNew, kOpen, kDone };
    std::vector<unsigned char> state(count, kNew);
    struct Step {
      std::uint32_t node;
      std::uint32_t next;
    };
    std::vector<Step> path;
    for (std::uint32_t start = 0; start < count; ++start) {
      if (state[start] != kNew) continue;
      path.push_back({start, 0});
      state[start] = kOpen;
      while (!path.empty()) {
        Step& top = path.back();
        const auto& [list, first, size] = successors(top.node);
        if (top.next == size) {
          state[top.node] = kDone;
          path.pop_back();
          continue;
        }
        const std::uint32_t to = list[first + top.next++];
        if (state[to] == kOpen) {
          ok_ = false;
          return;
        }
        if (state[to] == kNew) {
          state[to] = kOpen;
          path.push_back({to, 0});
        }
      }
    }
  }

  struct Span {
    const std::uint32_t* list;
    std::uint32_t first;
    std::uint32_t size;
  };

  void types() {
    for (const Type& type : u_.types) {
      check(type.kind <= TypeKind::function);
      flag(type.const_);
      flag(type.volatile_);
      flag(type.atomic);
      flag(type.reference);
      index(type.inner, u_.types);
      index_or_none(type.record, u_.records);
      sym(type.text);
    }
    if (!ok_) return;
    no_cycle(u_.types.size(), [&](std::uint32_t at) {
      return u_.types[at].inner == 0 ? kNone : u_.types[at].inner;
    });
    for (const Field& field : u_.fields) {
      sym(field.name);
      index(field.type, u_.types);
      index(field.record, u_.records);
      pos(field.pos);
    }
    for (const Record& record : u_.records) {
      sym(record.name);
      range(record.fields, u_.fields);
      flag(record.project);
      flag(record.object);
      for (const RecordId base : record.bases) index(base, u_.records);
      pos(record.pos);
    }
    if (!ok_) return;
    no_cycle_in_graph(u_.records.size(), [&](std::uint32_t at) {
      const auto& bases = u_.records[at].bases;
      return Span{bases.data(), 0, static_cast<std::uint32_t>(bases.size())};
    });
  }

  void declarations() {
    for (const Variable& variable : u_.variables) {
      sym(variable.name);
      index(variable.type, u_.types);
      check(variable.storage <= Storage::parameter);
      index_or_none(variable.function, u_.functions);
      flag(variable.thread_local_);
      flag(variable.declared_only);
      flag(variable.project);
      flag(variable.dynamic_init);
      index_or_none(variable.initializer, u_.initializers);
      pos(variable.pos);
    }
  }

  void initializers() {
    for (const std::uint32_t element : u_.init_lists) index(element, u_.initializers);
    for (const Initializer& init : u_.initializers) {
      check(init.kind <= InitKind::variable);
      index_or_none(init.field, u_.fields);
      if (init.kind == InitKind::function) index(init.ref, u_.functions);
      if (init.kind == InitKind::variable) index(init.ref, u_.variables);
      sym(init.text);
      range(init.children, u_.init_lists);
      pos(init.pos);
    }
    if (!ok_) return;
    no_cycle_in_graph(u_.initializers.size(), [&](std::uint32_t at) {
      const Range children = u_.initializers[at].children;
      return Span{u_.init_lists.data(), children.first, children.count};
    });
  }

  void places() {
    for (const Place& place : u_.places) {
      check(place.kind <= PlaceKind::index);
      index(place.parent, u_.places);
      index(place.type, u_.types);
      switch (place.kind) {
        case PlaceKind::unknown: break;
        case PlaceKind::variable: index(place.id, u_.variables); break;
        case PlaceKind::deref:
        case PlaceKind::index: value(place.id); break;
        case PlaceKind::field: index(place.id, u_.fields); break;
      }
    }
    if (!ok_) return;
    no_cycle(u_.places.size(), [&](std::uint32_t at) {
      return u_.places[at].parent == 0 ? kNone : u_.places[at].parent;
    });
  }

  void values_in(Range list) {
    range(list, u_.value_lists);
    if (!ok_) return;
    for (std::uint32_t i = list.first; i < list.end(); ++i) value(u_.value_lists[i]);
  }

  void instruction(const Instr& instr) {
    check(instr.op <= Op::throw_ && instr.code <= Operator::member_pointer);
    index(instr.type, u_.types);
    if (instr.op != Op::undef) index(instr.block, u_.blocks);
    sym(instr.macro);
    pos(instr.pos);
    values_in(instr.list);
    if (!ok_) return;
    switch (instr.op) {
      case Op::undef:
      case Op::integer:
      case Op::null:
      case Op::phi:
      case Op::aggregate:
      case Op::new_: break;
      case Op::parameter:
      case Op::captured: index(instr.a, u_.variables); break;
      case Op::string: sym(instr.a); break;
      case Op::function:
      case Op::lambda: index(instr.a, u_.functions); break;
      case Op::address:
      case Op::load: index(instr.a, u_.places); break;
      case Op::store:
        index(instr.a, u_.places);
        value(instr.b);
        break;
      case Op::call:
        index_or_none(instr.a, u_.functions);
        if (instr.a == kNone) value(instr.b);
        break;
      case Op::out:
        value(instr.a);
        if (ok_) check(instr.b < u_.instrs[instr.a].list.count);
        break;
      case Op::binary:
        value(instr.a);
        value(instr.b);
        break;
      case Op::unary:
      case Op::delete_: value(instr.a); break;
      case Op::construct:
        index(instr.a, u_.places);
        index_or_none(instr.b, u_.functions);
        break;
      case Op::destroy:
        index(instr.a, u_.places);
        index_or_none(instr.b, u_.instrs);
        break;
      case Op::throw_: index_or_none(instr.a, u_.instrs); break;
    }
  }

  void blocks() {
    for (const Block& block : u_.blocks) {
      range(block.instrs, u_.instr_order);
      check(block.exit <= Exit::unreachable);
      index_or_none(block.value, u_.instrs);
      range(block.succs, u_.block_lists);
      range(block.preds, u_.block_lists);
      range(block.case_values, u_.numbers);
      pos(block.exit_pos);
      switch (block.exit) {
        case Exit::jump: check(block.succs.count == 1); break;
        case Exit::branch: check(block.succs.count == 2); break;
        // A computed goto has targets, but no values for them.
        case Exit::switch_: check(block.succs.count > block.case_values.count); break;
        case Exit::return_:
        case Exit::unreachable: check(block.succs.count == 0); break;
      }
    }
    if (!ok_) return;
    for (const Instr& instr : u_.instrs) {
      // One value per predecessor: later phases walk both lists side by side.
      if (instr.op == Op::phi) check(instr.list.count == u_.blocks[instr.block].preds.count);
    }
  }

  void functions() {
    for (const Function& function : u_.functions) {
      sym(function.name);
      sym(function.usr);
      index(function.result, u_.types);
      index_or_none(function.method_of, u_.records);
      index_or_none(function.enclosing, u_.functions);
      range(function.params, u_.variables);
      range(function.blocks, u_.blocks);
      range(function.instrs, u_.instrs);
      range(function.places, u_.places);
      pos(function.pos);
      pos(function.name_pos);
      check(!function.defined() || function.blocks.count != 0);
      if (!ok_) return;
      for (std::uint32_t b = function.blocks.first; b < function.blocks.end(); ++b) {
        own_block(function, u_.blocks[b]);
      }
    }
    no_cycle(u_.functions.size(), [&](std::uint32_t at) { return u_.functions[at].enclosing; });
  }

  /// Edges stay inside the function, so that a walk over its blocks meets no others.
  void own_block(const Function& function, const Block& block) {
    for (const Range edges : {block.succs, block.preds}) {
      for (std::uint32_t i = edges.first; i < edges.end(); ++i) {
        const BlockId to = u_.block_lists[i];
        check(to >= function.blocks.first && to < function.blocks.end());
      }
    }
  }

  void lists() {
    for (const ValueId id : u_.instr_order) value(id);
    for (const ValueId id : u_.value_lists) value(id);
    for (const BlockId id : u_.block_lists) index(id, u_.blocks);
  }

  const Unit& u_;
  bool ok_ = true;
};

}  // namespace

std::uint64_t unit_format_version() {
  // The sizes of all element types: a changed struct changes the version by itself.
  std::uint64_t version = kMeaning * 1099511628211ull + sizeof(FlatRecord);
  const Unit empty;
  for_each_vector(empty, [&](const auto& vector) {
    version = version * 1099511628211ull + sizeof(ElementOf<decltype(vector)>);
  });
  return version;
}

std::string serialize(const Unit& unit) {
  Writer out;
  std::size_t size = 512 + unit.path.size() + unit.string_data.size();
  for (const auto& name : unit.dependencies) size += 8 + name.size();
  for_each_vector(unit, [&](const auto& vector) {
    size += 8 + vector.size() * sizeof(ElementOf<decltype(vector)>);
  });
  out.reserve(size + unit.records.size() * sizeof(FlatRecord));
  out.number(kMagic);
  out.number(unit_format_version());
  out.text(unit.path);
  out.number((unit.cplusplus ? 1U : 0U) | (unit.free_threaded_headers ? 2U : 0U) |
             (unit.has_python ? 4U : 0U) | (unit.nanobind_free_threaded ? 8U : 0U));
  out.number(unit.python_hex);
  out.text(unit.generator);
  out.number(unit.lines);
  out.texts(unit.files);
  out.texts(unit.dependencies);
  out.text(unit.string_data);
  for_each_vector(unit, [&](const auto& vector) { out.vector(vector); });

  std::vector<FlatRecord> records;
  std::vector<RecordId> bases;
  records.reserve(unit.records.size());
  for (const Record& record : unit.records) {
    records.push_back({record.name,
                       record.fields,
                       record.project,
                       record.object,
                       {static_cast<std::uint32_t>(bases.size()),
                        static_cast<std::uint32_t>(record.bases.size())},
                       record.pos});
    bases.insert(bases.end(), record.bases.begin(), record.bases.end());
  }
  out.vector(records);
  out.vector(bases);
  return out.take();
}

std::unique_ptr<Unit> deserialize(std::string_view bytes) {
  Reader in(bytes);
  if (in.number() != kMagic || in.number() != unit_format_version()) return nullptr;
  auto out = std::make_unique<Unit>();
  in.text(out->path);
  const std::uint64_t flags = in.number();
  out->cplusplus = (flags & 1U) != 0;
  out->free_threaded_headers = (flags & 2U) != 0;
  out->has_python = (flags & 4U) != 0;
  out->nanobind_free_threaded = (flags & 8U) != 0;
  out->python_hex = static_cast<std::uint32_t>(in.number());
  in.text(out->generator);
  out->lines = static_cast<std::uint32_t>(in.number());
  in.texts(out->files);
  in.texts(out->dependencies);
  in.text(out->string_data);
  for_each_vector(*out, [&](auto& vector) { in.vector(vector); });
  std::vector<FlatRecord> records;
  std::vector<RecordId> bases;
  in.vector(records);
  in.vector(bases);
  if (!in.ok() || !in.at_end()) return nullptr;
  for (const FlatRecord& flat : records) {
    const Range own = flat.bases;
    if (own.first > bases.size() || own.count > bases.size() - own.first) return nullptr;
    if (!is_bool(flat.project) || !is_bool(flat.object)) return nullptr;
    Record record{flat.name, flat.fields, flat.project, flat.object, {}, flat.pos};
    record.bases.assign(bases.begin() + own.first, bases.begin() + own.end());
    out->records.push_back(std::move(record));
  }
  if (!Validator(*out).valid()) return nullptr;
  return out;
}

}  // namespace gilcheck::clang_plugin
