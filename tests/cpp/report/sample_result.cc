#include "tests/cpp/report/sample_result.h"

#include <stdexcept>

namespace gilcheck::report {

namespace {

constexpr std::string_view kOddPath = "admin tool/50%:ops,1.py";

AccessRecord access(AccessKind kind, Site site, std::string symbol,
                    std::vector<std::string> locks = {}, std::string note = {}) {
  return {kind, std::move(site), std::move(symbol), std::move(locks), std::move(note)};
}

}  // namespace

Sample::Sample() {
  add_sources();
  add_suppressed();
  add_cache();
  add_without_source();
  add_multi_line();
  add_counter();
  add_wide();
  add_diagnostics_and_coverage();
}

RenderOptions Sample::options() const {
  RenderOptions out;
  out.tool_version = "1.2.3";
  out.python_version = "3.14";
  out.rule_page_prefix = "https://example.org/rules/";
  out.source_of = [this](std::string_view path) -> const SourceText* {
    const auto found = sources.find(path);
    return found == sources.end() ? nullptr : &found->second;
  };
  return out;
}

const Finding& Sample::finding(std::string_view path) const {
  for (const auto& candidate : result.findings) {
    if (candidate.path == path) return candidate;
  }
  throw std::out_of_range(std::string(path));
}

CheckResult Sample::only(std::string_view path) const {
  CheckResult out;
  out.findings.push_back(finding(path));
  out.coverage = result.coverage;
  return out;
}

Site Sample::site(std::string_view path, std::string_view code, int occurrence) const {
  const auto& source = sources.find(path)->second;
  auto at = source.text().find(code);
  for (; occurrence > 0 && at != std::string_view::npos; --occurrence) {
    at = source.text().find(code, at + 1);
  }
  if (at == std::string_view::npos) throw std::out_of_range(std::string(code));
  const auto begin = static_cast<std::uint32_t>(at);
  return {std::string(path), source.span({begin, begin + static_cast<std::uint32_t>(code.size())})};
}

void Sample::add_sources() {
  const auto add = [&](std::string_view path, std::string text) {
    sources.emplace(path, SourceText(std::move(text)));
  };
  add("pkg/stats.py", R"(import threading

class Stats:
    def __init__(self):
        self.n = 0
        self.safe = 0
        self._lock = threading.Lock()

    def bump(self):
        self.n += 1

    def note(self):
        with self._lock:
            self.safe += 1

stats = Stats()

def work():
    stats.bump()

for _ in range(4):
    threading.Thread(target=work).start()
)");
  add("pkg/cache.py", R"(import threading

cache = {}

def lookup(key):
    """Makes what is missing."""
    if key not in cache:
        # One blank line is not worth an elision.

        cache[key] = make(key)
    return cache[key]


def make(key):
    return object()


def forget(key):
    if key in cache:
        audit(key)
        report(key)
        verify(key)
        del cache[key]
)");
  add(kOddPath, "from pkg.cache import cache\n\ndef reset():\n    cache.clear()\n");
  add("pkg/wide.py",
      "def tally(d):\n"
      "\tfor name in names:\t# \x1b[31m\xE8\xAF\x8D\n"
      "\t\td[\"\xE9\x94\xAE\xF0\x9F\x99\x82\"] = d.get(\"\xE9\x94\xAE\xF0\x9F\x99\x82\", 0) + 1\n");
  add("pkg/multi.py", R"(def publish(event):
    state.latest = build(
        event,
        extra={
            "a": 1,
            "b": 2,
            "c": 3,
            "d": 4,
        },
    )
    x = 1; state.count = (
        state.count + 1)
)");
  add("pkg/quiet.py", "total = 0\n\n\ndef add(n):\n    global total\n    total += n\n");
  add("empty.py", "");
}

void Sample::add_counter() {
  const auto bump = site("pkg/stats.py", "self.n += 1");
  const auto self = access(AccessKind::update, bump, "Stats.bump");
  Finding f;
  f.rule = "GIL101";
  f.name = "unlocked-read-modify-write";
  f.message = "Stats.n is read and written back with no lock held";
  f.confidence = Confidence::high;
  f.window = WindowClass::gil_masked;
  f.path = bump.path;
  f.span = bump.span;
  f.symbol = "Stats.bump";
  f.location = {"instance-attribute", "pkg.stats.Stats.n"};
  f.region = {self};
  f.conflicts = {self};
  f.evidence = {
      {EvidenceKind::shared, "the instance `stats` is a module global",
       site("pkg/stats.py", "stats = Stats()")},
      {EvidenceKind::root, "Thread(target=work) is started 4 times and calls Stats.bump",
       site("pkg/stats.py", "threading.Thread(target=work)")},
      {EvidenceKind::guard,
       "Stats.safe is always written under self._lock (1 of 1 accesses); Stats.n never is (0 of 1)",
       site("pkg/stats.py", "with self._lock")},
      {EvidenceKind::harm, "two threads read the same value and one update is lost", std::nullopt},
      {EvidenceKind::fix, "hold self._lock around the statement", std::nullopt},
  };
  f.fingerprint = "00000000000000a1";
  result.findings.push_back(f);
}

void Sample::add_cache() {
  Finding f;
  f.rule = "GIL102";
  f.name = "check-then-act";
  f.message = "cache is tested and then written; another thread can come in between";
  f.confidence = Confidence::high;
  f.window = WindowClass::already_racy;
  f.severity = Severity::error;
  f.path = "pkg/cache.py";
  f.span = site("pkg/cache.py", "key not in cache").span;
  f.symbol = "lookup";
  f.location = {"global", "pkg.cache.cache"};
  f.region = {access(AccessKind::test, site("pkg/cache.py", "key not in cache"), "lookup"),
              access(AccessKind::write, site("pkg/cache.py", "cache[key] = make(key)"), "lookup")};
  f.conflicts = {f.region[1],
                 access(AccessKind::remove, site("pkg/cache.py", "del cache[key]"), "forget"),
                 access(AccessKind::mutate, site(kOddPath, "cache.clear()"), "reset",
                        {"admin_lock"}, "empties cache")};
  f.evidence = {
      {EvidenceKind::shared, "cache is a module global", site("pkg/cache.py", "cache = {}")},
      {EvidenceKind::gil, "torn with the GIL too: the call make(key) ends between test and write",
       std::nullopt},
      {EvidenceKind::harm, "two threads make two values, and d[k](x) keeps one", std::nullopt}};
  f.switch_point = SwitchPoint{"call", "the call make(key) ends between test and write",
                               site("pkg/cache.py", "make(key)"), true};
  f.fingerprint = "00000000000000a2";
  result.findings.push_back(f);
}

void Sample::add_wide() {
  const std::string key = "[\"\xE9\x94\xAE\xF0\x9F\x99\x82\"]";
  const auto get = "d.get(\"\xE9\x94\xAE\xF0\x9F\x99\x82\", 0)";
  Finding f;
  f.rule = "GIL101";
  f.name = "unlocked-read-modify-write";
  f.message = "an item of d is read and written back";
  f.confidence = Confidence::medium;
  f.window = WindowClass::gil_masked_if_builtin;
  f.path = "pkg/wide.py";
  f.span = site("pkg/wide.py", get).span;
  f.symbol = "tally";
  f.location = {"item", "pkg.wide.d" + key};
  f.region = {access(AccessKind::read, site("pkg/wide.py", get), "tally"),
              access(AccessKind::write, site("pkg/wide.py", "d" + key), "tally")};
  f.switch_point = SwitchPoint{"python-operator", "+ of an operand of unknown type",
                               site("pkg/wide.py", std::string(get) + " + 1"), false};
  f.fingerprint = "00000000000000a3";
  result.findings.push_back(f);
}

void Sample::add_multi_line() {
  const auto& source = sources.find("pkg/multi.py")->second;
  const auto text = source.text();
  const auto range = [&](std::string_view from, std::string_view to) {
    const auto begin = text.find(from);
    const auto end = text.find(to, begin) + to.size();
    return Site{"pkg/multi.py",
                source.span({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)})};
  };
  Finding f;
  f.rule = "GIL104";
  f.name = "torn-multi-location-update";
  f.message = "state.latest and state.count are written one after the other";
  f.confidence = Confidence::medium;
  f.window = WindowClass::already_racy;
  f.path = "pkg/multi.py";
  f.location = {"instance-attribute", "pkg.multi.state.latest"};
  f.region = {access(AccessKind::write, range("state.latest", "\n    )"), "publish", {"a", "b"}),
              access(AccessKind::write, range("state.count = ", "+ 1)"), "publish", {"a", "b"})};
  f.span = f.region[0].site.span;
  f.symbol = "publish";
  f.fingerprint = "00000000000000a4";
  result.findings.push_back(f);
}

