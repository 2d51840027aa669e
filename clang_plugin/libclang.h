#pragma once
// libclang as a table of function pointers, loaded at run time: a program that has never seen a C
// file does not need it, and a wheel can use the shared library of the `libclang` Python package.
// Types and documentation: clang-c/Index.h.
//
// Thread contract: immutable after `load`; the functions themselves may be called concurrently for
// different translation units.

#include <clang-c/Index.h>

#include <memory>
#include <string>

namespace gilcheck::clang_plugin {

#define GILCHECK_LIBCLANG_FUNCTIONS(X) \
  X(createIndex)                       \
  X(disposeIndex)                      \
  X(parseTranslationUnit2)             \
  X(saveTranslationUnit)               \
  X(disposeTranslationUnit)            \
  X(getTranslationUnitCursor)          \
  X(getClangVersion)                   \
  X(getNumDiagnostics)                 \
  X(getDiagnostic)                     \
  X(disposeDiagnostic)                 \
  X(getDiagnosticSeverity)             \
  X(getDiagnosticSpelling)             \
  X(getDiagnosticLocation)             \
  X(getInclusions)                     \
  X(getCString)                        \
  X(disposeString)                     \
  X(getFileName)                       \
  X(getFileContents)                   \
  X(getFile)                           \
  X(visitChildren)                     \
  X(getCursorKind)                     \
  X(getCursorType)                     \
  X(getCursorSpelling)                 \
  X(getCursorUSR)                      \
  X(getCursorLinkage)                  \
  X(Cursor_getStorageClass)            \
  X(getCursorTLSKind)                  \
  X(getCursorReferenced)               \
  X(getCursorDefinition)               \
  X(getCanonicalCursor)                \
  X(getCursorSemanticParent)           \
  X(isCursorDefinition)                \
  X(Cursor_isNull)                     \
  X(getNullCursor)                     \
  X(Cursor_hasAttrs)                   \
  X(Cursor_isAnonymous)                \
  X(Cursor_getNumArguments)            \
  X(Cursor_getArgument)                \
  X(Cursor_Evaluate)                   \
  X(EvalResult_getKind)                \
  X(EvalResult_getAsLongLong)          \
  X(EvalResult_dispose)                \
  X(getEnumConstantDeclValue)          \
  X(getCursorBinaryOperatorKind)       \
  X(getCursorUnaryOperatorKind)        \
  X(CXXMethod_isConst)                 \
  X(CXXMethod_isStatic)                \
  X(CXXMethod_isVirtual)               \
  X(getNumOverloadedDecls)             \
  X(getOverloadedDecl)                 \
  X(getCursorResultType)               \
  X(getCanonicalType)                  \
  X(getUnqualifiedType)                \
  X(getTypeSpelling)                   \
  X(getPointeeType)                    \
  X(getArrayElementType)               \
  X(getTypeDeclaration)                \
  X(Type_getValueType)                 \
  X(Type_visitFields)                  \
  X(isConstQualifiedType)              \
  X(isVolatileQualifiedType)           \
  X(isFunctionTypeVariadic)            \
  X(getCursorExtent)                   \
  X(getCursorLocation)                 \
  X(Location_isFromMainFile)           \
  X(getRangeStart)                     \
  X(getRangeEnd)                       \
  X(getExpansionLocation)              \
  X(getSpellingLocation)

/// `lib.getCursorKind(cursor)` is clang_getCursorKind(cursor).
struct LibClang {
// NOLINTNEXTLINE(bugprone-macro-parentheses): a declaration's name cannot stand in parentheses
#define X_POINTER(name) decltype(&::clang_##name) name = nullptr;
  GILCHECK_LIBCLANG_FUNCTIONS(X_POINTER)
#undef X_POINTER

  /// Opens a library by path or soname; null, and why, if it is not there or lacks a function (it
  /// is older than LLVM 17, or no libclang). Never closed again: LLVM keeps global state.
  static std::unique_ptr<LibClang> open(const std::string& library, std::string& why);

  /// Takes ownership of a CXString.
  std::string text(CXString string) const;
};

}  // namespace gilcheck::clang_plugin
