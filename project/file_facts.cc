#include "project/file_facts.h"

#include <utility>

namespace gilcheck::project {

FileFacts facts_of(const analyzer::ModuleSummary& summary, const SourceText& source,
                   std::uint64_t bytes, std::string decoding_error) {
  FileFacts out;
  out.bytes = bytes;
  out.lines = source.line_count();
  out.syntax_errors = static_cast<std::uint32_t>(summary.syntax_errors.size());
  if (!summary.syntax_errors.empty())
    out.first_syntax_error = source.span(summary.syntax_errors[0]);
  out.decoding_error = std::move(decoding_error);
  for (const auto& suppression : summary.suppressions) {
    Directive directive;
    directive.kind = suppression.kind;
    directive.first_line = suppression.first_line;
    directive.last_line = suppression.last_line;
    for (std::uint32_t i = suppression.codes.first; i < suppression.codes.end(); ++i) {
      directive.codes.emplace_back(summary.name(summary.directive_codes[i]));
    }
    directive.reason = std::string(summary.name(suppression.reason));
    directive.span = source.span(suppression.range);
    out.directives.push_back(std::move(directive));
  }
  return out;
}

void write(WireWriter& out, const Span& span) {
  out.put(span.line);
  out.put(span.column);
  out.put(span.end_line);
  out.put(span.end_column);
}

Span read_span(WireReader& in) {
  Span span;
  span.line = in.get<std::uint32_t>();
  span.column = in.get<std::uint32_t>();
  span.end_line = in.get<std::uint32_t>();
  span.end_column = in.get<std::uint32_t>();
  return span;
}

void write(WireWriter& out, const Directive& directive) {
  out.put(directive.kind);
  out.put(directive.first_line);
  out.put(directive.last_line);
  out.put(static_cast<std::uint32_t>(directive.codes.size()));
  for (const auto& code : directive.codes) out.put(std::string_view(code));
  out.put(std::string_view(directive.reason));
  write(out, directive.span);
  out.put(static_cast<std::uint8_t>(directive.foreign ? 1 : 0));
}

Directive read_directive(WireReader& in) {
  Directive directive;
  directive.kind = in.enumerator(analyzer::DirectiveKind::malformed);
  directive.first_line = in.get<std::uint32_t>();
  directive.last_line = in.get<std::uint32_t>();
  const auto codes = in.count();
  for (std::uint32_t k = 0; k < codes && in.ok(); ++k) directive.codes.emplace_back(in.text());
  directive.reason = std::string(in.text());
  directive.span = read_span(in);
  directive.foreign = in.flag();
  return directive;
}

void write(WireWriter& out, const FileFacts& facts) {
  out.put(facts.bytes);
  out.put(facts.lines);
  out.put(facts.syntax_errors);
  write(out, facts.first_syntax_error);
  out.put(std::string_view(facts.decoding_error));
  out.put(static_cast<std::uint32_t>(facts.directives.size()));
  for (const auto& directive : facts.directives) write(out, directive);
}

FileFacts read_file_facts(WireReader& in) {
  FileFacts facts;
  facts.bytes = in.get<std::uint64_t>();
  facts.lines = in.get<std::uint32_t>();
  facts.syntax_errors = in.get<std::uint32_t>();
  facts.first_syntax_error = read_span(in);
  facts.decoding_error = std::string(in.text());
  const auto directives = in.count();
  for (std::uint32_t i = 0; i < directives && in.ok(); ++i) {
    facts.directives.push_back(read_directive(in));
  }
  return facts;
}

}  // namespace gilcheck::project
