// A translation unit: parsed by libclang, lowered declaration by declaration.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "clang_plugin/clang_plugin.h"
#include "clang_plugin/frontend/body.h"
#include "clang_plugin/frontend/comments.h"
#include "clang_plugin/frontend/file_names.h"
#include "clang_plugin/frontend/source_marks.h"
#include "clang_plugin/frontend/unit_builder.h"
#include "clang_plugin/libclang.h"

namespace gilcheck::clang_plugin {

namespace {

constexpr std::size_t kMostProblems = 50;

struct Index {
  const LibClang& lib;
  CXIndex index;
  explicit Index(const LibClang& library)
      // Declarations of a precompiled header are not visited again; nothing is printed.
      : lib(library), index(library.createIndex(1, 0)) {}
  ~Index() { lib.disposeIndex(index); }
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;
};

struct TranslationUnit {
  const LibClang& lib;
  CXTranslationUnit tu = nullptr;
  explicit TranslationUnit(const LibClang& library) : lib(library) {}
  ~TranslationUnit() {
    if (tu != nullptr) lib.disposeTranslationUnit(tu);
  }
  TranslationUnit(const TranslationUnit&) = delete;
  TranslationUnit& operator=(const TranslationUnit&) = delete;
};

std::string_view said(CXErrorCode code) {
  switch (code) {
    case CXError_Success: return "no tree";
    case CXError_Crashed: return "libclang crashed";
    case CXError_InvalidArguments: return "libclang refuses the arguments";
    case CXError_ASTReadError: return "a precompiled header cannot be read";
    case CXError_Failure: break;
  }
  return "libclang cannot parse it (is the file readable, are the flags a compiler's?)";
}

CXErrorCode parse(const LibClang& lib, CXIndex index, const Job& job, unsigned options,
                  CXTranslationUnit& out) {
  std::vector<std::string> arguments = job.arguments;
  if (!job.directory.empty()) arguments.push_back("-working-directory=" + job.directory);
  if (!job.pch.empty()) {
    arguments.emplace_back("-include-pch");
    arguments.push_back(job.pch);
  }
  // Our own tree is built from the parsed one: warnings are the compiler's business.
  arguments.emplace_back("-w");
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  return lib.parseTranslationUnit2(index, job.path.c_str(), pointers.data(),
                                   static_cast<int>(pointers.size()), nullptr, 0, options, &out);
}

// What nanobind_add_module(... FREE_THREADED) defines (cmake/nanobind-config.cmake): the library
// then gives its modules the slot Py_MOD_GIL_NOT_USED, in code that is not part of the unit.
constexpr std::string_view kFreeThreadedNanobind = "NB_FREE_THREADED";

/// Walks namespaces, linkage specifications and classes down to variables and function bodies.
class Declarations {
 public:
  explicit Declarations(UnitBuilder& builder)
      : builder_(builder), lib_(builder.lib()), tree_(lib_) {}

  void visit(CXCursor parent) {
    for (const CXCursor child : children_of(lib_, parent)) declaration(child);
  }

 private:
  void declaration(CXCursor cursor) {
    if (!builder_.in_project(cursor)) return;
    switch (lib_.getCursorKind(cursor)) {
      case CXCursor_Namespace:
      case CXCursor_LinkageSpec:
      case CXCursor_UnexposedDecl: visit(cursor); break;
      case CXCursor_ClassDecl:
      case CXCursor_StructDecl:
      case CXCursor_ClassTemplate:
      case CXCursor_ClassTemplatePartialSpecialization:
        if (builder_.unit().cplusplus) visit(cursor);
        break;
      case CXCursor_VarDecl: builder_.variable(cursor, kNone); break;
      case CXCursor_FunctionDecl:
      case CXCursor_FunctionTemplate:
      case CXCursor_CXXMethod:
      case CXCursor_Constructor:
      case CXCursor_Destructor:
      case CXCursor_ConversionFunction: {
        const FuncId id = builder_.function(cursor);
        if (lib_.isCursorDefinition(cursor) == 0 || builder_.unit().functions[id].defined()) break;
        Node& definition = tree_.visit(cursor, !builder_.unit().cplusplus);
        Body(builder_, tree_, id).lower(definition);
        break;
      }
      default: break;
    }
  }

