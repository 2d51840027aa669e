#include "clang_plugin/frontend/unit_builder.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "clang_plugin/frontend/file_names.h"
#include "rules/c_api.h"

namespace gilcheck::clang_plugin {

namespace {

/// The bit of a source location's encoding that tells a position inside a macro expansion
/// (clang::SourceLocation::MacroIDBit). libclang has no function for it; were it wrong, macro names
/// would be missing and nothing else.
constexpr unsigned kMacroBit = 1U << 31U;

constexpr std::size_t kLongestText = 400;
constexpr std::size_t kMostElements = 4096;

bool word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string_view word_at(std::string_view text, unsigned offset) {
  if (offset >= text.size()) return {};
  std::size_t end = offset;
  while (end < text.size() && word_character(text[end])) ++end;
  return text.substr(offset, end - offset);
}

/// "struct pool" -> "pool".
/// "(unnamed struct at /long/way/spam.c:60:9)" as "(unnamed struct at spam.c:60:9)": names do not
/// depend on where a project lies.
std::string without_directory(std::string name) {
  const auto at = name.find(" at ");
  if (at == std::string::npos || !name.ends_with(')')) return name;
  const auto slash = name.find_last_of("/\\");
  if (slash != std::string::npos && slash > at) name.erase(at + 4, slash - at - 3);
  return name;
}

std::string_view without_tag(std::string_view name) {
  for (const std::string_view tag :
       {"const ", "volatile ", "struct ", "union ", "class ", "enum "}) {
    if (name.starts_with(tag)) name.remove_prefix(tag.size());
  }
  return name;
}

}  // namespace

std::vector<CXCursor> children_of(const LibClang& lib, CXCursor cursor) {
  std::vector<CXCursor> out;
  lib.visitChildren(
      cursor,
      [](CXCursor child, CXCursor, CXClientData data) {
        static_cast<std::vector<CXCursor>*>(data)->push_back(child);
        return CXChildVisit_Continue;
      },
      &out);
  return out;
}

UnitBuilder::UnitBuilder(const LibClang& library, CXTranslationUnit tu, std::string root, Unit& out)
    : lib_(library), tu_(tu), root_(std::move(root)), unit_(out) {
  if (!root_.empty() && root_.back() != '/') root_ += '/';
  unit_.strings = {0, 0};
  symbols_.emplace("", 0);
  unit_.types.emplace_back();
  unit_.instrs.emplace_back();
  unit_.places.emplace_back();
}

Sym UnitBuilder::intern(std::string_view text) {
  text = text.substr(0, kLongestText);
  const auto found = symbols_.find(text);
  if (found != symbols_.end()) return found->second;
  const auto id = static_cast<Sym>(unit_.strings.size() - 1);
  unit_.string_data += text;
  unit_.strings.push_back(static_cast<std::uint32_t>(unit_.string_data.size()));
  symbols_.emplace(text, id);
  return id;
}

// ---------------------------------------------------------------- types

TypeId UnitBuilder::type(CXType written) {
  const auto found = written_types_.find(written.data[0]);
  if (found != written_types_.end()) return found->second;
  const TypeId out = canonical_type(lib_.getCanonicalType(written));
  written_types_.emplace(written.data[0], out);
  return out;
}

TypeId UnitBuilder::canonical_type(CXType canonical) {
  if (canonical.kind == CXType_Invalid) return 0;
  const void* key = canonical.data[0];
  if (const auto found = types_.find(key); found != types_.end()) return found->second;
  const auto id = static_cast<TypeId>(unit_.types.size());
  unit_.types.emplace_back();
  types_.emplace(key, id);
  Type out;
  out.const_ = lib_.isConstQualifiedType(canonical) != 0;
  out.volatile_ = lib_.isVolatileQualifiedType(canonical) != 0;
  CXType plain = canonical;
  if (canonical.kind == CXType_Atomic) {
    out.atomic = true;
    plain = lib_.getCanonicalType(lib_.Type_getValueType(canonical));
  }
  switch (plain.kind) {
    case CXType_Void: out.kind = TypeKind::void_; break;
    case CXType_Bool: out.kind = TypeKind::boolean; break;
    case CXType_Enum: out.kind = TypeKind::integer; break;
    case CXType_Float:
    case CXType_Double:
    case CXType_LongDouble:
    case CXType_Float128: out.kind = TypeKind::floating; break;
    case CXType_NullPtr: out.kind = TypeKind::pointer; break;
    case CXType_Pointer:
      out.kind = TypeKind::pointer;
      out.inner = type(lib_.getPointeeType(plain));
      break;
    case CXType_LValueReference:
    case CXType_RValueReference:
      out.kind = TypeKind::pointer;
      out.reference = true;
      out.inner = type(lib_.getPointeeType(plain));
      break;
    case CXType_ConstantArray:
    case CXType_IncompleteArray:
    case CXType_VariableArray:
    case CXType_DependentSizedArray:
      out.kind = TypeKind::array;
      out.inner = type(lib_.getArrayElementType(plain));
      break;
    case CXType_Record:
      out.kind = TypeKind::record;
      out.record = record(lib_.getTypeDeclaration(plain));
      break;
    case CXType_FunctionProto:
    case CXType_FunctionNoProto: out.kind = TypeKind::function; break;
    default:
      if (plain.kind >= CXType_Char_U && plain.kind <= CXType_Int128) out.kind = TypeKind::integer;
      break;
  }
  const CXType bare = lib_.getUnqualifiedType(canonical);
  out.text = intern(lib_.text(lib_.getTypeSpelling(bare)));
  unit_.types[id] = out;
  return id;
}

RecordId UnitBuilder::record(CXCursor declaration) {
  const CXCursor canonical = lib_.getCanonicalCursor(declaration);
  if (const auto found = records_.find(canonical.data[0]); found != records_.end()) {
    return found->second;
  }
  const auto id = static_cast<RecordId>(unit_.records.size());
  unit_.records.emplace_back();
  records_.emplace(canonical.data[0], id);
  Record out;
  const CXCursor definition = lib_.getCursorDefinition(declaration);
  const bool complete = lib_.Cursor_isNull(definition) == 0;
  const CXCursor at = complete ? definition : declaration;
  const CXType as_type = lib_.getCanonicalType(lib_.getCursorType(at));
  out.name =
      intern(without_directory(std::string(without_tag(lib_.text(lib_.getTypeSpelling(as_type))))));
  out.project = in_project(at);
  // Where the system's declarations stand is of no interest; asking would read their files.
  if (out.project) out.pos = position(at);
  unit_.records[id] = out;
  // struct _object is where PyObject_HEAD ends up (Include/object.h).
  const std::string_view name = unit_.text(out.name);
  const bool head = name == "_object" || name == "PyObject" || name == "_typeobject";
  if (complete) {
    // A header's structures lead to one another, most to those that the unit never looks into:
    // CPython's thread state to all of the interpreter.
    const bool looked_into = head || unit_.cplusplus ||
                             lib_.Location_isFromMainFile(lib_.getCursorLocation(definition)) != 0;
    const CXCursor first = looked_into ? add_fields(id, definition) : first_field(as_type);
    if (!looked_into) without_fields_.emplace(id, definition);
    if (lib_.Cursor_isNull(first) == 0) {
      const Type& begins = unit_.types[type_of(first)];
      out.object = begins.kind == TypeKind::record && begins.record != kNone &&
                   begins.record != id && unit_.records[begins.record].object;
    }
    if (unit_.cplusplus) {
      for (const CXCursor child : children_of(lib_, definition)) {
        if (lib_.getCursorKind(child) != CXCursor_CXXBaseSpecifier) continue;
        const TypeId base = type_of(child);
        if (unit_.types[base].record != kNone) out.bases.push_back(unit_.types[base].record);
      }
    }
  }
  out.fields = unit_.records[id].fields;
  if (head) {
    out.object = true;
    unit_.has_python = true;
    for (std::uint32_t f = out.fields.first; f < out.fields.end(); ++f) {
      if (unit_.text(unit_.fields[f].name) == "ob_tid") unit_.free_threaded_headers = true;
    }
  }
  for (const RecordId base : out.bases) out.object = out.object || unit_.records[base].object;
  unit_.records[id] = std::move(out);
  return id;
}

CXCursor UnitBuilder::first_field(CXType type) {
  CXCursor out = lib_.getNullCursor();
  lib_.Type_visitFields(
      type,
      [](CXCursor child, CXClientData data) {
        *static_cast<CXCursor*>(data) = child;
        return CXVisit_Break;
      },
      &out);
  return out;
}

CXCursor UnitBuilder::add_fields(RecordId record, CXCursor definition) {
  std::vector<CXCursor> members;
  lib_.Type_visitFields(
      lib_.getCanonicalType(lib_.getCursorType(definition)),
      [](CXCursor child, CXClientData data) {
        static_cast<std::vector<CXCursor>*>(data)->push_back(child);
        return CXVisit_Continue;
      },
      &members);
  const Range fields{static_cast<std::uint32_t>(unit_.fields.size()),
                     static_cast<std::uint32_t>(members.size())};
  unit_.records[record].fields = fields;
  unit_.fields.resize(unit_.fields.size() + members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    fields_.emplace(members[i].data[0], fields.first + static_cast<std::uint32_t>(i));
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    Field member;
    member.name = spelling(members[i]);
    member.type = type_of(members[i]);
    member.record = record;
    if (unit_.records[record].project) member.pos = position(members[i]);
    unit_.fields[fields.first + i] = member;
  }
  return members.empty() ? lib_.getNullCursor() : members.front();
}

void UnitBuilder::look_into(TypeId type) {
  while (unit_.types[type].kind == TypeKind::array) type = unit_.types[type].inner;
  const RecordId record = unit_.types[type].record;
  const auto found = without_fields_.find(record);
  if (found == without_fields_.end()) return;
  const CXCursor definition = found->second;
  without_fields_.erase(found);
  add_fields(record, definition);
}

FieldId UnitBuilder::field(CXCursor declaration) {
  if (const auto found = fields_.find(declaration.data[0]); found != fields_.end()) {
    return found->second;
  }
  look_into(type(lib_.getCursorType(lib_.getCursorSemanticParent(declaration))));
  if (const auto found = fields_.find(declaration.data[0]); found != fields_.end()) {
    return found->second;
  }
  // A member of an instantiation or of an anonymous struct that its record does not list.
  const auto id = static_cast<FieldId>(unit_.fields.size());
  unit_.fields.emplace_back();
  fields_.emplace(declaration.data[0], id);
  Field member;
  member.name = spelling(declaration);
  member.type = type_of(declaration);
  member.record = record(lib_.getCursorSemanticParent(declaration));
  if (in_project(declaration)) member.pos = position(declaration);
  unit_.fields[id] = member;
  return id;
}

// ---------------------------------------------------------------- variables and functions

std::string UnitBuilder::qualified(CXCursor cursor) {
  std::string out = lib_.text(lib_.getCursorSpelling(cursor));
  if (!unit_.cplusplus) return out;
  for (CXCursor parent = lib_.getCursorSemanticParent(cursor); lib_.Cursor_isNull(parent) == 0;
       parent = lib_.getCursorSemanticParent(parent)) {
    const CXCursorKind kind = lib_.getCursorKind(parent);
    if (kind == CXCursor_TranslationUnit) break;
    if (kind == CXCursor_LinkageSpec || lib_.Cursor_isAnonymous(parent) != 0) continue;
    if (kind == CXCursor_FunctionDecl || kind == CXCursor_CXXMethod) break;
    const std::string name = lib_.text(lib_.getCursorSpelling(parent));
    if (!name.empty()) out = name + "::" + out;
  }
  return out;
}

VarId UnitBuilder::variable(CXCursor declaration, FuncId function) {
  const CXCursor canonical = lib_.getCanonicalCursor(declaration);
  if (const auto found = variables_.find(canonical.data[0]); found != variables_.end()) {
    // `long n;` after a header's `extern long n;`: tentative, for which clang names no definition.
    Variable& known = unit_.variables[found->second];
    if (known.declared_only && lib_.Cursor_getStorageClass(declaration) != CX_SC_Extern) {
      known.declared_only = false;
      known.project = in_project(declaration);
      if (known.project) known.pos = position(declaration);
    }
    return found->second;
  }
  const auto id = static_cast<VarId>(unit_.variables.size());
  unit_.variables.emplace_back();
  variables_.emplace(canonical.data[0], id);
  Variable out;
  const CXCursorKind kind = lib_.getCursorKind(declaration);
  const CXCursor parent = lib_.getCursorSemanticParent(canonical);
  const CXCursorKind parent_kind = lib_.getCursorKind(parent);
  const bool in_function =
      parent_kind == CXCursor_FunctionDecl || parent_kind == CXCursor_CXXMethod ||
      parent_kind == CXCursor_Constructor || parent_kind == CXCursor_Destructor ||
      parent_kind == CXCursor_ConversionFunction || parent_kind == CXCursor_FunctionTemplate;
  const CX_StorageClass storage = lib_.Cursor_getStorageClass(canonical);
  if (kind == CXCursor_ParmDecl) {
    out.storage = Storage::parameter;
  } else if (in_function && storage != CX_SC_Extern) {
    out.storage = storage == CX_SC_Static ? Storage::static_local : Storage::local;
  } else {
    out.storage =
        lib_.getCursorLinkage(canonical) == CXLinkage_External ? Storage::global : Storage::static_;
  }
  out.name = out.storage == Storage::global || out.storage == Storage::static_
                 ? intern(qualified(declaration))
                 : spelling(declaration);
  out.type = type_of(declaration);
  look_into(out.type);  // as its parts are of this unit
  out.thread_local_ = lib_.getCursorTLSKind(canonical) != CXTLS_None;
  out.function =
      out.storage == Storage::global || out.storage == Storage::static_ ? kNone : function;
  const CXCursor definition = lib_.getCursorDefinition(declaration);
  const bool defined = lib_.Cursor_isNull(definition) == 0;
  out.declared_only = !defined && storage == CX_SC_Extern;
  const CXCursor at = defined ? definition : declaration;
  out.project = in_project(at);
  if (out.project) out.pos = position(at);
  unit_.variables[id] = out;
  const bool lasting = out.storage == Storage::global || out.storage == Storage::static_ ||
                       out.storage == Storage::static_local;
  if (lasting && defined && out.project) {
    for (const CXCursor child : children_of(lib_, definition)) {
      if (!is_expression(lib_.getCursorKind(child))) continue;
      const std::uint32_t init = initializer(child, out.type);
      unit_.variables[id].initializer = init;
      // In C an initialiser of static storage is constant; in C++ a call runs code.
      unit_.variables[id].dynamic_init =
          unit_.cplusplus && lib_.getCursorKind(child) == CXCursor_CallExpr;
    }
  }
  return id;
}

FuncId UnitBuilder::builtin(std::string_view name) {
  const std::string key(name);
  if (const auto found = builtins_.find(key); found != builtins_.end()) return found->second;
  const auto id = static_cast<FuncId>(unit_.functions.size());
  Function out;
  out.name = out.usr = intern(name);
  out.flags = kFunctionExternal;
  unit_.functions.push_back(out);
  builtins_.emplace(key, id);
  return id;
}

FuncId UnitBuilder::function(CXCursor declaration) {
  const CXCursor canonical = lib_.getCanonicalCursor(declaration);
  if (const auto found = functions_.find(canonical.data[0]); found != functions_.end()) {
    return found->second;
  }
  const auto id = static_cast<FuncId>(unit_.functions.size());
  unit_.functions.emplace_back();
  functions_.emplace(canonical.data[0], id);
  Function out;
  out.name = intern(qualified(declaration));
  const bool external = lib_.getCursorLinkage(canonical) == CXLinkage_External;
  const std::string usr = unit_.cplusplus ? lib_.text(lib_.getCursorUSR(canonical)) : "";
  // clang's USR of a function with C linkage is "c:@F@name".
  const bool plain = usr.empty() || (usr.starts_with("c:@F@") && usr.find('#') == usr.npos);
  out.usr = plain ? out.name : intern(usr);
  if (external) out.flags |= kFunctionExternal;
  const CXCursorKind kind = lib_.getCursorKind(declaration);
  const CXCursor parent = lib_.getCursorSemanticParent(canonical);
  const CXCursorKind parent_kind = lib_.getCursorKind(parent);
  const bool member = parent_kind == CXCursor_ClassDecl || parent_kind == CXCursor_StructDecl ||
                      parent_kind == CXCursor_ClassTemplate ||
                      parent_kind == CXCursor_ClassTemplatePartialSpecialization;
  if (kind == CXCursor_Constructor) out.flags |= kFunctionConstructor | kFunctionMethod;
  if (kind == CXCursor_Destructor) out.flags |= kFunctionDestructor | kFunctionMethod;
  if (kind == CXCursor_ConversionFunction) out.flags |= kFunctionMethod;
  if (kind == CXCursor_FunctionTemplate || parent_kind == CXCursor_ClassTemplate) {
    out.flags |= kFunctionTemplate;
  }
  if (member && (kind == CXCursor_CXXMethod || kind == CXCursor_FunctionTemplate) &&
      lib_.CXXMethod_isStatic(declaration) == 0) {
    out.flags |= kFunctionMethod;
    if (lib_.CXXMethod_isVirtual(declaration) != 0) out.flags |= kFunctionVirtual;
  }
  if (lib_.CXXMethod_isConst(declaration) != 0) out.flags |= kFunctionConst;
  if (member) out.method_of = record(parent);
  const CXType type = lib_.getCursorType(declaration);
  if (lib_.isFunctionTypeVariadic(type) != 0) out.flags |= kFunctionVariadic;
  out.result = this->type(lib_.getCursorResultType(declaration));
  if (in_project(declaration)) out.flags |= kFunctionProject;
  // `noreturn` shows in the function type's spelling for the GNU attribute, and the table
  // knows the rest.
  const bool attributes = lib_.Cursor_hasAttrs(declaration) != 0;
  const std::string spelled = attributes ? lib_.text(lib_.getTypeSpelling(type)) : std::string();
  const std::string_view name = unit_.text(out.name);
  const rules::CFunction* row = rules::c_function(name);
  if (spelled.find("noreturn") != spelled.npos ||
      (row != nullptr && row->act == rules::CAct::NoReturn)) {
    out.flags |= kFunctionNoReturn;
  }
  // Where the system's functions stand is of no interest; asking would read their files.
  if ((out.flags & kFunctionProject) != 0) {
    out.pos = position(declaration);
    unsigned offset = 0;
    out.name_pos = out.pos;
    if (KnownFile* in = locate(lib_.getCursorLocation(declaration), offset)) {
      line_and_column(*in, offset, out.name_pos.line, out.name_pos.column);
      const auto size = static_cast<unsigned>(word_at(text_of(*in), offset).size());
      line_and_column(*in, offset + std::max(size, 1U), out.name_pos.end_line,
                      out.name_pos.end_column);
    }
  }
  unit_.functions[id] = out;
  return id;
}

// ---------------------------------------------------------------- constant initialisers

bool UnitBuilder::is_expect(CXCursor call) {
  const CXCursor callee = lib_.getCursorReferenced(call);
  if (callee.kind != CXCursor_FunctionDecl) return false;
  const auto found = expects_.find(callee.data[0]);
  if (found != expects_.end()) return found->second;
  const bool out = lib_.text(lib_.getCursorSpelling(callee)) == "__builtin_expect";
  expects_.emplace(callee.data[0], out);
  return out;
}

bool UnitBuilder::integer_value(CXCursor expression, std::int64_t& out) {
  const CXEvalResult result = lib_.Cursor_Evaluate(expression);
  if (result == nullptr) return false;
  const bool integer = lib_.EvalResult_getKind(result) == CXEval_Int;
  if (integer) out = lib_.EvalResult_getAsLongLong(result);
  lib_.EvalResult_dispose(result);
  return integer;
}

std::uint32_t UnitBuilder::initializer(CXCursor expression, TypeId type_id) {
  CXCursor at = expression;
  CXCursorKind kind = lib_.getCursorKind(at);
  // Through casts, parentheses and `&`.
  std::vector<CXCursor> parts;
  for (;;) {
    if (kind == CXCursor_InitListExpr || kind == CXCursor_DeclRefExpr ||
        kind == CXCursor_StringLiteral || kind == CXCursor_IntegerLiteral) {
      break;
    }
    parts = children_of(lib_, at);
    std::erase_if(parts, [&](CXCursor c) { return !is_expression(lib_.getCursorKind(c)); });
    const bool through = kind == CXCursor_UnexposedExpr || kind == CXCursor_ParenExpr ||
                         kind == CXCursor_CStyleCastExpr || kind == CXCursor_CXXStaticCastExpr ||
                         kind == CXCursor_CXXReinterpretCastExpr ||
                         kind == CXCursor_CXXFunctionalCastExpr ||
                         kind == CXCursor_CompoundLiteralExpr ||
                         (kind == CXCursor_UnaryOperator &&
                          lib_.getCursorUnaryOperatorKind(at) == CXUnaryOperator_AddrOf);
    if (!through || parts.size() != 1) break;
    at = parts.front();
    kind = lib_.getCursorKind(at);
  }
  Initializer out;
  out.pos = position(expression);
  const Type target = unit_.types[type_id];
  switch (kind) {
    case CXCursor_InitListExpr: {
      const TypeId own_type = type_of(at);
      const Type own =
          unit_.types[own_type].kind == TypeKind::other ? target : unit_.types[own_type];
      if (own.kind == TypeKind::array) {
        const TypeKind element = unit_.types[own.inner].kind;
        // Tables of numbers are of no interest and can be huge.
        if (element == TypeKind::integer || element == TypeKind::floating ||
            element == TypeKind::boolean) {
          return kNone;
        }
      }
      out.kind = InitKind::list;
      std::vector<std::uint32_t> elements;
      std::uint32_t next = 0;
      for (const CXCursor child : children_of(lib_, at)) {
        if (elements.size() >= kMostElements) break;
        CXCursor value = child;
        FieldId field_id = kNone;
        // A designated initialiser is an unexposed expression of member references and a value.
        if (lib_.getCursorKind(child) == CXCursor_UnexposedExpr) {
          const auto inner = children_of(lib_, child);
          if (inner.size() >= 2 && lib_.getCursorKind(inner.front()) == CXCursor_MemberRef) {
            field_id = field(lib_.getCursorReferenced(inner[inner.size() - 2]));
            value = inner.back();
          }
        }
        if (!is_expression(lib_.getCursorKind(value))) continue;
        TypeId element_type = own.kind == TypeKind::array ? own.inner : 0;
        if (own.kind == TypeKind::record && own.record != kNone) {
          look_into(unit_.types[own_type].kind == TypeKind::other ? type_id : own_type);
          const Record& of = unit_.records[own.record];
          if (field_id == kNone && next < of.fields.count) field_id = of.fields.first + next;
          if (field_id != kNone) {
            if (field_id >= of.fields.first && field_id < of.fields.end()) {
              next = field_id - of.fields.first;
            }
            element_type = unit_.fields[field_id].type;
          }
        }
        ++next;
        const std::uint32_t element = initializer(value, element_type);
        if (element == kNone) continue;
        unit_.initializers[element].field = field_id;
        elements.push_back(element);
      }
      out.children = {static_cast<std::uint32_t>(unit_.init_lists.size()),
                      static_cast<std::uint32_t>(elements.size())};
      unit_.init_lists.insert(unit_.init_lists.end(), elements.begin(), elements.end());
      break;
    }
    case CXCursor_StringLiteral: {
      out.kind = InitKind::string;
      std::string text = lib_.text(lib_.getCursorSpelling(at));
      if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
      out.text = intern(text);
      break;
    }
    case CXCursor_DeclRefExpr: {
      const CXCursor referenced = lib_.getCursorReferenced(at);
      const CXCursorKind what = lib_.getCursorKind(referenced);
      if (what == CXCursor_FunctionDecl || what == CXCursor_CXXMethod) {
        out.kind = InitKind::function;
        out.ref = function(referenced);
      } else if (what == CXCursor_VarDecl) {
        out.kind = InitKind::variable;
        out.ref = variable(referenced, kNone);
      } else if (what == CXCursor_EnumConstantDecl) {
        out.kind = InitKind::integer;
        out.value = lib_.getEnumConstantDeclValue(referenced);
      }
      break;
    }
    case CXCursor_IntegerLiteral:
    default:
      if (integer_value(at, out.value)) out.kind = InitKind::integer;
      break;
  }
  if (out.kind == InitKind::integer && out.value == 0 && target.kind == TypeKind::pointer) {
    out.kind = InitKind::null;
  }
  const auto id = static_cast<std::uint32_t>(unit_.initializers.size());
  unit_.initializers.push_back(out);
  return id;
}

// ---------------------------------------------------------------- positions

UnitBuilder::KnownFile& UnitBuilder::known(CXFile file) {
  const auto found = files_.find(file);
  if (found != files_.end()) return *found->second;
  auto made = std::make_unique<KnownFile>();
  KnownFile& out = *made;
  out.path = lib_.text(lib_.getFileName(file));
  std::error_code ignored;
  const std::string absolute =
      file_named(std::filesystem::absolute(out.path, ignored).string(), root_);
  out.project = !root_.empty() && absolute.starts_with(root_);
  if (out.project) out.path = absolute.substr(root_.size());
  out.handle = file;
  files_.emplace(file, std::move(made));
  return out;
}

std::string_view UnitBuilder::text_of(KnownFile& file) {
  if (!file.read) {
    file.read = true;
    // A header that comes out of a precompiled one is not in memory; libclang does far more than
    // read it when it is asked for the text.
    const bool main = !unit_.files.empty() && unit_.files.front() == file.path;
    const std::string path = file.project ? root_ + file.path : file.path;
    if (!main && path.starts_with('/')) {
      if (std::ifstream in(path, std::ios::binary | std::ios::ate); in) {
        file.own_text.resize(static_cast<std::size_t>(std::max<std::streamoff>(in.tellg(), 0)));
        in.seekg(0);
        in.read(file.own_text.data(), static_cast<std::streamsize>(file.own_text.size()));
        file.own_text.resize(static_cast<std::size_t>(in.gcount()));
        file.text = file.own_text;
        return file.text;
      }
    }
    std::size_t size = 0;
    if (const char* text = lib_.getFileContents(tu_, file.handle, &size)) file.text = {text, size};
  }
  return file.text;
}

FileId UnitBuilder::listed(KnownFile& file) {
  if (!file.listed) {
    file.listed = true;
    const auto at = std::find(unit_.files.begin(), unit_.files.end(), file.path);
    file.id = static_cast<FileId>(at - unit_.files.begin());
    if (at == unit_.files.end()) unit_.files.push_back(file.path);
    texts_.resize(unit_.files.size());
    texts_[file.id] = text_of(file);
  }
  return file.id;
}

std::string_view UnitBuilder::contents(FileId file) {
  return file < texts_.size() ? texts_[file] : std::string_view{};
}

void UnitBuilder::line_and_column(KnownFile& file, unsigned offset, std::uint32_t& line,
                                  std::uint32_t& column) {
  auto& starts = file.line_starts;
  if (starts.empty()) {
    starts.push_back(0);
    const std::string_view text = text_of(file);
    for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
      starts.push_back(static_cast<unsigned>(at + 1));
    }
  }
  // Mostly the line of the question before, or the one after it.
  std::size_t at = file.line;
  if (starts[at] <= offset && at + 1 < starts.size() && starts[at + 1] <= offset) ++at;
  if (starts[at] > offset || (at + 1 < starts.size() && starts[at + 1] <= offset)) {
    at = static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), offset) -
                                  starts.begin()) -
         1;
  }
  file.line = at;
  line = static_cast<std::uint32_t>(at + 1);
  column = offset - starts[at] + 1;
}