void Sample::add_without_source() {
  Finding f;
  f.rule = "GIL106";
  f.name = "shared-iterator";
  f.message = "an iterator is advanced by several threads\x1b[2J\n::error::forged";
  f.confidence = Confidence::low;
  f.window = WindowClass::none;
  f.severity = Severity::info;
  f.path = "pkg/gone.py";
  f.span = {7, 3, 7, 9};
  f.location = {"global", "pkg.gone.it"};
  f.region = {access(AccessKind::advance, {"pkg/gone.py", f.span}, "")};
  f.evidence = {{EvidenceKind::note, "bytes that are not UTF-8: \xFF\xC3", std::nullopt}};
  f.fingerprint = "00000000000000a5";
  result.findings.push_back(f);
}

void Sample::add_suppressed() {
  const auto at = site("pkg/quiet.py", "total += n");
  Finding f;
  f.rule = "GIL101";
  f.name = "unlocked-read-modify-write";
  f.message = "total is read and written back with no lock held";
  f.confidence = Confidence::high;
  f.window = WindowClass::gil_masked_if_builtin;
  f.path = at.path;
  f.span = at.span;
  f.symbol = "add";
  f.location = {"global", "pkg.quiet.total"};
  f.region = {access(AccessKind::update, at, "add")};
  f.fingerprint = "00000000000000a6";
  f.suppressed = true;
  f.suppression_reason = "only called before the threads start";
  result.findings.push_back(f);
}

void Sample::add_diagnostics_and_coverage() {
  result.diagnostics = {
      {Severity::warning, "syntax-error", "cannot parse this line: 100% wrong", "pkg/bad.py",
       Span{3, 1, 3, 5}},
      {Severity::error, "unreadable-file", "permission denied", "pkg/secret.py", std::nullopt},
      {Severity::info, "unused-suppression", "nothing to suppress here", "", std::nullopt}};
  auto& c = result.coverage;
  c.files_found = 120;
  c.files_analysed = 119;
  c.files_with_syntax_errors = 1;
  c.files_failed = 1;
  c.files_from_cache = 100;
  c.lines = 4000;
  c.bytes = 150000;
  c.classes = 40;
  c.functions = 310;
  c.calls_seen = 2540;
  c.calls_resolved = 2310;
  c.accesses_seen = 9000;
  c.accesses_resolved = 8995;
  c.locks = 12;
  c.thread_roots = 5;
  c.shared_locations = 40;
  c.regions = 77;
}

}  // namespace gilcheck::report
