#include "analyzer/extract/thread_safety_claim.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

namespace gilcheck::analyzer {
namespace {

using Words = std::vector<std::string>;

bool letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// Sentences as lists of lower-case words. Marks of emphasis vanish; a hyphen separates, an
/// apostrophe does not; an identifier stays one word, and a dotted or `quoted:role` one never is
/// part of a sentence's prose.
std::vector<Words> sentences(std::string_view text) {
  std::vector<Words> out(1);
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) out.back().push_back(std::move(word));
    word.clear();
  };
  const auto end_sentence = [&] {
    end_word();
    if (!out.back().empty()) out.emplace_back();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\n';
    if (letter(c) || (c == '\'' && !word.empty() && letter(next))) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (one_of(std::string_view(&c, 1), {".", "!", "?"})) {
      // "a.b" is no end, and no two words either.
      if (letter(next)) {
        word += c;
      } else {
        end_sentence();
      }
    } else if (c == '\n' && text.substr(i + 1).find_first_not_of(" \t\r") != text.npos &&
               text[i + 1 + text.substr(i + 1).find_first_not_of(" \t\r")] == '\n') {
      end_sentence();
    } else if (c != '*') {
      end_word();
    }
  }
  end_word();
  return out;
}

bool denies(const std::string& word) {
  return word.ends_with("n't") || one_of(word, {"not", "never", "no", "non", "cannot", "neither",
                                                "nor", "hardly", "un", "unsafe", "threadunsafe"});
}

/// Words before a claim that make it a demand, a wish or a guess.
bool weakens(const std::string& word) {
  return one_of(word,
                {"must",    "should",   "if",       "when",   "while",   "may",        "might",
                 "need",    "needs",    "ensure",   "only",   "mostly",  "relatively", "almost",
                 "require", "requires", "required", "assume", "assumes", "assumed",    "todo",
                 "fixme",   "can",      "could",    "would",  "likely",  "hopefully"});
}

/// Words close behind a claim that restrict it.
bool restricts(const std::string& word) {
  return one_of(word, {"unless", "except", "only", "if", "when", "provided", "but", "however", "as",
                       "read", "reads", "reading"});
}

/// The place of "thread-safe", "thread safe" or "threadsafe" from `from` on.
std::size_t find_claim(const Words& words, std::size_t from) {
  for (std::size_t i = from; i < words.size(); ++i) {
    if (words[i] == "threadsafe") return i;
    if (words[i] == "thread" && i + 1 < words.size() && words[i + 1] == "safe") return i;
  }
  return words.size();
}

bool speaks_of_threads(const Words& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return one_of(word, {"thread", "threads", "threadsafe"});
  });
}

bool article(const std::string& word) {
  return one_of(word, {"a", "an", "the", "this", "these", "all", "each", "every", "its", "it",
                       "such", "any"});
}

bool adverb(const std::string& word) {
  return one_of(word, {"fully", "completely", "also", "both", "always", "therefore", "thus", "and",
                       "inherently", "itself", "entirely"}) ||
         (word.size() > 4 && word.ends_with("ly"));
}

/// What a docstring calls the thing it documents.
bool names_itself(const std::string& word, const std::string& name) {
  if (one_of(word, {"class",          "object",  "objects",   "instance",   "instances",
                    "method",         "methods", "function",  "functions",  "module",
                    "implementation", "type",    "operation", "operations", "it",
                    "this",           "they",    "these",     "api",        "everything"})) {
    return true;
  }
  const std::size_t dot = word.rfind('.');
  const std::string last = dot == std::string::npos ? word : word.substr(dot + 1);
  return last.size() > 3 && name.find(last) != std::string::npos;
}

