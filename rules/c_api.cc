// c_api.tsv: what the functions, macros and classes used by extension modules do.
#include "rules/c_api.h"

#include <charconv>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "rules/words.h"

namespace gilcheck::rules {
namespace {

constexpr std::array<Word<CForm>, 4> kForms = {{
    {"function", CForm::Function},
    {"macro", CForm::Macro},
    {"class", CForm::Class},
    {"type", CForm::Type},
}};

constexpr std::array<Word<COwner>, 7> kOwners = {{
    {"container", COwner::Container},
    {"attribute", COwner::Attribute},
    {"immutable", COwner::Immutable},
    {"weak", COwner::Weak},
    {"interpreter", COwner::Interpreter},
    {"thread", COwner::Thread},
    {"static", COwner::Static},
}};

constexpr std::array<Word<CResult>, 6> kResults = {{
    {"-", CResult::Nothing},
    {"new", CResult::New},
    {"fresh", CResult::Fresh},
    {"alias", CResult::Alias},
    {"borrowed", CResult::Borrowed},
    {"interior", CResult::Interior},
}};

constexpr std::array<Word<CUse>, 4> kUses = {{
    {"steals", CUse::Steals},
    {"steals-on-success", CUse::StealsOnSuccess},
    {"out-new", CUse::OutNew},
    {"out-borrowed", CUse::OutBorrowed},
}};

constexpr std::array<Word<CEffect>, 5> kEffects = {{
    {"none", CEffect::None},
    {"read", CEffect::Read},
    {"write", CEffect::Write},
    {"structural", CEffect::Structural},
    {"replace", CEffect::Replace},
}};

constexpr std::array<Word<CPython>, 4> kPython = {{
    {"never", CPython::Never},
    {"dealloc", CPython::Dealloc},
    {"user-type", CPython::UserType},
    {"always", CPython::Always},
}};

constexpr std::array<Word<CLevel>, 6> kLevels = {{
    {"-", CLevel::Unknown},
    {"incompatible", CLevel::Incompatible},
    {"compatible", CLevel::Compatible},
    {"distinct", CLevel::Distinct},
    {"shared", CLevel::Shared},
    {"atomic", CLevel::Atomic},
}};

/// Which kinds an act takes.
enum class Family : std::uint8_t { None, Lock, Section, Domain, State };

struct ActWord {
  CAct act;
  Family family;
};

constexpr std::array<Word<ActWord>, 67> kActs = {{
    {"-", {CAct::None, Family::None}},
    {"acquire", {CAct::Acquire, Family::Lock}},
    {"acquire-shared", {CAct::AcquireShared, Family::Lock}},
    {"acquire-if", {CAct::AcquireIf, Family::Lock}},
    {"try-acquire", {CAct::TryAcquire, Family::Lock}},
    {"try-acquire-shared", {CAct::TryAcquireShared, Family::Lock}},
    {"release", {CAct::Release, Family::Lock}},
    {"lock-create", {CAct::LockCreate, Family::Lock}},
    {"lock-destroy", {CAct::LockDestroy, Family::Lock}},
    {"lock-test", {CAct::LockTest, Family::Lock}},
    {"wait", {CAct::Wait, Family::Lock}},
    {"guard", {CAct::Guard, Family::Lock}},
    {"guard-shared", {CAct::GuardShared, Family::Lock}},
    {"guard-adopt", {CAct::GuardAdopt, Family::None}},
    {"guard-defer", {CAct::GuardDefer, Family::None}},
    {"guard-try", {CAct::GuardTry, Family::None}},
    {"guard-acquire", {CAct::GuardAcquire, Family::None}},
    {"guard-try-acquire", {CAct::GuardTryAcquire, Family::None}},
    {"guard-release", {CAct::GuardRelease, Family::None}},
    {"once", {CAct::Once, Family::None}},
    {"section-begin", {CAct::SectionBegin, Family::Section}},
    {"section-end", {CAct::SectionEnd, Family::None}},
    {"section-guard", {CAct::SectionGuard, Family::Section}},
    {"detach", {CAct::Detach, Family::None}},
    {"attach", {CAct::Attach, Family::None}},
    {"attach-nested", {CAct::AttachNested, Family::None}},
    {"detach-nested", {CAct::DetachNested, Family::None}},
    {"detach-scope", {CAct::DetachScope, Family::None}},
    {"attach-scope", {CAct::AttachScope, Family::None}},
    {"atomic-load", {CAct::AtomicLoad, Family::None}},
    {"atomic-store", {CAct::AtomicStore, Family::None}},
    {"atomic-update", {CAct::AtomicUpdate, Family::None}},
    {"atomic-compare-exchange", {CAct::AtomicCompareExchange, Family::None}},
    {"atomic-fence", {CAct::AtomicFence, Family::None}},
    {"atomic-type", {CAct::AtomicType, Family::None}},
    {"allocate", {CAct::Allocate, Family::Domain}},
    {"reallocate", {CAct::Reallocate, Family::Domain}},
    {"free", {CAct::Free, Family::Domain}},
    {"incref", {CAct::Incref, Family::None}},
    {"decref", {CAct::Decref, Family::None}},
    {"clear", {CAct::Clear, Family::None}},
    {"set-reference", {CAct::SetReference, Family::None}},
    {"visit", {CAct::Visit, Family::None}},
    {"refcount", {CAct::Refcount, Family::None}},
    {"refcount-set", {CAct::RefcountSet, Family::None}},
    {"unique-test", {CAct::UniqueTest, Family::None}},
    {"try-incref", {CAct::TryIncref, Family::None}},
    {"enable-try-incref", {CAct::EnableTryIncref, Family::None}},
    {"dealloc", {CAct::Dealloc, Family::None}},
    {"resurrect", {CAct::Resurrect, Family::None}},
    {"hidden-state", {CAct::HiddenState, Family::State}},
    {"module-single-phase", {CAct::ModuleSinglePhase, Family::None}},
    {"module-multi-phase", {CAct::ModuleMultiPhase, Family::None}},
    {"module-gil", {CAct::ModuleGil, Family::None}},
    {"module-state", {CAct::ModuleState, Family::None}},
    {"module-lookup", {CAct::ModuleLookup, Family::None}},
    {"thread-start", {CAct::ThreadStart, Family::None}},
    {"callback", {CAct::Callback, Family::None}},
    {"thread-local-get", {CAct::ThreadLocalGet, Family::None}},
    {"thread-local-set", {CAct::ThreadLocalSet, Family::None}},
    {"calls", {CAct::Calls, Family::None}},
    {"no-return", {CAct::NoReturn, Family::None}},
    {"thread-identity", {CAct::ThreadIdentity, Family::None}},
    {"address-only", {CAct::AddressOnly, Family::None}},
    {"same-result", {CAct::SameResult, Family::None}},
    {"definition-type", {CAct::DefinitionType, Family::None}},
    {"lock-type", {CAct::LockType, Family::None}},
}};

constexpr std::array<Word<CKind>, 10> kLocks = {{
    {"pymutex", CKind::PyMutex},
    {"thread-lock", CKind::ThreadLock},
    {"pthread-mutex", CKind::PthreadMutex},
    {"pthread-rwlock", CKind::PthreadRwlock},
    {"pthread-spin", CKind::PthreadSpin},
    {"semaphore", CKind::Semaphore},
    {"c11-mutex", CKind::C11Mutex},
    {"cxx-mutex", CKind::CxxMutex},
    {"cxx-shared-mutex", CKind::CxxSharedMutex},
    {"windows", CKind::Windows},
}};

constexpr std::array<Word<CKind>, 2> kSections = {{
    {"object", CKind::Object},
    {"pymutex", CKind::PyMutex},
}};

constexpr std::array<Word<CKind>, 5> kDomains = {{
    {"raw", CKind::Raw},
    {"mem", CKind::Mem},
    {"object", CKind::ObjectMemory},
    {"object-gc", CKind::ObjectGc},
    {"libc", CKind::Libc},
}};

constexpr std::array<Word<CKind>, 13> kStates = {{
    {"static-buffer", CKind::StaticBuffer},
    {"static-buffer-elsewhere", CKind::StaticBufferElsewhere},
    {"position", CKind::Position},
    {"shift-state", CKind::ShiftState},
    {"signgam", CKind::Signgam},
    {"random", CKind::Random},
    {"random-locked", CKind::RandomLocked},
    {"environment", CKind::Environment},
    {"environment-read", CKind::EnvironmentRead},
    {"locale", CKind::Locale},
    {"time-zone", CKind::TimeZone},
    {"process", CKind::Process},
    {"signal", CKind::Signal},
}};

constexpr std::string_view kFreshTypes =
    " list dict tuple set bytes bytearray str float complex memoryview capsule type module object ";

std::optional<CKind> kind_named(Family family, std::string_view word) {
  switch (family) {
    case Family::None: return std::nullopt;
    case Family::Lock: return find_word(kLocks, word);
    case Family::Section: return find_word(kSections, word);
    case Family::Domain: return find_word(kDomains, word);
    case Family::State: return find_word(kStates, word);
  }
  return std::nullopt;
}

/// The text before the next `separator`, which is taken off `rest` with it.
std::string_view take(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

std::optional<std::int8_t> index_of(std::string_view text) {
  std::int8_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool is_inline_namespace(std::string_view part) {
  return part == "__1" || part == "__cxx11" || part == "_V2";
}

/// Whether `name` has something that canonical() would take off.
bool is_decorated(std::string_view name) {
  return name.find('<') != std::string_view::npos || name.find("::_") != std::string_view::npos;
}

/// Without template arguments and inline namespaces.
std::string canonical(std::string_view name) {
  std::string flat;
  int depth = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    // "operator<", "operator->": no template argument begins or ends there.
    if (depth == 0 && name.substr(i).starts_with("operator")) return flat.append(name.substr(i));
    if (name[i] == '<') {
      ++depth;
    } else if (name[i] == '>') {
      --depth;
    } else if (depth == 0) {
      flat.push_back(name[i]);
    }
  }
  std::string result;
  std::string_view rest = flat;
  while (!rest.empty()) {
    const std::size_t end = rest.find("::");
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    if (is_inline_namespace(part)) continue;
    if (!result.empty()) result.append("::");
    result.append(part);
  }
  return result;
}

class RowReader {
 public:
  RowReader(TsvReader& reader, std::deque<std::vector<CArgument>>& arguments,
            std::deque<std::vector<std::int8_t>>& acts)
      : reader_(reader), arguments_(arguments), acts_(acts) {}

  CFunction read() {
    CFunction row{};
    row.name = reader_.text(0);
    row.form = reader_.word(1, kForms);
    row.versions = reader_.text(2);
    read_result(row, 3);
    row.arguments = read_arguments(4);
    read_object(row, 5);
    row.python = reader_.word(6, kPython);
    row.needs_attached = reader_.yes(7);
    row.blocks = reader_.yes(8);
    row.level = reader_.word(9, kLevels);
    read_act(row, 10, 11);
    row.replacement = reader_.text(12);
    row.replacement_since = reader_.text(13);
    row.source = reader_.text(14);
    if (row.versions.empty() || row.source.empty()) reader_.fail("a row has versions and a source");
    if (row.replacement.empty() && !row.replacement_since.empty()) {
      reader_.fail("a version of a replacement that is not named");
    }
    return row;
  }

 private:
  /// "OWNER" or "OWNER:N".
  void read_owner(std::string_view text, std::size_t column, COwner& owner, std::int8_t& argument) {
    const std::optional<COwner> found = find_word(kOwners, take(text, ':'));
    if (!found) return reader_.unknown(column);
    owner = *found;
    const bool global =
        owner == COwner::Interpreter || owner == COwner::Thread || owner == COwner::Static;
    argument = -1;
    if (global != text.empty()) return reader_.fail("this owner needs an argument, or has none");
    if (global) return;
    const std::optional<std::int8_t> index = index_of(text);
    if (!index) return reader_.unknown(column);
    argument = *index;
  }

  void read_result(CFunction& row, std::size_t column) {
    row.result_argument = -1;
    std::string_view text = reader_.text(column);
    if (text.empty()) return;
    const std::optional<CResult> result = find_word(kResults, take(text, ':'));
    if (!result) return reader_.unknown(column);
    row.result = *result;
    switch (row.result) {
      case CResult::Nothing:
      case CResult::New:
        if (!text.empty()) reader_.unknown(column);
        break;
      case CResult::Fresh:
        row.fresh = text;
        if (text.empty() ||
            kFreshTypes.find(" " + std::string(text) + " ") == std::string_view::npos) {
          reader_.unknown(column);
        }
        break;
      case CResult::Alias:
        if (const std::optional<std::int8_t> index = index_of(text)) {
          row.result_argument = *index;
        } else {
          reader_.unknown(column);
        }
        break;
      case CResult::Borrowed:
      case CResult::Interior: read_owner(text, column, row.owner, row.result_argument); break;
    }
  }

  std::span<const CArgument> read_arguments(std::size_t column) {
    std::string_view rest = reader_.text(column);
    if (rest.empty()) return {};
    std::vector<CArgument>& list = arguments_.emplace_back();
    while (!rest.empty()) {
      std::string_view item = take(rest, ',');
      std::string_view position = take(item, ':');
      const bool following = position.ends_with('+');
      if (following) position.remove_suffix(1);
      const std::optional<std::int8_t> index = index_of(position);
      const std::optional<CUse> use = find_word(kUses, take(item, ':'));
      if (!index || !use) {
        reader_.unknown(column);
        continue;
      }
      CArgument argument{*index, following, *use, COwner::None, -1};
      if (argument.use == CUse::OutBorrowed) {
        read_owner(item, column, argument.owner, argument.owner_argument);
      } else if (!item.empty()) {
        reader_.unknown(column);
      }
      list.push_back(argument);
    }
    return list;
  }

  void read_object(CFunction& row, std::size_t column) {
    row.object = -1;
    std::string_view text = reader_.text(column);
    if (text.empty()) return;
    const std::optional<std::int8_t> index = index_of(take(text, ':'));
    const std::optional<CEffect> effect = find_word(kEffects, text);
    if (!index || !effect) return reader_.unknown(column);
    row.object = *index;
    row.effect = *effect;
  }

  void read_act(CFunction& row, std::size_t column, std::size_t arguments_column) {
    std::string_view text = reader_.text(column);
    const std::string_view word = text.empty() ? "-" : take(text, ':');
    const std::optional<ActWord> act = find_word(kActs, word);
    if (!act) return reader_.unknown(column);
    row.act = act->act;
    if (act->family == Family::None ? !text.empty() : !kind_named(act->family, text)) {
      return reader_.unknown(column);
    }
    if (act->family != Family::None) row.kind = *kind_named(act->family, text);

    std::string_view rest = reader_.text(arguments_column);
    row.act_on_all = rest == "*";
    if (!rest.empty() && row.act == CAct::None) reader_.fail("act_on without an act");
    if (rest.empty() || row.act_on_all) return;
    std::vector<std::int8_t>& list = acts_.emplace_back();
    while (!rest.empty()) {
      if (const std::optional<std::int8_t> index = index_of(take(rest, ','))) {
        list.push_back(*index);
      } else {
        reader_.unknown(arguments_column);
      }
    }
    row.act_arguments = list;
  }

  TsvReader& reader_;
  std::deque<std::vector<CArgument>>& arguments_;
  std::deque<std::vector<std::int8_t>>& acts_;
};

struct Table {
  std::vector<CFunction> rows;
  std::deque<std::vector<CArgument>> arguments;  // a deque: rows hold spans into the vectors
  std::deque<std::vector<std::int8_t>> acts;
  std::array<std::unordered_map<std::string_view, std::size_t>, 4> index;  // by form
  std::string errors;

  Table() {
    TsvReader reader("c_api.tsv", {"name", "form", "versions", "result", "arguments", "object",
                                   "python", "attached", "blocks", "level", "act", "act_on",
                                   "replacement", "replacement_since", "source"});
    RowReader row_reader(reader, arguments, acts);
    while (reader.next()) {
      rows.push_back(row_reader.read());
      const CFunction& row = rows.back();
      if (!by_form(row.form).emplace(row.name, rows.size() - 1).second) {
        reader.fail("the name has a row already");
      }
    }
    errors = reader.errors();
  }

  std::unordered_map<std::string_view, std::size_t>& by_form(CForm form) {
    return index[static_cast<std::size_t>(form)];
  }

  const CFunction* find(CForm form, std::string_view name) const {
    const auto& names = index[static_cast<std::size_t>(form)];
    auto found = names.find(name);
    if (found == names.end() && is_decorated(name)) found = names.find(canonical(name));
    return found == names.end() ? nullptr : &rows[found->second];
  }
};

const Table& table() {
  static const Table loaded;
  return loaded;
}

}  // namespace

const std::string& c_api_errors() {
  return table().errors;
}

const CArgument* CFunction::use_of(std::int8_t argument) const {
  for (const CArgument& use : arguments) {
    if (use.index == argument || (use.and_following && use.index < argument)) return &use;
  }
  return nullptr;
}

bool CFunction::steals(std::int8_t argument) const {
  const CArgument* use = use_of(argument);
  return use != nullptr && (use->use == CUse::Steals || use->use == CUse::StealsOnSuccess);
}

const CFunction* c_function(std::string_view name) {
  return table().find(CForm::Function, name);
}

const CFunction* c_macro(std::string_view name) {
  return table().find(CForm::Macro, name);
}

const CFunction* c_class(std::string_view name) {
  return table().find(CForm::Class, name);
}

const CFunction* c_class_of(std::string_view member) {
  const std::string flat = canonical(member);
  const std::size_t end = flat.rfind("::");
  return end == std::string::npos ? nullptr : c_class(std::string_view(flat).substr(0, end));
}

const CFunction* c_type(std::string_view name) {
  return table().find(CForm::Type, name);
}

std::span<const CFunction> c_functions() {
  return table().rows;
}

}  // namespace gilcheck::rules
