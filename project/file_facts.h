#pragma once
// What the session itself wants to know about a file, apart from its summary: small enough to be
// read for every file of every run, so that a run on an unchanged project loads no summary at all.

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/summary.h"
#include "base/position.h"
#include "base/source_text.h"
#include "project/wire.h"

namespace gilcheck::project {

/// A `# gilcheck:` comment, with its names spelled out.
struct Directive {
  analyzer::DirectiveKind kind = analyzer::DirectiveKind::ignore;
  std::uint32_t first_line = 0;  ///< lines it covers; 0..0 for the whole file
  std::uint32_t last_line = 0;
  std::vector<std::string> codes;
  std::string reason;  ///< why, or what is wrong with it
  Span span;
  bool foreign = false;  ///< another tool's comment: it may silence, but need not
};

struct FileFacts {
  std::uint64_t bytes = 0;
  std::uint32_t lines = 0;
  std::uint32_t syntax_errors = 0;
  Span first_syntax_error;
  std::string decoding_error;
  std::vector<Directive> directives;
};

FileFacts facts_of(const analyzer::ModuleSummary& summary, const SourceText& source,
                   std::uint64_t bytes, std::string decoding_error);

void write(WireWriter& out, const FileFacts& facts);
/// Check `in.ok()` afterwards.
FileFacts read_file_facts(WireReader& in);

void write(WireWriter& out, const Span& span);
Span read_span(WireReader& in);
void write(WireWriter& out, const Directive& directive);
Directive read_directive(WireReader& in);

}  // namespace gilcheck::project
