#pragma once
// CPython's source package, from the Debian mirror that the machine already uses.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "project/interpreters/build_step.h"
#include "project/interpreters/interpreter_store.h"

namespace gilcheck::project {

/// One place to ask for a package: a suite, and the version known to be there ("" for the newest).
struct SourcePin {
  std::string suite;
  std::string version;
  bool operator==(const SourcePin&) const = default;
};

/// Where to look for the source package `package` ("python3.13"), in this order: the pins of `lock`
/// (lines "suite package=version"), newest version first, each followed by the suite's own newest;
/// then Debian's suites after the machine's release.
std::vector<SourcePin> source_pins(std::string_view lock, std::string_view package);

/// Base address of the archive that the machine's own release comes from, according to apt's
/// configuration; "" without apt or on another system than Debian. Asks apt, not the network.
std::string debian_mirror();

struct SourceArchive {
  std::string path;    ///< upstream's archive, below place.sources
  std::string origin;  ///< "python3.13 3.13.15-1 (Debian forky)"
};

/// An archive of that package, fetched earlier, that a pin asks for.
std::optional<SourceArchive> fetched_source(const BuildPlace& place, const std::string& package);

/// Fetches it with apt-get: lists and state of its own below place.apt, the mirror of
/// debian_mirror(), signatures checked with Debian's archive keyring (apt's own trusted keys where
/// that file is missing). The machine's own apt configuration is read for the mirror only and not
/// changed. Output goes to place.log. Throws UserError if there is no apt, no mirror, no network or
/// no such package; Interrupted.
SourceArchive fetch_source(const BuildPlace& place, const std::string& package,
                           const OnOutput& on_output);

}  // namespace gilcheck::project