  UnitBuilder& builder_;
  const LibClang& lib_;
  CursorTree tree_;
};

void collect_problems(UnitBuilder& builder, CXTranslationUnit tu) {
  const LibClang& lib = builder.lib();
  Unit& unit = builder.unit();
  const unsigned count = lib.getNumDiagnostics(tu);
  for (unsigned i = 0; i < count && unit.problems.size() < kMostProblems; ++i) {
    const CXDiagnostic diagnostic = lib.getDiagnostic(tu, i);
    const CXDiagnosticSeverity severity = lib.getDiagnosticSeverity(diagnostic);
    if (severity >= CXDiagnostic_Error) {
      Problem problem;
      const std::string text = lib.text(lib.getDiagnosticSpelling(diagnostic));
      problem.fatal = severity == CXDiagnostic_Fatal;
      problem.missing_header = text.find("file not found") != text.npos;
      problem.text = builder.intern(text);
      const CXSourceLocation at = lib.getDiagnosticLocation(diagnostic);
      CXFile file = nullptr;
      lib.getExpansionLocation(at, &file, nullptr, nullptr, nullptr);
      if (file != nullptr) {
        CXSourceRange range{};
        range.ptr_data[0] = at.ptr_data[0];
        range.ptr_data[1] = at.ptr_data[1];
        range.begin_int_data = range.end_int_data = at.int_data;
        problem.pos = builder.position(range);
      }
      unit.problems.push_back(problem);
    }
    lib.disposeDiagnostic(diagnostic);
  }
}

struct Included {
  const LibClang* lib;
  std::vector<std::string>* paths;
};

/// Absolute paths, sorted; without those of a precompiled header.
std::vector<std::string> files_read(const LibClang& lib, CXTranslationUnit tu, const Job& job) {
  std::vector<std::string> out;
  Included included{&lib, &out};
  lib.getInclusions(
      tu,
      [](CXFile file, CXSourceLocation*, unsigned, CXClientData data) {
        auto& into = *static_cast<Included*>(data);
        into.paths->push_back(into.lib->text(into.lib->getFileName(file)));
      },
      &included);
  for (std::string& path : out) path = file_named(path, job.directory);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// Where Python's version stands: among the files read; of a precompiled Python.h beside it.
std::string patchlevel_of(const Unit& unit, const Job& job) {
  for (const std::string& path : unit.dependencies) {
    if (path.ends_with("/patchlevel.h")) return path;
  }
  if (job.pch.empty()) return "";
  for (const std::string_view flag : {"-I", "-isystem"}) {
    for (const std::string& argument : job.arguments) {
      if (!argument.starts_with(flag)) continue;
      const std::filesystem::path directory = argument.substr(flag.size());
      std::error_code ignored;
      if (std::filesystem::exists(directory / "Python.h", ignored)) {
        return (directory / "patchlevel.h").string();
      }
    }
  }
  return "";
}

/// PY_VERSION_HEX from Include/patchlevel.h: 0 if there is none.
std::uint32_t python_version(const Unit& unit, const Job& job) {
  if (const std::string path = patchlevel_of(unit, job); !path.empty()) {
    std::ifstream file(path);
    std::uint32_t parts[3] = {0, 0, 0};
    for (std::string line; std::getline(file, line);) {
      static constexpr const char* kNames[] = {"PY_MAJOR_VERSION", "PY_MINOR_VERSION",
                                               "PY_MICRO_VERSION"};
      for (int i = 0; i < 3; ++i) {
        std::istringstream words(line);
        std::string define;
        std::string name;
        std::uint32_t number = 0;
        if (words >> define >> name >> number && define == "#define" && name == kNames[i]) {
          parts[i] = number;
        }
      }
    }
    return parts[0] << 24U | parts[1] << 16U | parts[2] << 8U;
  }
  return 0;
}

}  // namespace

struct Frontend::Impl {
  std::unique_ptr<LibClang> lib;
  std::string name;
};

Frontend::Frontend(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Frontend::~Frontend() = default;

std::unique_ptr<Frontend> Frontend::load(std::span<const std::string> candidates,
                                         std::string& why) {
  std::string reasons;
  for (const std::string& candidate : candidates) {
    std::string reason;
    if (auto lib = LibClang::open(candidate, reason)) {
      auto impl = std::make_unique<Impl>();
      impl->lib = std::move(lib);
      impl->name = candidate;
      return std::unique_ptr<Frontend>(new Frontend(std::move(impl)));
    }
    if (!reasons.empty()) reasons += "; ";
    reasons += reason;
  }
  why = reasons.empty() ? "no libclang was looked for" : reasons;
  return nullptr;
}

std::string Frontend::version() const {
  return impl_->lib->text(impl_->lib->getClangVersion());
}

std::unique_ptr<Unit> Frontend::lower(const Job& job, std::string& why) const {
  const LibClang& lib = *impl_->lib;
  const Index index(lib);
  TranslationUnit parsed(lib);
  // KeepGoing: a header that is missing must not hide the rest.
  const CXErrorCode code = parse(lib, index.index, job, CXTranslationUnit_KeepGoing, parsed.tu);
  if (code != CXError_Success || parsed.tu == nullptr) {
    why = said(code);
    return nullptr;
  }
  auto unit = std::make_unique<Unit>();
  unit->path = job.relative;
  unit->files.push_back(job.relative);
  UnitBuilder builder(lib, parsed.tu, job.root, *unit);
  // The language is what the flags made of it: __cplusplus is not visible, the driver's choice is.
  const std::string extension = std::filesystem::path(job.path).extension().string();
  unit->cplusplus = extension != ".c";
  for (std::size_t i = 0; i < job.arguments.size(); ++i) {
    const std::string& argument = job.arguments[i];
    if (argument == "-x" && i + 1 < job.arguments.size()) {
      unit->cplusplus = job.arguments[i + 1] == "c++";
    } else if (argument.starts_with("-x") && argument.size() > 2) {
      unit->cplusplus = argument == "-xc++";
    }
  }
  unit->dependencies = files_read(lib, parsed.tu, job);
  for (std::size_t i = 0; i < job.arguments.size(); ++i) {
    std::string_view argument = job.arguments[i];
    if (argument == "-D" && i + 1 < job.arguments.size()) {
      argument = job.arguments[++i];
    } else if (argument.starts_with("-D")) {
      argument.remove_prefix(2);
    }
    if (argument == kFreeThreadedNanobind || argument.starts_with("NB_FREE_THREADED=")) {
      unit->nanobind_free_threaded = true;
    }
  }
  Declarations(builder).visit(lib.getTranslationUnitCursor(parsed.tu));
  collect_problems(builder, parsed.tu);
  for (FileId file = 0; file < unit->files.size(); ++file) collect_comments(builder, file);
  if (CXFile main = lib.getFile(parsed.tu, job.path.c_str())) {
    std::size_t size = 0;
    if (const char* text = lib.getFileContents(parsed.tu, main, &size)) {
      const std::string_view contents(text, size);
      unit->lines = static_cast<std::uint32_t>(std::count(contents.begin(), contents.end(), '\n'));
      unit->generator = generator_of(contents);
      collect_source_marks(builder, contents, job.path, job.root);
    }
  }
  unit->python_hex = python_version(*unit, job);
  return unit;
}

bool Frontend::precompile(const Job& header, const std::string& output,
                          std::vector<std::string>& inputs, std::string& why) const {
  const LibClang& lib = *impl_->lib;
  const Index index(lib);
  TranslationUnit parsed(lib);
  const unsigned options = CXTranslationUnit_Incomplete | CXTranslationUnit_ForSerialization;
  const CXErrorCode code = parse(lib, index.index, header, options, parsed.tu);
  if (code != CXError_Success || parsed.tu == nullptr) {
    why = said(code);
    return false;
  }
  const unsigned count = lib.getNumDiagnostics(parsed.tu);
  for (unsigned i = 0; i < count; ++i) {
    const CXDiagnostic diagnostic = lib.getDiagnostic(parsed.tu, i);
    const bool error = lib.getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error;
    if (error) why = lib.text(lib.getDiagnosticSpelling(diagnostic));
    lib.disposeDiagnostic(diagnostic);
    if (error) return false;
  }
  if (lib.saveTranslationUnit(parsed.tu, output.c_str(), 0) != CXSaveError_None) {
    why = "libclang cannot write " + output;
    return false;
  }
  inputs = files_read(lib, parsed.tu, header);
  return true;
}

}  // namespace gilcheck::clang_plugin