UnitBuilder::KnownFile* UnitBuilder::locate(CXSourceLocation location, unsigned& offset) {
  const unsigned number = location.int_data;
  const bool expanded = (number & kMacroBit) != 0;
  if (in_segment(number)) {
    offset = number - segment_.first;
    return segment_.file;
  }
  constexpr std::size_t kRemembered = 1024;  // a power of two
  Expansion* memory = nullptr;
  if (expanded) {
    if (expansions_.empty()) expansions_.resize(kRemembered);
    memory = &expansions_[MixingHash{}(std::uint64_t{number}) & (kRemembered - 1)];
    if (memory->number == number) {
      offset = memory->offset;
      return memory->file;
    }
  }
  CXFile file = nullptr;
  lib_.getExpansionLocation(location, &file, nullptr, nullptr, &offset);
  if (file == nullptr) return nullptr;
  KnownFile& in = known(file);
  if (memory != nullptr) *memory = {number, offset, &in};
  // Locations in one inclusion of a file are numbered by offset (clang::SourceManager). Of other
  // files the size is not worth reading them.
  if (!expanded && offset <= number && in.project) {
    const auto size = static_cast<unsigned>(text_of(in).size());
    segment_ = {number - offset, number - offset + size, &in};
  }
  return &in;
}

Pos UnitBuilder::position(CXSourceRange range) {
  Pos out;
  unsigned offset = 0;
  unsigned end = 0;
  KnownFile* in = locate(lib_.getRangeStart(range), offset);
  if (in == nullptr) return out;
  const KnownFile* end_file = locate(lib_.getRangeEnd(range), end);
  out.file = listed(*in);
  line_and_column(*in, offset, out.line, out.column);
  if (end_file != in || end <= offset) {
    // Begins and ends inside one macro expansion: the macro's name stands for it.
    end =
        offset + std::max<unsigned>(1, static_cast<unsigned>(word_at(text_of(*in), offset).size()));
  }
  line_and_column(*in, end, out.end_line, out.end_column);
  return out;
}

