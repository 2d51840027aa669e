#pragma once
// Builds a Unit while a translation unit of libclang is walked: interned text, types, records,
// variables, functions, positions, constant initialisers. Bodies are lowered by body.h.
//
// One builder per translation unit, used by one thread.

#include <tsl/robin_map.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "clang_plugin/frontend/cursor_tree.h"
#include "clang_plugin/frontend/mixing_hash.h"
#include "clang_plugin/libclang.h"
#include "clang_plugin/unit.h"

namespace gilcheck::clang_plugin {

/// Children of a cursor, in order.
std::vector<CXCursor> children_of(const LibClang& lib, CXCursor cursor);

class UnitBuilder {
 public:
  UnitBuilder(const LibClang& library, CXTranslationUnit tu, std::string root, Unit& out);

  const LibClang& lib() const { return lib_; }
  Unit& unit() { return unit_; }
  const Unit& unit() const { return unit_; }

  Sym intern(std::string_view text);
  Sym spelling(CXCursor cursor) { return intern(lib_.text(lib_.getCursorSpelling(cursor))); }

  TypeId type(CXType written);
  TypeId type_of(CXCursor cursor) { return type(lib_.getCursorType(cursor)); }
  const Type& info(TypeId id) const { return unit_.types[id]; }
  RecordId record(CXCursor declaration);
  FieldId field(CXCursor declaration);
  /// Makes sure that the fields of a structure, or of an array's elements, are in the unit. Those
  /// of a C header's structures come when something of the unit is of the type or has to do with a
  /// field.
  void look_into(TypeId type);
  VarId variable(CXCursor declaration, FuncId function);
  FuncId function(CXCursor declaration);
  /// A function of this name that no declaration is seen of (atomic builtins).
  FuncId builtin(std::string_view name);
  /// The initialiser of a variable with static storage; kNone if there is nothing to keep.
  std::uint32_t initializer(CXCursor expression, TypeId type);

  Pos position(CXCursor cursor);
  Pos position(CXSourceRange range);
  Pos position(Node& node);
  /// Name of the outermost macro that the node's first token comes from; 0 if it is written out.
  Sym macro_at(Node& node);
  /// Identifier at the place where the cursor's first token is spelled (inside a macro's body).
  std::string_view spelled_word(CXCursor cursor);
  /// Whether a cursor stands in a file of the project.
  bool in_project(CXCursor cursor);
  /// Text of the file that a position lies in, and the offset there; empty for builtin text.
  std::string_view text_at(CXSourceLocation location, unsigned& offset);

  /// Whether a call is __builtin_expect(x, ...), which is x.
  bool is_expect(CXCursor call);
  bool integer_value(CXCursor expression, std::int64_t& out);

  /// Contents of a file of the unit.
  std::string_view contents(FileId file);

 private:
  struct KnownFile {
    FileId id = 0;
    bool project = false;
    bool listed = false;
    CXFile handle = nullptr;
    bool read = false;
    std::string_view text;              // by text_of
    std::string own_text;               // if libclang was not asked
    std::vector<unsigned> line_starts;  // made on first use
    std::size_t line = 0;               // index of the one asked for last
    std::string path;
  };
  /// The file of a location and the offset there, of a macro's expansion where it comes from one;
  /// null for builtin text. libclang is asked once for a stretch of locations.
  KnownFile* locate(CXSourceLocation location, unsigned& offset);
  /// Line and column of an offset. libclang's own answer costs several times more.
  void line_and_column(KnownFile& file, unsigned offset, std::uint32_t& line,
                       std::uint32_t& column);
  KnownFile& known(CXFile file);
  /// Contents, asked for when they are needed: most headers are only ever asked for their path.
  std::string_view text_of(KnownFile& file);
  FileId listed(KnownFile& file);
  Sym macro_at(CXSourceLocation start);
  /// Where libclang says that a cursor stands. The answer is valid until the next question.
  struct Placed {
    const void* data[2] = {nullptr, nullptr};
    CXCursorKind kind = CXCursor_InvalidFile;
    Pos pos;
    Sym macro = 0;
  };
  const Placed& extent(CXCursor cursor);
  Placed placed_;
  // extents.cc
  void place(Node& node);
  bool written(Node& node, unsigned depth);
  bool find_extent(Node& node, unsigned depth);
  bool texts_tell();
  std::string qualified(CXCursor cursor);
  TypeId canonical_type(CXType canonical);
  CXCursor first_field(CXType type);
  /// The first one is returned.
  CXCursor add_fields(RecordId record, CXCursor definition);

  const LibClang& lib_;
  CXTranslationUnit tu_;
  std::string root_;
  Unit& unit_;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  tsl::robin_map<std::string, Sym, TextHash, std::equal_to<>> symbols_;
  tsl::robin_map<const void*, TypeId, MixingHash> types_;
  tsl::robin_map<const void*, TypeId, MixingHash> written_types_;
  tsl::robin_map<const void*, bool, MixingHash> expects_;
  tsl::robin_map<const void*, RecordId, MixingHash> records_;
  tsl::robin_map<const void*, FieldId, MixingHash> fields_;
  tsl::robin_map<RecordId, CXCursor> without_fields_;  // with their definitions: see look_into
  tsl::robin_map<const void*, VarId, MixingHash> variables_;
  tsl::robin_map<const void*, FuncId, MixingHash> functions_;
  tsl::robin_map<std::string, FuncId> builtins_;
  tsl::robin_map<const void*, std::unique_ptr<KnownFile>, MixingHash> files_;
  /// A stretch of the numbers of locations that is one file, from one inclusion of it.
  struct Segment {
    unsigned first = 1;
    unsigned last = 0;
    KnownFile* file = nullptr;
  };
  Segment segment_;
  bool in_segment(unsigned number) const {
    return number >= segment_.first && number <= segment_.last;
  }
  /// Expansions of macros that were asked for lately, by the number of the location.
  struct Expansion {
    unsigned number = 0;
    unsigned offset = 0;
    KnownFile* file = nullptr;
  };
  std::vector<Expansion> expansions_;
  std::vector<std::string_view> texts_;  // by FileId
  enum class Tells : std::uint8_t { unknown, no, yes };
  Tells texts_tell_ = Tells::unknown;
};

}  // namespace gilcheck::clang_plugin
