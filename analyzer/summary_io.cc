// Flat bytes for the on-disk cache and back. The layout is this machine's: the cache never travels.

#include <algorithm>
#include <cstring>
#include <memory>
#include <type_traits>

#include "analyzer/analyzer.h"

namespace gilcheck::analyzer {

namespace {

/// Raise when the meaning of a summary changes without its layout changing.
constexpr std::uint64_t kMeaning = 3;
constexpr std::uint32_t kMagic = 0x6C676373;  // "scgl"

/// Calls `visit` with every vector of the summary, in a fixed order.
template <typename Summary, typename Visit>
void for_each_vector(Summary& summary, Visit visit) {
  visit(summary.strings);
  visit(summary.paths);
  visit(summary.values);
  visit(summary.value_lists);
  visit(summary.accesses);
  visit(summary.sections);
  visit(summary.held_sets);
  visit(summary.held_lists);
  visit(summary.blocks);
  visit(summary.regions);
  visit(summary.switch_points);
  visit(summary.pairings);
  visit(summary.gates);
  visit(summary.params);
  visit(summary.functions);
  visit(summary.classes);
  visit(summary.class_members);
  visit(summary.imports);
  visit(summary.arguments);
  visit(summary.calls);
  visit(summary.globals);
  visit(summary.suppressions);
  visit(summary.directive_codes);
  visit(summary.exports);
  visit(summary.syntax_errors);
}

void put(std::string& out, const void* data, std::size_t size) {
  if (size != 0) out.append(static_cast<const char*>(data), size);
}

void put_number(std::string& out, std::uint64_t number) {
  put(out, &number, sizeof number);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  put(out, text.data(), text.size());
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return at_ == bytes_.size(); }

  std::uint64_t number() {
    std::uint64_t out = 0;
    take(&out, sizeof out);
    return out;
  }
  void text(std::string& out) {
    const std::uint64_t size = number();
    if (!ok_ || size > bytes_.size() - at_) {
      ok_ = false;
      return;
    }
    out.assign(bytes_.substr(at_, size));
    at_ += size;
  }
  template <typename T>
  void vector(std::vector<T>& out) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::uint64_t count = number();
    if (!ok_ || count > (bytes_.size() - at_) / sizeof(T)) {
      ok_ = false;
      return;
    }
    out.resize(count);
    take(out.data(), count * sizeof(T));
  }

 private:
  void take(void* to, std::size_t size) {
    if (!ok_ || size > bytes_.size() - at_) {
      ok_ = false;
      return;
    }
    if (size != 0) std::memcpy(to, bytes_.data() + at_, size);
    at_ += size;
  }
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

/// Every index and range in bounds, every enumerator known: later phases do not check again.
class Validator {
 public:
  explicit Validator(const ModuleSummary& summary) : s_(summary) {}

  bool valid() {
    strings();
    if (!ok_) return false;
    paths();
    for (std::size_t i = 0; ok_ && i < s_.values.size(); ++i) value_node(s_.values[i], i);
    for (const Access& access : s_.accesses) {
      index(access.path, s_.paths);
      check(access.op <= AccessOp::whole);
      sym(access.method);
      value(access.key);
      value(access.value);
      index(access.held, s_.held_sets);
      index(access.block, s_.blocks);
    }
    for (const Section& section : s_.sections) {
      check(section.kind <= SectionKind::owned);
      index(section.lock, s_.paths);
      flag(section.async_);
      value(section.value);
      index(section.function, s_.functions);
    }
    for (const Range set : s_.held_sets) range(set, s_.held_lists);
    for (const SectionId section : s_.held_lists) index(section, s_.sections);
    for (std::size_t i = 0; i < s_.blocks.size(); ++i) {
      check(s_.blocks[i].parent == kNone || s_.blocks[i].parent < i);
      flag(s_.blocks[i].loop);
      flag(s_.blocks[i].exits);
    }
    for (const Region& region : s_.regions) {
      check(region.kind <= RegionKind::single && region.test <= Test::other);
      index(region.first, s_.accesses);
      index(region.last, s_.accesses);
      index(region.function, s_.functions);
      index(region.common_held, s_.held_sets);
      flag(region.rechecked);
      range(region.switches, s_.switch_points);
    }
    for (const RegionSwitch& at : s_.switch_points) {
      check(at.kind <= SwitchKind::subscript);
      value(at.value);
      value(at.value2);
    }
    for (const Gate& gate : s_.gates) {
      index(gate.tested, s_.accesses);
      index(gate.function, s_.functions);
      index(gate.block, s_.blocks);
      flag(gate.set);
    }
    for (const Pairing& pairing : s_.pairings) {
      index(pairing.first, s_.accesses);
      index(pairing.second, s_.accesses);
      index(pairing.function, s_.functions);
      flag(pairing.writes);
    }
    for (const Param& param : s_.params) {
      sym(param.name);
      value(param.annotation);
      value(param.default_value);
      flag(param.keyword_only);
    }
    structure();
    for (const Suppression& made : s_.suppressions) {
      check(made.kind <= DirectiveKind::malformed);
      flag(made.own_line);
      range(made.codes, s_.directive_codes);
      sym(made.reason);
    }
    for (const Sym code : s_.directive_codes) sym(code);
    for (const Sym name : s_.exports) sym(name);
    return ok_;
  }

