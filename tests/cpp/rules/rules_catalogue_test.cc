#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "rules/catalogue.h"
#include "rules/page.h"

namespace gilcheck::rules {
namespace {

constexpr std::string_view kPage = R"(---
code: GIL999
name: some-pattern
family: locking
severity: warning
status: stable
since: 1.2.0
tags: one, two
---

## What it finds

Uses `a.b` where `c. d` is
meant. More text.

## Why it matters

Generally.

### With the GIL

Masked.

### Without the GIL

Torn.

## Example

```python
# ## not a heading
pass
```

## Use instead

Nothing.

## When it is wrong

Never.

## References

- none
)";

std::string with(std::string_view from, std::string_view to) {
  std::string page(kPage);
  page.replace(page.find(from), from.size(), to);
  return page;
}

std::string errors_of(std::string_view text) {
  std::string errors;
  parse_page("GIL999-some-pattern.md", text, errors);
  return errors;
}

TEST(Catalogue, IsWellFormed) {
  EXPECT_EQ(catalogue_error(), "");
}

TEST(Catalogue, HasTheRulesOfThePythonPassInOrder) {
  std::vector<std::string_view> codes;
  for (const Rule& rule : all()) codes.push_back(rule.code);
  const std::vector<std::string_view> expected = {"GIL101", "GIL102", "GIL103", "GIL104",
                                                  "GIL105", "GIL106", "GIL107", "GIL201",
                                                  "GIL202", "GIL203", "GIL204"};
  EXPECT_TRUE(std::ranges::includes(codes, expected));
  EXPECT_TRUE(std::ranges::is_sorted(codes));
}

TEST(Catalogue, EveryRuleIsComplete) {
  std::set<std::string_view> names;
  for (const Rule& rule : all()) {
    SCOPED_TRACE(rule.code);
    EXPECT_TRUE(names.insert(rule.name).second) << "the name is taken";
    for (const std::string_view section :
         {rule.what_it_finds, rule.why_with_gil, rule.why_without_gil, rule.example,
          rule.use_instead, rule.when_wrong, rule.references}) {
      EXPECT_FALSE(section.empty());
    }
    const bool about_c = rule.family == "c-extensions";
    EXPECT_NE(rule.example.find(about_c ? "```c" : "```python"), std::string_view::npos);
    EXPECT_NE(rule.use_instead.find(about_c ? "```c" : "```python"), std::string_view::npos);
    EXPECT_TRUE(rule.summary.ends_with('.')) << rule.summary;
    EXPECT_EQ(rule.summary.find('\n'), std::string::npos);
    EXPECT_EQ(rule.summary.find('`'), std::string::npos);
    EXPECT_FALSE(rule.tags.empty());
    EXPECT_LE(rule.tags.size(), 10U) << "code scanning shows ten tags";
    const std::string title = "# " + std::string(rule.name) + " (" + std::string(rule.code) + ")\n";
    EXPECT_TRUE(rule.markdown.starts_with(title)) << rule.markdown.substr(0, 80);
  }
}

TEST(Catalogue, FindsByCodeAndByName) {
  const Rule* rule = find("GIL101");
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->name, "unlocked-read-modify-write");
  EXPECT_EQ(find("unlocked-read-modify-write"), rule);
  EXPECT_EQ(find("GIL1"), nullptr);
  EXPECT_EQ(find("gil101"), nullptr);
  EXPECT_EQ(find(""), nullptr);
}

TEST(Catalogue, SelectsByPrefixNameFamilyAndAll) {
  const Rule& rule = *find("GIL203");
  EXPECT_TRUE(matches(rule, "ALL"));
  EXPECT_TRUE(matches(rule, "GIL"));
  EXPECT_TRUE(matches(rule, "GIL2"));
  EXPECT_TRUE(matches(rule, "GIL203"));
  EXPECT_TRUE(matches(rule, "broken-double-checked-locking"));
  EXPECT_TRUE(matches(rule, "locking"));
  EXPECT_FALSE(matches(rule, ""));
  EXPECT_FALSE(matches(rule, "GIL1"));
  EXPECT_FALSE(matches(rule, "GIL2034"));
  EXPECT_FALSE(matches(rule, "broken-double"));
  EXPECT_FALSE(matches(rule, "gil203"));
}

TEST(Catalogue, KnowsWhatIsASelector) {
  EXPECT_TRUE(is_selector("GIL1"));
  EXPECT_TRUE(is_selector("ALL"));
  EXPECT_FALSE(is_selector("GIL999"));
  EXPECT_FALSE(is_selector(""));
}

TEST(Catalogue, SuggestsTheClosestForATypo) {
  EXPECT_EQ(suggest("gil101"), "GIL101");
  EXPECT_EQ(suggest("GIL1O2"), "GIL102");
  EXPECT_EQ(suggest("lazy-initialization"), "lazy-initialisation");
  EXPECT_EQ(suggest("all"), "ALL");
  EXPECT_EQ(suggest("quite-something-else"), "");
  EXPECT_EQ(suggest(""), "");
}

TEST(Catalogue, MayBeReadByManyThreadsFromTheStart) {
  std::vector<std::thread> threads;
  std::vector<const Rule*> found(4);
  for (std::size_t i = 0; i < found.size(); ++i) {
    threads.emplace_back([&found, i] { found[i] = find("GIL104"); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Rule* rule : found) EXPECT_EQ(rule, found.front());
}

TEST(Page, TakesFrontMatterAndSectionsApart) {
  std::string errors;
  const Rule rule = parse_page("GIL999-some-pattern.md", kPage, errors);
  EXPECT_EQ(errors, "");
  EXPECT_EQ(rule.code, "GIL999");
  EXPECT_EQ(rule.severity, Severity::warning);
  EXPECT_EQ(rule.stage, Stage::Stable);
  EXPECT_EQ(name_of(rule.stage), "stable");
  EXPECT_EQ(rule.since, "1.2.0");
  EXPECT_EQ(rule.tags, (std::vector<std::string_view>{"one", "two"}));
  EXPECT_EQ(rule.summary, "Uses a.b where c. d is meant.");
  EXPECT_EQ(rule.why_with_gil, "Masked.");
  EXPECT_EQ(rule.example, "```python\n# ## not a heading\npass\n```");
  EXPECT_EQ(rule.references, "- none");
}

TEST(Page, ReportsWhatIsWrongWithAPage) {
  EXPECT_NE(errors_of("").find("no front matter"), std::string::npos);
  EXPECT_NE(errors_of(with("family: locking\n", "")).find("front matter needs"), std::string::npos);
  EXPECT_NE(errors_of(with("severity: warning", "severity: grave")).find("severity: grave"),
            std::string::npos);
  EXPECT_NE(errors_of(with("## References", "## Links")).find("unexpected heading '## Links'"),
            std::string::npos);
  EXPECT_NE(errors_of(with("\nMasked.\n", "")).find("nothing under '### With the GIL'"),
            std::string::npos);
  EXPECT_NE(errors_of(with("pass\n```", "pass\n")).find("code block is not closed"),
            std::string::npos);
  EXPECT_NE(errors_of(with("name: some-pattern", "name: other")).find("not named CODE-name.md"),
            std::string::npos);
}

}  // namespace
}  // namespace gilcheck::rules