Pos UnitBuilder::position(CXCursor cursor) {
  return extent(cursor).pos;
}

const UnitBuilder::Placed& UnitBuilder::extent(CXCursor cursor) {
  if (placed_.kind != cursor.kind || placed_.data[0] != cursor.data[0] ||
      placed_.data[1] != cursor.data[1]) {
    const CXSourceRange range = lib_.getCursorExtent(cursor);
    placed_ = {{cursor.data[0], cursor.data[1]},
               cursor.kind,
               position(range),
               macro_at(lib_.getRangeStart(range))};
  }
  return placed_;
}

Sym UnitBuilder::macro_at(CXSourceLocation start) {
  if ((start.int_data & kMacroBit) == 0) return 0;
  unsigned offset = 0;
  KnownFile* file = locate(start, offset);
  return file == nullptr ? 0 : intern(word_at(text_of(*file), offset));
}

std::string_view UnitBuilder::text_at(CXSourceLocation location, unsigned& offset) {
  KnownFile* file = locate(location, offset);
  return file == nullptr ? std::string_view{} : text_of(*file);
}

std::string_view UnitBuilder::spelled_word(CXCursor cursor) {
  const CXSourceLocation start = lib_.getRangeStart(lib_.getCursorExtent(cursor));
  CXFile file = nullptr;
  unsigned offset = 0;
  lib_.getSpellingLocation(start, &file, nullptr, nullptr, &offset);
  if (file == nullptr) return {};
  return word_at(text_of(known(file)), offset);
}

bool UnitBuilder::in_project(CXCursor cursor) {
  unsigned offset = 0;
  const KnownFile* file = locate(lib_.getCursorLocation(cursor), offset);
  return file != nullptr && file->project;
}

}  // namespace gilcheck::clang_plugin
