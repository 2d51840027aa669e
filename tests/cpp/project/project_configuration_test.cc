#include "project/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project/option_table.h"
#include "project/user_error.h"
#include "temporary_tree.h"

namespace gilcheck::project {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class ConfigurationTest : public testing::Test {
 protected:
  Settings load(std::vector<std::string> targets = {}, std::vector<std::string> config = {}) {
    ConfigurationRequest request;
    request.working_directory = tree_.root();
    request.targets = std::move(targets);
    request.config = std::move(config);
    return load_settings(request);
  }
  /// The message and hint of the error that loading ends in.
  std::string error_of(std::vector<std::string> config = {}) {
    try {
      load({}, std::move(config));
    } catch (const UserError& error) {
      return std::string(error.what()) + "\n" + error.hint();
    }
    return "no error";
  }
  TemporaryTree tree_;
};

TEST_F(ConfigurationTest, ReadsEveryKey) {
  tree_.write("gilcheck.toml", R"(
select = ["GIL1"]
extend-select = ["GIL203"]
ignore = ["GIL107"]
confidence = "high"
assume = "threaded"
python-version = "3.9"
exclude = ["gen/"]
extend-exclude = ["more/"]
respect-gitignore = false
force-exclude = true
src = ["python"]
max-file-size = "2MB"
output-format = "json"
cache = false
cache-dir = "var/cache"
jobs = 3
[per-file-ignores]
"tests/" = ["ALL"]
)");
  const Settings settings = load();
  EXPECT_THAT(settings.select, ElementsAre("GIL1"));
  EXPECT_THAT(settings.extend_select, ElementsAre("GIL203"));
  EXPECT_THAT(settings.ignore, ElementsAre("GIL107"));
  EXPECT_EQ(settings.confidence, Confidence::high);
  EXPECT_EQ(settings.assume, analyzer::Assume::threaded);
  EXPECT_EQ(settings.python_version.minor, 9);
  ASSERT_TRUE(settings.exclude.has_value());
  EXPECT_EQ(settings.exclude->at(0).pattern, "gen/");
  EXPECT_EQ(settings.extend_exclude.at(0).base, tree_.root());
  EXPECT_FALSE(settings.respect_gitignore);
  EXPECT_TRUE(settings.force_exclude);
  EXPECT_THAT(settings.src, ElementsAre(tree_.path("python")));
  EXPECT_EQ(settings.max_file_size, 2U << 20U);
  EXPECT_EQ(settings.output_format, OutputFormat::json);
  EXPECT_FALSE(settings.cache);
  EXPECT_EQ(settings.cache_dir, tree_.path("var/cache"));
  EXPECT_EQ(settings.jobs, 3U);
  ASSERT_EQ(settings.per_file_ignores.size(), 1U);
  EXPECT_EQ(settings.per_file_ignores[0].files.pattern, "tests/");
}

TEST_F(ConfigurationTest, EveryDocumentedKeyCanBeSetToItsDefaultAndItsExample) {
  for (const auto& option : options()) {
    Settings settings;
    const std::string key(option.key);
    const std::string preset = key + " = " + std::string(option.default_value);
    EXPECT_NO_THROW(apply_toml(settings, preset, "default", "/", false)) << preset;
    EXPECT_NO_THROW(apply_toml(settings, option.example, "example", "/", false)) << option.example;
    EXPECT_THAT(std::string(option.example), HasSubstr(key));
  }
}

TEST_F(ConfigurationTest, DocumentedDefaultsAreTheDefaults) {
  Settings defaults;
  defaults.root = "/";
  for (const auto& option : options()) {
    if (option.key == "cache-dir") continue;  // chosen by load_settings
    Settings set = defaults;
    apply_toml(set, std::string(option.key) + " = " + std::string(option.default_value), "x", "/",
               false);
    EXPECT_EQ(value_of(defaults, option), value_of(set, option)) << option.key;
  }
}

TEST_F(ConfigurationTest, TheClosestFileWins) {
  tree_.write("pyproject.toml", "[tool.gilcheck]\nassume = \"single\"\n");
  tree_.write("a/gilcheck.toml", "assume = \"threaded\"\n");
  tree_.write("a/b/x.py");
  tree_.write("c/x.py");
  EXPECT_EQ(load({"a/b"}).assume, analyzer::Assume::threaded);
  EXPECT_EQ(load({"a/b"}).root, tree_.path("a"));
  EXPECT_EQ(load({"a/b", "c/x.py"}).assume, analyzer::Assume::single);
  EXPECT_EQ(load({"c"}).root, tree_.root());
}

TEST_F(ConfigurationTest, GilcheckTomlWinsOverPyprojectNextToIt) {
  tree_.write("pyproject.toml", "[tool.gilcheck]\nassume = \"single\"\n");
  tree_.write("gilcheck.toml", "assume = \"threaded\"\n");
  EXPECT_EQ(load().assume, analyzer::Assume::threaded);
}

TEST_F(ConfigurationTest, APyprojectWithoutTheSectionDoesNotCount) {
  tree_.write("gilcheck.toml", "assume = \"threaded\"\n");
  tree_.write("a/pyproject.toml", "[project]\nname = \"x\"\n");
  EXPECT_EQ(load({"a"}).assume, analyzer::Assume::threaded);
}

TEST_F(ConfigurationTest, IsolatedLooksAtNoFile) {
  tree_.write("gilcheck.toml", "nonsense = 1\n");
  ConfigurationRequest request;
  request.working_directory = tree_.root();
  request.isolated = true;
  EXPECT_EQ(load_settings(request).config_file, "");
}

TEST_F(ConfigurationTest, AnUnknownKeyNamesFileLineAndTheLikelyKey) {
  tree_.write("pyproject.toml",
              "[project]\nname = \"x\"\n\n[tool.gilcheck]\nper-file-ignore = {}\n");
  const auto error = error_of();
  EXPECT_THAT(error, StartsWith("pyproject.toml:5: unknown key 'per-file-ignore'"));
  EXPECT_THAT(error, HasSubstr("did you mean 'per-file-ignores'?"));
}

TEST_F(ConfigurationTest, BadValuesNameFileLineAndKey) {
  const std::pair<const char*, const char*> cases[] = {
      {"assume = \"thraeded\"",
       "gilcheck.toml:1: assume: 'thraeded' is no assumption\ndid you mean "
       "'threaded'?"},
      {"assume = 3", "gilcheck.toml:1: assume must be a string"},
      {"select = \"GIL1\"", "gilcheck.toml:1: select must be a list of rule selectors"},
      {"select = [\"GIL1\",\n 7]", "gilcheck.toml:2: select must be"},
      {"select = [\"GIL999\"]", "gilcheck.toml:1: select: 'GIL999' selects no rule"},
      {"python-version = 3.10", "gilcheck.toml:1: python-version must be a string"},
      {"python-version = \"2.7\"", "'2.7' is no version of Python 3"},
      {"max-file-size = \"big\"", "'big' is no file size"},
      {"max-file-size = -1", "'-1' is no file size"},
      {"jobs = -1", "jobs must lie between"},
      {"jobs = \"two\"", "jobs must be an integer"},
      {"cache = 1", "cache must be true or false"},
      {"[per-file-ignores]\na = 1", "gilcheck.toml:2: per-file-ignores must be"},
      {"assume = ", "gilcheck.toml:1: not valid TOML"},
      {"assume = \"auto\"\nassume = \"auto\"", "gilcheck.toml:2: not valid TOML"},
      {"\xFF\xFE", "not valid TOML"},
  };
  for (const auto& [text, expected] : cases) {
    tree_.write("gilcheck.toml", text);
    EXPECT_THAT(error_of(), HasSubstr(expected)) << text;
  }
}

TEST_F(ConfigurationTest, InlineSettingsWinOverTheFile) {
  tree_.write("gilcheck.toml", "assume = \"single\"\njobs = 2\n");
  EXPECT_EQ(load({}, {"assume=\"threaded\""}).assume, analyzer::Assume::threaded);
  EXPECT_EQ(load({}, {"assume=threaded"}).assume, analyzer::Assume::threaded);
  EXPECT_EQ(load({}, {"jobs=7"}).jobs, 7U);
  EXPECT_EQ(load({}, {"cache=false"}).cache, false);
  EXPECT_THAT(error_of({"asume=threaded"}), HasSubstr("--config: unknown key 'asume'"));
}

TEST_F(ConfigurationTest, ANamedFileReplacesTheSearch) {
  tree_.write("gilcheck.toml", "assume = \"single\"\n");
  tree_.write("etc/other.toml", "assume = \"threaded\"\n");
  const Settings settings = load({}, {"etc/other.toml"});
  EXPECT_EQ(settings.assume, analyzer::Assume::threaded);
  EXPECT_EQ(settings.root, tree_.root());
  EXPECT_THAT(error_of({"missing.toml"}), HasSubstr("'missing.toml' does not exist"));
  EXPECT_THAT(error_of({"etc/other.toml", "gilcheck.toml"}), HasSubstr("two files"));
}

TEST_F(ConfigurationTest, TheRootIsTheRepositoryElseTheWorkingDirectoryElseWhatHoldsTheTargets) {
  TemporaryTree other;
  other.write("pkg/x.py");
  EXPECT_EQ(load({other.path("pkg/x.py")}).root, other.path("pkg"));
  EXPECT_EQ(load({other.path("pkg/x.py")}).cache_dir, tree_.path(".gilcheck_cache"));
  EXPECT_EQ(load().root, tree_.root());
  other.directory(".git");
  EXPECT_EQ(load({other.path("pkg/x.py")}).root, other.root());
  EXPECT_EQ(load({other.path("pkg/x.py")}).cache_dir, other.path(".gilcheck_cache"));
}

}  // namespace
}  // namespace gilcheck::project