/// "Not thread-safe.", "The session is not ...", "Objects should not be shared by threads".
bool denies_itself(const Words& words, const std::string& name) {
  constexpr std::size_t kLongestSubject = 8;
  bool named = false;
  for (std::size_t i = 0; i < words.size() && i < kLongestSubject; ++i) {
    if (denies(words[i]) || one_of(words[i], {"is", "are", "should", "must", "may", "can", "do"})) {
      return i == 0 || named;
    }
    named = named || names_itself(words[i], name);
    if (!named && !article(words[i]) && !one_of(words[i], {"note", "attention", "warning"})) {
      return false;
    }
  }
  return false;
}

/// The words before the claim say that the documented thing is what follows.
bool about_itself(const Words& words, std::size_t claim, const std::string& name) {
  // "Thread-safe queue ...", "A small, thread-safe queue ...": a noun phrase without a verb.
  std::size_t verb = claim;
  for (std::size_t i = 0; i < claim; ++i) {
    if (one_of(words[i], {"is", "are", "provides", "provide", "implements", "represents"}))
      verb = i;
  }
  if (verb == claim) {
    constexpr std::size_t kMostAdjectives = 3;
    return claim <= kMostAdjectives &&
           std::none_of(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(claim),
                        [](const std::string& word) {
                          return word.ends_with("s") ||
                                 one_of(word, {"with",     "for",  "to",   "in",    "on",
                                               "of",       "by",   "from", "use",   "using",
                                               "return",   "get",  "set",  "via",   "wrap",
                                               "like",     "the",  "see",  "note",  "about",
                                               "possibly", "mark", "test", "check", "create"});
                        });
  }
  // "... is [a fully] thread-safe": nothing else between verb and claim.
  for (std::size_t i = verb + 1; i < claim; ++i) {
    if (!article(words[i]) && !adverb(words[i])) return false;
  }
  // "Provides a thread-safe container ..." has no subject: it is the documented thing.
  if (verb == 0) return !one_of(words[0], {"is", "are"});
  // "The producer is", "All methods of this class are".
  constexpr std::size_t kLongestSubject = 8;
  if (verb > kLongestSubject) return false;
  bool named = false;
  for (std::size_t i = 0; i < verb; ++i) {
    if (article(words[i]) || adverb(words[i]) || one_of(words[i], {"of", "in", "public"})) {
      named = named || names_itself(words[i], name);
      continue;
    }
    if (!names_itself(words[i], name)) return false;
    named = true;
  }
  return named;
}

}  // namespace

ThreadSafetyClaim thread_safety_claim(std::string_view docstring, std::string_view name) {
  std::string self;
  for (const char c : name) {
    self += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  bool safe = false;
  bool denied_somewhere = false;
  for (const Words& words : sentences(docstring)) {
    if (!speaks_of_threads(words)) continue;
    const bool denied = std::any_of(words.begin(), words.end(), denies);
    std::size_t claim = find_claim(words, 0);
    const bool shares = std::any_of(words.begin(), words.end(), [](const std::string& word) {
      return one_of(word, {"safe", "safely", "shared", "share", "sharing", "simultaneously"});
    });
    if (denied && (claim != words.size() || shares)) {
      if (denies_itself(words, self)) return ThreadSafetyClaim::unsafe;
      denied_somewhere = true;
    }
    for (; claim != words.size(); claim = find_claim(words, claim + 1)) {
      // "This is the only thread-safe method": the others are not.
      if (claim > 0 && words[claim - 1] == "only") return ThreadSafetyClaim::only_this;
      constexpr std::size_t kClose = 6;
      const auto at = words.begin() + static_cast<std::ptrdiff_t>(claim);
      const auto close = at + static_cast<std::ptrdiff_t>(std::min(kClose, words.size() - claim));
      if (std::any_of(words.begin(), at, weakens) || std::any_of(at, close, restricts)) continue;
      if (about_itself(words, claim, self)) safe = true;
    }
  }
  return safe && !denied_somewhere ? ThreadSafetyClaim::safe : ThreadSafetyClaim::none;
}

}  // namespace gilcheck::analyzer