 private:
  void check(bool condition) { ok_ = ok_ && condition; }
  template <typename T>
  void index(std::uint32_t at, const std::vector<T>& in) {
    check(at < in.size());
  }
  template <typename T>
  void range(Range at, const std::vector<T>& in) {
    check(at.first <= in.size() && at.count <= in.size() - at.first);
  }
  void sym(Sym name) { check(name < s_.strings.size() - 1); }
  void value(ValueId id) { check(id < s_.values.size()); }
  /// Reading a bool that holds neither 0 nor 1 would already be an error.
  void flag(const bool& flag) {
    unsigned char byte = 0;
    std::memcpy(&byte, &flag, 1);
    check(byte <= 1);
  }
  void values_in(Range list) {
    range(list, s_.value_lists);
    if (!ok_) return;
    for (std::uint32_t i = list.first; i < list.end(); ++i) value(s_.value_lists[i]);
  }

  void strings() {
    check(!s_.strings.empty() && s_.strings.size() >= 2 && s_.strings.front() == 0);
    if (!ok_) return;
    for (std::size_t i = 1; i < s_.strings.size(); ++i) check(s_.strings[i - 1] <= s_.strings[i]);
    check(s_.strings.back() == s_.string_data.size());
    check(!s_.functions.empty() && !s_.paths.empty() && !s_.values.empty() &&
          !s_.held_sets.empty() && s_.held_sets.front().count == 0);
  }

  /// Parents come before children, so that walks towards the root end.
  void paths() {
    newest_value_.reserve(s_.paths.size());
    for (std::size_t i = 0; ok_ && i < s_.paths.size(); ++i) {
      const PathNode& node = s_.paths[i];
      check(node.kind <= PathKind::item && (node.parent < i || (i == 0 && node.parent == 0)));
      sym(node.sym);
      if (node.kind == PathKind::closure) index(node.aux, s_.functions);
      const bool names_value = node.kind == PathKind::value || node.kind == PathKind::item;
      if (names_value) value(node.aux);
      if (!ok_) return;
      const ValueId inherited = i == 0 ? 0 : newest_value_[node.parent];
      newest_value_.push_back(names_value ? std::max(inherited, node.aux) : inherited);
    }
  }

  /// Values are made from values made before them, so that walks into operands end.
  void value_node(const ValueNode& node, std::size_t self) {
    const auto operand = [&](ValueId id) { check(id < self || id == 0); };
    const auto operands = [&](Range list) {
      values_in(list);
      for (std::uint32_t i = 0; ok_ && i < list.count; ++i) operand(s_.value_lists[list.first + i]);
    };
    check(node.kind <= ValueKind::annotated);
    switch (node.kind) {
      case ValueKind::constant: sym(node.b); break;
      case ValueKind::path:
        index(node.a, s_.paths);
        if (ok_) operand(newest_value_[node.a]);
        break;
      case ValueKind::call: {
        index(node.a, s_.calls);
        if (!ok_) break;
        const Call& call = s_.calls[node.a];
        operand(call.callee);
        range(call.args, s_.arguments);
        for (std::uint32_t i = 0; ok_ && i < call.args.count; ++i) {
          operand(s_.arguments[call.args.first + i].value);
        }
        break;
      }
      case ValueKind::param:
        index(node.a, s_.functions);
        if (ok_) check(node.b < s_.functions[node.a].params.count);
        break;
      case ValueKind::local:
        index(node.a, s_.functions);
        sym(node.b);
        break;
      case ValueKind::display: operands({node.b, node.c}); break;
      case ValueKind::function:
      case ValueKind::super_: index(node.a, s_.functions); break;
      case ValueKind::klass: index(node.a, s_.classes); break;
      case ValueKind::import: index(node.a, s_.imports); break;
      case ValueKind::binary:
        sym(node.a);
        operand(node.b);
        operand(node.c);
        break;
      case ValueKind::unary:
        sym(node.a);
        operand(node.b);
        break;
      case ValueKind::comprehension:
      case ValueKind::compare:
      case ValueKind::either:
      case ValueKind::annotated:
        operand(node.b);
        operand(node.c);
        break;
      case ValueKind::element:
      case ValueKind::unpacked:
      case ValueKind::awaited: operand(node.b); break;
      case ValueKind::unknown:
      case ValueKind::string: break;
    }
  }

