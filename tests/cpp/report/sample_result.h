#pragma once
// One rich result, built by hand, that every format's tests render: the shapes of finding the
// detectors produce, and text that is hard to print. Positions are looked up in the sources.

#include <map>
#include <string>
#include <string_view>

#include "base/finding.h"
#include "base/source_text.h"
#include "report/report.h"

namespace gilcheck::report {

class Sample {
 public:
  Sample();

  CheckResult result;
  std::map<std::string, SourceText, std::less<>> sources;

  /// Options that read `sources`; the sample must outlive them.
  RenderOptions options() const;
  /// A result with nothing but this finding, its coverage that of the sample.
  CheckResult only(std::string_view path) const;
  const Finding& finding(std::string_view path) const;

 private:
  Site site(std::string_view path, std::string_view code, int occurrence = 0) const;
  void add_sources();
  void add_counter();
  void add_cache();
  void add_wide();
  void add_multi_line();
  void add_without_source();
  void add_suppressed();
  void add_diagnostics_and_coverage();
};

}  // namespace gilcheck::report