  void structure() {
    for (std::size_t i = 0; i < s_.functions.size(); ++i) {
      const Function& function = s_.functions[i];
      sym(function.name);
      sym(function.qualname);
      check(function.parent == kNone ? i == 0 : function.parent < i);
      if (function.owner != kNone) index(function.owner, s_.classes);
      range(function.params, s_.params);
      values_in(function.decorators);
      values_in(function.returns);
      range(function.accesses, s_.accesses);
      range(function.calls, s_.calls);
      range(function.regions, s_.regions);
      range(function.pairings, s_.pairings);
      range(function.gates, s_.gates);
      value(function.returns_annotation);
      index(function.yield_held, s_.held_sets);
      index(function.exit_held, s_.held_sets);
      index(function.released, s_.paths);
      index(function.body, s_.blocks);
      if (function.defined != kNone) index(function.defined, s_.blocks);
    }
    for (const Class& klass : s_.classes) {
      sym(klass.name);
      sym(klass.qualname);
      index(klass.scope, s_.functions);
      index(klass.body, s_.functions);
      values_in(klass.bases);
      value(klass.metaclass);
      values_in(klass.decorators);
      range(klass.members, s_.class_members);
      range(klass.slots, s_.value_lists);
      check(klass.slots.count % 2 == 0);
      for (std::uint32_t i = 0; ok_ && i < klass.slots.count; i += 2) {
        sym(s_.value_lists[klass.slots.first + i]);
        value(s_.value_lists[klass.slots.first + i + 1]);
      }
      flag(klass.documented_thread_safe);
      flag(klass.documented_unsafe);
    }
    for (const ClassMember& member : s_.class_members) {
      sym(member.name);
      value(member.value);
    }
    for (const Import& import : s_.imports) {
      sym(import.bound);
      sym(import.module);
      sym(import.name);
      flag(import.whole);
      check(import.level <= kMostImportDots);
      index(import.function, s_.functions);
    }
    for (const Argument& argument : s_.arguments) {
      sym(argument.keyword);
      value(argument.value);
    }
    for (const Call& call : s_.calls) {
      value(call.callee);
      range(call.args, s_.arguments);
      index(call.function, s_.functions);
      index(call.held, s_.held_sets);
      index(call.block, s_.blocks);
      check(call.before <= s_.accesses.size());
    }
    for (const GlobalDef& global : s_.globals) {
      sym(global.name);
      value(global.value);
      index(global.function, s_.functions);
    }
  }

  const ModuleSummary& s_;
  std::vector<ValueId> newest_value_;  // by path: the newest value it is made of
  bool ok_ = true;
};

}  // namespace

std::uint64_t summary_format_version() {
  // The sizes of all element types: a changed struct changes the version by itself.
  std::uint64_t version = kMeaning;
  const ModuleSummary empty;
  for_each_vector(empty, [&](const auto& vector) {
    version = version * 1099511628211ull +
              sizeof(typename std::remove_cvref_t<decltype(vector)>::value_type);
  });
  return version;
}

std::string serialize(const ModuleSummary& summary) {
  std::string out;
  std::size_t size = 64 + summary.path.size() + summary.module.size() + summary.string_data.size();
  for_each_vector(summary, [&](const auto& vector) {
    size += 8 + vector.size() * sizeof(typename std::remove_cvref_t<decltype(vector)>::value_type);
  });
  out.reserve(size + 64);
  put_number(out, kMagic);
  put_number(out, summary_format_version());
  put_text(out, summary.path);
  put_text(out, summary.module);
  put_text(out, summary.string_data);
  put_number(out, (summary.is_package ? 1u : 0u) | (summary.documented_thread_safe ? 2u : 0u));
  put_number(out, static_cast<std::uint64_t>(summary.export_list));
  put_number(out, summary.lines);
  put_number(out, summary.bytes);
  for_each_vector(summary, [&](const auto& vector) {
    put_number(out, vector.size());
    put(out, vector.data(),
        vector.size() * sizeof(typename std::remove_cvref_t<decltype(vector)>::value_type));
  });
  return out;
}

std::unique_ptr<ModuleSummary> deserialize(std::string_view bytes) {
  Reader reader(bytes);
  if (reader.number() != kMagic || reader.number() != summary_format_version()) return nullptr;
  auto out = std::make_unique<ModuleSummary>();
  reader.text(out->path);
  reader.text(out->module);
  reader.text(out->string_data);
  const std::uint64_t flags = reader.number();
  out->is_package = (flags & 1u) != 0;
  out->documented_thread_safe = (flags & 2u) != 0;
  const std::uint64_t exports = reader.number();
  if (exports > static_cast<std::uint64_t>(ExportList::complete)) return nullptr;
  out->export_list = static_cast<ExportList>(exports);
  out->lines = static_cast<std::uint32_t>(reader.number());
  out->bytes = static_cast<std::uint32_t>(reader.number());
  for_each_vector(*out, [&](auto& vector) { reader.vector(vector); });
  if (!reader.ok() || !reader.at_end() || !Validator(*out).valid()) return nullptr;
  return out;
}

}  // namespace gilcheck::analyzer
